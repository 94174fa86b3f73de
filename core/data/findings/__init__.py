"""What is odd in a table: one file for each kind of finding, found by themselves."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from core.data.findings.finder import Hit, Rule, Seen, View
from core.data.table import Finding
from core.words import N_, Message

MOST_SENTENCES = 3
"""A rule that holds in more columns is said once, with their names."""
MOST_NAMES = 8
MOST_OFFERS = 20
_ORDER = {"stop": 0, "warning": 1, "note": 2}


@cache
def finders() -> tuple[ModuleType, ...]:
    """Every file of this folder but the shape."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if info.name != "finder"]
    return tuple(import_module(f"{__name__}.{name}") for name in names)


def in_column(seen: Seen) -> Iterator[Hit]:
    """What is odd in one column."""
    for finder in finders():
        if hasattr(finder, "column"):
            yield from finder.column(seen)


def in_table(view: View) -> Iterator[Hit]:
    """What is odd in the table as a whole."""
    for finder in finders():
        if hasattr(finder, "table"):
            yield from finder.table(view)


def gathered(hits: Iterable[Hit]) -> tuple[Finding, ...]:
    """Findings, one for a rule that holds in many columns; stops first, then warnings, then notes."""
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        rule = hit.rule
        groups.setdefault((rule.code, rule.many or rule.one), []).append(hit)
    found = [finding for group in groups.values() for finding in _said(group)]
    return ordered(found)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Stops first, then warnings, then notes; equal ones stay in their order."""
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.severity]))


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, in order: several files, or reading, planning and measuring, may tell the same."""
    seen: dict[tuple[str, str | None, str], Finding] = {}
    for one in findings:
        seen.setdefault((one.code, one.column, repr(one.message)), one)
    return list(seen.values())


def _said(group: list[Hit]) -> list[Finding]:
    if len(group) > MOST_SENTENCES and group[0].rule.many:
        gravest = min((hit.rule for hit in group), key=lambda rule: _ORDER[rule.severity])
        return [_together(gravest, group)]
    return [_alone(hit.rule, hit) for hit in group]


def _alone(rule: Rule, hit: Hit) -> Finding:
    facts: dict[str, Any] = {**({"column": hit.column} if hit.column is not None else {}), **hit.facts}
    cure = Message(rule.cure, facts) if rule.cure else None
    return Finding(rule.code, rule.severity, Message(rule.one, facts), cure, hit.column, hit.rows, hit.offers)


def _together(rule: Rule, group: list[Hit]) -> Finding:
    names: list[Any] = [_item(rule, hit) for hit in group[:MOST_NAMES]]
    if len(group) > MOST_NAMES:
        names.append(Message(N_("{n:count} more"), {"n": len(group) - MOST_NAMES}))
    facts = {"columns": names, "n": len(group)}
    cure = rule.cure_many or rule.cure
    offers = tuple(offer for hit in group for offer in hit.offers)[:MOST_OFFERS]
    return Finding(
        rule.code, rule.severity, Message(rule.many, facts), Message(cure, facts) if cure else None, offers=offers
    )


def _item(rule: Rule, hit: Hit) -> Any:
    return Message(rule.item, {"column": hit.column, **hit.facts}) if rule.item else hit.column
