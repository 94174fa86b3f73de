"""Reports of every shape, made by hand: all pictures, pale cells, many groups, long and Chinese names."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from core import values
from core.audits.audit import Cell, Family, Head, Mark, Measure, Part, Picture, Report, Sheet, Verdict
from core.data.table import Finding
from core.deliver import audits, shelf
from core.deliver.audits import Audited
from core.words import Message

LONG = "Curricular units of the 1st semester (evaluations, without those that were credited)"
GROUPS = ("F", "M", "under 25", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over", "女", "男", "汉族", LONG)


def kept(run: Path, reports: tuple[Report, ...] | None = None, group: str = "", **changes: object) -> Audited:
    """Verdicts kept with a run."""
    given: dict[str, object] = {
        "reports": all_shapes() if reports is None else reports,
        "stamp": shelf.stamp(run),
        "sensitive": (),
        "cutoff": 0.5,
        "rows": 200,
        "group": group,
        "seconds": 21.0,
        "created": time.time(),
    } | changes
    made = Audited(**given)  # type: ignore[arg-type]
    path = audits.place(run, group)
    path.parent.mkdir(exist_ok=True)
    values.write(path, made)
    return made


def all_shapes() -> tuple[Report, ...]:
    """Two or three audits of each family, with all four verdicts."""
    return (
        groups(),
        short("four_fifths", "fairness", "inconclusive"),
        short("flip", "fairness", "not_applicable"),
        personal(),
        short("membership", "privacy", "none"),
        stress(),
        short("likely_errors", "honesty", "inconclusive"),
        Report("cost", "honesty", "none", Message("It takes {b:bytes}.", {"b": 1_234_567}), seconds=0.1),
    )


def short(key: str, family: Family, verdict: Verdict) -> Report:
    """A sentence and what can be done."""
    text = (
        "Of {n:count} cases of the smaller group only {k:count} came true, so a difference of {s:percent} can neither "
        "be shown nor excluded."
    )
    said = Message(text, {"n": 41, "k": 7, "s": 0.1})
    return Report(key, family, verdict, said, Message("Collect more cases of this group, then run the audits again."))


def groups() -> Report:
    """Many groups of a column with a long name, one too small; a column of two; a Chinese one."""
    parts = (_many(), _two("sex", ("F", "M"), "none"), _two("性别", ("女", "男"), "inconclusive"))
    parts += tuple(_two(f"column {at}", ("a", "b"), "none") for at in range(3))
    measures = tuple(Measure("recall", f"{LONG} = {name}", 0.5, 0.4, 0.6, 100, 50, "none") for name in GROUPS)
    said = Message(
        "Of those that it happened to, the model finds {a:percent} in one group and {b:percent} in another ({column}).",
        {"a": 0.81, "b": 0.42, "column": LONG},
    )
    cure = Message("Look at the rows of the group with fewer hits: are they described by the same columns?")
    found = Finding("small", "warning", Message("{n:count} groups are too small.", {"n": 2}), rows=(3, 17, 44))
    return Report("groups", "fairness", "difference", said, cure, parts, measures, (found,), 3.2)


def _many() -> Part:
    draw = np.random.default_rng(0)
    shares, cases = draw.uniform(0.4, 0.9, len(GROUPS)), draw.integers(8, 400, len(GROUPS))
    marks = tuple(
        Mark(
            name,
            value=share,
            low=max(0.0, share - 2 / n**0.5),
            high=min(1.0, share + 2 / n**0.5),
            n=int(n),
            pale=n < 30,
        )
        for name, share, n in zip(GROUPS, shares.tolist(), cases.tolist(), strict=True)
    )
    picture = Picture(
        "intervals",
        Message("How many of those it happened to does it find, group by group?"),
        Message("Most in {a}, fewest in {b}; grey groups have too few cases.", {"a": "男", "b": LONG}),
        marks,
        Message("Found, of all there are (%)"),
        line=0.65,
    )
    heads = (
        Head(Message("Group")),
        Head(Message("Cases"), "count"),
        Head(Message("Found"), "percent"),
        Head(Message("Against the rest"), "points"),
        Head(Message("Verdict")),
    )
    rows = tuple(
        (
            Cell(text=mark.label),
            Cell(mark.n),
            Cell(mark.value, mark.low, mark.high, pale=mark.pale),
            Cell(None if mark.pale else (mark.value or 0) - 0.65, -0.1, 0.2, pale=mark.pale),
            Cell(text=Message("too few cases") if mark.pale else Message("no evidence"), pale=mark.pale),
        )
        for mark in marks
    )
    sheet = Sheet(Message("All groups"), heads, rows, Message("Groups under 30 cases get no verdict."))
    said = Message("It finds fewest in {group}: {s:percent}.", {"group": LONG, "s": 0.42})
    return Part(LONG, "difference", said, (sheet,), (picture,))


def _two(name: str, groups: tuple[str, str], verdict: Verdict) -> Part:
    marks = tuple(
        Mark(group, value=value, low=value - 0.1, high=value + 0.1, n=90, series=Message(series))
        for series, shift in (("Named", 0.0), ("Found", 0.2))
        for group, value in zip(groups, (0.4 + shift, 0.45 + shift), strict=True)
    )
    question, answer = Message("Does it name as many in both?"), Message("About as many.")
    picture = Picture("intervals", question, answer, marks, Message("Share (%)"))
    return Part(name, verdict, Message("{n:count} cases were compared.", {"n": 180}), (), (picture,))


def personal() -> Report:
    """Lying bars with figures, and cells with personal data in a sheet."""
    marks = tuple(
        Mark(name, value=value, low=value * 0.8, high=value * 1.2)
        for name, value in (("postcode", 0.62), ("age", 0.33), ("出生日期", 0.21), (LONG, 0.04))
    )
    picture = Picture(
        "bars",
        Message("Which columns make a row unique?"),
        Message("Most of all {column}.", {"column": "postcode"}),
        marks,
        Message("Rows that are unique (%)"),
    )
    heads = (Head(Message("Cell")), Head(Message("Rows"), "count"), Head(Message("Size"), "bytes"))
    rows = (
        (Cell(text="ann@example.org"), Cell(3), Cell(1_200)),
        (Cell(text="11010519491231002X"), Cell(1), Cell(None)),
    )
    part = Part(Message("Uniqueness"), "difference", Message("{n:count} rows are unique.", {"n": 65}),
                (Sheet(Message("Cells"), heads, rows),), (picture,))  # fmt: skip
    said = Message("{n:count} of {all:count} rows can be told from all others by three columns.", {"n": 65, "all": 800})
    return Report("uniqueness", "privacy", "difference", said, Message("Leave out {column}.", {"column": "postcode"}),
                  (part,), (), (), 1.0)  # fmt: skip


def stress() -> Report:
    """Curves with bands, of more series than there are colours."""
    marks = tuple(
        Mark(x=x, value=0.85 - x * (0.05 + 0.02 * at), low=0.83 - x * (0.07 + 0.02 * at), high=0.87 - 0.03 * x * at,
             n=200, series=f"column {at}", pale=at == 2 and x > 0.5)
        for at in range(10) for x in (0.0, 0.25, 0.5, 1.0)
    )  # fmt: skip
    picture = Picture(
        "lines",
        Message("How fast does it fall as noise grows?"),
        Message("At half a standard deviation it is right in {s:percent} of cases.", {"s": 0.8}),
        marks,
        Message("Right answers (%)"),
        across=Message("Noise, in standard deviations"),
        line=0.5,
    )
    one = replace_marks(picture, tuple(mark for mark in marks if mark.series == "column 1"))
    parts = (
        Part(Message("Noise"), "none", Message("It falls slowly."), (), (picture,)),
        Part(Message("Missing values"), "difference", Message("It falls fast."), (), (one,)),
    )
    said = Message("With one cell in five missing it is right {s:points} less often.", {"s": "12"})
    return Report("stress", "robustness", "difference", said, Message("Do not use it on rows with gaps."), parts)


def replace_marks(picture: Picture, marks: tuple[Mark, ...]) -> Picture:
    """The same picture of other marks."""
    return Picture(picture.kind, picture.question, picture.answer, marks, picture.axis, across=picture.across)
