"""A pretrained encoder of texts, as a model that uses it needs it. Light: torch and transformers load on first use.

A text becomes the mean of the encoder's last hidden states over its tokens (Reimers and Gurevych, 2019,
arXiv:1908.10084), then standardised over the training rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from core.learn.encoders.open import Opened

REMEMBERED_BYTES = 256_000_000
"""Vectors of texts already read that are kept in memory."""
BATCH = 32
CHARACTERS = 4_000
"""Of each text no more is given to the tokenizer: an encoder reads a few hundred tokens."""


@dataclass(frozen=True, eq=False)
class Pack:
    """Small files laid end to end; ``content`` is a plain array, which a store keeps as such."""

    names: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    content: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint8))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each."""
        start = 0
        for name, size in zip(self.names, self.sizes, strict=True):
            yield name, self.content[start : start + size].tobytes()
            start += size


@dataclass(frozen=True, eq=False)
class Reader:
    """One encoder for all text columns of a model; ``centre``, ``spread`` and ``Pack.content`` are plain arrays."""

    name: str
    """Folder, or name on the hub."""
    tuning: Literal["frozen", "lora", "full"]
    digest: str
    """SHA-256 of the encoder's files: another one is refused."""
    centre: np.ndarray
    """(n_texts, width) float32 means over the training rows."""
    spread: np.ndarray
    """(n_texts, width) float32 standard deviations, 1 where there is none."""
    pack: Pack = field(default_factory=Pack)
    """Tuned: the adapters (``lora``), or the whole encoder (``full``), which then needs no folder."""
    steps: int = 1
    """Of tuning; 1 where frozen."""

    @property
    def width(self) -> int:
        return int(self.centre.shape[1])

    def vectors(self, place: int, cells: Sequence[str]) -> np.ndarray:
        """(n, width) float32 standardised vectors of the texts of one column; of an empty text zeros.

        Raises:
            Problem: the encoder is gone, was changed, or cannot be used.
        """
        read = [bool(cell.strip()) for cell in cells]
        found = np.zeros((len(cells), self.width), dtype=np.float32)
        if any(read):
            raw = self.raw([cell for cell, full in zip(cells, read, strict=True) if full])
            found[np.array(read)] = (raw - self.centre[place]) / self.spread[place]
        return found

    def raw(self, cells: Sequence[str], halt: Callable[[int], bool] = lambda done: False) -> np.ndarray:
        """(n, width) float32 vectors as the encoder gives them; each text is read once and remembered.

        Args:
            cells: texts, none empty.
            halt: asked before each batch with the number of texts read; where it says yes, what is missing stays zero.
        """
        cells = [cell[:CHARACTERS] for cell in cells]
        fresh = sorted({cell for cell in cells if cell not in self._seen}, key=lambda cell: (len(cell), cell))
        found = dict[str, np.ndarray]()
        for start in range(0, len(fresh), BATCH):
            if halt(start):
                break
            batch = fresh[start : start + BATCH]
            found.update(zip(batch, self._opened.encode(batch), strict=True))
        none = np.zeros(self.width, dtype=np.float32)
        rows = [self._seen[cell] if cell in self._seen else found.get(cell, none) for cell in cells]
        self._remember(found)
        return np.stack(rows)

    def _remember(self, found: dict[str, np.ndarray]) -> None:
        if (len(self._seen) + len(found)) * max(1, self.width) * 4 > REMEMBERED_BYTES:
            self._seen.clear()
        if len(found) * max(1, self.width) * 4 <= REMEMBERED_BYTES:
            self._seen.update(found)

    @cached_property
    def _seen(self) -> dict[str, np.ndarray]:
        return {}

    @cached_property
    def _opened(self) -> Opened:
        from core.learn.encoders.open import reopen

        return reopen(self)
