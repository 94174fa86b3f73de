"""Settings of the nets by the size of the data and the device; what the recipe says goes first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.learn.device import Device
from core.learn.recipe import Net

FOREST_ROWS = 1_000
"""Above so many rows a forest adds nothing to boosted trees but time."""
EPOCH_ROWS = 50_000
"""A pass over a larger table is cut into epochs of this many rows, so that the curves move and the best is kept."""


@dataclass(frozen=True)
class Size:
    """Settings of one net, all decided."""

    width: int
    depth: int
    dropout: float
    learning_rate: float
    weight_decay: float
    batch_rows: int
    epochs: int
    patience: int
    bins: bool
    """Numbers by piecewise-linear bins, or (few rows) standardised only."""
    smoothing: float
    """Share of the truth that is spread over all classes, against over-confidence on few rows."""
    reach: float = 4.0
    """Standardised numbers are drawn in to plus or minus this; bins and the simple model see the rest."""


def size(name: str, rows: int, device: Device, net: Net, terms: int = 0) -> Size:
    """Settings of ``torch_linear`` or ``torch_mlp`` for so many training rows.

    With ``terms`` of texts among the inputs a step costs much the same for few rows as for many, so batches are larger.
    """
    if name == "linear":
        found = _linear(rows, device)
    elif device.big:
        found = _big(rows)
    else:
        found = _mlp(rows)
    if terms > 1_000 and rows > 1_000:
        batch, rate = max(512, found.batch_rows), min(1e-2, 2 * found.learning_rate)
        found = replace(found, batch_rows=batch, learning_rate=rate)
    chosen = {key: value for key, value in vars(net).items() if value is not None and hasattr(found, key)}
    if name == "linear":
        chosen.pop("width", None), chosen.pop("depth", None), chosen.pop("dropout", None)
    return Size(**{**vars(found), "smoothing": min(0.1, 3 / max(1, rows)), **chosen})


def _linear(rows: int, device: Device) -> Size:
    batch = 32 if rows < 1_000 else 256 if rows < 20_000 else 8_192 if device.big else 1_024
    rate = 5e-3 if rows < 20_000 else 1e-2
    return Size(
        0, 0, 0.0, rate, 0.05, batch, 200 if rows < 20_000 else 60, 10 if rows < 20_000 else 4, rows >= 300, 0.0
    )


def _mlp(rows: int) -> Size:
    if rows < 300:
        return Size(16, 1, 0.3, 3e-3, 0.3, 16, 150, 25, False, 0.0)
    if rows < 2_000:
        return Size(32, 1, 0.3, 3e-3, 0.1, 32, 120, 16, True, 0.0)
    if rows < 20_000:
        return Size(64, 2, 0.2, 2e-3, 0.03, 128, 100, 10, True, 0.0)
    return Size(96, 2, 0.1, 2e-3, 0.02, 512, 60, 5, True, 0.0)


def _big(rows: int) -> Size:
    if rows < 2_000:
        return _mlp(rows)
    if rows < 20_000:
        return Size(256, 2, 0.25, 1e-3, 0.03, 256, 120, 12, True, 0.0)
    return Size(512, 3, 0.15, 1e-3, 0.02, 2_048, 100, 8, True, 0.0)
