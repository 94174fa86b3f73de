"""Reasons: which columns matter, how each moves the answer, and why one case got its answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.data import keep
from core.data.table import TableCard
from core.deliver.ask.rows import ask_reasons
from core.engines.base import Run
from core.explain import sentences
from core.explain.explanation import Explanation
from core.explain.sentences import Case, Mean
from core.learn.evaluation import Evaluation
from core.plots import explain as plots
from core.plots.waterfall import waterfall
from core.words import N_
from pages.shared import cases, chart, overall, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell

TITLE = N_("Reasons")
TOP, MOST = 15, 200
"""Columns shown at first, and at most: the file of numbers has all."""
EFFORT = 4.0
"""Seconds that the reasons of one case may take."""
SUMS = 1e-5
"""What the parts of an answer may miss it by."""


def render(desk: Desk) -> None:
    """The step."""
    run, card = desk.run(), desk.card()
    if run is None or card is None or not run.usable:
        st.info(t("First train a model."))
        return
    desk.seen.add("explain")
    evaluation = results.evaluation(run)
    found = overall.reasons(desk, run)
    if found is None:
        overall.missing(desk, run)
    else:
        _overall(run, card, evaluation, found)
    _one(desk, run, card, evaluation, found)


def _overall(run: Run, card: TableCard, evaluation: Evaluation, found: Explanation) -> None:
    means = sentences.importance(found)
    chart.lead(_headline(means))
    st.markdown(tell(sentences.CAUTION))
    if card.made_up:
        st.caption(t("Made-up data: this sample was generated to show how Vitrine works."))
    found = _one_class(run, evaluation, found)
    if not len(found.rows):
        st.info(t("No case with this answer is among those explained."))
        return
    _importance(card, found, evaluation)
    _swarm(card, found, evaluation)
    _dependence(run, card, found, evaluation)


def _headline(means: tuple[Mean, ...]) -> str:
    names = [mean.column for mean in means[:3] if mean.value > 0]
    if not names:
        return t("No column moves the answer: the model says nearly the same of every case.")
    if len(names) == 1:
        return t("What counts is {name}.", name=names[0])
    return t("What counts most: {names:list}.", names=names)


def _one_class(run: Run, evaluation: Evaluation, found: Explanation) -> Explanation:
    """For several classes: the cases answered with one of them, or all together."""
    if evaluation.task != "multiclass":
        return found
    classes = [label for label in evaluation.classes if label in set(found.labels)]
    chosen = st.selectbox(
        t("Reasons for the answer"),
        ["", *classes],
        format_func=lambda label: label or plain(N_("whichever was given")),
        key=f"class_{run.id}",
        width=320,
    )
    if not chosen:
        return found
    return results.some(found, np.array([label == chosen for label in found.labels]))


def _importance(card: TableCard, found: Explanation, evaluation: Evaluation) -> None:
    means = sentences.importance(found)
    first = means[0]
    if evaluation.task == "regression":
        answer = t(
            "On average over {n:count} cases the model has never seen, {column} moves the answer by "
            "{value:number}{unit} ({low:number} to {high:number}).",
            n=len(found.rows), column=first.column, value=first.value, low=first.low, high=first.high,
            unit=f" {unit}" if (unit := _scale(evaluation, card).unit) else "",
        )  # fmt: skip
    else:
        answer = t(
            "On average over {n:count} cases the model has never seen, {column} moves the chance by {value:number} "
            "percentage points ({low:number} to {high:number}).",
            n=len(found.rows), column=first.column, value=_points(first.value), low=_points(first.low),
            high=_points(first.high),
        )  # fmt: skip
    chart.title(t("Which columns matter most?"))
    every = len(means) > TOP and st.toggle(
        t("Show all {n:count} columns", n=len(means))
        if len(means) <= MOST
        else t("Show the first {most:count} of {n:count} columns", most=MOST, n=len(means)),
        key="importance_all",
    )
    drawn = plots.importance(means, show.theme(), MOST if every else TOP, _scale(evaluation, card))
    frame = pd.DataFrame(
        [
            {
                plain(N_("Column")): mean.column,
                plain(N_("Moves the answer by, on average")): mean.value,
                plain(N_("from")): mean.low,
                plain(N_("to")): mean.high,
            }
            for mean in means
        ]
    )
    chart.figure("", answer, drawn, key="importance", frame=frame)


def _points(share: float) -> float:
    return round(100 * share, 1)


def _swarm(card: TableCard, found: Explanation, evaluation: Evaluation) -> None:
    answer = t(
        "Each point is one of {n:count} cases. Points to the right raise the answer, points to the left lower it; the "
        "colour says whether the column's own value is low or high.",
        n=len(found.rows),
    )
    frame = pd.DataFrame(found.values, columns=list(found.columns))
    frame.insert(0, plain(N_("Data row")), found.rows + 1)
    chart.figure(
        t("Which way does each column move it?"),
        answer,
        plots.beeswarm(found, show.theme(), scale=_scale(evaluation, card)),
        key="beeswarm",
        frame=frame,
    )


def _dependence(run: Run, card: TableCard, found: Explanation, evaluation: Evaluation) -> None:
    ranked = [mean.column for mean in sentences.importance(found) if card.schema[mean.column].kind != "text"]
    if not ranked:
        return
    chart.title(t("How does one column move the answer?"))
    column = st.selectbox(t("Column"), ranked, key=f"dependence_{run.id}", width=320)
    place, scale = found.columns.index(column), _scale(evaluation, card)
    frame = pd.DataFrame(
        {
            plain(N_("Data row")): found.rows + 1,
            column: list(found.cells[place]),
            plain(N_("Moves the answer by")): found.values[:, place],
        }
    )
    chart.figure(
        "",
        _ends(plots.ends(found, column), scale),
        plots.dependence(found, column, show.theme(), scale=scale),
        key="dependence",
        frame=frame,
    )


def _ends(ends: plots.Ends, scale: plots.Scale) -> str:
    facts = {
        "low": ends.low_name,
        "high": ends.high_name,
        "down": _effect(ends.low, scale),
        "up": _effect(ends.high, scale),
        "n": ends.n,
        "column": ends.column,
    }
    if ends.numeric:
        return t(
            "In the quarter of the cases with the lowest {column} (up to {low}) it moves the answer by {down} on "
            "average, in the quarter with the highest (from {high}) by {up} ({n:count} cases).",
            **facts,
        )
    return t(
        "With “{low}” it moves the answer by {down} on average, with “{high}” by {up} ({n:count} cases).",
        **{**facts, "low": ends.low_name or plain(N_("missing")), "high": ends.high_name or plain(N_("missing"))},
    )


def _one(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation, found: Explanation | None) -> None:
    chart.title(t("Why did one case get its answer?"))
    row = cases.choose(desk, run, card, evaluation)
    if row is None:
        return
    label = _label(run, evaluation)
    made = _asked(desk, run, row, label, found)
    at = int(np.flatnonzero(made.rows == row)[0])
    shown = sentences.case(made, at)
    _said(run, evaluation, made, at, row)
    drawn = waterfall(shown, show.theme(), _scale(evaluation, card))
    chart.figure("", _check(shown, _scale(evaluation, card)), drawn, key="waterfall", frame=_parts(made, at))
    if made.note is not None:
        st.caption(tell(made.note))
    with st.expander(t("Everything the file says of this case")):
        _cells(desk, card, row)


def _label(run: Run, evaluation: Evaluation) -> str | None:
    """The class to explain where there are several; None leaves it to the answer given."""
    if evaluation.task != "multiclass":
        return None
    chosen = st.selectbox(
        t("Explain the chance of"),
        ["", *evaluation.classes],
        format_func=lambda label: label or plain(N_("the class the model says")),
        key=f"label_{run.id}",
        width=320,
    )
    return chosen or None


def _asked(desk: Desk, run: Run, row: int, label: str | None, found: Explanation | None) -> Explanation:
    """The reasons of one row: those at hand, else asked of the open model and remembered."""
    if found is not None and row in found.rows:
        at = int(np.flatnonzero(found.rows == row)[0])
        if label is None or found.labels[at] == label:
            return found
    held: dict[tuple[str, int, str | None], Explanation] = st.session_state.setdefault("reasons", {})
    key = (run.id, row, label)
    if key not in held:
        with st.spinner(t("Asking the model …")):
            labels = None if label is None else [label]
            held[key] = ask_reasons(desk.resident, run, rows=[row], labels=labels, effort=EFFORT)
        while len(held) > 20:
            held.pop(next(iter(held)))
    return held[key]


def _said(run: Run, evaluation: Evaluation, made: Explanation, at: int, row: int) -> None:
    frame = results.predictions(run)
    known = frame[frame["row"] == row]
    words = [
        f"**{said}**" if place == 0 else said
        for place, message in enumerate(sentences.sentences(made, at))
        if (said := tell(results.worded(message, run, evaluation)))
    ]
    if len(known):
        truth = known["truth"].iloc[0]
        said = results.name(run, evaluation, truth) if isinstance(truth, str) else show.number(float(truth))
        facts = t("Data row {row:count}. In truth it was “{truth}”.", row=row + 1, truth=said)
    else:
        facts = t("Data row {row:count}: one the model learned from, or without a known answer.", row=row + 1)
    st.markdown(f"{facts}\n\n" + "  \n".join(words))


def _check(shown: Case, scale: plots.Scale) -> str:
    theme = show.theme()
    facts = {
        "base": scale.answer(shown.base, theme),
        "sum": _effect(sum(part.value for part in shown.parts), scale),
        "answer": scale.answer(shown.prediction, theme),
        "gap": f"{shown.gap:.6f}",
    }
    if shown.gap > SUMS * max(1.0, abs(shown.prediction)):
        return t("It does not add up: average {base}, reasons {sum}, answer {answer}; gap {gap}.", **facts)
    return t("It adds up: average {base}, reasons {sum}, answer {answer}; gap {gap}.", **facts)


def _effect(value: float, scale: plots.Scale) -> str:
    """A change of the answer with its sign and unit."""
    text = scale.effect(value, show.theme())
    if scale.chance:
        return plain(N_("{value} points"), value=text)
    return f"{text} {scale.unit}".strip()


def _scale(evaluation: Evaluation, card: TableCard) -> plots.Scale:
    return plots.Scale(evaluation.task != "regression", results.unit(card, evaluation))


def _parts(made: Explanation, at: int) -> pd.DataFrame:
    every = sentences.case(made, at, top=len(made.columns)).parts
    return pd.DataFrame(
        [
            {
                plain(N_("Column")): part.column,
                plain(N_("Value")): part.cell,
                plain(N_("Moves the answer by")): part.value,
                plain(N_("Standard error")): part.error,
            }
            for part in every
        ]
    )


def _cells(desk: Desk, card: TableCard, row: int) -> None:
    cells = keep.frame(desk.store.table_folder(card.id), rows=[row]).iloc[0]
    frame = pd.DataFrame(
        {plain(N_("Column")): cells.index, plain(N_("Value")): ["" if pd.isna(cell) else str(cell) for cell in cells]}
    )
    st.dataframe(frame, hide_index=True, height=min(38 + 35 * len(frame), 380), key=f"cells_{row}")
