"""What the command line says of a model's audits: a line for each verdict, or all reports as one JSON object."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.audits.audit import FAMILIES, Part, Report
from core.audits.verdicts import SIGNS, WORDS, headline
from core.data.keep import card
from core.data.names import find_column, unknown_column
from core.data.table import Finding
from core.deliver.audits import Audited, kept
from core.deliver.command import Out, carry_out, done, file_of, passing, reading_of, run_of
from core.engines.base import Request, Run
from core.words import N_, say


def audit(options: argparse.Namespace, out: Out) -> None:
    """``audit``: all audits of a model, on the rows it was not shown or on a later file with known answers."""
    from core.audits import audits

    trained = run_of(options.run)
    asked: dict[str, Any] = {"sensitive": _columns(trained, options.sensitive) or None}
    if options.file is not None:
        asked |= {"file": file_of(options.file), "options": reading_of(options)}
    with passing(Request("audit", model=str(trained.folder), arguments=asked)) as run:
        done(run, carry_out(run, out), out)
        found = kept(run.folder if options.file is not None else trained.folder, trained=trained.folder)
    assert found is not None, "a run of audits that is done keeps its verdicts, but: there are none"
    titles = {one.key: one.about.title for one in audits()}
    if options.json:
        out.json(_fields(found, titles, str(trained.folder), out.language))
    else:
        out.answer(_lines(found, titles, out.language))


def _columns(trained: Run, asked: Sequence[str]) -> list[str]:
    """The columns that names mean; reading may have tidied the name in the file."""
    schema, found = card(trained.table).schema, []
    for name in asked:
        column = find_column(name, schema)
        if column is None:
            raise unknown_column(name, schema)
        found.append(column.name)
    return found


def _lines(found: Audited, titles: Mapping[str, str], language: str) -> Iterator[str]:
    """The verdicts, family by family, each with its sentence and what can be done."""
    yield say(headline(found.reports, found.rows), language)
    for family, name in FAMILIES.items():
        mine = [report for report in found.reports if report.family == family]
        if mine:
            yield ""
            yield say(name, language)
        for report in mine:
            title = say(titles.get(report.key, report.key), language)
            yield f"  {SIGNS[report.verdict]} {title}: {say(WORDS[report.verdict], language)}"
            yield f"      {say(report.message, language)}"
            if report.cure is not None:
                yield "      " + say(N_("What can be done: {cure}"), language, {"cure": report.cure})


def _fields(found: Audited, titles: Mapping[str, str], run: str, language: str) -> dict[str, Any]:
    return {
        "run": run,
        "sentence": say(headline(found.reports, found.rows), language),
        "rows": found.rows,
        "sensitive": list(found.sensitive),
        "cutoff": found.cutoff,
        "seconds": found.seconds,
        "reports": [_report(one, titles.get(one.key, one.key), language) for one in found.reports],
    }


def _report(one: Report, title: str, language: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "family": one.family,
        "title": say(title, language),
        "verdict": one.verdict,
        "message": say(one.message, language),
        "cure": None if one.cure is None else say(one.cure, language),
        "parts": [_part(part, language) for part in one.parts],
        "measures": msgspec.to_builtins(one.measures),
        "findings": [_finding(finding, language) for finding in one.findings],
        "seconds": one.seconds,
    }


def _part(part: Part, language: str) -> dict[str, Any]:
    name = part.name if isinstance(part.name, str) else say(part.name, language)
    return {"name": name, "verdict": part.verdict, "message": say(part.message, language)}


def _finding(one: Finding, language: str) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "column": one.column,
        "message": say(one.message, language),
        "rows": list(one.rows),
    }
