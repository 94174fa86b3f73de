"""What only experts need to touch: closed by default, and found by itself otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.data.table import TableCard
from core.deliver.knobs import GUARDS, NET, members_of
from core.learn.recipe import Recipe
from core.learn.search.settings import BY_NAME
from core.words import N_
from pages.shared import beforehand, search
from pages.shared.desk import Desk
from pages.shared.language import plain, t

OPTIMIZERS = {"": N_("automatic"), "adamw": "AdamW", "adam": "Adam", "sgd": "SGD"}
ATTACKS = {
    "none": N_("None"),
    "fgsm": N_("One step (FGSM)"),
    "pgd": N_("Several steps (PGD)"),
}
Changes = dict[str, Any]


def panel(desk: Desk, card: TableCard, recipe: Recipe) -> None:
    """The whole panel; what is changed goes to the desk.

    Args:
        desk: where the choices lie.
        card: of the table.
        recipe: what the choices come to so far.
    """
    with st.expander(t("For experts"), key=f"experts_{desk.table}"):
        st.caption(t("Nothing here must be touched. An empty field is chosen by the size of the data and the device."))
        texts = [name for name in recipe.task.features if card.schema[name].kind == "text"]
        netted = "net" in members_of(desk.draft.members)
        rooms = _rooms(desk, card, recipe, texts, netted)
        changes: Changes = {}
        for tab, room in zip(st.tabs([plain(title) for title, _ in rooms]), rooms, strict=True):
            with tab:
                changes |= room[1]()
        if changes:
            desk.choose(**changes)
            st.rerun()


def _rooms(desk: Desk, card: TableCard, recipe: Recipe, texts: list[str], netted: bool) -> list[tuple[str, Any]]:
    """Titles of the tabs with what draws them and answers with what was changed."""
    rooms: list[tuple[str, Any]] = []
    if netted:
        rooms.append((N_("Neural net"), lambda: _net(desk)))
    rooms.append((N_("Against over-fitting"), lambda: _guards(desk, recipe, netted)))
    if netted:
        rooms.append((N_("Search for settings"), lambda: _search(desk)))
    if texts:
        rooms.append((N_("Texts"), lambda: beforehand.encoder(desk, texts)))
    if netted:
        rooms.append((N_("Learning beforehand"), lambda: beforehand.pretraining(desk, card, recipe)))
    rooms.append((N_("Classes and chance"), lambda: _rest(desk, recipe)))
    return rooms


def _net(desk: Desk) -> Changes:
    sides = st.columns(3)
    net = _knobs(desk, NET, sides)
    with sides[len(NET) % 3]:
        chosen = st.selectbox(
            t("Optimizer"),
            list(OPTIMIZERS),
            list(OPTIMIZERS).index(desk.draft.net.optimizer or ""),
            format_func=lambda one: plain(OPTIMIZERS[one]),
            key=f"net_optimizer_{desk.table}",
        )
    return _changed(desk, {**net, "optimizer": chosen or None})


def _guards(desk: Desk, recipe: Recipe, netted: bool) -> Changes:
    st.markdown(
        t(
            "Always on: a learner stops where rows held back get no better (early stopping), so that it does not learn "
            "by heart, and the blend is weighed on rows its learners never met. Below 25,000 rows each learner is made "
            "in five turns, each without another fifth of the rows (an ensemble)."
        )
    )
    if not netted:
        st.caption(t("What can be set here is for the neural net, which is not among the learners."))
        return {}
    chosen = _knobs(desk, GUARDS, st.columns(3))
    return _changed(desk, {**chosen, **_attack(desk, recipe)})


def _attack(desk: Desk, recipe: Recipe) -> Changes:
    """Adversarial training: which, how far, and what may never move."""
    st.markdown(
        t(
            "**Adversarial training**: while the net learns, its rows are nudged where it is most easily misled, "
            "inside each column's range. Small errors in a file then change its answers less; it may be a little less "
            "exact."
        )
    )
    attack = st.segmented_control(
        t("How inputs are moved"),
        list(ATTACKS),
        default=desk.draft.net.attack or "none",
        format_func=lambda one: plain(ATTACKS[one]),
        key=f"net_attack_{desk.table}",
        required=True,
        label_visibility="collapsed",
    )
    if attack not in ("fgsm", "pgd"):
        return {"attack": None}
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        size = _knob(desk, "attack_size")
        own = [name for name in desk.draft.net.fixed if name in recipe.task.features]
        chosen = st.multiselect(
            t("Columns that are never moved, beside those below"),
            [name for name in recipe.task.features if name not in recipe.net.fixed or name in own],
            own,
            key=f"net_fixed_{desk.table}",
            placeholder=plain(N_("None")),
        )
    always = [name for name in recipe.net.fixed if name not in own]
    if always:
        st.caption(t("Never moved, for nobody can change them or they are sensitive: {names:list}.", names=always))
    return {"attack": attack, "attack_size": size, "fixed": tuple(chosen)}


def _search(desk: Desk) -> Changes:
    asked = search.form(desk.draft.search, desk.draft.net, desk.table or "")
    return {} if asked == desk.draft.search else {"search": asked}


def _rest(desk: Desk, recipe: Recipe) -> Changes:
    changes: Changes = {}
    draft = desk.draft
    if recipe.task.kind != "regression":
        weights = st.checkbox(
            t("Give every class the same weight"),
            draft.class_weights,
            key=f"weights_{desk.table}",
            help=t("A rare class then counts as much as a frequent one; its chances come out too high."),
        )
        if weights != draft.class_weights:
            changes["class_weights"] = weights
    seed = st.number_input(
        t("Seed, 0 to 4294967295"),
        0,
        2**32 - 1,
        draft.seed,
        key=f"seed_{desk.table}",
        width=320,
        help=t("The same data, choices and seed give the same model."),
    )
    if seed != draft.seed:
        changes["seed"] = int(seed)
    return changes


def _knobs(desk: Desk, names: Sequence[str], sides: Sequence[Any]) -> Changes:
    found: Changes = {}
    for place, name in enumerate(names):
        with sides[place % len(sides)]:
            found[name] = _knob(desk, name)
    return found


def _knob(desk: Desk, name: str) -> float | int | None:
    """A number, or nothing: then it is chosen by the size of the data and the device."""
    setting = BY_NAME[name]
    now = getattr(desk.draft.net, name)
    kind = int if setting.whole else float
    value = st.number_input(
        t(
            "{setting}, {low:number} to {high:number}",
            setting=plain(setting.title),
            low=setting.low,
            high=setting.high,
        ),
        kind(setting.low),
        kind(setting.high),
        now if now is None else kind(now),
        key=f"net_{name}_{desk.table}",
        format="%d" if setting.whole else "%g",
        help=t(setting.meaning),
        placeholder=plain(N_("automatic")),
    )
    return None if value is None else kind(value)


def _changed(desk: Desk, net: Changes) -> Changes:
    """Nothing where the settings are those of before."""
    now = desk.draft.net
    if all(value == getattr(now, name) for name, value in net.items()):
        return {}
    return {"net": replace(now, **net)}
