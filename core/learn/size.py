"""Settings of the nets by the size of the data and the device; what the recipe says goes first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.learn.device import Device
from core.learn.prepare import Preparation
from core.learn.recipe import Net

FOREST_ROWS = 1_000
"""Above so many rows a forest adds nothing to boosted trees but time."""
EPOCH_ROWS = 50_000
"""A pass over a larger table is cut into epochs of this many rows, so that the curves move and the best is kept."""
WIDE = 400
"""From so many inputs on, numbers are described by one figure each, and the net is narrower."""


@dataclass(frozen=True)
class Size:
    """Settings of one net, all decided."""

    width: int
    depth: int
    """Hidden layers; 0 leaves a net that is a sum over columns."""
    members: int
    """Nets in a fold, which share most weights."""
    dropout: float
    learning_rate: float
    weight_decay: float
    batch_rows: int
    epochs: int
    patience: int
    inner: int = 4
    """Figures by which a number is first described, linear in its bins; 0: standardised only."""
    optimizer: Literal["adamw", "adam", "sgd"] = "adamw"
    smoothing: float = 0.0
    """Share of the truth that is spread over all classes, against over-confidence on few rows."""
    noise: float = 0.0
    masking: float = 0.0
    mixup: float = 0.0
    attack: Literal["none", "fgsm", "pgd"] = "none"
    attack_size: float = 0.0
    fixed: tuple[str, ...] = ()
    """These and those above as in ``core.learn.recipe.Net``."""
    reach: float = 4.0
    """Standardised numbers are drawn in to plus or minus this; bins and the simple model see the rest."""


def size(rows: int, plan: Preparation, device: Device, net: Net) -> Size:
    """Settings for so many rows that may be learned from."""
    found = _big(rows) if device.big and rows >= 2_000 else _small(rows)
    inputs = len(plan.numbers) + len(plan.levels) + sum(plan.vector_widths)
    if inputs > WIDE:
        members = 2 if inputs > 5 * WIDE else min(found.members, 4)
        found = replace(found, inner=0, width=min(found.width, 16), depth=1, members=members)
    chosen = {key: value for key, value in vars(net).items() if value is not None and hasattr(found, key)}
    return replace(found, **{"smoothing": min(0.1, 3 / max(1, rows)), **chosen})


def _small(rows: int) -> Size:
    if rows < 120:
        return Size(16, 1, 4, 0.3, 3e-3, 0.3, 16, 150, 25, 0)
    if rows < 300:
        return Size(16, 1, 4, 0.2, 6e-3, 0.3, 16, 150, 20, 4)
    if rows < 1_000:
        return Size(32, 1, 4, 0.2, 5e-3, 0.1, 32, 120, 12, 4)
    if rows < 3_000:
        return Size(64, 2, 4, 0.1, 4e-3, 0.05, 128, 80, 10, 4)
    if rows < 25_000:
        return Size(64, 2, 4, 0.1, 4e-3, 0.05, 256, 60, 6, 4)
    return Size(64, 2, 8, 0.1, 3e-3, 0.02, 512, 60, 4, 4)


def _big(rows: int) -> Size:
    if rows < 25_000:
        return Size(256, 2, 32, 0.2, 1e-3, 0.03, 256, 100, 12, 8)
    return Size(512, 3, 32, 0.1, 1e-3, 0.02, 2_048, 100, 8, 8)
