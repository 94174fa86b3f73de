"""What the model says of a group that was changed: one large sentence, the chart, who gains, what it costs."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.learn.evaluation import Estimate
from core.plots import group as plots
from core.plots.explain import Scale
from core.whatif.shift import ENOUGH, Part, Shift
from core.words import N_
from pages.shared import chart, show
from pages.shared.language import plain, t, tell


def result(found: Shift, event: str, scale: Scale, cost: float | None) -> None:
    """Shows it.

    Args:
        found: before and after.
        event: what the class counted is called; empty for a number.
        scale: what an answer is.
        cost: of changing one case, where that was said.
    """
    chart.lead(_counts(found, event) if found.label else _mean(found, scale.unit))
    chart.figure(
        t("What becomes of the total?") if found.label else t("What becomes of the mean?"),
        _movers(found),
        plots.totals(found, show.theme(), event, scale.unit),
        key="group_totals",
        frame=_totals(found),
    )
    for line in (*_named(found, event), *_cost(found, event, cost), *_support(found)):
        st.markdown(line)
    if found.parts:
        _parts(found.parts, scale)
    for note in found.notes:
        st.caption(tell(note))


def _counts(found: Shift, event: str) -> str:
    facts = {
        "n": found.n,
        "event": event,
        "before": found.before.value,
        "after": found.after.value,
        **_size(found.change),
    }
    if not found.sure:
        return t(
            "Of these {n:count} {n:case/cases} the model expects {before:number} to be “{event}”, and {after:number} "
            "after the change: no clear difference.",
            **facts,
        )
    if (found.change.value or 0.0) < 0:
        return t(
            "Of these {n:count} {n:case/cases} the model expects {before:number} to be “{event}”, and after the change "
            "{change:number} fewer ({low:number} to {high:number}).",
            **facts,
        )
    return t(
        "Of these {n:count} {n:case/cases} the model expects {before:number} to be “{event}”, and after the change "
        "{change:number} more ({low:number} to {high:number}).",
        **facts,
    )


def _mean(found: Shift, unit: str) -> str:
    before, after = found.mean(found.before), found.mean(found.after)
    facts = {
        "n": found.n,
        "before": before.value,
        "after": after.value,
        "unit": f" {unit}" if unit else "",
        **_size(found.mean(found.change)),
    }
    if not found.sure:
        return t(
            "On average over these {n:count} {n:case/cases} the model says {before:number}{unit}, and "
            "{after:number}{unit} after the change: no clear difference.",
            **facts,
        )
    if (found.change.value or 0.0) < 0:
        return t(
            "On average over these {n:count} {n:case/cases} the model says {before:number}{unit}, and after the change "
            "{change:number}{unit} less ({low:number} to {high:number}).",
            **facts,
        )
    return t(
        "On average over these {n:count} {n:case/cases} the model says {before:number}{unit}, and after the change "
        "{change:number}{unit} more ({low:number} to {high:number}).",
        **facts,
    )


def _size(change: Estimate) -> dict[str, float | None]:
    """A change without its sign, the smaller end first."""
    ends = sorted(abs(end or 0.0) for end in (change.low, change.high))
    return {"change": abs(change.value or 0.0), "low": ends[0], "high": ends[1]}


def _movers(found: Shift) -> str:
    return t(
        "{changed:count} of {n:count} {n:case is/cases are} changed. The answer moves the wanted way for "
        "{gainers:count}, the other way for {losers:count}. The bar is the range of the change if other cases of the "
        "same kind were in the group.",
        changed=found.changed,
        n=found.n,
        gainers=found.gainers,
        losers=found.losers,
    )


def _totals(found: Shift) -> pd.DataFrame:
    """Totals of cases, means of numbers."""
    shown: Callable[[Estimate], Estimate] = (lambda one: one) if found.label else found.mean
    rows = [
        (plain(N_("As they are")), found.before),
        (plain(N_("After the change")), found.after),
        (plain(N_("Change")), found.change),
    ]
    return pd.DataFrame(
        [
            {
                plain(N_("Total")) if found.label else plain(N_("Mean answer")): name,
                plain(N_("Value")): shown(one).value,
                plain(N_("from")): shown(one).low,
                plain(N_("to")): shown(one).high,
            }
            for name, one in rows
        ]
    )


def _named(found: Shift, event: str) -> list[str]:
    if found.named_before is None or found.named_after is None:
        return []
    facts = {"before": found.named_before, "after": found.named_after, "cutoff": found.cutoff, "event": event}
    lines = [
        t(
            "Named “{event}” from a chance of {cutoff:percent} on: {before:count} before, {after:count} after.",
            **{**facts, "cutoff": min(found.cutoff or 0.0, 1.0)},
        )
    ]
    if found.capacity is not None:
        left = {
            "capacity": found.capacity,
            "over": found.over(found.named_before),
            "now": found.over(found.named_after),
        }
        lines.append(
            t("{capacity:count} can be seen: {over:count} too many before, {now:count} too many after.", **left)
        )
    return lines


def _cost(found: Shift, event: str, cost: float | None) -> list[str]:
    if cost is None or not found.label:
        return []
    facts = {"changed": found.changed, "cost": cost, "each": found.each, "event": event}
    if found.each is None:
        return [t("The answer does not move the wanted way, so there is no cost for each case of “{event}”.", **facts)]
    if found.wanted == "fewer":
        line = t(
            "Changing {changed:count} cases at {cost:number} each comes to {each:number} for each case of “{event}” "
            "fewer, if the model's answers came true.",
            **facts,
        )
    else:
        line = t(
            "Changing {changed:count} cases at {cost:number} each comes to {each:number} for each case of “{event}” "
            "more, if the model's answers came true.",
            **facts,
        )
    return [line]


def _support(found: Shift) -> list[str]:
    if not found.support or not found.looked_at:
        return []
    return [
        t(
            "Of {n:count} changed cases looked at, {usual:count} are usual, {unusual:count} unusual, and "
            "{outside:count} lie outside all that the model has seen: there its answers are guesses.",
            n=found.looked_at,
            **{name: found.support.get(name, 0) for name in ("usual", "unusual", "outside")},
        )
    ]


def _parts(parts: tuple[Part, ...], scale: Scale) -> None:
    theme, ends, drawn = show.theme(), plots.widest(parts), plots.told(parts)
    answer = t("Groups with fewer than {n:count} cases are grey: they say too little.", n=ENOUGH)
    if ends is not None:
        least, most = ends
        answer = t(
            "From {least} for {low} to {most} for {high}, on average. Groups with fewer than {n:count} cases are grey: "
            "they say too little.",
            least=scale.effect(least.change.value or 0.0, theme),
            most=scale.effect(most.change.value or 0.0, theme),
            low=_called(least),
            high=_called(most),
            n=ENOUGH,
        )
    if len(drawn) < len(parts):
        answer += " " + t(
            "The chart shows {n:count} of {all:count} groups: those with enough cases, of the columns that differ "
            "most. The numbers have all.",
            n=len(drawn),
            all=len(parts),
        )
    chart.figure(
        t("Whose answers move?"), answer, plots.groups(drawn, theme, scale), key="group_parts", frame=_lines(parts)
    )


def _called(part: Part) -> str:
    return plain(N_("{column}: {group}"), column=part.column, group=_group(part))


def _group(part: Part) -> str:
    return part.group or plain(N_("missing"))


def _lines(parts: tuple[Part, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                plain(N_("Column")): part.column,
                plain(N_("Group")): _group(part),
                plain(N_("Cases")): part.n,
                plain(N_("As they are")): part.before,
                plain(N_("After the change")): part.after,
                plain(N_("Change")): part.change.value,
                plain(N_("from")): part.change.low,
                plain(N_("to")): part.change.high,
            }
            for part in parts
        ]
    )
