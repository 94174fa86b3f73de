"""Giving a preparation its encoder: whether time allows it, its vectors over the training rows, and tuning.

Tuning sees the answers of the rows fitted on in the first fold only, and that fold is then the only one: whatever is
learnt from the vectors is judged on rows whose answers the encoder never met. It is not ended early by these rows.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from core.engines.base import Event, Watch
from core.learn import device as devices
from core.learn.encoder import BATCH, Reader
from core.learn.encoders.open import Opened, load, open_encoder
from core.learn.encoders.source import locate
from core.learn.encoders.tune import Clock, Exercise, tune
from core.learn.ground import Fold
from core.learn.prepare import Preparation
from core.learn.recipe import Encoder
from core.learn.text import cells_of
from core.words import N_, Message

READING_SHARE, TUNING_SHARE, REST_SHARE = 0.5, 0.4, 0.25
"""Of the time left: what reading all texts may take, what tuning may take, what both must leave to the learners."""
FEW_TEXTS = 64
"""With fewer rows fine-tuning seldom helps; it is done where it was asked for, and said."""


@dataclass(frozen=True, eq=False)
class Lecture:
    """What an encoder is to read, and how long that may take."""

    frame: pd.DataFrame
    """Typed, repaired training rows."""
    truth: np.ndarray
    """(n,) class numbers, or standardised targets."""
    weights: np.ndarray | None
    classes: int
    """0 for regression."""
    folds: tuple[Fold, ...]
    others: int
    """Rows of the table that will be answered besides."""
    watch: Watch
    seconds: float
    """Of the whole run that are left."""
    seed: int
    replay: Mapping[str, int] | None = None
    """``TrainedModel.steps`` of the run to be repeated."""


def with_encoder(
    plan: Preparation, asked: Encoder, lecture: Lecture, notes: list[Message]
) -> tuple[Preparation, tuple[Fold, ...]]:
    """The preparation with the encoder asked for, and the folds to learn in; both as they were where it cannot be used.

    Args:
        plan: made from the same rows.
        asked: which encoder, and how it is used.
        lecture: rows, answers and time.
        notes: is told what was done instead of what was asked, and why.

    Raises:
        Problem: the encoder is absent, broken, holds a pickle, or is no encoder of texts.
    """
    if not plan.texts:
        notes.append(Message(N_("There is no text column among the columns used, so the encoder was not needed.")))
        return plan, lecture.folds
    if importlib.util.find_spec("transformers") is None:
        notes.append(_not_installed())
        return plan, lecture.folds
    if lecture.replay is not None and not lecture.replay.get("encoder", 1):
        return plan, lecture.folds
    lecture.watch.emit(Event("stage", Message(N_("Opening the encoder of texts")), share=0.02))
    with devices.threads():
        devices.use_cores(devices.SMALL_ROWS, lecture.watch.cores())
        return _taught(plan, asked, lecture, notes)


def _taught(
    plan: Preparation, asked: Encoder, lecture: Lecture, notes: list[Message]
) -> tuple[Preparation, tuple[Fold, ...]]:
    opened, digest = open_encoder(asked.name)
    texts = tuple(cells_of(lecture.frame[words.column]) for words in plan.texts)
    wait = _wait(opened, texts, lecture.others)
    if lecture.replay is None and wait > READING_SHARE * lecture.seconds:
        notes.append(_too_long(asked.name, wait, lecture.seconds))
        return plan, lecture.folds
    reader = _begun(asked, digest, len(texts), opened)
    folds = lecture.folds
    if asked.tuning != "frozen":
        tuned = _tuned(reader, asked, texts, lecture, wait, notes)
        reader, folds = (tuned, folds[:1]) if tuned is not None else (replace(reader, tuning="frozen"), folds)
    read = _read(reader, texts, lecture)
    if read is None:
        notes.append(Message(N_("Training was stopped while texts were read, so their words are used instead.")))
        return plan, lecture.folds
    notes.append(_done(read, plan, texts))
    return replace(plan, reader=read), folds


def _begun(asked: Encoder, digest: str, texts: int, opened: Opened) -> Reader:
    shape = (texts, opened.width)
    return Reader(asked.name, asked.tuning, digest, np.zeros(shape, np.float32), np.ones(shape, np.float32))


def _wait(opened: Opened, texts: tuple[list[str], ...], others: int) -> float:
    """Seconds that reading all texts will take, by reading a batch of them."""
    distinct = sorted({cell for column in texts for cell in column if cell.strip()})
    if not distinct:
        return 0.0
    sample = distinct[:: max(1, len(distinct) // BATCH)][:BATCH]
    opened.encode(sample)
    started = time.monotonic()
    opened.encode(sample)
    each = (time.monotonic() - started) / len(sample)
    return each * len(distinct) * (1 + others / max(1, len(texts[0])))


def _tuned(
    reader: Reader, asked: Encoder, texts: tuple[list[str], ...], lecture: Lecture, wait: float, notes: list[Message]
) -> Reader | None:
    """The reader with a tuned encoder; None where it stays as it is."""
    way: Literal["lora", "full"] = "lora" if asked.tuning == "lora" else "full"
    if way == "lora" and importlib.util.find_spec("peft") is None:
        notes.append(
            Message(N_("LoRA needs the package peft (make setup-text), so the encoder was used without fine-tuning."))
        )
        return None
    fit = lecture.folds[0].fit
    if len(fit) < FEW_TEXTS:
        notes.append(
            Message(
                N_(
                    "The encoder was fine-tuned on {n:count} texts only, as was asked. With so few, leaving it as it "
                    "is (frozen) is often better; compare the two."
                ),
                {"n": len(fit)},
            )
        )
    weights = None if lecture.weights is None else lecture.weights[fit]
    chosen = tuple([column[row] for row in fit] for column in texts)
    exercise = Exercise(chosen, lecture.truth[fit], lecture.classes, weights, lecture.seed)
    fresh = load(locate(asked.name), asked.name)
    changed, pack, steps = tune(fresh, exercise, way, _clock(lecture, wait))
    if not steps:
        notes.append(
            Message(
                N_("There was no time to fine-tune the encoder on even one pass over the texts; it is used as it is.")
            )
        )
        return None
    found = replace(reader, pack=pack, steps=steps, digest=reader.digest if way == "lora" else "")
    found.__dict__["_opened"] = changed  # what ``cached_property`` would make of the pack
    return found


def _clock(lecture: Lecture, wait: float) -> Clock:
    replay = None if lecture.replay is None else lecture.replay.get("encoder")
    share = max(0.0, min(TUNING_SHARE * lecture.seconds, lecture.seconds * (1 - 0.25) - wait))
    return Clock(
        time.monotonic() + share, _teller(lecture.watch, N_("Fine-tuning the encoder: {share:percent}")), replay
    )


def _teller(watch: Watch, text: str) -> Callable[[float], bool]:
    """Says how far it is each second, and whether somebody asked to stop."""
    told = [time.monotonic()]

    def halt(share: float) -> bool:
        if time.monotonic() - told[0] > 1.0:
            told[0] = time.monotonic()
            watch.emit(Event("stage", Message(text, {"share": round(share, 2)}), share=0.03))
        return watch.should_stop()

    return halt


def _read(reader: Reader, texts: tuple[list[str], ...], lecture: Lecture) -> Reader | None:
    """The reader with the centre and spread of its vectors; None where somebody asked to stop meanwhile."""
    halt = _teller(lecture.watch, N_("Reading texts with the encoder: {share:percent}"))
    centres, spreads = np.zeros_like(reader.centre), np.ones_like(reader.spread)
    total = sum(len(column) for column in texts)
    for place, column in enumerate(texts):
        full = [cell for cell in column if cell.strip()]
        if not full:
            continue
        raw = reader.raw(full, lambda done: halt(done / total))
        if lecture.watch.should_stop():
            return None
        centres[place], spread = raw.mean(axis=0), raw.std(axis=0)
        spreads[place] = np.where(spread > 1e-6, spread, 1.0)
    found = replace(reader, centre=centres, spread=spreads)
    found.__dict__.update({name: reader.__dict__[name] for name in ("_opened", "_seen") if name in reader.__dict__})
    return found


def _not_installed() -> Message:
    return Message(
        N_(
            "The encoder needs packages that are not installed, so texts were read by their words and runs of "
            "characters (TF-IDF). To install them: make setup-text."
        )
    )


def _too_long(name: str, wait: float, left: float) -> Message:
    return Message(
        N_(
            "Reading all texts with the encoder {name} would take about {wait:seconds}, and {left:seconds} were left. "
            "Texts were read by their words and runs of characters (TF-IDF) instead. Allow more time, or use fewer "
            "rows."
        ),
        {"name": name, "wait": wait, "left": left},
    )


def _done(reader: Reader, plan: Preparation, texts: tuple[list[str], ...]) -> Message:
    ways = {
        "frozen": N_("left as it is"),
        "lora": N_("fine-tuned with LoRA"),
        "full": N_("fine-tuned in all its weights"),
    }
    facts = {
        "name": reader.name,
        "way": Message(ways[reader.tuning]),
        "n": len({cell for column in texts for cell in column}),
        "columns": [words.column for words in plan.texts],
    }
    return Message(
        N_("Texts of {columns:list} were read with the encoder {name} ({way}): {n:count} different {n:text/texts}."),
        facts,
    )
