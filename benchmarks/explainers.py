"""Peers that give reasons, each asked for one row's Shapley values of the same function against the same background.

Functions take a row, the background and an amount of work, and return (n_columns,) values. A peer that is not
installed raises ImportError when it is first asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.explain.opening import FEWEST
from core.learn.learner import Learner
from core.learn.model import TrainedModel, blend
from core.learn.prepare import Encoded

Peer = Callable[[int, int], np.ndarray]
"""(place of the row, amount of work) -> (n_columns,) values."""


@dataclass(frozen=True, eq=False)
class Ask:
    """A model's positive class as a function of plain numbers, the fastest that it can be asked."""

    model: TrainedModel
    rows: np.ndarray
    """(n_rows, n_columns) numbers and codes of the rows explained."""
    background: np.ndarray
    """(n_background, n_columns)"""

    def __call__(self, cells: np.ndarray) -> np.ndarray:
        plan: Any = self.model.preparation
        where = plan.owners
        codes = cells[:, where["levels"]].astype(np.int32)
        rows = Encoded(np.asarray(cells[:, where["numbers"]], dtype=np.float64), codes, (), cells.shape[1])
        return np.asarray(blend(self.model.members, self.model.weights, rows)[:, 1])


class Whole(Ask):
    """The same through the model's own ``predict``, with cells as a file has them: what its user would ask."""

    def __call__(self, cells: np.ndarray) -> np.ndarray:
        plan: Any = self.model.preparation
        made = {one.column: cells[:, at] for one, at in zip(plan.numbers, plan.owners["numbers"], strict=True)}
        for one, at in zip(plan.levels, plan.owners["levels"], strict=True):
            words = np.array([None, "another one", *one.levels], dtype=object)
            made[one.column] = words[cells[:, at].astype(np.int64)]
        return np.asarray(self.model.predict(pd.DataFrame(made))[:, 1])


def ask(model: TrainedModel, rows: pd.DataFrame) -> Ask:
    """The function for rows of numbers and categories."""
    return Ask(model, _plain(model, rows), _plain(model, model.background.iloc[:FEWEST]))


def whole(asked: Ask) -> Ask:
    """The same function, through ``predict``."""
    return Whole(asked.model, asked.rows, asked.background)


def _plain(model: TrainedModel, frame: pd.DataFrame) -> np.ndarray:
    plan: Any = model.preparation
    encoded = plan.encode(model.ready(frame))
    cells = np.empty((len(frame), len(model.features)))
    cells[:, plan.owners["numbers"]] = encoded.numbers
    cells[:, plan.owners["levels"]] = encoded.codes
    return cells


def permutation(asked: Ask) -> Peer:
    """``shap.PermutationExplainer``; work: permutations, each there and back."""
    import shap

    masker = shap.maskers.Independent(asked.background, max_samples=len(asked.background))

    def values(row: int, work: int) -> np.ndarray:
        explainer = shap.explainers.Permutation(asked, masker, seed=row + 1)
        evaluations = work * (2 * asked.rows.shape[1] + 1)
        return np.asarray(explainer(asked.rows[[row]], max_evals=evaluations, silent=True).values[0])

    return values


def kernel(asked: Ask) -> Peer:
    """``shap.KernelExplainer``; work: coalitions."""
    import shap

    explainer = shap.KernelExplainer(asked, asked.background)

    def values(row: int, work: int) -> np.ndarray:
        np.random.seed(row + 1)
        return np.asarray(explainer.shap_values(asked.rows[row], nsamples=work, silent=True))

    return values


def shapiq_kernel(asked: Ask) -> Peer:
    """``shapiq.KernelSHAP``; work: coalitions."""
    import shapiq  # type: ignore[import-not-found]

    count, columns = asked.background.shape

    def values(row: int, work: int) -> np.ndarray:
        def worth(coalitions: np.ndarray) -> np.ndarray:
            kept = np.repeat(np.asarray(coalitions, dtype=bool), count, axis=0)
            cells = np.where(kept, asked.rows[row], np.tile(asked.background, (len(coalitions), 1)))
            return np.asarray(asked(cells).reshape(-1, count).mean(axis=1))

        found: Any = shapiq.KernelSHAP(n=columns, random_state=row + 1).approximate(work, worth)
        return np.array([found[(column,)] for column in range(columns)])

    return values


@dataclass(frozen=True, eq=False)
class Tensors:
    """A net alone in torch: what each column adds to its first layer is the input, (n, n_columns, width)."""

    net: Any
    rows: Any
    background: Any


def tensors(learner: Learner, model: TrainedModel, rows: pd.DataFrame) -> Tensors:
    """The learner's layers as torch modules; the answer is the chance of the positive class."""
    import torch
    from torch import nn

    class Whole(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bends = nn.ModuleList(nn.ReLU() for _ in learner.tail)
            self.link = nn.Sigmoid()
            self.layers = [tuple(torch.from_numpy(one.astype(np.float32)) for one in layer) for layer in learner.tail]

        def forward(self, added: Any) -> Any:
            hidden = added.sum(dim=1) + torch.from_numpy(learner.bias.astype(np.float32))
            state = hidden.view(len(hidden), learner.packs, -1).transpose(0, 1)
            for bend, (weights, bias) in zip(self.bends, self.layers, strict=True):
                state = torch.bmm(bend(state), weights) + bias[:, None]
            return self.link(state).mean(dim=0)

    def given(frame: pd.DataFrame) -> Any:
        return torch.from_numpy(learner.first_layer(model.encode(frame)).astype(np.float32))

    return Tensors(Whole().eval(), given(rows), given(model.background.iloc[:FEWEST]))


def gradient(net: Tensors) -> Peer:
    """``shap.GradientExplainer``; work: samples."""
    import shap

    explainer = shap.GradientExplainer(net.net, net.background)
    return lambda row, work: _summed(explainer.shap_values(net.rows[[row]], nsamples=work, rseed=row + 1))


def deep(net: Tensors) -> Peer:
    """``shap.DeepExplainer``; it knows one amount of work."""
    import shap

    explainer = shap.DeepExplainer(net.net, net.background)
    return lambda row, _work: _summed(explainer.shap_values(net.rows[[row]], check_additivity=False))


def integrated(net: Tensors) -> Peer:
    """``captum`` integrated gradients from the mean of the background; work: steps."""
    from captum.attr import IntegratedGradients  # type: ignore[import-not-found]

    explainer, centre = IntegratedGradients(net.net), net.background.mean(dim=0, keepdim=True)

    def values(row: int, work: int) -> np.ndarray:
        return _summed(explainer.attribute(net.rows[[row]], centre, target=0, n_steps=work).detach().numpy())

    return values


def sampling(net: Tensors) -> Peer:
    """``captum`` Shapley value sampling, from every background row; work: orders."""
    import torch
    from captum.attr import ShapleyValueSampling  # type: ignore[import-not-found]

    explainer, count = ShapleyValueSampling(net.net), len(net.background)
    columns, width = net.rows.shape[1:]
    mask = torch.arange(columns)[None, :, None].repeat(1, 1, width)

    def values(row: int, work: int) -> np.ndarray:
        torch.manual_seed(row + 1)
        many = net.rows[[row]].expand(count, -1, -1)
        with torch.no_grad():
            found = explainer.attribute(many, net.background, target=0, feature_mask=mask, n_samples=work)
        return np.asarray(found[:, :, 0].mean(dim=0).numpy())  # each figure of a column has all of its value

    return values


def _summed(values: Any) -> np.ndarray:
    """(n_columns,) from (1, n_columns, width) or with an axis of outputs behind."""
    found = np.asarray(values[0] if isinstance(values, list) else values)
    return np.asarray(found.reshape(found.shape[1], -1).sum(axis=1))
