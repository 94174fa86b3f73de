"""Recourse for applicants whom a credit model names: real people, a real model, limits that hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.data.labels import target
from core.data.read import read
from core.deliver.plan import plan
from core.domains import domains
from core.engines.watch import Silence
from core.learn.evaluate import evaluate
from core.whatif.basis import Basis
from core.whatif.counterfactual import limits, ways
from core.whatif.ways import Aim, Limit

GOOD = "0"
"""The label of those who paid."""


@pytest.fixture(scope="session")
def credit(data_dir):
    """A blend of two learners on the German credit data, with its training rows."""
    from core.learn.train import train

    path = data_dir / "finance" / "german_credit" / "german_credit_labelled.csv"
    raw, source, found = read(path, path.name)
    table = check(raw, (source,), found, domain="finance", kinds={}, table_id="credit", name="credit")
    recipe, _ = plan(table, "default", "finance", members=("simple", "trees"), time_budget_seconds=8)
    model, split = train(table, recipe, Silence())
    _, judged = evaluate(model, table, split.test, resamples=20)
    task = recipe.task
    frame = table.frame.iloc[split.train]
    truth = target(frame, task.goal, task.kind)
    held = Basis(
        model, frame[list(model.features)], truth, judged, pd.DataFrame(index=frame.index), domains()["finance"]
    )
    said = model.predict(table.frame)[:, 1]
    return held, table.frame.iloc[np.flatnonzero(said >= model.cutoff)][list(model.features)]


def recourse(credit, count, said=()):
    """For so many named applicants: how many are no longer named, and the columns changed by the best way of each."""
    held, named = credit
    reached, sizes = 0, []
    for at in np.random.default_rng(0).permutation(len(named))[:count]:
        row = named.iloc[[at]]
        found = ways(held, row, Aim(GOOD), said, seconds=10.0)
        reached += bool(found.ways)
        for way in found.ways:
            kept(held, row, way, {limit.column for limit in said})
        if found.ways:
            sizes.append(len(found.ways[0].changes))
    return reached / min(count, len(named)), sizes


def kept(held, row, way, allowed):
    """Every promise about one way."""
    model = held.model
    fixed = {one.column for one in limits(model, held.domain, model.recipe.task) if one.may == "no"} - allowed
    assert not set(way.changes) & fixed
    assert way.support.verdict != "outside"
    after = row.copy()
    for name, cell in way.changes.items():
        column = model.schema[name]
        after[name] = pd.Series([cell], index=row.index)
        if column.kind == "number":
            assert column.low <= cell <= column.high
            assert not column.whole or float(cell).is_integer()
        else:
            assert cell in column.levels
        if name == "age":
            assert cell > row[name].iloc[0]
    assert model.predict(after)[0, 1] < model.cutoff


def test_what_cannot_change_is_known_by_name(credit):
    held, _ = credit
    may = {one.column: one.may for one in limits(held.model, held.domain, held.model.recipe.task)}
    assert {may[name] for name in ("age", "foreign_worker", "credit_history")} == {"no"}
    assert {may[name] for name in ("duration_in_month", "credit_amount", "savings")} == {"any"}


def test_those_who_are_named_can_nearly_all_be_told_a_small_change(credit):
    share, sizes = recourse(credit, 25)
    assert share >= 0.95
    assert np.median(sizes) <= 3


def test_age_goes_up_only_where_it_is_allowed(credit):
    share, _ = recourse(credit, 8, [Limit("age", "any")])
    assert share == 1


@pytest.mark.slow
def test_two_hundred_of_those_who_are_named(credit):
    share, sizes = recourse(credit, 200)
    assert share >= 0.95
    assert np.median(sizes) <= 3
