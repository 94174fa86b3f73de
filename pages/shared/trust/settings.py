"""What the audits are asked with: the sensitive columns, the cut-off in force, the rows; and the button."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.data.propose import propose
from core.data.table import TableCard
from core.deliver.audits import NO_ROWS, NO_ROWS_OF_GROUP, Audited, group_of
from core.engines.base import Run
from core.learn.evaluation import Evaluation
from core.words import N_
from pages.shared import cut, pill, results, show
from pages.shared.desk import Desk, recipe_of
from pages.shared.language import plain, t
from pages.shared.trust import held

ASKABLE = ("number", "category", "date", "constant")
"""Kinds of columns that make groups."""


@dataclass(frozen=True)
class Scene:
    """Whose model is audited, on which cases, at which cut-off."""

    desk: Desk
    run: Run
    card: TableCard
    evaluation: Evaluation
    cutoff: float | None
    group: str = ""
    """Address of the group; empty for everybody."""
    rows: int = 0
    """Of the group that the model has not seen."""


def scene(desk: Desk, run: Run, card: TableCard) -> Scene:
    """The model on the desk, with the group of its pill."""
    evaluation, group = results.evaluation(run), pill.pill(desk, card)
    seen = results.predictions(run)["row"].to_numpy()
    inside = seen if group is None else seen[np.isin(seen, pill.rows_of(desk, run, group))]
    return Scene(desk, run, card, evaluation, cut.cutoff(run, evaluation), group_of(group), len(inside))


def sensitive(scene: Scene, audited: Audited | None) -> tuple[str, ...]:
    """The columns chosen now, before or without the field in which they are chosen."""
    given = _given(scene, audited)
    chosen = st.session_state.get(_key(scene, audited), given)
    return tuple(name for name in scene.card.schema.names if name in chosen)


def form(scene: Scene, audited: Audited | None, label: str) -> None:
    """Lets the analyst choose, says what holds, and starts the audits.

    Args:
        scene: the model.
        audited: verdicts that are there already.
        label: of the button, as Markdown.
    """
    names = _offered(scene)
    chosen = st.multiselect(
        t("Sensitive columns: is the model as good for everyone?"),
        names,
        [name for name in _given(scene, audited) if name in names],
        key=_key(scene, audited),
        placeholder=plain(N_("None")),
        wrap=True,
    )
    if not chosen:
        st.caption(
            t(
                "Without a sensitive column nothing can be asked about differences between groups of people; all other "
                "audits run."
            )
        )
    st.markdown(_holds(scene))
    if not scene.rows:
        st.info(t(NO_ROWS_OF_GROUP if scene.group else NO_ROWS))
        return
    key = f"trust_start_{scene.run.id}"
    st.button(label, key=key, type="primary", on_click=show.guarded, args=(_start, scene, tuple(chosen)))


def _holds(scene: Scene) -> str:
    """On which rows, and at which cut-off."""
    said = t(
        "{n:count} audits are made on {rows:count} {rows:row/rows} that the model has not seen; that takes from some "
        "seconds to some minutes.",
        n=len(held.asked()),
        rows=scene.rows,
    )
    if scene.cutoff is None:
        return said
    named = t(
        "A case is named from a chance of {cutoff:percent} on, as set under Quality.", cutoff=min(scene.cutoff, 1.0)
    )
    return f"{said} {named}"


def _start(scene: Scene, chosen: tuple[str, ...]) -> None:
    held.start(scene.desk, scene.run, scene.group, chosen, scene.cutoff)


def _offered(scene: Scene) -> list[str]:
    """Columns that make groups; those that the field knows as sensitive first."""
    target = recipe_of(scene.run).task.goal.column
    known = propose(scene.card, scene.desk.domain).sensitive
    asked = recipe_of(scene.run).task.sensitive
    names = [one.name for one in scene.card.schema.columns if one.kind in ASKABLE or one.name in asked]
    return [name for name in dict.fromkeys((*asked, *known, *names)) if name in names and name != target]


def _given(scene: Scene, audited: Audited | None) -> tuple[str, ...]:
    """Those of the last audits, else those named with the goal."""
    return recipe_of(scene.run).task.sensitive if audited is None else audited.sensitive


def _key(scene: Scene, audited: Audited | None) -> str:
    """Of the field: new verdicts bring their own columns into it."""
    made = 0.0 if audited is None else audited.created
    return f"trust_sensitive_{scene.run.id}_{made}"
