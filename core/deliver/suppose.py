"""What the command line asks of an open model: other cells for a case, and the ways to a wanted answer."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from core.data.names import find_column, unknown_column
from core.data.table import ReadOptions, Schema
from core.deliver.command import Out, file_of, reading_of, run_of, wall
from core.deliver.later import read_later
from core.deliver.opened import Opened, opened
from core.deliver.whatif import VERDICTS, likely
from core.deliver.work import pick
from core.engines.base import Run
from core.engines.limits import limits
from core.errors import Problem
from core.whatif.answer import Interval, Moved, Support, Told, WhatIf
from core.whatif.scenario import Cell, Scenario
from core.words import N_, Message, say

if TYPE_CHECKING:
    import pandas as pd

    from core.whatif.ways import Aim, Way, Ways

SECONDS = 2.0
"""For the reasons of each version, and for the ways, at most."""
REASONS = 8
"""The largest that are said."""
NUMBER = re.compile(r"\s*(>=|<=)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?)\s*")


def whatif(options: argparse.Namespace, out: Out) -> None:
    """``whatif``: what the model says of a case with other cells."""
    from core.whatif.ask import what_if
    from core.whatif.start import changed

    run = run_of(options.run)
    held = opened(run.folder)
    start = _case(run, held, options, out)
    changes = dict(_change(one, held.model.schema) for one in options.set)
    after = changed(start, Scenario(changes=changes), held.model.schema)
    found = what_if(held.basis, start, after, seconds=SECONDS)
    if options.json:
        out.json({"run": str(run.folder), "row": options.row, "changes": changes, **_whatif(found, out.language)})
    else:
        out.answer(_whatif_lines(found, out.language))


def counterfactual(options: argparse.Namespace, out: Out) -> None:
    """``counterfactual``: the smallest changes of a case that lead to another answer."""
    from core.whatif.counterfactual import ways
    from core.whatif.ways import Limit

    run = run_of(options.run)
    held = opened(run.folder)
    start = _case(run, held, options, out)
    aim = _aim(held, start, options.want)
    fixed = tuple(Limit(_column(name, held.model.schema), "no") for name in options.fix)
    found = ways(held.basis, start, aim, fixed, seconds=SECONDS)
    if options.json:
        out.json({"run": str(run.folder), "row": options.row, **_ways(found, held.model.classes, out.language)})
    else:
        out.answer(_ways_lines(found, held.model.classes, out.language))


def _case(run: Run, held: Opened, options: argparse.Namespace, out: Out) -> pd.DataFrame:
    """The row asked about, typed: of the run's table, or of another file."""
    if options.file is None:
        return held.rows([options.row])
    from core.data.conform import conform
    from core.whatif.start import NO_ROW

    file, asked = file_of(options.file), msgspec.convert(reading_of(options), ReadOptions)
    with wall(limits(run.request())):
        raw, _ = read_later(run, Path(file["path"]), file["name"], asked)
    row, found = conform(pick(raw, [options.row]), held.model.schema)
    for one in found:
        if one.severity != "note":
            out.tell("{message}", message=one.message)
    return row.set_axis([NO_ROW])


def _change(said: str, schema: Schema) -> tuple[str, Cell]:
    """``COL=VALUE``; a name may hold the sign itself, so the longest that is a column counts."""
    signs = [at for at, sign in enumerate(said) if sign == "="]
    for at in reversed(signs):
        found = find_column(said[:at], schema)
        if found is not None:
            return found.name, said[at + 1 :] or None
    if not signs:
        raise Problem(N_("“{text}” is no change. Write it like age=40, or age= for no value."), text=said)
    raise unknown_column(said[: signs[0]], schema)


def _column(said: str, schema: Schema) -> str:
    found = find_column(said, schema)
    if found is None:
        raise unknown_column(said, schema)
    return found.name


def _aim(held: Opened, start: pd.DataFrame, want: str | None) -> Aim:
    """What is wanted: a class, or a number at least or at most; two classes: the other one unless said."""
    from core.whatif.ask import answer_of
    from core.whatif.ways import Aim

    classes = held.model.classes
    if not classes:
        found = NUMBER.fullmatch(want or "")
        if found is None:
            raise Problem(N_('Say which number is wanted: --want ">=14" or --want "<=10".'))
        number = float(found[2])
        return Aim(low=number) if found[1] == ">=" else Aim(high=number)
    if want is None and len(classes) == 2:
        now = answer_of(held.model, held.model.predict(start)[0])
        return Aim(next(label for label in classes if label != now))
    if want not in classes:
        raise Problem(N_("Say which answer is wanted, with --want and one of: {labels:list}."), labels=list(classes))
    return Aim(str(want))


def _whatif(found: WhatIf, language: str) -> dict[str, Any]:
    return {
        "classes": list(found.classes),
        "class": found.label or None,
        "before": _told(found.before, found, language),
        "after": _told(found.after, found, language),
        "moved": [msgspec.to_builtins(one) for one in found.moved],
        "plausibility": _support(found.support, language),
        "neighbours": _neighbours(found.support, found.classes),
        "withheld": None if found.withheld is None else say(found.withheld, language),
        "seconds": found.seconds,
    }


def _told(told: Told, found: WhatIf, language: str) -> dict[str, Any]:
    why = told.reasons
    return {
        **_values(told.values, found.classes),
        "answer": told.label or told.values[0],
        "interval": _interval(told.interval, language),
        "base": None if why is None else float(why.base[0]),
        "reasons": None if why is None else dict(zip(why.columns, why.values[0].tolist(), strict=True)),
    }


def _values(values: Sequence[float], classes: Sequence[str]) -> dict[str, Any]:
    if classes:
        return {"probabilities": dict(zip(classes, values, strict=True))}
    return {"prediction": values[0] if values else None}


def _interval(one: Interval, language: str) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(one)
    return {**plain, "note": None if one.note is None else say(one.note, language)}


def _support(support: Support, language: str) -> dict[str, Any]:
    return {
        "verdict": support.verdict,
        "share": support.share,
        "oddities": [
            {"columns": list(one.columns), "hard": one.hard, "message": say(one.message, language)}
            for one in support.oddities
        ],
    }


def _neighbours(support: Support, classes: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "row": one.row,
            "distance": one.distance,
            "truth": one.truth,
            **_values(one.values, classes),
            "differs": {name: list(pair) for name, pair in one.differs.items()},
        }
        for one in support.neighbours
    ]


def _whatif_lines(found: WhatIf, language: str) -> Iterator[str]:
    yield from _version(N_("Before: {answer}"), found.before, found, language)
    if found.withheld is None:
        yield from _version(N_("After: {answer}"), found.after, found, language)
        yield from (_moved(one, found.label, language) for one in found.moved)
    else:
        yield say(N_("After: {answer}"), language, {"answer": found.withheld})
    yield say(N_("How usual: {verdict}"), language, {"verdict": VERDICTS[found.support.verdict]})
    yield from (f"  {say(one.message, language)}" for one in found.support.oddities)
    if found.withheld is None:
        yield from _reasons(found.after, language)
    for near in found.support.neighbours:
        yield say(
            N_("Row {row:number} of the data is alike ({columns:list} differ): in truth {truth}."),
            language,
            {"row": near.row, "columns": list(near.differs)[:4], "truth": near.truth},
        )
    yield say(N_("This is what the model says, and no promise of what would happen."), language)


def _version(text: str, told: Told, found: WhatIf, language: str) -> Iterator[str]:
    yield say(text, language, {"answer": _answer(told.values, told.label, found.classes)})
    yield "  " + say(N_("The truth is likely: {likely}"), language, {"likely": likely(told.interval)})
    if told.interval.note is not None and told.interval.labels:
        yield "  " + say(told.interval.note, language)


def _moved(one: Moved, label: str, language: str) -> str:
    """A change, and by how much it moved a chance in points, or a number."""
    text = N_("{column}, {before} to {after}: moves the answer by {value}")
    value = f"{one.value:+.3g}"
    if label:
        text = N_("{column}, {before} to {after}: moves the chance of “{label}” by {value} points")
        value = f"{100 * one.value:+.3g}"
    facts = {"column": one.column, "before": one.before or None, "after": one.after or None, "label": label}
    return say(text, language, {**facts, "value": value})


def _answer(values: Sequence[float], label: str, classes: Sequence[str]) -> Message:
    if not classes:
        return Message("{number:number}", {"number": values[0]})
    return Message(N_("“{label}” (chances: {chances:list})"), {"label": label, "chances": _chances(values, classes)})


def _chances(values: Sequence[float], classes: Sequence[str]) -> list[Message]:
    text = N_("“{label}” {chance:percent}")
    return [Message(text, {"label": name, "chance": value}) for name, value in zip(classes, values, strict=True)]


def _reasons(told: Told, language: str) -> Iterator[str]:
    why = told.reasons
    if why is None:
        return
    yield say(N_("Reasons after the change:"), language)
    for at in abs(why.values[0]).argsort()[::-1][:REASONS]:
        if why.values[0, at]:
            yield f"  {why.columns[at]} = {why.cells[at][0] or '–'}: {why.values[0, at]:+.3g}"


def _ways(found: Ways, classes: Sequence[str], language: str) -> dict[str, Any]:
    aim: dict[str, Any] = msgspec.to_builtins(found.aim)
    return {
        "aim": aim,
        "ways": [_way(one, classes, language) for one in found.ways],
        "best": None if found.best is None else _way(found.best, classes, language),
        "note": None if found.note is None else say(found.note, language),
        "tried": found.tried,
        "seconds": found.seconds,
    }


def _way(way: Way, classes: Sequence[str], language: str) -> dict[str, Any]:
    return {
        "changes": way.changes,
        **_values(way.values, classes),
        "cost": way.cost,
        "reaches": way.reaches,
        "plausibility": _support(way.support, language),
    }


def _ways_lines(found: Ways, classes: Sequence[str], language: str) -> Iterator[str]:
    for at, one in enumerate(found.ways):
        yield say(N_("Way {n:count}: {changes:list}"), language, {"n": at + 1, "changes": _changes(one)})
        yield "  " + say(N_("The model then answers {answer}."), language, {"answer": _said(one, classes)})
    if found.note is not None:
        yield say(found.note, language)
    if found.best is not None:
        facts = {"changes": _changes(found.best), "answer": _said(found.best, classes)}
        yield say(N_("The nearest to it is {changes:list}; the model then answers {answer}."), language, facts)
    yield say(N_("This is what the model says, and no promise of what would happen."), language)


def _changes(way: Way) -> list[Message]:
    return [Message(N_("{column} = {cell}"), {"column": name, "cell": cell}) for name, cell in way.changes.items()]


def _said(way: Way, classes: Sequence[str]) -> Message:
    if not classes:
        return Message("{number:number}", {"number": way.values[0]})
    return Message("{chances:list}", {"chances": _chances(way.values, classes)})
