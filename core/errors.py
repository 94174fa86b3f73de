"""What goes wrong, in words that name the place, the finding and the cure."""

from __future__ import annotations

from typing import Any

from core.words import Message


class Problem(Exception):  # noqa: N818 - it is said to people, and a problem is what they have
    """An error that a user can understand and cure; every other exception is a programmer's.

    Args:
        text: English source sentence, marked with ``N_`` where it is written; placeholders as in ``core.words.say``.
        facts: values for the placeholders.

    Raise it with the place, the finding and the cure in one text of at most 60 words::

        raise Problem(N_("Row {row:count} has {found:count} fields, the header has {expected:count}. ..."), row=3, ...)
    """

    def __init__(self, text: str, /, **facts: Any) -> None:
        self.message = Message(text, facts)
        super().__init__(text)

    def __str__(self) -> str:
        return self.message.english()
