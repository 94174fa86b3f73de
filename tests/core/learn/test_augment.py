"""Rows disturbed while a net learns: what is changed, by how much, and what never is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from core.data.table import Schema
from core.learn import batches, loop
from core.learn.device import processor
from core.learn.nets import augment
from core.learn.nets.augment import Disturbance, cells, hidden
from core.learn.nets.grid import grid, laid, ruler, unmeasured
from core.learn.plan import plan
from core.learn.recipe import Net
from core.learn.size import size
from tests.core.learn.conftest import fitted, mixed_frame, table_of

ROWS = 200


@pytest.fixture(scope="module")
def prepared():
    frame = mixed_frame(ROWS).drop(columns="y")
    frame["whole"] = np.random.default_rng(1).integers(0, 30, ROWS).astype(float)
    table = table_of(frame, text="text", same="constant")
    found = plan(table.frame, Schema(table.schema.columns))
    return found, table.frame


def batch_of(prepared, frame: pd.DataFrame | None = None, folds: int = 2):
    """The rows dealt to two folds."""
    found, known = prepared
    encoded = found.encode(known if frame is None else frame)
    rows = batches.rows(encoded, found, np.arange(ROWS, dtype=np.int64) % 2, None, "cpu")
    return rows.take(torch.arange(ROWS).reshape(folds, -1))


def disturbance(prepared, free: tuple[str, ...] = (), **net) -> Disturbance:
    found, _ = prepared
    chosen = size(ROWS, found, processor(), Net(**net))
    moves = torch.tensor([number.column in free and not number.part for number in found.numbers])
    units = torch.tensor([1.0 if number.column == "whole" else 0.0 for number in found.numbers], dtype=torch.float64)
    return Disturbance(chosen, "binary", cells(found), moves, units, bool(free))


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def depth(batch) -> torch.Tensor:
    """Bins and the share of the last: a value on an edge may be counted to either side."""
    return batch["bins"] + batch["share"]


def place(prepared, column: str) -> int:
    return next(i for i, number in enumerate(prepared[0].numbers) if number.column == column)


def test_numbers_lie_in_the_grid_as_in_the_preparation(prepared):
    found, frame = prepared
    values = found.encode(frame).numbers
    values[0], values[1] = 1e12, -1e12
    wanted = found.grid(values)
    standard, bins, share = grid(ruler(found), torch.from_numpy(values))
    assert np.array_equal(standard.numpy(), wanted.standard)
    assert np.array_equal(bins.numpy(), wanted.bins)
    assert np.array_equal(share.numpy(), wanted.share)


def test_the_grid_has_slopes_to_the_values(prepared):
    found, _ = prepared
    rule, at = ruler(found), place(prepared, "number")
    number = found.numbers[at]
    value = 0.4 * number.edges[3] + 0.6 * number.edges[4]
    values = torch.full((1, len(found.numbers)), value, dtype=torch.float64, requires_grad=True)
    standard, _, share = grid(rule, values)
    slopes = [torch.autograd.grad(part[0, at], values, retain_graph=True)[0][0, at] for part in (standard, share)]
    assert [float(slope) for slope in slopes] == pytest.approx(
        [1 / number.scale, 1 / (number.edges[4] - number.edges[3])], rel=1e-5
    )


def test_a_batch_laid_again_is_the_same(prepared):
    batch, rule = batch_of(prepared), ruler(prepared[0])
    again = laid(rule, batch, unmeasured(rule, batch["standard"]))
    assert torch.allclose(again["standard"], batch["standard"], atol=1e-5)
    assert torch.allclose(depth(again), depth(batch), atol=1e-3)


def test_hidden_cells_look_like_missing_ones(prepared):
    found, frame = prepared
    gone = torch.zeros(2, ROWS // 2, len(found.features), dtype=torch.bool)
    for column in ("number", "level", "day"):
        gone[..., found.features.index(column)] = True
    looks = hidden(cells(found), batch_of(prepared), gone)
    empty = frame.assign(number=np.nan, level=pd.Series(np.nan, frame.index, dtype="str"), day=pd.NaT)
    wanted = batch_of(prepared, empty)
    for name in ("missing", "codes"):
        assert torch.equal(looks[name], wanted[name]), name
    assert torch.allclose(looks["standard"], wanted["standard"], atol=1e-5)
    assert torch.allclose(depth(looks), depth(wanted), atol=1e-3)


def test_noise_has_the_size_that_was_asked_for(prepared):
    batch = batch_of(prepared)
    noisy = disturbance(prepared, noise=0.1)(nn.Linear(1, 1), batch, generator())
    moved = noisy["standard"] - batch["standard"]
    known = batch["missing"][..., place(prepared, "number")] == 0
    assert float(moved[..., place(prepared, "number")][known].std()) == pytest.approx(0.1, rel=0.2)
    assert float(moved[..., place(prepared, "number")][~known].abs().max()) < 1e-6
    assert float(moved[..., place(prepared, "day")].abs().max()) < 1e-5
    assert torch.equal(noisy["codes"], batch["codes"])


def test_masking_hides_the_share_that_was_asked_for(prepared):
    batch = batch_of(prepared)
    masked = disturbance(prepared, masking=0.2)(nn.Linear(1, 1), batch, generator())
    whole = place(prepared, "whole")
    assert float(masked["missing"][..., whole].mean()) == pytest.approx(0.2, abs=0.07)
    days = [i for i, number in enumerate(prepared[0].numbers) if number.column == "day"]
    assert torch.equal(masked["missing"][..., days[0]], masked["missing"][..., days[1]])


def test_mixed_rows_lie_between_two_rows_of_their_fold(prepared):
    batch = batch_of(prepared)
    batch["truth"] = torch.arange(ROWS).reshape(2, -1)
    mixed = disturbance(prepared, mixup=0.5)(nn.Linear(1, 1), batch, generator())
    share, other = mixed["mixed"], mixed["other"] % (ROWS // 2)
    assert torch.equal(mixed["other"] // (ROWS // 2), batch["truth"] // (ROWS // 2))
    assert 0.02 < float(share.mean()) < 0.5 and float(share.max()) <= 0.5
    whole = place(prepared, "whole")
    values = batch["standard"][..., whole]
    wanted = (1 - share) * values + share * torch.gather(values, 1, other)
    assert torch.allclose(mixed["standard"][..., whole], wanted, atol=1e-5)
    codes = torch.gather(batch["codes"], 1, other[..., None].expand_as(batch["codes"]))
    assert ((mixed["codes"] == batch["codes"]) | (mixed["codes"] == codes)).all()
    assert torch.isfinite(
        loop.loss_of(torch.zeros(2, 3, ROWS // 2, 1), mixed | {"truth": batch["truth"] % 2}, "binary")
    ).all()


class Line(nn.Module):
    """Scores rise with every number."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, batch):
        return (batch["standard"].sum(dim=-1) * self.weight)[:, None, :, None]


@pytest.mark.parametrize("kind", ["fgsm", "pgd"])
def test_an_attack_goes_uphill_inside_its_box(prepared, kind):
    batch, net = batch_of(prepared), Line().train()
    moved = disturbance(prepared, ("number", "whole"), attack=kind, attack_size=0.5)(net, batch, generator())
    assert net.training and net.weight.grad is None
    change = moved["standard"] - batch["standard"]
    free = [place(prepared, name) for name in ("number", "whole")]
    others = [i for i in range(change.shape[-1]) if i not in free]
    assert float(change[..., others].abs().max()) < 1e-5 and float(change.abs().max()) <= 0.5 + 1e-5
    known = batch["missing"][..., free[0]] == 0
    assert float(change[..., free[0]][~known].abs().max()) < 1e-5
    uphill = torch.where(batch["truth"] > 0, -1.0, 1.0)
    assert (change[..., free[0]] * uphill >= -1e-5).all() and float((change[..., free[0]] * uphill).mean()) > 0.25
    whole = unmeasured(ruler(prepared[0]), moved["standard"])[..., free[1]]
    assert float((whole - whole.round()).abs().max()) < 1e-4
    assert whole.round().min() >= 0 and whole.round().max() <= 29


def test_nothing_asked_nothing_done(monkeypatch):
    from core.learn.nets import fit

    seen = []
    original = fit.course
    monkeypatch.setattr(
        fit, "course", lambda *given, **named: seen.append(named["disturb"]) or original(*given, **named)
    )
    fitted(mixed_frame(), "net", kinds={"text": "text"}, net=Net(epochs=1))
    fitted(mixed_frame(), "net", kinds={"text": "text"}, net=Net(epochs=1, attack="fgsm", fixed=("number",)))
    assert seen == [None, None]


def test_rows_held_back_are_never_disturbed(monkeypatch):
    learning = []
    original = Disturbance.__call__

    def watched(self, net, batch, generator):
        learning.append((net.training, batch["rows"]))
        return original(self, net, batch, generator)

    monkeypatch.setattr(augment.Disturbance, "__call__", watched)
    net = Net(epochs=3, masking=0.3, noise=0.1, mixup=0.2, attack="fgsm")
    model = fitted(mixed_frame(), "net", kinds={"text": "text"}, net=net)
    assert learning and all(training for training, _ in learning)
    assert np.isfinite(model.scores[-1].validation_loss)


def test_a_disturbed_training_is_the_same_the_second_time():
    net = Net(epochs=3, masking=0.3, noise=0.1, mixup=0.2, attack="pgd")
    frame = mixed_frame()
    first, second, plain = (
        fitted(frame, "net", kinds={"text": "text"}, net=one).predict(frame)
        for one in (net, net, replace(net, noise=None))
    )
    assert np.array_equal(first, second) and not np.array_equal(first, plain)
