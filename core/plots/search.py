"""Figures of the search for settings: the trials one after another, and the loss against each setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.learn.model import Trial
from core.learn.search.settings import BY_NAME
from core.learn.search.trials import best_so_far, chosen, varied
from core.plots.theme import Theme, blank, fade
from core.words import N_

COLUMNS = 3
"""Panels beside each other."""
PANEL = 190
"""Pixels."""
FEW = 4
"""Values of a setting that are all named on its axis."""
SHOWN = 9
"""Settings at most, each a panel."""


def trials(tried: Sequence[Trial], theme: Theme) -> go.Figure:
    """Loss by trial, with the settings at hand as a step line; trials that were given up are faint."""
    colours = theme.palette
    figure = blank(theme, 320, legend=True)
    figure.add_scatter(
        x=list(range(1, len(tried) + 1)),
        y=best_so_far(tried),
        name=theme.say(N_("Best so far")),
        mode="lines",
        line={"color": colours.main, "width": 2.5, "shape": "hv"},
        hoverinfo="skip",
    )
    ended = [place for place, trial in enumerate(tried) if trial.loss is not None]
    dropped = [place for place, trial in enumerate(tried) if trial.loss is None and trial.reached is not None]
    for places, name, colour in (
        (dropped, theme.say(N_("Given up early")), fade(colours.second, 0.45)),
        (ended, theme.say(N_("Finished")), colours.second),
    ):
        _dots(figure, tried, places, name, colour, theme)
    best = chosen(tried)
    if best is not None:
        _dots(figure, tried, [best], theme.say(N_("Chosen")), colours.raises, theme, size=13)
    figure.update_xaxes(
        title_text=theme.say(N_("Trial")), dtick=1 if len(tried) < 12 else None, range=(0.5, len(tried) + 0.5)
    )
    figure.update_yaxes(title_text=theme.say(N_("Error (loss), rows held back")), nticks=6)
    return figure


def settings(tried: Sequence[Trial], shares: Mapping[str, float], theme: Theme) -> go.Figure:
    """The loss of finished trials against each setting that was varied, a panel each.

    Args:
        tried: the trials.
        shares: how much goes with each setting (0 to 1), from ``core.learn.search.trials.mattered``; panels are in its
            order, and say it.
        theme: appearance and language.
    """
    done = [trial for trial in tried if trial.loss is not None]
    names = [*shares, *(name for name in varied(done) if name not in shares)][:SHOWN]
    rows = max(1, -(-len(names) // COLUMNS))
    figure = blank(theme, 40 + PANEL * rows)
    if not names:
        return figure
    looks = {axis: figure.layout[axis].to_plotly_json() for axis in ("xaxis", "yaxis")}
    figure.set_subplots(
        rows=rows,
        cols=min(COLUMNS, len(names)),
        shared_yaxes=True,
        horizontal_spacing=0.06,
        vertical_spacing=min(0.3, 0.4 / rows),
        subplot_titles=[_title(name, shares, theme) for name in names],
    )
    figure.update_xaxes(looks["xaxis"]).update_yaxes(looks["yaxis"], nticks=4)
    figure.update_annotations(font={"size": theme.points, "color": theme.palette.ink})
    best = chosen(tried)
    for place, name in enumerate(names):
        where = {"row": place // COLUMNS + 1, "col": place % COLUMNS + 1}
        _panel(figure, done, None if best is None else tried[best], name, where, theme)
    for row in range(1, rows + 1):
        figure.update_yaxes(title_text=theme.say(N_("Error (loss)")), row=row, col=1)
    figure.update_layout(margin={"t": 36})
    return figure


def _panel(
    figure: go.Figure, done: Sequence[Trial], best: Trial | None, name: str, where: dict[str, int], theme: Theme
) -> None:
    colours = theme.palette
    done = sorted(done, key=lambda trial: trial is best)  # drawn last, it lies on top
    figure.add_scatter(
        x=[trial.settings.get(name) for trial in done],
        y=[trial.loss for trial in done],
        mode="markers",
        marker={
            "size": [13 if trial is best else 8 for trial in done],
            "color": [colours.raises if trial is best else colours.main for trial in done],
            "opacity": 0.85,
            "line": {"width": 0},
        },
        showlegend=False,
        text=[hover(trial, theme) for trial in done],
        hovertemplate="%{text}<extra></extra>",
        **where,
    )
    tried = sorted({float(trial.settings[name]) for trial in done})
    # A logarithm has no place for 0, which some settings may be.
    logarithmic = name in BY_NAME and BY_NAME[name].log and tried[0] > 0
    ticks = _ticks(tried) if logarithmic or len(tried) <= FEW else {"nticks": 5}
    figure.update_xaxes(type="log" if logarithmic else "linear", **ticks, **where)


def _ticks(tried: Sequence[float]) -> dict[str, object]:
    """A few of the values that were tried, which say more than powers of ten."""
    shown = tried if len(tried) <= FEW else [tried[0], tried[len(tried) // 2], tried[-1]]
    return {"tickmode": "array", "tickvals": list(shown), "ticktext": [f"{value:.3g}" for value in shown]}


def _title(name: str, shares: Mapping[str, float], theme: Theme) -> str:
    title = theme.say(BY_NAME[name].title) if name in BY_NAME else name
    if name not in shares:
        return title
    return theme.say(N_("{name}: {share:percent}"), name=title, share=round(shares[name], 2))


def _dots(
    figure: go.Figure, tried: Sequence[Trial], places: list[int], name: str, colour: str, theme: Theme, size: int = 9
) -> None:
    if not places:
        return
    figure.add_scatter(
        x=[place + 1 for place in places],
        y=[tried[place].reached if tried[place].loss is None else tried[place].loss for place in places],
        name=name,
        mode="markers",
        marker={"size": size, "color": colour},
        text=[hover(tried[place], theme) for place in places],
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )


def hover(trial: Trial, theme: Theme) -> str:
    """A trial's loss and settings, a line each."""
    loss = trial.reached if trial.loss is None else trial.loss
    first = theme.say(N_("Error {x:number}, {n:count} {n:pass/passes}"), x=loss, n=trial.epochs)
    lines = [
        theme.say(N_("{setting} {x:number}"), setting=theme.say(BY_NAME[name].title) if name in BY_NAME else name, x=x)
        for name, x in trial.settings.items()
    ]
    return "<br>".join([first, *lines])
