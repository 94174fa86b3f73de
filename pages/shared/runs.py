"""An owner's runs as lines: open, rename, delete."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import values
from core.domains import domains
from core.domains.domain import Domain
from core.engines.base import Phase, Run, State
from core.errors import Problem
from core.learn.evaluation import Evaluation
from core.words import N_
from pages.shared import results, rooms, show
from pages.shared.desk import recipe_of
from pages.shared.language import literal, plain, t, tell
from pages.shared.trust import badges

PHASES: dict[Phase, tuple[str, str]] = {
    "queued": ("gray", N_("waiting")),
    "running": ("blue", N_("running")),
    "done": ("green", N_("finished")),
    "stopped": ("orange", N_("stopped")),
    "failed": ("red", N_("failed")),
    "interrupted": ("red", N_("interrupted")),
}


@dataclass(frozen=True)
class Line:
    """What a list shows of a training run."""

    run: Run
    name: str
    domain: Domain
    goal: str
    state: State
    created: float


def lines(limit: int | None = None) -> list[Line]:
    """The owner's training runs, newest first; a damaged one is left out of lists."""
    found: list[Line] = []
    for run in rooms.store().runs():
        line = _line(run)
        if line is not None:
            found.append(line)
        if limit is not None and len(found) == limit:
            break
    return found


def _line(run: Run) -> Line | None:
    try:
        request = run.request()
        if request.verb != "train":
            return None
        recipe = recipe_of(run)
        domain = domains().get(recipe.domain)
        if domain is None:
            return None
        return Line(run, request.name, domain, str(recipe.task.goal), run.state(), request.created)
    except (Problem, OSError, KeyError):
        return None


def show_line(line: Line, *, rename: bool = False) -> None:
    """One run: what it is, how it stands, what can be done with it."""
    key = line.run.id
    with st.container(border=True, key=f"run_{key}"):
        words, doors = st.columns([5, 2], vertical_alignment="center")
        with words:
            colour, phase = PHASES[line.state.phase]
            st.markdown(
                f"**{literal(line.name)}**\u2002·\u2002{t(line.domain.title)}\u2002{show.badge(plain(phase), colour)}"
            )
            st.caption(_summary(line))
            if line.run.usable and badges.button(line.run):
                open_run(line, "trust")
        with doors, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            if st.button(t("Open"), key=f"open_{key}"):
                open_run(line)
            _more(line, rename)


def open_run(line: Line, step: str = "") -> None:
    """Goes to the run on its field's page; to its quality, or its training, unless a step is named."""
    step = step or ("quality" if (line.run.folder / "evaluation.json").exists() else "train")
    st.switch_page(f"pages/{line.domain.key}.py", query_params={"step": step, "run": line.run.id})


def _summary(line: Line) -> str:
    when = plain("{day:date}", day=show.moment(line.created))
    path = line.run.folder / "evaluation.json"
    if path.exists():
        evaluation = values.read(path, Evaluation)
        if not evaluation.verdict:
            return when
        return f"{when}\u2002·\u2002{tell(results.worded(evaluation.verdict[0], line.run, evaluation))}"
    if line.state.message is not None:
        return f"{when}\u2002·\u2002{tell(line.state.message)}"
    return when


def _more(line: Line, rename: bool) -> None:
    key = line.run.id
    with st.popover("⋯", help=t("More"), key=f"more_{key}"):
        if rename:
            name = st.text_input(t("Name of the model"), line.name, key=f"name_{key}", max_chars=80)
            st.button(t("Rename"), key=f"rename_{key}", on_click=show.guarded, args=(_rename, line.run, name))
        st.caption(t("Deleting removes the model and all that was made with it. It cannot be undone."))
        st.button(t("Delete this model"), key=f"delete_{key}", on_click=show.guarded, args=(_delete, line.run))


def _rename(run: Run, name: str) -> None:
    if name.strip():
        rooms.store().rename(run.id, name.strip())


def _delete(run: Run) -> None:
    rooms.store().delete_run(run.id)
