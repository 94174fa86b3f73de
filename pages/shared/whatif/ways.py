"""What would have to change: the aim, what may be changed, and the smallest changes as cards beside each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from core.data.table import TableCard
from core.deliver.ask.ways import ask_ways
from core.engines.base import Run
from core.explain.cells import text
from core.explain.sentences import CAUTION
from core.learn.evaluation import Evaluation
from core.plots import ways as plots
from core.whatif.answer import Support
from core.whatif.scenario import Cell, Scenario
from core.whatif.ways import Aim, Limit, Way, Ways
from core.words import N_
from pages.shared import chart, cut, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell, together
from pages.shared.whatif import limits
from pages.shared.whatif.answer import View

Apply = Callable[[dict[str, Cell]], None]
WANTED = {"other": N_("no longer named"), "named": N_("named"), "chance": N_("another chance")}
SIDES = {"most": N_("at most"), "least": N_("at least")}
CHANGE = N_("{column}: {before} → {after}")
BESIDE, ODDITIES = 3, 2
"""Ways shown in one line, and remarks on how usual one is."""


@dataclass(frozen=True)
class Asked:
    """What is asked, besides the case."""

    aim: Aim
    limits: tuple[Limit, ...] = ()
    """Where the analyst says something else than the field of work."""
    most: int = 3
    budget: float | None = None


@dataclass(frozen=True)
class Found:
    """What was found for a case, and what was asked."""

    scenario: Scenario
    asked: Asked
    ways: Ways


def panel(desk: Desk, run: Run, card: TableCard, scenario: Scenario, apply: Apply) -> None:
    """The part of the page that looks for ways.

    Args:
        desk: whose models are asked.
        run: the model.
        card: of its table.
        scenario: the case with its changes so far.
        apply: copies the changes of a way into the scenario; called with the new cells by column.
    """
    evaluation = results.evaluation(run)
    view = View(run, card, evaluation, cut.cutoff(run, evaluation))
    chart.title(t("What would have to change?"))
    st.caption(tell(CAUTION))
    aim = _aim(view, scenario)
    said, most, budget = limits.chooser(desk, run)
    case = replace(scenario, name="")
    held: dict[str, Found] = st.session_state.setdefault("ways_found", {})
    if aim is not None and st.button(t("Find the smallest changes"), key=f"ways_find_{run.id}", type="primary"):
        asked = Asked(aim, said, most, budget)
        with st.spinner(t("Trying changes …")):
            held[run.id] = Found(case, asked, _ask(desk, view, case, asked))
    found = held.get(run.id)
    if found is not None:
        fresh = aim is not None and found.scenario == case and found.asked == Asked(aim, said, most, budget)
        _shown(view, found, fresh, apply)


def _ask(desk: Desk, view: View, case: Scenario, asked: Asked) -> Ways:
    return ask_ways(
        desk.resident,
        view.run,
        case,
        asked.aim,
        asked.limits,
        most=asked.most,
        budget=asked.budget,
        cutoff=view.cutoff,
    )


# -- what is wanted --------------------------------------------------------------------------------------------------


def _aim(view: View, scenario: Scenario) -> Aim | None:
    """The answer that is wanted; None while it is not said."""
    if view.evaluation.task == "regression":
        return _number(view)
    if view.evaluation.task == "multiclass":
        return _class(view, scenario)
    return _binary(view, scenario)


def _binary(view: View, scenario: Scenario) -> Aim:
    run, evaluation = view.run, view.evaluation
    positive, other = view.positive, 1 - view.positive
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        way = st.segmented_control(
            t("What should the answer be? “{event}” is:", event=results.event(run, evaluation)),
            list(WANTED),
            default="named" if _is_named(view, scenario) is False else "other",
            required=True,
            format_func=lambda one: plain(WANTED[one]),
            key=f"ways_wanted_{run.id}",
        )
        if way != "chance":
            return Aim(evaluation.classes[positive if way == "named" else other])
        side = st.segmented_control(
            t("A chance of"),
            list(SIDES),
            default="most",
            required=True,
            format_func=lambda one: plain(SIDES[one]),
            key=f"ways_side_{run.id}",
        )
        percent = st.number_input(t("in percent"), 0, 100, 20, key=f"ways_chance_{run.id}", width=140)
    return chance_aim(evaluation, positive, side == "least", int(percent))


def chance_aim(evaluation: Evaluation, positive: int, least: bool, percent: int) -> Aim:
    """A chance of the event of at least, or at most, so many percent."""
    if least:
        return Aim(evaluation.classes[positive], chance=percent / 100)
    return Aim(evaluation.classes[1 - positive], chance=(100 - percent) / 100)


def _is_named(view: View, scenario: Scenario) -> bool | None:
    """Whether the case is named, where that is at hand."""
    if scenario.row is None or scenario.changes or view.cutoff is None:
        return None
    frame = results.predictions(view.run)
    known = frame[frame["row"] == scenario.row]
    chances = results.chances(known, str(view.evaluation.positive))
    return bool(chances[0] >= view.cutoff) if len(known) else None


def _class(view: View, scenario: Scenario) -> Aim:
    classes = view.evaluation.classes
    chosen = st.selectbox(
        t("Which answer is wanted?"),
        classes,
        index=1 if _said(view, scenario) == classes[0] else 0,
        format_func=view.name,
        key=f"ways_class_{view.run.id}",
        width=320,
    )
    return Aim(str(chosen))


def _said(view: View, scenario: Scenario) -> str:
    """The class that the model says of the case the scenario starts from, where that is at hand."""
    frame = results.predictions(view.run)
    known = frame[frame["row"] == scenario.row]
    chances = {label: results.chances(known, label) for label in view.evaluation.classes}
    return max(chances, key=lambda label: float(chances[label][0])) if len(known) else ""


def _number(view: View) -> Aim | None:
    unit = f" ({view.scale.unit})" if view.scale.unit else ""
    profile = view.card.profiles.get(view.evaluation.target)
    usual = profile.quantiles[4] if profile is not None and len(profile.quantiles) > 4 else None
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        low = st.number_input(t("At least") + unit, value=usual, key=f"ways_low_{view.run.id}", width=220, format="%g")
        high = st.number_input(t("At most") + unit, value=None, key=f"ways_high_{view.run.id}", width=220, format="%g")
    if low is None and high is None:
        st.caption(t("Say which number is wanted: at least, at most, or both."))
        return None
    return Aim(low=low, high=high)


# -- what was found --------------------------------------------------------------------------------------------------


def _shown(view: View, found: Found, fresh: bool, apply: Apply) -> None:
    if not fresh:
        st.caption(t("The case or what is wanted has changed since these were found. Look for the changes anew."))
    note = found.ways.note
    if note is not None:
        st.info(tell(results.worded(note, view.run, view.evaluation)))
    cards = found.ways.ways or ((found.ways.best,) if found.ways.best is not None else ())
    if not cards:
        return
    for first in range(0, len(cards), BESIDE):
        for place, column in enumerate(st.columns(BESIDE), first):
            if place < len(cards):
                with column, st.container(border=True, key=f"way_{place}", gap="small"):
                    _card(view, found, cards[place], place, fresh, apply)
    if found.ways.outside:
        st.caption(
            t(
                "As it is, this case lies outside all that the model has learned from: how far a way moves its answer "
                "cannot be said."
            )
        )
    else:
        _figure(view, found, cards)


def _card(view: View, found: Found, way: Way, place: int, fresh: bool, apply: Apply) -> None:
    st.markdown(f"**{t('Way {n:count}', n=place + 1) if way.reaches else t('The nearest')}**")
    st.markdown("\n".join(f"- {_change(name, way)}" for name in way.changes))
    none = t("No answer for this case")
    outside = way.support.verdict == "outside"
    st.markdown(f":gray[{none}]" if outside else _answer(view, way.values, found.asked.aim))
    st.caption(_usualness(way.support))
    st.caption(t("Cost: {cost:number}", cost=round(way.cost, 2)))
    st.button(
        t("Copy into the scenario"),
        key=f"way_copy_{view.run.id}_{place}",
        on_click=show.guarded,
        args=(apply, dict(way.changes)),
        disabled=not fresh,
    )


def _answer(view: View, values: tuple[float, ...], aim: Aim) -> str:
    """What the model says of a case: for two classes also whether it is named."""
    if view.evaluation.task == "regression":
        return t("The model answers {answer}.", answer=view.amount(values[0]))
    chance = values[_place(view, aim)]
    if view.evaluation.task == "multiclass":
        best = view.name(view.evaluation.classes[values.index(max(values))])
        if best == view.name(aim.label):
            return t("The model answers “{best}”, with a chance of {chance:percent}.", best=best, chance=chance)
        return t(
            "The model answers “{best}”; “{label}” has a chance of {chance:percent}.",
            best=best, label=view.name(aim.label), chance=chance,
        )  # fmt: skip
    facts = {"event": results.event(view.run, view.evaluation), "chance": chance}
    if view.cutoff is not None and chance >= view.cutoff:
        return t("The chance of “{event}” is {chance:percent}: named.", **facts)
    if plain("{x:percent}", x=chance) == plain("{x:percent}", x=view.cutoff):
        return t(
            "The chance of “{event}” is just under {chance:percent}, from which on it is named: not named.", **facts
        )
    return t("The chance of “{event}” is {chance:percent}: not named.", **facts)


def _change(name: str, way: Way) -> str:
    return t(CHANGE, **_facts(name, way))


def _facts(name: str, way: Way) -> dict[str, str]:
    return {"column": name, "before": cell(way.was.get(name)), "after": cell(way.changes[name])}


def cell(value: Cell) -> str:
    """A cell for the reader, in bare text."""
    return plain(N_("missing")) if value is None or value == "" else text(value)


def _usualness(support: Support) -> str:
    words = {
        "usual": N_("Such a case is usual: {share:percent} of real cases are as rare, or rarer."),
        "unusual": N_("Such a case is unusual: few that the model learned from are like it."),
        "outside": N_("Such a case is outside all that the model has learned from, as this one is already."),
    }
    said = [t(words[support.verdict], share=support.share)]
    return together([*said, *(tell(odd.message) for odd in support.oddities[:ODDITIES])])


def _figure(view: View, found: Found, cards: tuple[Way, ...]) -> None:
    """The answers beside each other: of the event, of the wanted class, or the number."""
    place = _place(view, found.asked.aim)
    reaches = [
        plots.Reach(
            plain(N_("Way {n:count}"), n=number + 1) if way.reaches else plain(N_("The nearest")),
            way.values[place],
            ", ".join(way.changes),
        )
        for number, way in enumerate(cards)
    ]
    start = found.ways.start[place]
    drawn = plots.reached(reaches, start, wanted(found.asked.aim, view), show.theme(), view.scale)
    frame = pd.DataFrame(
        [
            {
                plain(N_("Way")): reach.name,
                plain(N_("Changed")): "; ".join(
                    plain(
                        N_("{column}: {before} → {after}"), column=name, before=cell(way.was.get(name)), after=cell(now)
                    )
                    for name, now in way.changes.items()
                ),
                plain(N_("The answer as it is")): start,
                plain(N_("The new answer")): reach.value,
                plain(N_("Cost")): way.cost,
            }
            for reach, way in zip(reaches, cards, strict=True)
        ]
    )
    answer = _now(view, start, found.asked.aim)
    chart.figure(t("How far does each way move the answer?"), answer, drawn, key="ways_reached", frame=frame)


def _now(view: View, start: float, aim: Aim) -> str:
    """The answer to the case as it is, in one sentence."""
    if view.evaluation.task == "regression":
        return t("As it is, the model answers {answer}.", answer=view.amount(start))
    binary = view.evaluation.task == "binary"
    event = results.event(view.run, view.evaluation) if binary else view.name(aim.label)
    return t("As it is, the chance of “{event}” is {chance:percent}.", event=event, chance=start)


def _place(view: View, aim: Aim) -> int:
    if view.evaluation.task == "regression":
        return 0
    return view.positive if view.evaluation.task == "binary" else view.evaluation.classes.index(aim.label)


def wanted(aim: Aim, view: View) -> list[float]:
    """Where the answer is wanted, on the axis of the figure; nothing for one class among several."""
    if view.evaluation.task == "regression":
        return [bound for bound in (aim.low, aim.high) if bound is not None]
    if aim.chance is None:
        return [view.cutoff] if view.cutoff is not None else []
    positive = view.evaluation.task != "binary" or view.evaluation.classes.index(aim.label) == view.positive
    return [aim.chance if positive else 1 - aim.chance]
