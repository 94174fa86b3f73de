"""What the command line answers with: the fields of its JSON, and the same in a few lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.data.findings import distinct
from core.data.table import Finding
from core.explain.explanation import Explanation
from core.explain.sentences import CAUTION
from core.learn.evaluation import Estimate, Evaluation
from core.learn.recipe import TITLES
from core.learn.worth import pretrained
from core.words import N_, say, show_number


def measured(evaluation: Evaluation, run: str, findings: Iterable[Finding], language: str) -> dict[str, Any]:
    """Fields of ``train`` and ``evaluate``."""
    return {
        "run": run,
        "task": evaluation.task,
        "target": evaluation.target,
        "positive": evaluation.positive,
        "classes": list(evaluation.classes),
        "rows": {name: getattr(evaluation.rows, name) for name in ("read", "train", "validation", "test")},
        "columns": list(evaluation.columns),
        "device": evaluation.device,
        "seconds": evaluation.seconds,
        "metrics": _estimates(evaluation.metrics),
        "baselines": {name: _estimates(metrics) for name, metrics in evaluation.baselines.items()},
        "gains": _estimates(evaluation.gains),
        "worth": None if evaluation.worth is None else say(evaluation.worth, language),
        "members": [
            {name: getattr(one, name) for name in ("name", "weight", "validation_loss", "seconds", "epochs")}
            for one in evaluation.members
        ],
        "trials": _trials(Path(run)),
        "split": _split(Path(run), language),
        "notes": [say(one.message, language) for one in evaluation.findings if one.code == "training"],
        "findings": [
            {"severity": one.severity, "column": one.column, "message": say(one.message, language)}
            for one in distinct(findings)
        ],
    }


def explained(explanation: Explanation, told: Sequence[str], language: str) -> dict[str, Any]:
    """Fields of ``explain``, for its only row; ``told``: its reasons in sentences."""
    return {
        "class": explanation.labels[0] or None,
        "base": float(explanation.base[0]),
        "prediction": float(explanation.predictions[0]),
        "values": dict(zip(explanation.columns, explanation.values[0].tolist(), strict=True)),
        "errors": dict(zip(explanation.columns, explanation.errors[0].tolist(), strict=True)),
        "phrases": [msgspec.to_builtins(one) for one in (explanation.phrases[0] if explanation.phrases else ())],
        "sentences": list(told),
        "note": None if explanation.note is None else say(explanation.note, language),
        "gap": explanation.gap,
    }


def measured_lines(evaluation: Evaluation, run: str, findings: Iterable[Finding], language: str) -> Iterator[str]:
    """The same for a reader: verdict, figures beside the prior's and the simple model's, what to know."""
    yield from (say(one, language) for one in evaluation.verdict)
    yield ""
    names = list(evaluation.baselines)
    yield from _grid(
        [["", say(N_("model"), language), *(say(_BASELINES.get(name, name), language) for name in names)]]
        + [
            [name, _figure(estimate, language)]
            + [_figure(evaluation.baselines[other].get(name, Estimate(None)), language) for other in names]
            for name, estimate in evaluation.metrics.items()
        ]
    )
    yield ""
    yield from _members(evaluation, language)
    if evaluation.worth is not None:
        yield say(evaluation.worth, language)
    tuned = pretrained(evaluation.members)
    if tuned is not None:
        yield say(tuned, language)
    for one in distinct(findings):
        if one.severity != "note":
            yield say(_SAID[one.severity], language, {"message": one.message})
    yield ""
    yield say(N_("The run is kept in {run}."), language, {"run": run})


def explained_lines(explanation: Explanation, told: Sequence[str], language: str) -> Iterator[str]:
    """The reasons of the only row in sentences, and all values, the largest first."""
    yield from told
    yield say(CAUTION, language)
    yield ""
    ranks = sorted(range(len(explanation.columns)), key=lambda at: -abs(explanation.values[0, at]))
    yield from _grid(
        [
            [explanation.columns[at], explanation.cells[at][0], f"{explanation.values[0, at]:+.4g}"]
            for at in ranks
            if explanation.values[0, at]
        ]
    )
    if explanation.note is not None:
        yield say(explanation.note, language)


def _members(evaluation: Evaluation, language: str) -> Iterator[str]:
    """Every learner tried, with its share and its error on rows held back while learning."""
    if not evaluation.members:
        return
    head = [N_("learner"), N_("share in the answer"), N_("error, rows held back while learning"), N_("took")]
    rows = [
        [
            say(TITLES.get(one.name, one.name), language),
            say("{x:percent}", language, {"x": one.weight}),
            show_number(_short(one.validation_loss), language),
            say("{s:seconds}", language, {"s": one.seconds}),
        ]
        for one in evaluation.members
    ]
    yield from _grid([[say(text, language) for text in head], *rows])


def _trials(run: Path) -> list[Any]:
    """Of the search for settings, as the model keeps them."""
    path = run / "model" / "model.json"
    known: Any = msgspec.json.decode(path.read_bytes()) if path.is_file() else {}
    return list(known.get("trials") or ())


def _split(run: Path, language: str) -> dict[str, Any] | None:
    """How many rows were used for what, and why so."""
    path = run / "split.json"
    if not path.is_file():
        return None
    drawn: Any = msgspec.json.decode(path.read_bytes())
    folds = drawn.get("folds")
    return {
        "method": drawn["method"],
        "why": say(drawn["why"], language),
        **{name: len(drawn[name]) for name in ("train", "validation", "test")},
        "folds": len(set(folds)) if folds else 0,
    }


def _estimates(metrics: dict[str, Estimate]) -> dict[str, dict[str, float | None]]:
    return {name: {"value": one.value, "low": one.low, "high": one.high} for name, one in metrics.items()}


def _figure(one: Estimate, language: str) -> str:
    if one.value is None:
        return "–"
    value = show_number(_short(one.value), language)
    if one.low is None or one.high is None:
        return value
    facts = {"value": _short(one.value), "low": _short(one.low), "high": _short(one.high)}
    return say(N_("{value:number} ({low:number} to {high:number})"), language, facts)


def _short(value: float) -> float:
    """Three decimals are as much as a figure between 0 and 1 can say."""
    return value if abs(value) >= 1 else round(value, 3)


def _grid(rows: list[list[str]]) -> Iterator[str]:
    if not rows:
        return
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


_BASELINES = {"prior": N_("guessing"), "simple": N_("simple model")}
_SAID = {"stop": N_("Important: {message}"), "warning": N_("Note: {message}")}
