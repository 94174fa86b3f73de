"""Figures of quality: what the model gets right, at every cut-off and at the one in use; errors of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.plots.theme import Theme, blank, fade, literal, mark, with_unit
from core.words import N_, show_count, show_percent

POINTS = 2_000
"""Points in a scatter at most."""
ROOMY, MANY = 7, 12
"""Classes of a crossed table below which shares stand beside the counts, and from which on zeros are left empty."""
LEFT = 0.75
"""Share of the width from which on a mark's name stands at its left, for at its right it would be cut off."""


def roc(alarms: np.ndarray, hits: np.ndarray, theme: Theme, at: tuple[float, float] | None = None) -> go.Figure:
    """Share of events found against share of others named wrongly, over all cut-offs.

    Args:
        alarms: (n,) false alarms among the others, 0 to 1, rising.
        hits: (n,) events found, 0 to 1.
        theme: appearance and language.
        at: the two shares at the cut-off in use.
    """
    figure = _square(theme)
    _guess(figure, [0, 1], [0, 1], theme)
    _curve(figure, alarms, hits, theme)
    _point(figure, at, theme)
    figure.update_xaxes(title_text=theme.say(N_("Others named wrongly (false alarms)")))
    figure.update_yaxes(title_text=theme.say(N_("Found, of all there are")))
    return figure


def precision_recall(
    recall: np.ndarray, precision: np.ndarray, share: float, theme: Theme, at: tuple[float, float] | None = None
) -> go.Figure:
    """How often a named case is right against how many are found; ``share`` is what guessing would reach."""
    figure = _square(theme)
    _guess(figure, [0, 1], [share, share], theme)
    _curve(figure, recall, precision, theme)
    _point(figure, at, theme, above=True)
    figure.update_xaxes(title_text=theme.say(N_("Found, of all there are")))
    figure.update_yaxes(title_text=theme.say(N_("Right, of those named")))
    return figure


def lift(named: np.ndarray, found: np.ndarray, share: float, theme: Theme, at: float | None = None) -> go.Figure:
    """Share of events found when the most likely cases are looked at first.

    Args:
        named: (n,) share of all cases looked at, 0 to 1.
        found: (n,) share of events among them.
        share: share of events among all: a perfect order finds all of them after that share of cases.
        theme: appearance and language.
        at: the share of cases that the cut-off in use names.
    """
    figure = _square(theme)
    _guess(figure, [0, 1], [0, 1], theme)
    figure.add_scatter(
        x=[0, share, 1],
        y=[0, 1, 1],
        mode="lines",
        hoverinfo="skip",
        line={"color": theme.palette.grid, "width": 1.5, "dash": "dash"},
    )
    _curve(figure, named, found, theme)
    if at is not None:
        _point(figure, (at, float(np.interp(at, named, found))), theme)
    figure.update_xaxes(title_text=theme.say(N_("Cases looked at, most likely first")))
    figure.update_yaxes(title_text=theme.say(N_("Found, of all there are")))
    return figure


def calibration(
    said: np.ndarray, seen: np.ndarray, low: np.ndarray, high: np.ndarray, n: np.ndarray, theme: Theme
) -> go.Figure:
    """What the model said against what came true, in groups of cases, with 95% intervals.

    Args:
        said: (groups,) mean probability, 0 to 1.
        seen: (groups,) share that came true.
        low: (groups,) lower end of its interval.
        high: (groups,) upper end.
        n: (groups,) cases.
        theme: appearance and language.
    """
    figure = _square(theme)
    _guess(figure, [0, 1], [0, 1], theme)
    facts = [
        theme.say(
            N_("said {said:percent}, came true {seen:percent} ({low:percent} to {high:percent}), {n:count} cases"),
            said=s,
            seen=t,
            low=a,
            high=b,
            n=k,
        )
        for s, t, a, b, k in zip(said, seen, low, high, n, strict=True)
    ]
    figure.add_scatter(
        x=said,
        y=seen,
        mode="lines+markers",
        text=facts,
        hovertemplate="%{text}<extra></extra>",
        line={"color": fade(theme.palette.main, 0.45), "width": 1.5},
        marker={"size": 9, "color": theme.palette.main},
        error_y={
            "type": "data",
            "array": np.maximum(high - seen, 0),
            "arrayminus": np.maximum(seen - low, 0),
            "color": fade(theme.palette.main, 0.5),
            "thickness": 2,
            "width": 0,
        },
    )
    figure.update_xaxes(title_text=theme.say(N_("Chance the model gave")))
    figure.update_yaxes(title_text=theme.say(N_("Share that came true")))
    return figure


def confusion(counts: np.ndarray, labels: Sequence[str], theme: Theme) -> go.Figure:
    """Counts of what was true against what the model said; darker where a larger share of the row.

    Args:
        counts: (classes, classes); rows are the truth, columns the answer.
        labels: (classes,) in the file's own words.
        theme: appearance and language.
    """
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [literal(label, 18) for label in labels]
    figure = blank(theme, 140 + max(56, 200 // len(names)) * len(names) if len(names) < MANY else 200 + 17 * len(names))
    places = list(range(len(names)))
    figure.add_heatmap(
        z=shares,
        x=places,
        y=places,
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=3,
        ygap=3,
        colorscale=[[0, fade(theme.palette.main, 0.06)], [1, fade(theme.palette.main, 0.5)]],
        hoverinfo="skip",
        text=_counted(counts, shares, theme),
        texttemplate="%{text}",
        textfont={
            "size": max(8, theme.points + (4 if len(names) < 5 else -len(names) // 6)),
            "color": theme.palette.ink,
        },
    )
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": names, "showgrid": False}
    if len(names) >= MANY:
        ticks["tickfont"] = {"size": 11, "color": theme.palette.quiet}
    figure.update_xaxes(**ticks, side="top", title_text=theme.say(N_("The model said")), title_standoff=8)
    figure.update_yaxes(**ticks, autorange="reversed", title_text=theme.say(N_("It was")))
    return figure


def _counted(counts: np.ndarray, shares: np.ndarray, theme: Theme) -> list[list[str]]:
    """What stands in the cells of a crossed table: one text a cell, for a note a cell takes minutes at forty classes.

    The count, with its share of the row where there is room for it; zeros are left empty among many.
    """
    many, roomy = len(counts) >= MANY, len(counts) < ROOMY
    small = f"<br><span style='font-size:{theme.points - 2}px'>"
    texts = []
    for row in range(len(counts)):
        said = ["" if many and not count else show_count(float(count), theme.language) for count in counts[row]]
        if roomy:
            beside = [f"{small}{show_percent(share, theme.language)}</span>" for share in shares[row]]
            said = [text + more for text, more in zip(said, beside, strict=True)]
        texts.append(said)
    return texts


def chances(truth: np.ndarray, p: np.ndarray, names: tuple[str, str], cutoff: float, theme: Theme) -> go.Figure:
    """How the probabilities of the two groups lie, as shares of each group, with the cut-off as a line.

    Args:
        truth: (n,) True where the event came.
        p: (n,) probability of the event.
        names: the other class, the event.
        cutoff: from where the answer is the event.
        theme: appearance and language.
    """
    edges = np.linspace(0, 1, 26)
    figure = blank(theme, 300, legend=True)
    colours = (theme.palette.second, theme.palette.main)
    for name, keep, colour in zip(names, (~truth, truth), colours, strict=True):
        counts = np.histogram(p[keep], edges)[0]
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts / max(counts.sum(), 1),
            width=np.diff(edges),
            name=literal(name),
            marker={"color": fade(colour, 0.6), "line": {"width": 0}},
            customdata=counts,
            hovertemplate="%{y:.1%} (%{customdata})<extra>%{fullData.name}</extra>",
        )
    figure.add_vline(x=cutoff, line={"color": theme.palette.ink, "width": 1.5, "dash": "dot"})
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_xaxes(title_text=theme.say(N_("Chance the model gave")), range=[0, 1], tickformat=".0%", nticks=6)
    figure.update_yaxes(title_text=theme.say(N_("Share of the group")), tickformat=".0%", nticks=4)
    return figure


def against(truth: np.ndarray, said: np.ndarray, unit: str, theme: Theme, seed: int = 0) -> go.Figure:
    """True numbers against the model's, a point a case (at most 2,000, drawn by ``seed``); on the line it is right."""
    keep = _some(len(truth), seed)
    figure = blank(theme, 420)
    ends = [float(min(truth.min(), said.min())), float(max(truth.max(), said.max()))] if len(truth) else [0.0, 1.0]
    _guess(figure, ends, ends, theme)
    _dots(figure, said[keep], truth[keep], theme)
    figure.update_xaxes(title_text=with_unit(theme.say(N_("The model said")), unit), showgrid=True)
    figure.update_yaxes(title_text=with_unit(theme.say(N_("It was")), unit))
    return figure


def residuals(said: np.ndarray, misses: np.ndarray, unit: str, theme: Theme, seed: int = 0) -> go.Figure:
    """How far off the answer was over the answer itself: a slope or a fan says that something is left unlearned."""
    keep = _some(len(said), seed)
    figure = blank(theme, 360)
    _dots(figure, said[keep], misses[keep], theme)
    figure.add_hline(y=0, line={"color": theme.palette.quiet, "width": 1, "dash": "dot"})
    figure.update_xaxes(title_text=with_unit(theme.say(N_("The model said")), unit))
    figure.update_yaxes(title_text=with_unit(theme.say(N_("True minus said")), unit))
    return figure


def errors(edges: np.ndarray, counts: np.ndarray, unit: str, theme: Theme) -> go.Figure:
    """Cases per size of error: (bins + 1,) edges and (bins,) counts."""
    figure = blank(theme, 280)
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=np.diff(edges),
        marker={"color": fade(theme.palette.main, 0.85), "line": {"color": theme.palette.paper, "width": 1}},
        hovertemplate="%{x:.3g}: %{y}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": theme.palette.quiet, "width": 1, "dash": "dot"})
    figure.update_xaxes(title_text=with_unit(theme.say(N_("True minus said")), unit))
    figure.update_yaxes(title_text=theme.say(N_("Cases")), nticks=5)
    return figure


def _square(theme: Theme) -> go.Figure:
    figure = blank(theme, 380)
    shares = {"range": [-0.02, 1.02], "tickformat": ".0%", "nticks": 6, "showgrid": True}
    figure.update_xaxes(**shares)
    figure.update_yaxes(**shares)
    return figure


def _guess(figure: go.Figure, x: Sequence[float], y: Sequence[float], theme: Theme) -> None:
    line = {"color": theme.palette.quiet, "width": 1, "dash": "dot"}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip")


def _curve(figure: go.Figure, x: np.ndarray, y: np.ndarray, theme: Theme) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": theme.palette.main, "width": 2.5},
        fill="tozeroy",
        fillcolor=fade(theme.palette.main, 0.07),
        hovertemplate="%{x:.1%}, %{y:.1%}<extra></extra>",
    )


def _point(figure: go.Figure, at: tuple[float, float] | None, theme: Theme, *, above: bool = False) -> None:
    if at is not None:
        left = at[0] > LEFT  # there a name stands beneath: above it, a falling curve would run through it
        mark(figure, at[0], at[1], theme.say(N_("your cut-off")), theme, above=above and not left, left=left)


def _dots(figure: go.Figure, x: np.ndarray, y: np.ndarray, theme: Theme) -> None:
    figure.add_trace(
        go.Scatter(
            x=x.astype(np.float32),
            y=y.astype(np.float32),
            mode="markers",
            marker={"size": 6, "color": fade(theme.palette.main, 0.45)},
            hovertemplate="%{x:.3g}, %{y:.3g}<extra></extra>",
        )
    )


def _some(rows: int, seed: int) -> np.ndarray:
    if rows <= POINTS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, POINTS, replace=False))
