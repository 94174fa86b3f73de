"""Fine-tuning an encoder on the answers of some rows: all its weights, or small matrices beside them.

LoRA: Hu et al., 2021, arXiv:2106.09685, on every linear layer, through ``peft``. The head that is learnt with it is
thrown away: what is kept are the encoder's vectors, from which the other learners learn.

Its steps are planned beforehand, and no row held back may end them; so it is not led through ``core.learn.loop``.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.learn.encoder import CHARACTERS, Pack
from core.learn.encoders.open import Opened, quiet

BATCH = 16
FEW_ROWS = 500
EPOCHS = {"lora": 8, "full": 4}
"""Passes over the rows; twice as many where there are fewer than ``FEW_ROWS``."""
RATES = {"lora": 5e-4, "full": 3e-5}
TRIED = 3
"""Steps by which the speed is measured."""
RANK = 8
ADAPTERS = "adapters.safetensors"


@dataclass(frozen=True, eq=False)
class Exercise:
    """What an encoder is tuned on."""

    texts: tuple[list[str], ...]
    """Per text column (n,)."""
    truth: np.ndarray
    """(n,) int64 class numbers, or float32 standardised targets."""
    classes: int
    weights: np.ndarray | None
    seed: int


@dataclass(frozen=True, eq=False)
class Clock:
    """How long tuning may take."""

    deadline: float
    """``time.monotonic()``."""
    halt: Callable[[float], bool]
    """Asked before each step with the share done."""
    steps: int | None = None
    """Replay: exactly this many."""


def tune(opened: Opened, exercise: Exercise, way: Literal["lora", "full"], clock: Clock) -> tuple[Opened, Pack, int]:
    """The tuned encoder, what of it must be stored, and the steps taken; no steps where time does not allow a pass.

    Args:
        opened: a copy of its own; it is changed.
        exercise: the rows fitted on; no row held back may be among them.
        way: small matrices beside the weights, or all weights.
        clock: when to end.
    """
    import torch

    with torch.random.fork_rng(devices=[opened.model.device] if opened.model.device.type != "cpu" else []):
        torch.manual_seed(exercise.seed)
        model = _beside(opened.model) if way == "lora" else opened.model
        inner = Opened(model, opened.tokenizer, opened.width, opened.length, opened.first)
        steps = _learn(inner, exercise, way, clock)
    model.eval()
    if not steps:
        return opened, Pack(), 0
    if way == "full":
        return opened, _whole(opened), steps
    kept = _adapters(model)
    with quiet():
        merged = model.merge_and_unload()
    return Opened(merged.eval(), opened.tokenizer, opened.width, opened.length, opened.first), kept, steps


def adapted(opened: Opened, files: dict[str, bytes]) -> Opened:
    """A fresh encoder with the adapters of a kept model merged in."""
    import peft
    from safetensors.torch import load

    model = _beside(opened.model)
    peft.set_peft_model_state_dict(model, load(files[ADAPTERS]))
    with quiet():
        merged = model.merge_and_unload()
    return Opened(merged.eval(), opened.tokenizer, opened.width, opened.length, opened.first)


def _beside(model: Any) -> Any:
    import peft

    settings = peft.LoraConfig(r=RANK, lora_alpha=2 * RANK, lora_dropout=0.05, target_modules="all-linear")
    with quiet():
        return peft.get_peft_model(model, settings)


def _learn(inner: Opened, exercise: Exercise, way: str, clock: Clock) -> int:
    """The steps taken: as many as planned, or as time allows."""
    import torch

    rows = len(exercise.truth)
    outputs = exercise.classes if exercise.classes else 1
    head = torch.nn.Linear(inner.width * len(exercise.texts), outputs).to(inner.model.device)
    weights = [weight for weight in inner.model.parameters() if weight.requires_grad]
    groups = [{"params": weights, "lr": RATES[way]}, {"params": list(head.parameters()), "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    pass_steps = -(-rows // BATCH)
    planned = pass_steps * EPOCHS[way] * (2 if rows < FEW_ROWS else 1)
    pace = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, planned))
    draw, order = np.random.default_rng(exercise.seed), np.zeros(0, dtype=np.int64)
    inner.model.train()
    started = time.monotonic()
    for step in range(planned if clock.steps is None else clock.steps):
        if _over(clock, step, planned, pass_steps, started):
            return 0 if step == TRIED else step
        if len(order) < BATCH:
            order = np.concatenate([order, draw.permutation(rows)])
        batch, order = order[:BATCH], order[BATCH:]
        loss = _loss(inner, head, exercise, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*weights, *head.parameters()], 1.0)
        optimizer.step()
        pace.step()
    return planned if clock.steps is None else clock.steps


def _over(clock: Clock, step: int, planned: int, pass_steps: int, started: float) -> bool:
    """Whether to end before this step: time is up, or (after the first few) not even one pass would fit."""
    if clock.steps is not None:
        return False
    now = time.monotonic()
    if step == TRIED and now + (pass_steps - TRIED) * (now - started) / TRIED > clock.deadline:
        return True
    return now > clock.deadline or clock.halt(step / planned)


def _pace(step: int, planned: int) -> float:
    """Share of the learning rate: a short rise, then down to nothing; by the plan, whatever time allows."""
    rise = max(1, planned // 10)
    return (step + 1) / rise if step < rise else max(0.02, (planned - step) / max(1, planned - rise))


def _loss(inner: Opened, head: Any, exercise: Exercise, batch: np.ndarray) -> Any:
    import torch
    from torch.nn import functional

    parts = [inner.pooled([column[row][:CHARACTERS] or " " for row in batch]) for column in exercise.texts]
    scores = head(functional.dropout(torch.cat(parts, dim=1), 0.1))
    truth = torch.from_numpy(exercise.truth[batch]).to(scores.device)
    if exercise.classes:
        losses = functional.cross_entropy(scores, truth, reduction="none")
    else:
        losses = (scores[:, 0] - truth) ** 2
    if exercise.weights is not None:
        losses = losses * torch.from_numpy(exercise.weights[batch].astype(np.float32)).to(scores.device)
    return losses.mean()


def _adapters(model: Any) -> Pack:
    import peft
    from safetensors.torch import save

    state = peft.get_peft_model_state_dict(model, save_embedding_layers=False)
    found = {name: part.detach().cpu().contiguous() for name, part in state.items()}
    return packed({ADAPTERS: save(found)})


def _whole(opened: Opened) -> Pack:
    with tempfile.TemporaryDirectory() as place, quiet():
        folder = Path(place)
        opened.model.save_pretrained(folder, safe_serialization=True)
        opened.tokenizer.save_pretrained(folder)
        pooling = {"pooling_mode_cls_token": opened.first, "pooling_mode_mean_tokens": not opened.first}
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
        length = json.dumps({"max_seq_length": opened.length})
        (folder / "sentence_bert_config.json").write_text(length, encoding="utf-8")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return packed({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def packed(files: dict[str, bytes]) -> Pack:
    """Files as one array."""
    content = np.frombuffer(b"".join(files.values()), dtype=np.uint8)
    return Pack(tuple(files), tuple(len(data) for data in files.values()), content)
