"""A model in a folder: JSON and safetensors, every file vouched for by its checksum; nothing in it can be run.

A value goes to JSON with the path of each of its arrays where the array was; the arrays lie under these paths in
``weights.safetensors``. Boosted trees lie beside them as LightGBM writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core import values
from core.data.personal import mask
from core.data.table import Column, Schema
from core.errors import Problem
from core.learn.evaluation import MemberScore
from core.learn.learner import Learner
from core.learn.model import Epoch, Member, TrainedModel, Trial
from core.learn.prepare import Preparation
from core.learn.recipe import Recipe
from core.learn.trees import text
from core.learn.trees.ensemble import Ensemble, sound
from core.learn.trees.grown import nothing
from core.learn.trees.inputs import blank
from core.words import N_, Message

T = TypeVar("T")
NONE = Preparation((), (), (), ())
KINDS: dict[str, type[Learner | Ensemble]] = {"affine": Learner, "trees": Ensemble}
TEXT = "trees"
"""The member whose trees are kept as LightGBM's text."""
VERSION = 2
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """SHA-256 of every file of a model."""

    version: int
    files: dict[str, str]


@dataclass(frozen=True)
class Kept:
    """A member's name and what it is, a key of ``KINDS``; the rest of it lies in a file of its own."""

    name: str
    kind: str


@dataclass(frozen=True)
class Facts:
    """What a model is beside recipe, schema, preparation, arrays and background."""

    classes: tuple[str, ...]
    members: tuple[Kept, ...]
    baseline: Kept
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
    if model.preparation is None or model.baseline is None:
        raise ValueError("a model that is kept was made by train, but: preparation or simple model is missing")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    arrays: dict[str, np.ndarray] = {}
    parts = {
        "recipe.json": values.to_json(model.recipe),
        "schema.json": values.to_json(model.schema),
        "preparation.json": msgspec.json.encode(stripped(model.preparation, "preparation", arrays)),
        "model.json": values.to_json(_facts(model, model.baseline)),
        "background.json": values.to_json(_background(model.background, model.schema)),
    }
    for member in {one.name: one for one in (*model.members, model.baseline)}.values():
        parts |= _parts(member, arrays)
    parts["weights.safetensors"] = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
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
    arrays = _arrays(parts["weights.safetensors"])
    preparation = whole(Preparation, parts["preparation.json"], arrays)
    facts = values.from_json(Facts, parts["model.json"])
    background = _frame(values.from_json(Background, parts["background.json"]))
    members = {one.name: _member(one, parts, arrays, preparation) for one in (*facts.members, facts.baseline)}
    if any(not _answers(member, max(1, len(facts.classes))) for member in members.values()):
        raise _damaged()
    return TrainedModel(
        recipe=values.from_json(Recipe, parts["recipe.json"]),
        schema=values.from_json(Schema, parts["schema.json"]),
        classes=facts.classes,
        members=tuple(members[one.name] for one in facts.members),
        weights=np.array(facts.weights),
        background=background,
        cutoff=facts.cutoff,
        preparation=preparation,
        baseline=members[facts.baseline.name],
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


def stripped(value: Any, path: str, arrays: dict[str, np.ndarray]) -> Any:
    """A value for JSON: its arrays, laid into ``arrays``, are replaced by their paths."""
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return path
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: stripped(getattr(value, one.name), f"{path}.{one.name}", arrays) for one in fields(value)}
    if isinstance(value, tuple | list):
        return [stripped(one, f"{path}.{place}", arrays) for place, one in enumerate(value)]
    return value


def whole(kind: type[T], data: bytes, arrays: Mapping[str, np.ndarray]) -> T:
    """The value that was ``stripped``.

    Raises:
        Problem: the JSON is damaged, is not a ``kind``, or names an array that is not there.
    """

    def array(_: type, path: Any) -> np.ndarray:
        if not isinstance(path, str) or path not in arrays:
            raise ValueError("there is no such array")
        return arrays[path]

    try:
        return msgspec.json.decode(data, type=kind, dec_hook=array)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _damaged() from error


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


def _facts(model: TrainedModel, baseline: Member) -> Facts:
    return Facts(
        classes=model.classes,
        members=tuple(_kept(member) for member in model.members),
        baseline=_kept(baseline),
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


def _kept(member: Member) -> Kept:
    for kind, made in KINDS.items():
        if isinstance(member, made):
            return Kept(member.name, kind)
    raise ValueError(f"a member is one of {sorted(KINDS)}, but: {type(member).__name__}")


def _parts(member: Member, arrays: dict[str, np.ndarray]) -> dict[str, bytes]:
    """The files of a member; the preparation, which all share, is left out."""
    bare: Any = replace(member, preparation=NONE)  # type: ignore[type-var]
    found = {}
    if isinstance(member, Ensemble) and member.name == TEXT:
        found[f"{member.name}.txt"] = text.write(member.grown, member.groups, len(member.owners)).encode()
        bare = replace(bare, grown=nothing(0))
    data = msgspec.json.encode(stripped(bare, member.name, arrays))
    return {f"member.{member.name}.json": data, **found}


def _member(
    kept: Kept, parts: dict[str, bytes], arrays: Mapping[str, np.ndarray], preparation: Preparation
) -> Learner | Ensemble:
    name = f"member.{kept.name}.json"
    if name not in parts or kept.kind not in KINDS:
        raise _damaged()
    member = replace(whole(KINDS[kept.kind], parts[name], arrays), preparation=preparation)
    if isinstance(member, Ensemble) and kept.name == TEXT:
        member = replace(member, grown=text.read(parts.get(f"{kept.name}.txt", b"").decode(errors="replace")))
    return member


def _answers(member: Learner | Ensemble, outputs: int) -> bool:
    """Whether the arrays of a member suit each other and the preparation: it answers for a row of zeros."""
    try:
        if isinstance(member, Ensemble):
            return sound(member) and member.linked(np.zeros((1, member.groups))).shape == (1, outputs)
        return member.answer(blank(member.preparation)).shape == (1, outputs)
    except (ValueError, IndexError, TypeError, ZeroDivisionError, AttributeError):
        return False


def _arrays(data: bytes) -> dict[str, np.ndarray]:
    try:
        return load(data)
    except (SafetensorError, KeyError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> Problem:
    return Problem(N_("The stored model is damaged, or was changed after it was saved. Train the model again."))


def _background(frame: pd.DataFrame, schema: Schema) -> Background:
    """Rows as they are, but for personal data in texts: the model reads them masked anyway."""
    cells = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.map(lambda moment: moment.isoformat(), na_action="ignore")
        absent = column.isna()
        if name in schema and schema[str(name)].kind == "text":
            column = column.map(lambda cell: mask(str(cell), whole=False), na_action="ignore")
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
