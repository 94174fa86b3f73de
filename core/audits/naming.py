"""Names in a sentence: all of a few, the first of many."""

from __future__ import annotations

from collections.abc import Sequence

from core.words import N_, Message

MORE = N_("{n:count} more")


def first_of(names: Sequence[str | Message], most: int, more: str = MORE) -> list[str | Message]:
    """The first so many names and how many there are beside them, for ``{names:list}``.

    One name too many is named as well: "and 1 more" would be as long, and hide it.

    >>> first_of(["a", "b", "c"], 2)
    ['a', 'b', 'c']
    >>> [one if isinstance(one, str) else one.english() for one in first_of(["a", "b", "c", "d"], 2)]
    ['a', 'b', '2 more']
    """
    if len(names) <= most + 1:
        return list(names)
    return [*names[:most], Message(more, {"n": len(names) - most})]
