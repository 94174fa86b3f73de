"""One case: why it got its answer, in sentences, in its own words and as a waterfall that adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.data import keep
from core.deliver.ask.reasons import Reasoned
from core.explain import sentences
from core.explain.cells import text
from core.explain.explanation import Explanation, Phrase
from core.explain.spelled import spelled
from core.plots import words
from core.plots.waterfall import waterfall
from core.words import N_
from pages.shared import cases, chart, results, show
from pages.shared.language import plain, t, together
from pages.shared.reasons import alike, checked, other, told
from pages.shared.reasons.scene import Scene


def case(scene: Scene, found: Explanation | None) -> None:
    """Why did one case get its answer?"""
    chart.title(t("Why did one case get its answer?"))
    row = cases.choose(scene.desk, scene.run, scene.card, scene.evaluation)
    if row is None:
        return
    label = _label(scene)
    made = told.asked(scene, (row,), label) or _stored(found, row, label)
    if made is None:
        return
    if scene.withheld:
        st.markdown(f"{told.truth(scene, row)}\n\n{told.lines(scene, made.told[0][:1])}")
        st.caption(t("Its reasons are withheld, as said above."))
    else:
        _said(scene, made, row)
        _texts(scene, made.explanation, row)
        _waterfall(scene, made.explanation)
    _onward(scene, row)
    if not scene.withheld:
        _other(scene, row, made.explanation.labels[0])
    with st.expander(t("Which real cases are most like it?"), key=f"alike_{scene.run.id}", on_change="rerun") as near:
        if near.open:
            show.guarded(alike.kin, scene, row)
    with st.expander(t("Everything the file says of this case"), key=f"all_{scene.run.id}", on_change="rerun") as every:
        if every.open:
            _cells(scene, row)


def _other(scene: Scene, row: int, label: str) -> None:
    with st.expander(t("Why this one and not that one?"), key=f"other_{scene.run.id}", on_change="rerun") as there:
        if there.open:
            show.guarded(other.compare, scene, row, label)


def _label(scene: Scene) -> str | None:
    """The class to explain where there are several; None leaves it to the answer given."""
    if scene.evaluation.task != "multiclass":
        return None
    given = plain(N_("the class the model says"))
    chosen = st.selectbox(
        t("Explain the chance of"),
        ["", *scene.evaluation.classes],
        format_func=lambda label: label or given,
        key=f"label_{scene.run.id}",
        width=320,
    )
    return chosen or None


def _stored(found: Explanation | None, row: int, label: str | None) -> Reasoned | None:
    """What the overall reasons know of a row; no sentence, for none was tested."""
    if found is None or row not in found.rows:
        return None
    at = int(np.flatnonzero(found.rows == row)[0])
    if label is not None and found.labels[at] != label:
        return None
    one = results.some(found, np.arange(len(found.rows)) == at)
    return Reasoned(one, ((sentences.answered(sentences.case(one, 0)),),))


# -- in words ---------------------------------------------------------------------------------------------------------


def _said(scene: Scene, made: Reasoned, row: int) -> None:
    st.markdown(f"{told.truth(scene, row)}\n\n{told.lines(scene, made.told[0])}")


def _texts(scene: Scene, made: Explanation, row: int) -> None:
    """The texts of the case with the words that move the answer marked."""
    phrases = made.phrases[0] if len(made.phrases) else ()
    for name in dict.fromkeys(phrase.column for phrase in phrases):
        cell = made.cells[made.columns.index(name)][0]
        if not cell.strip():
            continue
        own = [phrase for phrase in phrases if phrase.column == name]
        with st.container(border=True, key=f"text_{row}_{made.columns.index(name)}", gap="small"):
            theme = show.theme()
            st.markdown(t("**What it says in {column}**", column=name))
            whole = words.is_long(cell) and st.toggle(t("Show the whole text"), key=f"whole_{row}_{name}")
            with st.container(height=420 if whole else "content", border=False):
                st.html(words.marked(cell, own, theme, scene.scale, whole=whole))
            st.html(words.legend(theme, plain(N_("raises the answer")), plain(N_("lowers it"))))
            _strongest(scene, own, made.columns.index(name))


def _strongest(scene: Scene, phrases: list[Phrase], place: int) -> None:
    """The words by how far they move the answer, where that is opened."""
    key = f"strongest_{scene.run.id}_{place}"
    with st.expander(t("The words that move it most"), key=key, type="compact", on_change="rerun") as part:
        if not part.open:
            return
        spoken = sorted((one for one in phrases if one.text.strip()), key=lambda one: -abs(one.value))
        if not spoken:
            st.caption(t("No single word moves it."))
            return
        columns = [plain(N_("Words")), plain(N_("Moves the answer by"))]
        frame = pd.DataFrame([(one.text, one.value) for one in spoken], columns=columns)
        answer = t("“{phrase}” moves it most, by {value}.", phrase=spoken[0].text, value=scene.moved(spoken[0].value))
        chart.figure("", answer, words.bars(phrases, show.theme(), scene.scale), key=f"words_{place}", frame=frame)


# -- as a waterfall ---------------------------------------------------------------------------------------------------


def _waterfall(scene: Scene, made: Explanation) -> None:
    shown = spelled(made, 0)
    if shown.gap > told.MOST * max(1.0, abs(shown.prediction)):
        st.warning(together([told.adds_up(scene, shown), t("So the chart is withheld.")]))
        return
    drawn = waterfall(shown, show.theme(), scene.scale)
    chart.figure("", told.adds_up(scene, shown), drawn, key="waterfall", frame=_parts(made))
    checked.beside(scene)
    st.caption(told.precision(scene, made))


def _parts(made: Explanation) -> pd.DataFrame:
    every = sentences.case(made, 0, top=len(made.columns)).parts
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


def _onward(scene: Scene, row: int) -> None:
    if st.button(t("Change this case"), key=f"change_{scene.run.id}", type="primary"):
        st.query_params[cases.ADDRESS] = str(row)
        scene.desk.go("whatif")


def _cells(scene: Scene, row: int) -> None:
    cells = keep.frame(scene.desk.store.table_folder(scene.card.id), rows=[row]).iloc[0]
    frame = pd.DataFrame(
        {plain(N_("Column")): cells.index, plain(N_("Value")): ["" if pd.isna(cell) else text(cell) for cell in cells]}
    )
    st.dataframe(frame, hide_index=True, height=min(38 + 35 * len(frame), 380), key=f"cells_{row}")
