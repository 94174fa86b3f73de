"""The answer to a changed case, drawn as light HTML: it stands in the page the moment it is known.

A plotly figure is mounted anew at every change, which flickers and takes longer than the answer itself; bars made of a
few boxes change in place. Text in them is shown literally. ``style`` comes first, once a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.explain.kin import Neighbour
from core.explain.sentences import Case, Part
from core.plots.explain import NUMBER, Scale
from core.plots.inputs import HIGH, WIDE
from core.plots.theme import Theme, fade, literal
from core.whatif.answer import Interval, Moved, Support, Verdict
from core.words import N_

CLASSES, ROWS = 8, 8
"""Classes and changes that get a line of their own."""
REASONS = 7

VERDICTS: dict[Verdict, str] = {
    "outside": N_("outside"),
    "unusual": N_("unusual"),
    "usual": N_("usual"),
}

_STYLE = """
.vw { --up: %(up)s; --down: %(down)s; --main: %(main)s; --quiet: %(quiet)s; --grid: %(grid)s; --soft: %(soft)s;
  font-size: 0.93rem; line-height: 1.35; }
.vw p { margin: 0 0 0.35rem; } .vw ul { margin: 0 0 0.35rem; padding-left: 1.2rem; } .vw b { font-weight: 650; }
.vw small, .vw .q { color: var(--quiet); font-size: 0.85rem; }
.vw-row { display: grid; grid-template-columns: minmax(5rem, 34%%) 1fr 7rem; gap: 0.1rem 0.6rem;
  align-items: center; min-height: 1.85rem; }
.vw-row > :last-child { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.vw-name { overflow-wrap: anywhere; }
.vw-track { position: relative; height: 0.95rem; background: var(--soft); border-radius: 3px; }
.vw-track i { position: absolute; top: 0; bottom: 0; border-radius: 3px; }
.vw-track .bar { background: var(--main); } .vw-track .was { width: 3px; top: -0.15rem; bottom: -0.15rem;
  background: var(--quiet); } .vw-track .cut { width: 0; border-left: 2px dashed var(--quiet); top: -0.3rem;
  bottom: -0.3rem; border-radius: 0; }
.vw-track .up { background: var(--up); } .vw-track .down { background: var(--down); }
.vw-track .span { background: color-mix(in srgb, var(--main) 28%%, transparent); }
.vw-track .dot { width: 0.95rem; margin-left: -0.475rem; border-radius: 50%%; background: var(--main); }
.vw-track.old .dot { background: var(--quiet); } .vw-track.old .span { background: var(--grid); }
.vw-track.bare { background: linear-gradient(var(--grid), var(--grid)) center / 100%% 1px no-repeat; }
.vw-gauge { display: grid; grid-template-columns: 1fr 1fr 2fr; gap: 3px; margin: 0.2rem 0 0.4rem; }
.vw-gauge span { border-top: 6px solid var(--grid); padding-top: 0.2rem; font-size: 0.85rem; color: var(--quiet); }
.vw-gauge span.on { color: inherit; font-weight: 650; border-top-color: var(--main); }
.vw-gauge span.on.outside { border-top-color: var(--up); } .vw-gauge span.on.unusual { border-top-color: #c9920a; }
.vw table { border-collapse: collapse; width: 100%%; font-size: 0.88rem; margin: 0.2rem 0 0.4rem; }
.vw th, .vw td { text-align: left; padding: 0.3rem 0.5rem 0.3rem 0.3rem; border-bottom: 1px solid var(--grid);
  vertical-align: top; overflow-wrap: break-word; } .vw th { font-weight: 600; color: var(--quiet); }
.vw td.changed { background: color-mix(in srgb, var(--main) 14%%, transparent); font-weight: 650; }
.vw-fields { display: grid; gap: 0.95rem; }
.vw-field { display: grid; grid-template-columns: 1fr auto; row-gap: 0.3rem; align-items: center; }
.vw-field > :first-child { grid-column: 1 / -1; }
.vw-box { display: flex; min-width: 0; overflow: hidden; border: 1px solid var(--st-border-color, %(grid)s);
  border-radius: 8px; background: var(--st-secondary-background-color, %(soft)s); }
.vw-box:focus-within { border-color: %(main)s; box-shadow: 0 0 0 1px %(main)s; }
.vw-box :is(input, select, textarea) { flex: 1 1 auto; min-width: 0; width: 100%%; min-height: 2.5rem;
  padding: 0 0.75rem; border: 0; background: transparent; color: inherit; font: inherit; outline: 0;
  color-scheme: %(scheme)s; }
.vw-box textarea { padding: 0.5rem 0.75rem; resize: vertical; } .vw-box [hidden] { display: none; }
.vw-box select option { background: %(paper)s; color: %(ink)s; }
.vw-box input[type="number"] { appearance: textfield; -moz-appearance: textfield; }
.vw-box input::-webkit-inner-spin-button { appearance: none; margin: 0; }
.vw-box button, .vw-back { border: 0; background: transparent; color: inherit; font: inherit; cursor: pointer;
  min-width: 2.1rem; min-height: 2.1rem; border-radius: 6px; }
:is(.vw-box button, .vw-back):is(:hover, :focus-visible) { color: %(main)s; }
.vw-back { margin-left: 0.4rem; } .vw-back[hidden] { display: none; }
.st-key-whatif_case :is([data-testid="stElementContainer"], summary) { opacity: 1; transition: none; }
.st-key-whatif_case [data-testid="stExpander"] details { border-color: %(grid)s; transition: none; }
.vw-head { display: grid; grid-template-columns: auto 1fr %(wide)dpx; align-items: center; gap: 0.1rem 0.6rem; }
.vw-head .vw-name { font-weight: 600; } .vw-head img { height: %(high)dpx; width: %(wide)dpx; margin: 0; }
.vw-head .mark { border-radius: 999px; padding: 0 0.5rem; font-size: 0.78rem; background: var(--soft); }
.vw-head .why { grid-column: 1 / -1; }
.vw-title { font-weight: 650; margin: 1rem 0 0.3rem; }
[data-testid="stLayoutWrapper"]:has(> .st-key-whatif_head) { position: sticky; top: 3.7rem; z-index: 90;
  background: %(paper)s; border-bottom: 1px solid %(grid)s; }
.st-key-whatif_head .vw-says { padding: 0.3rem 0 0.5rem; margin: 0; font-size: 1.3rem; font-weight: 650; }
.vw-says.none { color: %(quiet)s; } .vw-belief { margin: 0; }
@media (max-width: 640px) { .st-key-whatif_head .vw-says { font-size: 1.1rem; } }
@media (min-width: 900px) { [data-testid="stColumn"]:has(.st-key-whatif_answer) { position: sticky; top: 10rem;
  align-self: flex-start; } }
.vw-wide { overflow-x: auto; }
"""


def style(theme: Theme) -> str:
    """The rules that all drawings here rest on."""
    colours = theme.palette
    rules = _STYLE % {
        "up": colours.raises,
        "down": colours.lowers,
        "main": colours.main,
        "quiet": colours.quiet,
        "grid": colours.grid,
        "paper": colours.paper,
        "ink": colours.ink,
        "scheme": "dark" if theme.dark else "light",
        "soft": fade(colours.quiet, 0.12),
        "wide": WIDE,
        "high": HIGH,
    }
    return f"<style>{rules}</style>"


def chances(
    names: Sequence[str], before: Sequence[float], after: Sequence[float], theme: Theme, cut: dict[int, float]
) -> str:
    """A line for each class: its chance now as a bar, what it was as a mark.

    Args:
        names: of the classes, as the reader knows them.
        before: (n_classes,) probabilities.
        after: the same of the changed case.
        theme: appearance and language.
        cut: by place of a class, the chance from which it is the answer.
    """
    order = sorted(range(len(names)), key=lambda place: -max(before[place], after[place]))
    shown = sorted(order[:CLASSES]) if len(names) > CLASSES + 1 else list(range(len(names)))
    lines = [_chance(names[at], before[at], after[at], theme, cut.get(at)) for at in shown]
    rest = [at for at in order if at not in shown]
    if rest:
        name = theme.say(N_("{n:count} others"), n=len(rest))
        lines.append(_chance(name, sum(before[at] for at in rest), sum(after[at] for at in rest), theme, None))
    return _box(lines)


def _chance(name: str, before: float, after: float, theme: Theme, cut: float | None) -> str:
    marks = f'<i class="bar" style="left:0;width:{100 * after:.2f}%"></i>'
    now, was = (theme.say("{x:percent}", x=chance) for chance in (after, before))
    moved = now != was
    if moved:
        marks += f'<i class="was" style="left:calc({100 * before:.2f}% - 1px)"></i>'
    if cut is not None:
        marks += f'<i class="cut" style="left:{100 * min(cut, 1):.2f}%"></i>'
    earlier = theme.say(N_("was {x:percent}"), x=before)
    said = f"<b>{now}</b> <small>{earlier}</small>" if moved else f"<b>{now}</b>"
    return _row(literal(name), f'<span class="vw-track">{marks}</span>', said)


def numbers(before: tuple[float, Interval], after: tuple[float, Interval], theme: Theme, unit: str) -> str:
    """Two lines on one scale: the number before and now, each with its interval."""
    ends = [end for value, span in (before, after) for end in (value, span.low, span.high) if end is not None]
    low, high = min(ends), max(ends)
    pad = 0.08 * (high - low) or 1.0
    low, high = low - pad, high + pad
    names = (theme.say(N_("Before")), theme.say(N_("Now")))
    pairs = zip(names, (before, after), (" old", ""), strict=True)
    return _box([_number(name, value, span, (low, high), theme, (unit, look)) for name, (value, span), look in pairs])


def _number(
    name: str, value: float, span: Interval, ends: tuple[float, float], theme: Theme, form: tuple[str, str]
) -> str:
    unit, look = form
    marks = ""
    if span.low is not None and span.high is not None:
        left, right = _share(span.low, ends), _share(span.high, ends)
        marks = f'<i class="span" style="left:{left:.2f}%;width:{right - left:.2f}%"></i>'
    marks += f'<i class="dot" style="left:{_share(value, ends):.2f}%"></i>'
    said = f"<b>{theme.say('{x:number}', x=_short(value))}</b> {literal(unit)}"
    return _row(name, f'<span class="vw-track bare{look}">{marks}</span>', said)


def moves(moved: Sequence[Moved], theme: Theme, scale: Scale = NUMBER) -> str:
    """What each change did to the answer: to the right of the middle it raised it, to the left it lowered it."""
    shown = list(moved[:ROWS]) if len(moved) > ROWS + 1 else list(moved)
    rest = list(moved[len(shown) :])
    lines = [(_change(one, theme), one.value) for one in shown]
    if rest:
        lines.append((theme.say(N_("{n:count} other changes"), n=len(rest)), sum(one.value for one in rest)))
    most = max((abs(value) for _, value in lines), default=0.0) or 1.0
    return _box([_diverging(name, value, most, theme, scale) for name, value in lines])


def _change(one: Moved, theme: Theme) -> str:
    cells = [literal(cell, 26) or theme.say(N_("missing")) for cell in (one.before, one.after)]
    return f"{literal(one.column)}<br><small>{cells[0]} → {cells[1]}</small>"


def _diverging(name: str, value: float, most: float, theme: Theme, scale: Scale) -> str:
    width = 50 * abs(value) / most
    left = 50.0 if value > 0 else 50 - width
    side = "up" if value > 0 else "down"
    marks = f'<i class="{side}" style="left:{left:.2f}%;width:{width:.2f}%"></i>'
    return _row(name, f'<span class="vw-track bare">{marks}</span>', scale.effect(value, theme))


def reasons(case: Case, theme: Theme, scale: Scale = NUMBER) -> str:
    """One case from the average answer to its own: each bar begins where the one above ended."""
    places = [case.base]
    for part in case.parts:
        places.append(places[-1] + part.value)
    low, high = min(places), max(places)
    ends = (low, high) if high > low else (low - 0.5, high + 0.5)
    first, last = theme.say(N_("average answer")), theme.say(N_("this answer"))
    base, answer = scale.answer(case.base, theme), scale.answer(case.prediction, theme)
    lines = [
        _row(f'<span class="q">{first}</span>', _point(case.base, ends), base),
        *(_step(part, start, ends, theme, scale) for part, start in zip(case.parts, places, strict=False)),
        _row(f"<b>{last}</b>", _point(case.prediction, ends), f"<b>{answer}</b>"),
    ]
    return _box(lines)


def _point(value: float, ends: tuple[float, float]) -> str:
    at = _share(value, ends)
    return f'<span class="vw-track bare"><i class="was" style="left:calc({at:.2f}% - 1.5px)"></i></span>'


def _step(part: Part, start: float, ends: tuple[float, float], theme: Theme, scale: Scale) -> str:
    if part.column:
        cell = literal(part.cell, 24) or theme.say(N_("missing"))
        name = f"{literal(part.column)} = {cell}"
    else:
        name = theme.say(N_("{n:count} other columns"), n=part.count)
    one, two = sorted((_share(start, ends), _share(start + part.value, ends)))
    side = "up" if part.value > 0 else "down"
    bar = f'<i class="{side}" style="left:{one:.2f}%;width:{max(two - one, 0.4):.2f}%"></i>'
    return _row(name, f'<span class="vw-track bare">{bar}</span>', scale.effect(part.value, theme))


@dataclass(frozen=True)
class Kin:
    """A real case near the changed one, in words."""

    neighbour: Neighbour
    truth: str
    answer: str


def usual(support: Support, kin: Sequence[Kin], theme: Theme) -> str:
    """How usual a case is: the gauge, what is odd about it, and the real cases nearest to it."""
    asked = theme.say(N_("How usual is such a case?"))
    parts = [_gauge(support, theme)]
    if support.oddities:
        odd = "".join(f"<li>{theme.say(one.message.text, **one.message.facts)}</li>" for one in support.oddities)
        parts.append(f"<ul>{odd}</ul>")
    else:
        far = N_("Of the real cases, {share:percent} lie as far from others as this one, or further.")
        parts.append(f"<p>{theme.say(far, share=support.share)}</p>")
    if kin:
        near = theme.say(N_("The nearest real cases:"))
        parts += [f"<p>{near}</p>", _neighbours(kin, theme)]
    return f'<p class="vw-title">{asked}</p>{_box(parts)}'


def _gauge(support: Support, theme: Theme) -> str:
    """Three zones, from outside all that was seen to usual; the case's own is lit."""
    zones = "".join(
        f'<span class="{"on " if verdict == support.verdict else ""}{verdict}">{theme.say(said)}</span>'
        for verdict, said in VERDICTS.items()
    )
    return f'<div class="vw-gauge">{zones}</div>'


def _neighbours(kin: Sequence[Kin], theme: Theme, most: int = 3) -> str:
    """What became of the nearest real cases, and in what they differ."""
    heads = (N_("Data row"), N_("In truth"), N_("The model says"), N_("Differs in"))
    top = "".join(f"<th>{theme.say(head)}</th>" for head in heads)
    return f"<table><tr>{top}</tr>{''.join(_kin(one, theme, most) for one in kin)}</table>"


def _kin(one: Kin, theme: Theme, most: int) -> str:
    pairs = list(one.neighbour.differs.items())[:most]
    gone = theme.say(N_("missing"))
    differs = "; ".join(f"{literal(name)}: {literal(there, 24) or gone}" for name, (_, there) in pairs)
    row = theme.say("{n:count}", n=one.neighbour.row + 1)
    cells = (row, literal(one.truth), literal(one.answer), differs or theme.say(N_("nothing")))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _row(name: str, track: str, said: str) -> str:
    return f'<div class="vw-row"><span class="vw-name">{name}</span>{track}<span>{said}</span></div>'


def _box(lines: Sequence[str]) -> str:
    return f'<div class="vw">{"".join(lines)}</div>'


def _share(value: float, ends: tuple[float, float]) -> float:
    """Percent of the way from the first end to the second."""
    return 100 * (value - ends[0]) / (ends[1] - ends[0])


def _short(value: float) -> float:
    return float(value) if abs(value) >= 1 else round(float(value), 3)


@dataclass(frozen=True)
class Line:
    """One line of scenarios side by side."""

    name: str
    cells: tuple[str, ...]
    """As text, one a scenario."""
    marked: tuple[bool, ...] = ()
    """Which of them differ from their own start."""


def sides(heads: Sequence[str], lines: Sequence[Line], theme: Theme) -> str:
    """Scenarios side by side, a column each; cells that were changed are marked."""
    top = "".join(f"<th>{literal(head, 60)}</th>" for head in ("", *heads))
    rows = "".join(_side(line) for line in lines)
    note = theme.say(N_("Marked: changed."))
    return (
        f'<div class="vw vw-wide"><table><tr>{top}</tr>{rows}</table></div><div class="vw"><small>{note}</small></div>'
    )


def _side(line: Line) -> str:
    marked = line.marked or (False,) * len(line.cells)
    cells = "".join(
        f'<td class="{"changed" if mark else ""}">{literal(cell, 120)}</td>'
        for cell, mark in zip(line.cells, marked, strict=True)
    )
    return f"<tr><th>{literal(line.name, 60)}</th>{cells}</tr>"
