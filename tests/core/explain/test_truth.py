"""Reasons of a really trained model against the law by which its made-up rows were made."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.check import check
from core.data.samples import sample, truth
from core.deliver.plan import plan
from core.engines.watch import Silence
from core.explain.shapley import explain
from core.learn.recipe import Net

ROWS = 60
"""Explained."""


@pytest.fixture(scope="module")
def explained():
    from core.learn.train import train

    raw, source, findings = sample("students")
    table = check(raw, (source,), findings, domain="education", kinds={}, table_id="truth", name="truth")
    recipe, _ = plan(table, "Result", "education", time_budget_seconds=60, net=Net(epochs=15))
    model, _ = train(table, recipe, Silence())
    return model, table.frame, explain(model, table.frame.iloc[:ROWS], seconds=10)


def true_effects(model, frame, columns) -> np.ndarray:
    """(n_rows, n_columns) log-odds effects of the law, against their mean over the background rows."""
    law = truth("students")
    here, there = law.effects(frame), law.effects(model.background).mean()
    return np.column_stack([here[name] - there[name] if name in here else np.zeros(len(frame)) for name in columns])


def test_the_columns_that_matter_are_found(explained):
    model, frame, found = explained
    true = np.abs(true_effects(model, frame.iloc[:ROWS], found.columns)).mean(axis=0)
    sizes = np.abs(found.values).mean(axis=0)
    assert set(np.argsort(-sizes)[:4]) == set(np.argsort(-true)[:4])
    assert np.corrcoef(sizes, true)[0, 1] > 0.9
    assert sizes[true > 0].sum() / sizes.sum() > 0.8


def test_each_row_is_explained_as_the_law_would(explained):
    model, frame, found = explained
    true = true_effects(model, frame.iloc[:ROWS], found.columns)
    agreement = [np.corrcoef(values, law)[0, 1] for values, law in zip(found.values, true, strict=True)]
    assert np.mean(agreement) > 0.85


def test_all_kinds_of_columns_add_up(explained):
    model, frame, found = explained
    assert found.gap < 1e-9
    assert np.array_equal(found.predictions, model.predict(frame.iloc[:ROWS])[:, 1])
    kinds = {column.kind for column in model.schema.columns}
    assert {"number", "category", "text", "date"} <= kinds


def test_raw_rows_are_explained_like_typed_ones(explained):
    model, frame, _ = explained
    raw, _, _ = sample("students")
    typed, text = explain(model, frame.iloc[:3]), explain(model, raw.iloc[:3])
    assert np.allclose(typed.values, text.values, atol=1e-9)
    assert text.cells[model.features.index("Age")] == tuple(raw["Age"].iloc[:3].astype(str))


def test_missing_cells_and_new_categories_are_explained(explained):
    model, _, _ = explained
    raw = sample("students")[0].iloc[:2].copy()
    raw.loc[0, ["Attendance", "School", "Teacher's remark"]] = None
    raw.loc[1, "School"] = "A school never seen"
    found = explain(model, raw)
    assert np.isfinite(found.values).all()
    assert found.gap < 1e-9
    assert found.cells[model.features.index("School")] == ("", "A school never seen")
    assert np.isnan(found.numbers[0, model.features.index("Attendance")])
