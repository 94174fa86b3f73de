from __future__ import annotations

import numpy as np
import pytest

from core.explain.shapform import to_shap
from core.explain.shapley import explain


def test_the_form_of_shap_holds_the_same(kit):
    pytest.importorskip("shap")
    found = explain(kit.build([kit.net(3, 2)], kit.rows(64, 3), ("no", "yes")), kit.rows(4, 3, seed=1))
    other = to_shap(found)
    assert np.array_equal(other.values, found.values)
    assert np.allclose(other.base_values + other.values.sum(axis=1), found.predictions)
    assert other.feature_names == ["c0", "c1", "c2"]
    assert other.display_data.shape == (4, 3)
    assert other[:, "c1"].values.tolist() == found.values[:, 1].tolist()
