"""What was learnt elsewhere or before: pretrained encoders of texts, rows without an answer, earlier models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core.data.table import TableCard
from core.engines.base import Run
from core.errors import Problem
from core.learn.recipe import Encoder, Pretraining, Recipe
from core.words import N_
from pages.shared import results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t

TUNINGS = {
    "frozen": N_("As it is (frozen)"),
    "lora": N_("Small additions learn (LoRA)"),
    "full": N_("All of it learns"),
}
TUNED = {
    "frozen": N_("Fastest, and right for few texts."),
    "lora": N_("Slower; a little of the encoder bends to your texts."),
    "full": N_("Slowest; needs many texts, and best a GPU."),
}
ADAPTED = {"full": N_("All of it learns on"), "adapters": N_("Only small parts learn on")}
MANY = 200
"""Rows without an answer from which on they are worth mentioning."""
LOOKED = 30
"""Earlier runs that are looked at."""


def encoder(desk: Desk, texts: list[str]) -> dict[str, Any]:
    """A pretrained encoder of the text columns; what changed."""
    st.markdown(
        t(
            "Texts are read as words and pieces of words, which needs nothing else. A pretrained language model often "
            "reads short texts better. Text columns used: {names:list}.",
            names=texts,
        )
    )
    now = desk.draft.encoder
    name = st.text_input(
        t("Folder of a pretrained encoder, or its name on the hub"),
        "" if now is None else now.name,
        key=f"encoder_{desk.table}",
        placeholder="/models/bge-small-en",
        help=t(
            "A folder on the computer that runs Vitrine, not on yours: it holds config.json, a tokenizer and "
            "model.safetensors. A name on the hub is fetched by that computer. Leave it empty to do without."
        ),
    ).strip()
    if not name:
        return {"encoder": None} if now is not None else {}
    if Path(name).is_absolute() and not Path(name).is_dir():
        st.warning(
            t(
                "There is no encoder folder {name}. Give the folder that holds config.json and model.safetensors, or "
                "the name of a model on the hub.",
                name=name,
            )
        )
    tuning = st.radio(
        t("How it is used"),
        list(TUNINGS),
        list(TUNINGS).index(now.tuning if now is not None else "frozen"),
        format_func=lambda one: plain(TUNINGS[one]),
        captions=[plain(TUNED[one]) for one in TUNINGS],
        key=f"tuning_{desk.table}",
        horizontal=True,
    )
    asked = Encoder(name, tuning)  # type: ignore[arg-type]
    return {} if asked == now else {"encoder": asked}


def unanswered(card: TableCard, recipe: Recipe) -> int:
    """Rows without an answer."""
    profile = card.profiles.get(recipe.task.goal.column)
    return 0 if profile is None else profile.missing


def pretraining(desk: Desk, card: TableCard, recipe: Recipe) -> dict[str, Any]:
    """What the net learns before the answers; what changed."""
    now = desk.draft.pretraining or Pretraining()
    spare = unanswered(card, recipe)
    rows = st.checkbox(
        t("First learn what rows look like: cells are hidden, and the net guesses them"),
        now.rows,
        key=f"pretrain_{desk.table}",
        help=t("It helps where many rows have no answer. A net from scratch is trained too, and both are compared."),
    )
    st.caption(
        t("{n:count} of {all:count} rows have no answer; they can be learned from in this way.", n=spare, all=card.rows)
        if spare
        else t("Every row has an answer, so there are no others to learn from.")
    )
    start = _start(desk, recipe, now.start)
    tuning: str = now.tuning
    if rows or start:
        tuning = st.segmented_control(
            t("Then, on the rows with answers"),
            list(ADAPTED),
            default=str(now.tuning),
            format_func=lambda one: plain(ADAPTED[one]),
            key=f"adapted_{desk.table}",
            required=True,
        )
    asked = Pretraining(rows, start, tuning) if rows or start else None  # type: ignore[arg-type]
    return {} if asked == desk.draft.pretraining else {"pretraining": asked}


def _start(desk: Desk, recipe: Recipe, now: str) -> str:
    """The folder of an earlier model; empty for none."""
    models = {str(run.folder.resolve()): run for run in _earlier(desk, recipe)}
    if not models:
        st.caption(t("No earlier model of yours has a neural net with the same columns to start from."))
        return ""
    choices = ["", *models]
    return st.selectbox(
        t("Start from an earlier model of yours with the same columns"),
        choices,
        choices.index(now) if now in choices else 0,
        format_func=lambda one: _named(models[one]) if one else plain(N_("From scratch")),
        key=f"start_{desk.table}",
        help=t("For instance a model of another school, hospital or bank: it is tuned on these rows."),
    )


def _earlier(desk: Desk, recipe: Recipe) -> list[Run]:
    wanted = set(recipe.task.features)
    return [run for run in desk.store.runs()[:LOOKED] if run.usable and _fits(run, wanted)]


def _fits(run: Run, wanted: set[str]) -> bool:
    """Whether a run's model has a net and learned from the same columns."""
    try:
        made = results.evaluation(run)
    except (Problem, OSError):
        return False
    return set(made.columns) == wanted and any(one.name.startswith("net") and one.weight > 0 for one in made.members)


def _named(run: Run) -> str:
    request = run.request()
    return f"{request.name} ({plain('{day:date}', day=show.moment(request.created))})"
