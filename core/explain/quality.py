"""How good the reasons of a model are, measured on this very model and real cases.

Six questions; none needs to know the truth of the world, all are about the model: EX-01, EX-03 to EX-06 of the trust
criteria. Limits are those of the criteria.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.conform import conform
from core.engines.base import Event, Watch
from core.errors import Problem
from core.explain import agree, verdicts
from core.explain.explanation import Explanation
from core.explain.faithful import areas
from core.explain.grade import Check, Grade, Key, Verdict
from core.explain.sampling import Clock
from core.explain.scrambled import scrambled
from core.explain.shapley import explain
from core.learn.model import TrainedModel
from core.words import N_, Message

ROWS, FEWEST = 40, 10
"""Cases it is measured on; where time is short fewer, but never under so many."""
LEAST = 5
"""Of these, so many are asked about again, however short the time."""
GAP, SEEDS, TOP, NOISE, BETTER, RATIO, RANDOM, APART = 1e-4, 0.95, 0.90, 0.95, 0.95, 0.50, 0.60, 0.30
"""Limits: gap as a share of the scale; agreement of two seeds, of their three largest columns, and under noise; share
of cases better than chance, and area beside chance; agreement with a model that learned nothing, and how far that is
below the agreement of two seeds."""
SHAKEN = 0.01
"""Standard deviations of noise; and how far an answer may move, on its scale, and count as unchanged."""
NOTHING = 3
"""Models that learned nothing, each asked about as many of the cases,"""
CASES, OTHERS = 24, 64
"""in all so many, against so many background rows: that they differ shows with few."""
FEW = 4
"""With fewer columns an order says little."""
SHARES = {"first": 0.3, "seeds": 0.22, "noise": 0.22, "random": 0.12}
"""Of the time, by question; what is left is for taking columns out and putting them in."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """What all questions need."""

    model: TrainedModel
    frame: pd.DataFrame
    """(n_rows, ...) typed rows."""
    first: Explanation
    scale: float
    """Of the answers: 1 for probabilities, a standard deviation of the answers for numbers."""
    seconds: float
    seed: int
    clock: Clock

    @property
    def labels(self) -> list[str] | None:
        return list(self.first.labels) if self.model.classes else None

    @property
    def places(self) -> np.ndarray:
        """(n_rows,) of the class explained."""
        return np.array([self.model.classes.index(one) if one else 0 for one in self.first.labels], dtype=int)

    def part(self, share: float) -> _Asked:
        """As many of the cases as a share of the time is enough for, by what the first account took."""
        each = self.first.seconds / max(1, len(self.frame))
        most = max(LEAST, int(share * self.seconds / max(each, 1e-9)))
        if most >= len(self.frame):
            return self
        return replace(self, frame=self.frame.iloc[:most], first=_some(self.first, np.arange(most)))

    def again(self, seed: int, share: float, frame: pd.DataFrame | None = None) -> np.ndarray:
        """(n_rows, n_columns) values of another account of the same cases, in a share of the time."""
        rows = self.frame if frame is None else frame
        return _explained(self.model, rows, self.labels, share * self.seconds, seed, self.clock).values


def grade(
    model: TrainedModel, frame: pd.DataFrame, *, seconds: float = 20.0, seed: int = 0, watch: Watch | None = None
) -> Grade:
    """How good the reasons of a model are.

    A model that answers the same whatever the case has good reasons: they say that nothing moves it, which is so.

    Args:
        model: a trained model.
        frame: rows the model did not learn from, raw or typed; up to ``ROWS`` of them are drawn.
        seconds: about as long as it may take; cases are left out first.
        seed: draws cases, orders and noise.
        watch: is told how far it is; when it asks to stop, what was not asked yet is left open.

    Raises:
        Problem: there are no rows.
    """
    clock = Clock(seconds, watch)
    typed = _drawn(conform(frame, model.schema)[0], seed)
    _tell(clock, 0.05)
    first = _explained(model, typed, None, SHARES["first"] * seconds, seed, clock, FEWEST)
    asked = _Asked(model, typed.iloc[first.rows], first, _scale(model, first), seconds, seed, clock)
    checks = [_adds_up(asked)]
    if not np.abs(first.values).max(initial=0.0) > 1e-12 * max(1.0, np.abs(first.base).max(initial=0.0)):
        silent = [_open(key, verdicts.STILL) for keys in _QUESTIONS for key in keys]
        return _grade([*checks, *silent], asked, Message(verdicts.SILENT))
    for done, (keys, question) in enumerate(_QUESTIONS.items()):
        _tell(clock, 0.3 + 0.14 * done)
        stopped = watch is not None and watch.should_stop()
        checks += [_open(key, verdicts.STOPPED) for key in keys] if stopped else question(asked, checks)
    return _grade(checks, asked)


def _explained(
    model: TrainedModel,
    frame: pd.DataFrame,
    labels: list[str] | None,
    seconds: float,
    seed: int,
    clock: Clock,
    fewest: int | None = None,
) -> Explanation:
    watch = None if clock.watch is None else _Quiet(clock.watch)
    # As precise as the reasons that people see: it is these that are graded.
    return explain(model, frame, labels=labels, seconds=seconds, seed=seed, watch=watch, fewest=fewest)


@dataclass(frozen=True)
class _Quiet:
    """A watch that passes on a wish to stop, and tells nothing: a part does not know how far the whole is."""

    watch: Watch

    def emit(self, event: Event) -> None:
        pass

    def should_stop(self) -> bool:
        return self.watch.should_stop()

    def cores(self) -> int:
        return self.watch.cores()

    def seconds_left(self) -> float:
        return self.watch.seconds_left()


def _tell(clock: Clock, share: float) -> None:
    if clock.watch is not None:
        clock.watch.emit(Event("stage", Message(N_("Checking how good the reasons are")), share=share))


def _drawn(typed: pd.DataFrame, seed: int) -> pd.DataFrame:
    """At most ``ROWS`` of the rows, numbered from 0."""
    if not len(typed):
        raise Problem(N_("There is no case to check the reasons on. Choose a group with at least one case."))
    if len(typed) > ROWS:
        typed = typed.iloc[np.sort(np.random.default_rng(seed).choice(len(typed), ROWS, replace=False))]
    return typed.reset_index(drop=True)


def _scale(model: TrainedModel, first: Explanation) -> float:
    """1 for probabilities; else how much answers differ, or their size where they do not."""
    if model.classes:
        return 1.0
    answers = np.concatenate([first.predictions, np.asarray(model.predict(model.background), dtype=np.float64)])
    return float(answers.std()) or float(np.abs(answers).max()) or 1.0


def _adds_up(asked: _Asked) -> Check:
    share = asked.first.gap / asked.scale
    passed = bool(share <= GAP)
    # Rounding of the last digits of a number is no gap to a reader.
    facts = {"rows": len(asked.frame), "gap": round(share, 6) * asked.scale}
    return Check("adds_up", passed, share, GAP, Message(verdicts.SUM[passed], facts))


def _seeds(asked: _Asked, checks: list[Check]) -> list[Check]:
    """EX-03: the same cases, other draws."""
    asked = asked.part(SHARES["seeds"])
    first, second = asked.first.values, asked.again(asked.seed + 1, SHARES["seeds"])
    if agree.moving(first, second) < FEW:
        return [_alike("seeds", first, second)]
    value, top = _mean(agree.ranked(first, second)), float(agree.overlap(first, second).mean())
    passed = value is not None and value >= SEEDS and top >= TOP
    return [Check("seeds", passed, value, SEEDS, Message(verdicts.AGAIN[passed], {"value": value, "top": top}))]


def _noise(asked: _Asked, checks: list[Check]) -> list[Check]:
    """EX-04: the same cases with numbers moved a very little, where the answer stays."""
    asked = asked.part(SHARES["noise"])
    shaken = _shaken(asked.model, asked.frame, asked.seed)
    if shaken is None:
        return [_open("noise", verdicts.NO_NUMBERS)]
    moved = _answers(asked, shaken) - asked.first.predictions
    still = np.flatnonzero(np.abs(moved) <= SHAKEN * asked.scale)
    if len(still) < min(LEAST, len(asked.frame)) / 2:
        return [_open("noise", verdicts.JUMPY)]
    part = replace(asked, first=_some(asked.first, still))
    first, second = part.first.values, part.again(asked.seed, SHARES["noise"], shaken.iloc[still])
    if agree.moving(first, second) < FEW:
        return [_alike("noise", first, second)]
    value = _mean(agree.ranked(first, second))
    passed = value is not None and value >= NOISE
    return [
        Check("noise", passed, value, NOISE, Message(verdicts.TREMBLED[passed], {"value": value, "rows": len(still)}))
    ]


def _faithful(asked: _Asked, checks: list[Check]) -> list[Check]:
    """EX-05: columns taken out, and put in, in the order of the values and at random."""
    keys: tuple[Key, Key] = ("deletion", "insertion")
    if (asked.first.values != 0).any(axis=0).sum() < FEW:
        return [_open(key, verdicts.FEW_COLUMNS) for key in keys]
    # Rows whose time has come are left out, so the shares of the questions before need not be kept to the second.
    found = areas(asked.model, asked.frame, asked.first.values, asked.places, asked.seed, asked.clock)
    pairs = ((found.deletion, found.deletion_random), (found.insertion, found.insertion_random))
    return [_area(key, own, chance) for key, (own, chance) in zip(keys, pairs, strict=True)]


def _area(key: Key, own: np.ndarray, chance: np.ndarray) -> Check:
    if not len(own):
        return _open(key, verdicts.STILL)
    ratio, better = float(own.sum() / chance.sum()), float((own < chance).mean())
    passed = ratio <= RATIO and better >= BETTER
    facts = {"better": better, "ratio": ratio, "rows": len(own)}
    return Check(key, passed, ratio, RATIO, Message(verdicts.AREAS[key, passed], facts))


def _random(asked: _Asked, checks: list[Check]) -> list[Check]:
    """EX-06: the reasons of models that learned nothing."""
    if (asked.first.values != 0).any(axis=0).sum() < FEW:
        return [_open("random", verdicts.FEW_COLUMNS)]
    found = []
    for part in range(NOTHING):
        model = scrambled(asked.model, asked.seed + part)
        model = replace(model, background=model.background.iloc[:OTHERS])
        places = np.arange(part, min(CASES, len(asked.frame)), NOTHING)
        if len(places):
            some = replace(asked, model=model, first=_some(asked.first, places))
            other = some.again(asked.seed, SHARES["random"] / NOTHING, asked.frame.iloc[places])
            found.append(agree.ranked(some.first.values, other))
    value = _mean(np.concatenate(found))
    if value is None:
        return [_open("random", verdicts.STILL)]
    steady = next((check.value for check in checks if check.key == "seeds" and check.value is not None), 1.0)
    wanted = min(RANDOM, steady - APART)
    passed = value <= wanted
    facts = {"value": max(value, 0.0), "wanted": wanted, "models": NOTHING}
    return [Check("random", passed, value, wanted, Message(verdicts.LEARNED[passed], facts))]


Question = Callable[[_Asked, list[Check]], list[Check]]
_QUESTIONS: dict[tuple[Key, ...], Question] = {
    ("seeds",): _seeds,
    ("noise",): _noise,
    ("random",): _random,
    ("deletion", "insertion"): _faithful,
}


def _alike(key: Key, first: np.ndarray, second: np.ndarray) -> Check:
    """Too few columns for an order: the values themselves are compared."""
    value = _mean(agree.cosine(first, second))
    wanted = SEEDS if key == "seeds" else NOISE
    if value is None:
        return _open(key, verdicts.STILL)
    return Check(key, value >= wanted, value, wanted, Message(verdicts.VALUES[key, value >= wanted], {"value": value}))


def _open(key: Key, why: str) -> Check:
    """A question that could not be asked."""
    wanted = {"seeds": SEEDS, "noise": NOISE, "deletion": RATIO, "insertion": RATIO, "random": RANDOM}
    return Check(key, None, None, wanted.get(key, GAP), Message(why))


def _mean(values: np.ndarray) -> float | None:
    """The mean of those that are known."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None


def _some(explanation: Explanation, places: np.ndarray) -> Explanation:
    """Values, answers and classes of some of the rows."""
    labels = tuple(explanation.labels[place] for place in places)
    values, told = explanation.values[places], explanation.predictions[places]
    return replace(explanation, values=values, predictions=told, labels=labels)


def _answers(asked: _Asked, frame: pd.DataFrame) -> np.ndarray:
    """(n_rows,) answers for the classes explained."""
    told = np.asarray(asked.model.predict(frame), dtype=np.float64)
    return told if told.ndim == 1 else told[np.arange(len(told)), asked.places]


def _shaken(model: TrainedModel, frame: pd.DataFrame, seed: int) -> pd.DataFrame | None:
    """The rows with a little noise on every number that the model sees; None where there is none."""
    draw, ready = np.random.default_rng((seed, 4)), model.ready(frame)
    spread = model.background.std(numeric_only=True)
    moved: dict[str, pd.Series] = {}
    for name, size in zip(map(str, spread.index), spread.to_numpy(), strict=True):
        noise = SHAKEN * size * draw.normal(size=len(frame))
        if np.isfinite(size) and size > 0:  # a cell that stands for "no value" stays what it is
            moved[name] = frame[name].astype(np.float64) + np.where(ready[name].notna(), noise, 0.0)
    return frame.assign(**moved) if moved else None


def _grade(checks: list[Check], asked: _Asked, message: Message | None = None) -> Grade:
    passed = {check.key: check.passed for check in checks}
    failed = [key for key, fine in passed.items() if fine is False]
    if "adds_up" in failed or "random" in failed:
        verdict: Verdict = "withheld"
        text = verdicts.WITHHELD["adds_up" if "adds_up" in failed else "random"]
    elif message is None and (failed or passed["seeds"] is None):
        verdict, text = "weak", verdicts.WEAK if failed else verdicts.UNASKED
    else:
        asked_all = passed.get("deletion") is not None or passed.get("insertion") is not None
        verdict, text = "good", verdicts.GOOD if asked_all else verdicts.ADDED
    said = message if message is not None and verdict == "good" else Message(text, {"rows": len(asked.frame)})
    return Grade(verdict, said, tuple(checks), len(asked.frame), asked.clock.passed())
