"""One case as a waterfall that adds up: from the average answer, a bar a column, to the case's own."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core.explain.sentences import Case, Part
from core.explain.spelled import BESIDE
from core.plots.explain import NUMBER, Scale, tints
from core.plots.theme import Theme, apart, blank, literal, rows_height, with_unit
from core.words import N_

TICKS = 7
"""On an axis of chances, at most."""
NAME, FULL = 20, 80
"""Characters of a column's name beside its bar, and where the bar is pointed at."""
PAD = 0.2
"""Of the width, beside the bars, for their figures."""
ENDS = (N_("average answer {x}"), N_("this answer {x}"))
BETWEEN = (N_("that answer {x}"), N_("this answer {x}"))
"""The same between two cases."""


def waterfall(case: Case, theme: Theme, scale: Scale = NUMBER, ends: tuple[str, str] = ENDS) -> go.Figure:
    """One case from the mean answer to its own, a bar a part, so that it adds up; a thin line is the standard error.

    Args:
        case: what is drawn; of two cases compared, its base is the other's answer.
        theme: appearance and language.
        scale: what an answer is.
        ends: what the first and the last answer are called, with ``{x}``.
    """
    steps = np.array([part.value for part in case.parts]) * scale.factor
    short = apart([part.column for part in case.parts], NAME)
    names = [_cell(part, name, theme) for part, name in zip(case.parts, short, strict=True)]
    places = list(range(len(steps)))
    starts = case.base * scale.factor + np.concatenate([[0.0], np.cumsum(steps)])
    figure = blank(theme, rows_height(len(steps), 38, 120))
    figure.add_bar(
        x=steps,
        y=places,
        base=starts[:-1],
        orientation="h",
        marker={"color": tints(steps, theme), "cornerradius": 3},
        customdata=[
            f"{_cell(part, literal(part.column, FULL), theme)}<br>{_with_error(part, theme, scale)}"
            for part in case.parts
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_scatter(
        x=[x for place in places[:-1] for x in (starts[place + 1], starts[place + 1], None)],
        y=[y for place in places[:-1] for y in (place - 0.3, place + 1.3, None)],
        mode="lines",
        hoverinfo="skip",
        line={"color": theme.palette.grid, "width": 1.5},
    )
    errors = np.array([part.error for part in case.parts]) * scale.factor
    _whiskers(figure, starts[1:], errors, theme)
    _figures(figure, starts[1:] + np.where(steps > 0, errors, -errors), case, theme, scale)
    _ends(figure, starts, len(steps), theme, scale, ends)
    pad = PAD * max(float(np.ptp(starts)), 1e-9)
    reach = (float(starts.min() - pad), float(starts.max() + pad))
    title = theme.say(N_("Chance")) if scale.chance else with_unit(theme.say(N_("The answer")), scale.unit)
    marks = percents(*reach)
    texts = [scale.answer(percent / 100, theme) for percent in marks]
    ticks = {"tickvals": marks, "ticktext": texts} if scale.chance else {"nticks": 7}
    figure.update_xaxes(title_text=title, range=reach, **ticks)
    figure.update_yaxes(tickmode="array", tickvals=places, ticktext=names, range=[len(steps) + 0.15, -0.95])
    figure.update_yaxes(showgrid=False)
    figure.update_layout(margin={"t": 34})
    return figure


def percents(low: float, high: float) -> list[float]:
    """Round percentages for the ticks of chances: none below 0 or above 100, though the figure reaches further.

    >>> percents(-12.0, 58.0)
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    """
    step = next((step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if (high - low) / step <= TICKS), 25)
    first, last = np.ceil(max(low, 0) / step), np.floor(min(high, 100) / step)
    return [round(float(place * step), 1) for place in np.arange(first, last + 1)]


def _cell(part: Part, name: str, theme: Theme) -> str:
    if not part.column:
        return theme.say(N_("{n:count} other columns"), n=part.count)
    cell = literal(part.cell, 18 if BESIDE not in part.cell else 31) or theme.say(N_("missing"))
    return f"{name} = {cell}"


def _with_error(part: Part, theme: Theme, scale: Scale) -> str:
    error = float(f"{part.error * scale.factor:.2g}")
    return theme.say(N_("{value} (standard error {error:number})"), value=scale.effect(part.value, theme), error=error)


def _whiskers(figure: go.Figure, ends: np.ndarray, errors: np.ndarray, theme: Theme) -> None:
    """How exactly the length of each bar is known, as a thin line about its end."""
    figure.add_scatter(
        x=ends,
        y=list(range(len(ends))),
        mode="markers",
        marker={"size": 1, "opacity": 0},
        hoverinfo="skip",
        error_x={"type": "data", "array": errors, "color": theme.palette.ink, "thickness": 1, "width": 3},
    )


def _figures(figure: go.Figure, ends: np.ndarray, case: Case, theme: Theme, scale: Scale) -> None:
    """What each bar comes to, beyond its whisker."""
    figure.add_scatter(
        x=ends,
        y=list(range(len(ends))),
        mode="text",
        text=[f"\u2002{scale.effect(part.value, theme)}\u2002" for part in case.parts],
        textposition=["middle right" if part.value > 0 else "middle left" for part in case.parts],
        cliponaxis=False,
        hoverinfo="skip",
    )


def _ends(
    figure: go.Figure, starts: np.ndarray, steps: int, theme: Theme, scale: Scale, names: tuple[str, str]
) -> None:
    first = theme.say(names[0], x=scale.answer(starts[0] / scale.factor, theme))
    last = theme.say(names[1], x=scale.answer(starts[-1] / scale.factor, theme))
    width = max(float(np.ptp(starts)), 1e-9)
    for at, span, text in ((0, (0.3, -0.75), first), (-1, (steps - 1.3, steps - 0.45), last)):
        _end(figure, starts[at], (starts[at] - starts.min()) / width, span, text, theme)


def _end(figure: go.Figure, value: float, share: float, span: tuple[float, float], text: str, theme: Theme) -> None:
    """A named end of the waterfall; ``share`` of the width lies at its left, and its name keeps inside the figure."""
    colours = theme.palette
    line = {"color": colours.quiet, "width": 1, "dash": "dot"}
    figure.add_scatter(x=[value] * 2, y=list(span), mode="lines", line=line, hoverinfo="skip")
    up = "bottom" if span[1] < span[0] else "top"
    side = "left" if share < 0.2 else "right" if share > 0.8 else "center"
    figure.add_annotation(
        x=value, y=span[1], text=text, showarrow=False, xanchor=side, yanchor=up, font={"color": colours.ink}
    )
