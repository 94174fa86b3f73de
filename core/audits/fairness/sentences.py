"""What is said of groups beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.audits.audit import Verdict
from core.audits.fairness.comparison import Comparison
from core.audits.fairness.digits import alike
from core.audits.fairness.division import Division
from core.audits.fairness.lines import NUMBERS
from core.audits.naming import first_of
from core.words import N_, Message

MOST_NAMED = 6
"""Groups that one sentence names."""
VERDICTS: dict[Verdict, str] = {
    "difference": N_("difference found"),
    "none": N_("no evidence of a difference"),
    "inconclusive": N_("too few cases to say"),
    "not_applicable": N_("does not apply"),
}
SAID: dict[str, str] = {
    "base_rate": N_("{group}: {own:percent} are “{event}” in the data, against {other:percent} of all others"),
    "selection_rate": N_("{group}: {own:percent} are named “{event}”, against {other:percent} of all others"),
    "recall": N_(
        "{group}: of those who are “{event}”, {own:percent} are found, against {other:percent} among all others"
    ),
    "false_alarm_rate": N_(
        "{group}: of those who are not “{event}”, {own:percent} are named all the same, against {other:percent} among "
        "all others"
    ),
    "precision": N_(
        "{group}: of those named “{event}”, {own:percent} are so in truth, against {other:percent} among all others"
    ),
    "accuracy": N_("{group}: {own:percent} of the answers are right, against {other:percent} for all others"),
    "calibration_gap": N_(
        "{group}: the chance given is {own:number} points above what came true (below 0: under it), against "
        "{other:number} for all others"
    ),
    "macro_recall": N_(
        "{group}: with every answer counted alike, {own:percent} of the cases are found, against {other:percent} for "
        "all others"
    ),
    "macro_false_alarm_rate": N_(
        "{group}: with every answer counted alike, {own:percent} are named wrongly, against {other:percent} for all "
        "others"
    ),
    "macro_precision": N_(
        "{group}: with every answer counted alike, {own:percent} of those named are right, against {other:percent} for "
        "all others"
    ),
    "mae": N_("{group}: answers are off by {own} on average, against {other} for all others"),
    "bias": N_("{group}: answers are on average {own} too high (below 0: too low), against {other} for all others"),
    "mean_truth": N_("{group}: {own} on average in the data, against {other} for all others"),
}
"""One figure of a group beside all others, by the figure's name."""
POINTS = N_("{gap:number} points, {low:number} to {high:number}")
PLAIN = N_("{gap}, {low} to {high}")
FOUND = N_("{said} ({gap}): more than chance explains.")
SMALL = N_("{said} ({gap}): more than chance explains, though less than the {margin} that count as large here.")
MARGIN_POINTS = N_("{margin:number} points")
MARGIN_PLAIN = N_("{margin:number}")
QUIET = N_(
    "{column}: no gap beyond chance between the {groups:count} groups in {n:count} rows; one of {margin} would have "
    "been seen."
)
UNSURE = N_("{column}: too few of {n:count} rows to say. The largest gap may be chance: {said} ({gap}).")
UNSEEN = N_(
    "{column}: too few of {n:count} rows to judge: on both sides of a comparison 30 rows are needed, and 10 of either "
    "answer."
)
FEW = N_(
    "{column}: no gap beyond chance among the groups with enough of the {n:count} rows; these have too few to judge: "
    "{few:list}."
)
MANY = N_("{first} In all, {count:count} of {all:count} comparisons in {n:count} unseen rows show a gap.")
NOTHING = N_(
    "On {n:count} unseen rows no gap beyond chance between groups of {columns:list}; a large one would have been seen."
)

OPEN = N_("{open:count} of {n:count} columns cannot be cleared: {columns:list}. {first}")


def said(one: Comparison, group: Message, event: str | Message) -> Message:
    """One comparison as a clause."""
    facts = {"group": group, "event": event or one.label}
    if one.name in NUMBERS:
        shown = _alike(one)
        return Message(SAID[one.name], facts | {name: shown[name] for name in ("own", "other")})
    scale = 100 if one.name == "calibration_gap" else 1
    own, other = (_times(end.value, scale) for end in (one.own, one.other))
    return Message(SAID[one.name], facts | {"own": own, "other": other})


def among(first: Message, columns: Sequence[str], n: int) -> Message:
    """What is said of the first of several columns that cannot be judged, with how many these are of how many.

    Args:
        first: the sentence.
        columns: that cannot be cleared.
        n: columns looked at.
    """
    return Message(OPEN, {"open": len(columns), "n": n, "columns": list(columns), "first": first}) if n > 1 else first


def apart(one: Comparison) -> Message:
    """How large a gap is, with its interval."""
    if one.name in NUMBERS:
        shown = _alike(one)
        return Message(PLAIN, {name: shown[name] for name in ("gap", "low", "high")})
    ends = {"gap": one.gap.value, "low": one.gap.low, "high": one.gap.high}
    return Message(POINTS, {name: _times(end, 100) for name, end in ends.items()})


def margin_of(one: Comparison) -> Message:
    """How large a gap must be to matter."""
    plain = one.name in NUMBERS
    shown = float(f"{one.margin * (1 if plain else 100):.3g}")
    return Message(MARGIN_PLAIN if plain else MARGIN_POINTS, {"margin": shown})


def largest(comparisons: Sequence[Comparison], verdict: Verdict | None = None) -> Comparison | None:
    """The one with the largest gap among those with a verdict; None where there is none with enough cases."""
    able = [one for one in comparisons if one.enough and one.gap.value is not None]
    chosen = [one for one in able if verdict is None or one.verdict == verdict]
    return max(chosen, key=lambda one: one.weight, default=None)


def of_part(
    division: Division, comparisons: Sequence[Comparison], verdict: Verdict, event: str | Message, named: Any
) -> Message:
    """What is found of one sensitive column.

    Args:
        division: its groups.
        comparisons: judged.
        verdict: of all of them.
        event: what it is called; empty where there is none.
        named: (division, place) -> the group in words.
    """
    facts = {"column": division.column, "n": len(division.codes), "groups": len(division.names)}
    if verdict == "difference":
        first = largest(comparisons, "difference")
        assert first is not None
        text = FOUND if first.weight >= 1 else SMALL
        clause = said(first, named(division, first.place), event)
        return Message(text, {"said": clause, "gap": apart(first), "margin": margin_of(first)})
    top = largest(comparisons)
    if top is None:
        return Message(UNSEEN, facts)
    if verdict == "none":
        return Message(QUIET, facts | {"margin": margin_of(top)})
    open_ = largest(comparisons, "inconclusive")
    if open_ is None:
        few = [named(division, place) for place in dict.fromkeys(one.place for one in comparisons if not one.enough)]
        # With their column: a group may be called "0", and "too few to judge: 0" would say that none is.
        return Message(FEW, facts | {"few": first_of(few, MOST_NAMED)})
    clause = said(open_, named(division, open_.place), event)
    return Message(UNSURE, facts | {"said": clause, "gap": apart(open_)})


def _alike(one: Comparison) -> dict[str, str | None]:
    """Both means, the gap and its ends with equally many decimals: the gap is then what the means said lie apart."""
    ends = {"own": one.own.value, "other": one.other.value, "gap": one.gap.value}
    return alike(ends | {"low": one.gap.low, "high": one.gap.high}, by="gap")


def _times(value: float | None, scale: float) -> float | None:
    """Rounded, so that no digit is said that the interval leaves open."""
    return None if value is None else round(value * scale, 1) if scale != 1 else value
