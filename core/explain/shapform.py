"""An explanation in the form of the shap library, for analysts who go on in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.explain.explanation import Explanation

if TYPE_CHECKING:
    import shap


def to_shap(explanation: Explanation) -> shap.Explanation:
    """The same values as ``shap.Explanation``, which ``shap.plots`` draws; cells as text are its ``display_data``."""
    import shap

    cells = np.array(explanation.cells, dtype=object).reshape(len(explanation.columns), len(explanation.rows)).T
    return shap.Explanation(
        values=explanation.values,
        base_values=explanation.base,
        data=explanation.numbers,
        display_data=cells,
        feature_names=list(explanation.columns),
        error_std=explanation.errors,
        compute_time=explanation.seconds,
    )
