"""The search for settings of the net: asked for by experts, seen live, and shown when it is done."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.engines.base import Event
from core.errors import Problem
from core.learn.model import Trial
from core.learn.recipe import Net, Search
from core.learn.search.settings import BY_NAME, SETTINGS, Setting, parse
from core.learn.search.trials import chosen, mattered, varied
from core.plots import search as plots
from core.words import N_
from pages.shared import chart, show
from pages.shared.language import plain, t

WAYS = {
    "off": N_("Off"),
    "optuna": N_("Smart search (Optuna)"),
    "grid": N_("Grid"),
}
MOST_TRIALS = 1_000
SHARES = (10, 90)
"""Per cent of the time that a search may be given."""
BESIDE = 3
"""Trials in the table beside the one chosen."""
_FACTS = ("trial", "loss", "epochs", "seconds", "best", "reached", "unseen")
"""Numbers of an event that are no settings."""


# -- asked for --------------------------------------------------------------------------------------------------------


def form(now: Search | None, net: Net, key: str) -> Search | None:
    """The search that an expert asks for; None for none.

    Args:
        now: what was asked for so far; comes back while a field of the grid holds what cannot be.
        net: settings that are fixed; they are not searched.
        key: unique on the page.
    """
    before = now or Search()
    way = st.segmented_control(
        t("Search for better settings of the neural net"),
        list(WAYS),
        default=now.method if now else "off",
        required=True,
        format_func=lambda name: plain(WAYS[str(name)]),
        key=f"search_way_{key}",
        help=t("Settings are tried one after another, before the net itself is trained. Most data need no search."),
    )
    if way not in ("optuna", "grid"):
        return None
    with st.container(key=f"search_{key}", gap="small"):
        st.caption(_explained(str(way)))
        trials, share = _limits(before, key)
        grid = _grid(before, net, trials, key) if way == "grid" else {}
    if grid is None:
        return now
    return Search("grid" if way == "grid" else "optuna", trials, share, grid)


def _explained(way: str) -> str:
    if way == "grid":
        return t("Every combination of the values you name is tried, in an order drawn at random.")
    return t(
        "Optuna begins with the usual settings, tries others where trials were good, and gives up early on those that "
        "fall behind."
    )


def _limits(before: Search, key: str) -> tuple[int, float]:
    """Trials, and the share of the time; what was asked for elsewhere, beyond the fields' ends, stays untouched."""
    left, right = st.columns(2)
    many = min(max(1, before.trials), MOST_TRIALS)
    part = min(max(SHARES[0], round(100 * before.share)), SHARES[1])
    label = t("Trials at most, 1 to {most:count}", most=MOST_TRIALS)
    trials = left.number_input(label, 1, MOST_TRIALS, many, key=f"search_trials_{key}")
    label = t("Share of the training time (%)")
    percent = right.slider(label, *SHARES, part, step=5, key=f"search_share_{key}")
    return (
        before.trials if trials == many else int(trials),
        before.share if percent == part else percent / 100,
    )


def _grid(before: Search, net: Net, trials: int, key: str) -> dict[str, tuple[float, ...]] | None:
    """The values by setting; None while one cannot be."""
    st.caption(t("Write the values to try, parted by commas. Empty fields are not varied; all empty is a usual grid."))
    useful = [setting for setting in SETTINGS if setting.name != "attack_size" or net.attack not in (None, "none")]
    open_ = [setting for setting in useful if getattr(net, setting.name) is None]
    sides = st.columns(2)
    found = {}
    for place, setting in enumerate(open_):
        with sides[place % 2]:
            found[setting.name] = _values(setting, before.grid.get(setting.name, ()), key)
    fixed = [plain(setting.title) for setting in useful if setting not in open_]
    if fixed:
        st.caption(t("Fixed, so not varied: {names:list}.", names=fixed))
    if any(values is None for values in found.values()):
        st.caption(t("Until this is put right, the search stays as it was."))
        return None
    unseen = {name: values for name, values in before.grid.items() if name not in found}
    grid = {name: values for name, values in found.items() if values}
    if grid:
        st.caption(_counted(math.prod(len(values) for values in grid.values()), trials))
    return {**unseen, **grid}


def _counted(combinations: int, trials: int) -> str:
    if combinations <= trials:
        return t("{n:count} {n:combination/combinations}.", n=combinations)
    return t(
        "{n:count} combinations, of which {trials:count}, drawn at random, are tried.", n=combinations, trials=trials
    )


def _values(setting: Setting, now: Sequence[float], key: str) -> tuple[float, ...] | None:
    written = st.text_input(
        t(setting.title),
        ", ".join(str(int(value)) if float(value).is_integer() else repr(value) for value in now),
        key=f"search_{setting.name}_{key}",
        placeholder=setting.example,
        help=t(setting.meaning),
    )
    try:
        return parse(written, setting)
    except Problem as problem:
        show.trouble(problem)
        return None


# -- seen -------------------------------------------------------------------------------------------------------------


def trials(events: Sequence[Event]) -> tuple[Trial, ...]:
    """The trials that the events of a run tell of, in order."""
    return tuple(_trial(event.numbers) for event in events if event.kind == "trial")


def live(events: Sequence[Event], key: str) -> bool:
    """Shows the trials while a search is under way; False, and nothing, before its first trial and after its last.

    Args:
        events: of the run so far.
        key: unique on the page.
    """
    seen = [event.kind for event in events if event.kind in ("trial", "epoch")]
    if not seen or seen[-1] != "trial":
        return False
    tried = trials(events)
    answer = _best(tried)
    drawn = plots.trials(tried, show.theme())
    st.plotly_chart(drawn, theme=None, key=f"trying_{key}", config={"displayModeBar": False}, alt=chart.bare(answer))
    st.markdown(answer)
    return True


def shown(tried: Sequence[Trial], key: str) -> None:
    """Shows what a search came to: its trials, the best of them, and which setting mattered; nothing without trials.

    Args:
        tried: the trials in order.
        key: unique on the page.
    """
    if not tried:
        return
    question = t("Which settings of the neural net were tried?")
    drawn = plots.trials(tried, show.theme())
    chart.figure(question, _best(tried), drawn, key=f"trials_{key}", frame=_frame(tried))
    _table(tried, key)
    shares = mattered(tried)
    if shares:
        drawn = plots.settings(tried, shares, show.theme())
        chart.figure(t("Which setting mattered?"), _most(shares), drawn, key=f"settings_{key}")


def _trial(numbers: Mapping[str, float | None]) -> Trial:
    settings: dict[str, float | str] = {
        name: value for name, value in numbers.items() if name not in _FACTS and value is not None
    }
    return Trial(
        settings,
        numbers.get("loss"),
        int(numbers.get("epochs") or 0),
        numbers.get("seconds") or 0.0,
        numbers.get("reached"),
        numbers.get("unseen"),
    )


def _best(tried: Sequence[Trial]) -> str:
    place = chosen(tried)
    if place is None:
        return t("None of {n:count} {n:trial/trials} was finished so far.", n=len(tried))
    best = tried[place]
    return t(
        "Of {n:count} {n:trial/trials}, number {place:count} is the choice. Its error was {loss:number} when it was "
        "tried, and {unseen:number} on other rows, kept apart to check the best ones: the lowest there.",
        n=len(tried),
        place=place + 1,
        loss=best.loss,
        unseen=best.unseen,
    )


def _most(shares: Mapping[str, float]) -> str:
    name, share = next(iter(shares.items()))
    if share < 0.1:
        return t("No setting stands out: by itself, none goes with the differences between trials.")
    return t(
        "{name} most: {share:percent} of the differences between trials go with it. Settings were varied together, so "
        "this is a hint, not a proof.",
        name=_title(name),
        share=round(share, 2),
    )


def _table(tried: Sequence[Trial], key: str) -> None:
    """The chosen trial, the next best and the first, a column each."""
    best = chosen(tried)
    ended = [place for _, place in sorted((one.loss, at) for at, one in enumerate(tried) if one.loss is not None)]
    if best is None:
        return
    others = [place for place in ended if place not in (best, 0)][: BESIDE - 1]
    places = list(dict.fromkeys([best, *others, *([0] if 0 in ended else [])]))
    names = list(dict.fromkeys(name for place in places for name in tried[place].settings))
    frame = pd.DataFrame({plain(N_("Setting")): [*map(_title, names), *map(plain, _ERRORS)]})
    for place in places:
        head = N_("Chosen: trial {n:count}") if place == best else N_("Trial {n:count}")
        frame[plain(head, n=place + 1)] = _cells(tried[place], names)
    chart.table(frame, key=f"trials_table_{key}", alt=plain(N_("The best trials and their settings")))
    _meanings(names)


_ERRORS = (N_("Error of the trial"), N_("Error on other rows"))


def _cells(trial: Trial, names: Sequence[str]) -> list[str]:
    values = [trial.settings.get(name) for name in names]
    return [show.number(None if value is None else float(value)) for value in (*values, trial.loss, trial.unseen)]


def _title(name: str) -> str:
    return plain(BY_NAME[name].title) if name in BY_NAME else name


def _meanings(names: Sequence[str]) -> None:
    with st.popover(t("What do these settings mean?"), type="tertiary"):
        for name in names:
            if name in BY_NAME:
                st.markdown(f"**{t(BY_NAME[name].title)}**: {t(BY_NAME[name].meaning)}")
        st.caption(
            t(
                "Only trials that set a record are measured on other rows, which judge no trial: what wins among many "
                "has also been lucky. A smart search begins with the usual settings."
            )
        )


def _frame(tried: Sequence[Trial]) -> pd.DataFrame:
    """Every trial with its settings, those that were varied first."""
    names = dict.fromkeys([*varied(tried), *(name for trial in tried for name in trial.settings)])
    rows = [
        {
            plain(N_("Trial")): place,
            plain(N_("Error")): trial.loss,
            plain(N_("Lowest error until it was given up")): trial.reached if trial.loss is None else None,
            plain(N_("Error on other rows")): trial.unseen,
            plain(N_("Passes")): trial.epochs,
            plain(N_("Seconds")): round(trial.seconds, 2),
            **{_title(name): trial.settings.get(name) for name in names},
        }
        for place, trial in enumerate(tried, 1)
    ]
    return pd.DataFrame(rows)
