"""What one temperature makes good of a model that is too sure of itself."""

from __future__ import annotations

import numpy as np
import pytest

from core.learn import metrics
from core.learn.calibrate import temperature
from core.learn.link import temper
from tests.core.whatif.handmade import chances


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_logits_three_times_too_large(seed: int) -> None:
    """RB-08: ECE at least 0.05 before and at most 0.02 after, the order of the cases the same to 1e-12."""
    draw = np.random.default_rng(seed)
    n = 20_000
    logits = draw.normal(0, 1.2, 2 * n)
    truth = (draw.random(2 * n) < 1 / (1 + np.exp(-logits))).astype(int)
    sure = chances(3 * logits)
    after = temper(sure[n:], temperature(sure[:n], truth[:n]))
    once = np.ones((1, n))
    before_ece, after_ece = (
        float(metrics.ece((truth[n:] == 1).astype(float), one[:, 1], once)[0]) for one in (sure[n:], after)
    )
    assert before_ece >= 0.05 and after_ece <= 0.02
    areas = [float(metrics.roc_auc(truth[n:] == 1, one[:, 1], once)[0]) for one in (sure[n:], after)]
    assert areas[0] == pytest.approx(areas[1], abs=1e-12)
