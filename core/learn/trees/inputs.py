"""Encoded rows as the one matrix that trees are grown on."""

from __future__ import annotations

import numpy as np

from core.learn.prepare import Encoded, Preparation


def matrix(plan: Preparation, rows: Encoded) -> np.ndarray:
    """(n, n_inputs) float64: numbers, codes of categories, figures of texts.

    NaN is a missing number. Where no training row lacked one, the median stands in for it: trees that never saw a gap
    would take it for 0.
    """
    numbers = rows.numbers
    whole = np.array([not number.missing for number in plan.numbers], dtype=bool)
    if whole.any():
        fills = np.array([number.fill for number in plan.numbers])
        numbers = np.where(np.isnan(numbers) & whole, fills, numbers)
    return np.concatenate([numbers, rows.codes, *rows.vectors], axis=1, dtype=np.float64)


def owners(plan: Preparation) -> np.ndarray:
    """(n_inputs,) place in ``plan.features`` of the column behind each input."""
    texts = np.repeat(plan.owners["texts"], plan.vector_widths)
    return np.concatenate([plan.owners["numbers"], plan.owners["levels"], texts]).astype(np.int64)


def blank(plan: Preparation) -> Encoded:
    """One row of zeros."""
    from scipy.sparse import csr_matrix

    texts = tuple(csr_matrix((1, words.width), dtype=np.float32) for words in plan.texts)
    vectors = tuple(np.zeros((1, width), dtype=np.float32) for width in plan.vector_widths)
    codes = np.zeros((1, len(plan.levels)), dtype=np.int32)
    return Encoded(np.zeros((1, len(plan.numbers))), codes, texts, len(plan.features), vectors)


def categories(plan: Preparation) -> list[int]:
    """Places of the inputs that are codes."""
    return list(range(len(plan.numbers), len(plan.numbers) + len(plan.levels)))
