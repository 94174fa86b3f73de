"""A model in a folder: JSON and safetensors, every file vouched for by its checksum; nothing in it can be run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from safetensors.numpy import load, save

from core import values
from core.data.table import Column, Schema
from core.errors import Problem
from core.learn.evaluation import MemberScore
from core.learn.learner import First, Learner
from core.learn.model import Epoch, TrainedModel, Trial
from core.learn.prepare import Preparation
from core.learn.recipe import Recipe
from core.words import N_, Message

VERSION = 2
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """SHA-256 of every file of a model."""

    version: int
    files: dict[str, str]


@dataclass(frozen=True)
class Shape:
    """A learner without its arrays; these lie under its name in ``weights.safetensors``."""

    name: str
    link: str
    shift: float
    scale: float
    reach: float
    layers: int
    texts: int
    packs: int = 1
    temperature: float = 1.0


@dataclass(frozen=True)
class Facts:
    """What a model is beside recipe, schema, preparation, arrays and background."""

    classes: tuple[str, ...]
    members: tuple[Shape, ...]
    baseline: Shape
    weights: tuple[float, ...]
    cutoff: float | None
    prior: tuple[float, ...]
    target: Column | None
    history: dict[str, tuple[Epoch, ...]]
    steps: dict[str, int]
    scores: tuple[MemberScore, ...]
    notes: tuple[Message, ...]
    environment: dict[str, str]
    seconds: float = 0.0
    trials: tuple[Trial, ...] = ()


@dataclass(frozen=True)
class Background:
    """The background rows; missing cells are null."""

    rows: tuple[int, ...]
    dtypes: dict[str, str]
    cells: dict[str, tuple[float | int | str | None, ...]] = field(default_factory=dict)


def keep_model(model: TrainedModel, folder: Path) -> None:
    """Writes a model into a folder, which is made; the manifest last, so that a half-written model does not open."""
    if model.preparation is None or not isinstance(model.baseline, Learner):
        raise ValueError("a model that is kept was made by train, but: preparation or simple model is missing")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    parts = {
        "recipe.json": values.to_json(model.recipe),
        "schema.json": values.to_json(model.schema),
        "preparation.json": msgspec.json.encode(model.preparation),
        "model.json": values.to_json(_facts(model, model.baseline)),
        "background.json": values.to_json(_background(model.background)),
        "weights.safetensors": save(_arrays(model, model.baseline)),
    }
    for name, data in parts.items():
        values.replace(folder / name, data)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
    values.write(folder / MANIFEST, Manifest(VERSION, sums))


def open_model(folder: Path) -> TrainedModel:
    """The model kept in a folder; it answers bit for bit like the one that was kept.

    Raises:
        Problem: a file is absent, was changed since, or is from another version; says which.
    """
    parts = _checked(folder)
    preparation = values.from_json(Preparation, parts["preparation.json"])
    facts = values.from_json(Facts, parts["model.json"])
    arrays = load(parts["weights.safetensors"])
    return TrainedModel(
        recipe=values.from_json(Recipe, parts["recipe.json"]),
        schema=values.from_json(Schema, parts["schema.json"]),
        classes=facts.classes,
        members=tuple(_learner(shape, arrays, preparation) for shape in facts.members),
        weights=np.array(facts.weights),
        background=_frame(values.from_json(Background, parts["background.json"])),
        cutoff=facts.cutoff,
        preparation=preparation,
        baseline=_learner(facts.baseline, arrays, preparation),
        prior=facts.prior,
        target=facts.target,
        history=facts.history,
        steps=facts.steps,
        scores=facts.scores,
        notes=facts.notes,
        environment=facts.environment,
        seconds=facts.seconds,
        trials=facts.trials,
    )


def _checked(folder: Path) -> dict[str, bytes]:
    path = folder / MANIFEST
    if not path.is_file():
        raise Problem(N_("There is no complete model in this run. Train it again."))
    manifest = values.read(path, Manifest)
    if manifest.version != VERSION:
        raise Problem(N_("This model was made by another version of Vitrine. Train it again from the data."))
    parts = {}
    for name, wanted in manifest.files.items():
        file = folder / Path(name).name
        data = file.read_bytes() if file.is_file() else b""
        if hashlib.sha256(data).hexdigest() != wanted:
            raise Problem(
                N_("The file {file} of this model was changed or damaged after it was saved. Train the model again."),
                file=name,
            )
        parts[name] = data
    absent = {"recipe.json", "schema.json", "preparation.json", "model.json", "background.json", "weights.safetensors"}
    if absent - set(parts):
        raise Problem(N_("There is no complete model in this run. Train it again."))
    return parts


def _facts(model: TrainedModel, baseline: Learner) -> Facts:
    return Facts(
        classes=model.classes,
        members=tuple(_shape(member) for member in model.members if isinstance(member, Learner)),
        baseline=_shape(baseline),
        weights=tuple(float(weight) for weight in model.weights),
        cutoff=model.cutoff,
        prior=model.prior,
        target=model.target,
        history=model.history,
        steps=model.steps,
        scores=model.scores,
        notes=model.notes,
        environment=model.environment,
        seconds=model.seconds,
        trials=model.trials,
    )


def _shape(learner: Learner) -> Shape:
    first = learner.first
    return Shape(
        learner.name, learner.link, learner.shift, learner.scale, first.reach, len(learner.tail), len(first.texts),
        learner.packs, learner.temperature,
    )  # fmt: skip


def _arrays(model: TrainedModel, baseline: Learner) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    for learner in {one.name: one for one in (*model.members, baseline) if isinstance(one, Learner)}.values():
        first, name = learner.first, learner.name
        parts = {"line": first.line, "gone": first.gone, "base": first.base, "slope": first.slope}
        parts |= {"levels": first.levels, "bias": learner.bias}
        parts |= {f"text{place}": table for place, table in enumerate(first.texts)}
        for place, (weights, bias) in enumerate(learner.tail):
            parts |= {f"tail{place}.weights": weights, f"tail{place}.bias": bias}
        arrays |= {f"{name}.{part}": np.ascontiguousarray(array) for part, array in parts.items()}
    return arrays


def _learner(shape: Shape, arrays: dict[str, np.ndarray], preparation: Preparation) -> Learner:
    def array(part: str) -> np.ndarray:
        return arrays[f"{shape.name}.{part}"]

    texts = tuple(array(f"text{place}") for place in range(shape.texts))
    first = First(
        array("line"), array("gone"), array("base"), array("slope"), array("levels"), texts, shape.reach
    )  # fmt: skip
    tail = tuple((array(f"tail{place}.weights"), array(f"tail{place}.bias")) for place in range(shape.layers))
    link: Any = shape.link
    return Learner(
        shape.name, preparation, first, array("bias"), tail, shape.packs, link, shape.shift, shape.scale,
        shape.temperature,
    )  # fmt: skip


def _background(frame: pd.DataFrame) -> Background:
    cells = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.map(lambda moment: moment.isoformat(), na_action="ignore")
        absent = column.isna()
        kept = zip(column.tolist(), absent, strict=True)
        cells[str(name)] = tuple(None if gone else cell for cell, gone in kept)
    dtypes = {str(name): str(dtype) for name, dtype in frame.dtypes.items()}
    return Background(tuple(int(row) for row in frame.index), dtypes, cells)


def _frame(background: Background) -> pd.DataFrame:
    index = pd.Index(background.rows)
    columns = {}
    for name, dtype in background.dtypes.items():
        cells: Any = pd.Series(list(background.cells[name]), index=index, dtype=object)
        columns[name] = (
            pd.to_datetime(cells, format="ISO8601").astype(dtype) if "date" in dtype else cells.astype(dtype)
        )
    return pd.DataFrame(columns, index=index)
