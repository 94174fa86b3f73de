"""What a field knows of a column by its name alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.domains.domain import Domain, Known, LikelyTarget

_BRACKETS = re.compile(r"[(\[{<][^)\]}>]*[)\]}>]")
_JOINTS = re.compile(r"[\s\-._]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TAIL = re.compile(r"_?(?:%|percent|pct)$")
_compiled: dict[int, tuple[object, re.Pattern[str]]] = {}


def normal(name: str) -> str:
    """The name as patterns expect it: NFKC, lower case, one underscore for blanks, hyphens, dots; no apostrophes."""
    plain = unicodedata.normalize("NFKC", name).replace("'", "").replace("’", "")
    return _JOINTS.sub("_", plain).strip("_").lower()


def recognise(name: str, domain: Domain | None) -> Known | None:
    """The first column of the field whose pattern is the whole name; None where the field does not know it.

    The name is tried as it stands, then without what stands in brackets ("Age (years)"), then with its humps
    ("BloodPressure") taken for words.
    """
    return None if domain is None else known_of(name, domain.known)


def known_of(name: str, columns: tuple[Known, ...]) -> Known | None:
    """The same among some columns, whatever the field."""
    at = _first(name, tuple(known.pattern for known in columns), columns)
    return None if at is None else columns[at]


def units(names: Iterable[str], domain: Domain | None) -> dict[str, str]:
    """The unit in which the field measures each column that it knows by name."""
    known = {name: recognise(name, domain) for name in names}
    return {name: one.unit for name, one in known.items() if one is not None and one.unit}


def likely(name: str, domain: Domain | None) -> LikelyTarget | None:
    """The question the field usually asks of a column of that name; None where it asks none."""
    if domain is None:
        return None
    at = _first(name, tuple(target.pattern for target in domain.targets), domain.targets)
    return None if at is None else domain.targets[at]


def leaks_into(known: Known | None, target: str) -> bool:
    """Whether the field says that the column is known only once the target is, or tells most of it."""
    if known is None or (known.part != "leak" and not known.leaks):
        return False
    if not known.leaks:
        return True
    patterns = [re.compile(pattern) for pattern in known.leaks]
    return any(pattern.fullmatch(form) for form in _forms(target) for pattern in patterns)


def _first(name: str, patterns: tuple[str, ...], key: object) -> int | None:
    if not patterns:
        return None
    matcher = _matcher(patterns, key)
    for form in _forms(name):
        found = matcher.fullmatch(form)
        if found is not None and found.lastgroup is not None:
            return int(found.lastgroup[1:])
    return None


def _matcher(patterns: tuple[str, ...], key: object) -> re.Pattern[str]:
    """All patterns as one expression: ten thousand names are then one pass each, not one per pattern."""
    held = _compiled.get(id(key))
    if held is None or held[0] is not key:
        joined = "|".join(f"(?P<k{at}>{pattern})" for at, pattern in enumerate(patterns))
        held = _compiled[id(key)] = (key, re.compile(joined))
    return held[1]


def _forms(name: str) -> tuple[str, ...]:
    plain = normal(name)
    bare = normal(_BRACKETS.sub(" ", unicodedata.normalize("NFKC", name)))
    humps = normal(_HUMPS.sub("_", name))
    forms = (plain, bare, _TAIL.sub("", bare), humps, _TAIL.sub("", normal(_BRACKETS.sub(" ", _HUMPS.sub("_", name)))))
    return tuple(dict.fromkeys(form for form in forms if form))
