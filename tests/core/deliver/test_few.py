"""From 8 labelled texts to a model that says how uncertain it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.data.table import ReadOptions, Source, Table
from core.deliver.plan import plan
from core.engines.watch import Silence
from core.errors import Problem
from core.learn.evaluate import evaluate
from core.learn.train import train

GOOD = ("profit rose again", "strong sales this year", "shares gained after profit", "record sales and profit")
BAD = ("loss widened again", "weak orders this year", "shares fell after the loss", "record loss and weak orders")


def table(times: int, **more: list[str]) -> Table:
    texts = [f"{text} in region {turn}" for turn in range(times) for text in (*GOOD, *BAD)]
    frame = pd.DataFrame({"text": texts, "mood": ["good"] * 4 + ["bad"] * 4} if times == 1 else {"text": texts})
    if times > 1:
        frame["mood"] = (["good"] * 4 + ["bad"] * 4) * times
    source = Source("few.csv", "csv", "0" * 64, 0, len(frame), ReadOptions())
    return check(frame.assign(**more), (source,), (), domain="", kinds={"text": "text"}, table_id="few", name="few")


@pytest.mark.parametrize("times", [1, 2, 8])
def test_a_handful_of_texts_is_learned_from_and_tested_on_both_answers(times):
    few = table(times)
    recipe, _ = plan(few, "mood", members=("simple",))
    model, rows = train(few, recipe, Silence())
    assert set(few.frame.loc[rows.test, "mood"]) == {"good", "bad"}
    assert len(rows.train) + len(rows.test) == 8 * times
    evaluation, _ = evaluate(model, few, rows)
    assert evaluation.metrics["roc_auc"].value is not None
    assert any("uncertain" in note.text for note in model.notes)


def test_more_of_them_teach_more():
    few = table(8)
    recipe, _ = plan(few, "mood", members=("simple",))
    model, _ = train(few, recipe, Silence())
    said = model.predict(pd.DataFrame({"text": ["profit and strong sales", "weak orders and a loss"]}))
    assert said[0, model.classes.index("good")] > 0.6 > said[1, model.classes.index("good")]
    assert np.isfinite(said).all()


def test_without_texts_so_few_rows_are_refused():
    frame = pd.DataFrame({"x": [str(n) for n in range(8)], "mood": ["good", "bad"] * 4})
    source = Source("few.csv", "csv", "0" * 64, 0, 8, ReadOptions())
    few = check(frame, (source,), (), domain="", kinds=None, table_id="few", name="few")
    with pytest.raises(Problem, match="at least"):
        plan(few, "mood")
