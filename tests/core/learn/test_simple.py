"""The simple model: numbers, texts, few texts, vectors of an encoder."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from core.learn.recipe import Recipe
from core.learn.simple import LEAST_STEPS, STEPS, View, _steps, _turned
from core.learn.train import train
from tests.core.learn.conftest import Told, fitted, mixed_frame, table_of, task_of

SUBJECTS = {
    "bill": ("the bill was paid", "please send the bill", "a late bill"),
    "pain": ("pain in the back", "strong pain since monday", "head pain"),
    "exam": ("the exam was hard", "when is the exam", "an exam in june"),
}


def texts(each: int, subjects: tuple[str, ...] = ("bill", "pain"), seed: int = 0) -> pd.DataFrame:
    """So many texts of each subject, none twice."""
    draw = np.random.default_rng(seed)
    cells = [(f"{draw.choice(SUBJECTS[one])} {draw.integers(10_000)}", one) for one in subjects for _ in range(each)]
    frame = pd.DataFrame(cells, columns=["text", "y"]).astype({"text": "str", "y": "str"})
    return frame.sample(frac=1.0, random_state=seed, ignore_index=True)


def simple(frame: pd.DataFrame, **recipe):
    return fitted(frame, "simple", kinds={"text": "text"}, **recipe)


@pytest.mark.parametrize("subjects", [("bill", "pain"), ("bill", "pain", "exam")], ids=["two", "three"])
@pytest.mark.parametrize("each", [8, 30])
def test_few_labelled_texts_are_learned_and_the_figures_called_uncertain(subjects, each):
    model = simple(texts(each, subjects))
    fresh = texts(20, subjects, seed=9)
    right = np.array(model.classes)[model.predict(fresh).argmax(axis=1)] == fresh["y"]
    assert right.mean() > 0.9
    assert any("uncertain" in note.english() for note in model.notes)
    chances = model.held.model
    assert np.isfinite(chances).all() and chances.max() < 0.999


def test_few_texts_beside_a_number():
    frame = texts(10).assign(number=lambda rows: np.arange(len(rows), dtype=float))
    assert simple(frame).predict(frame).shape == (20, 2)


def test_many_texts_are_not_called_uncertain_and_how_they_were_read_is_said():
    notes = [note.english() for note in simple(texts(80)).notes]
    assert not any("uncertain" in note for note in notes)
    assert any("TF-IDF" in note and "text" in note for note in notes)


def test_an_amount_is_read_out_of_texts():
    frame = texts(60)
    frame["y"] = np.where(frame["y"] == "bill", 10.0, 20.0) + np.random.default_rng(0).normal(0, 0.5, len(frame))
    table = table_of(frame, text="text")
    model, rows = train(table, Recipe(task_of(table), members=("simple",)), Told())
    truth = frame["y"].to_numpy()[rows.test]
    assert np.abs(model.predict(frame.loc[rows.test]) - truth).mean() < 2.5  # the mean would err by 5


@pytest.mark.parametrize("sparse", [False, True])
def test_more_inputs_than_rows_are_fitted_in_the_space_of_the_rows(sparse):
    draw = np.random.default_rng(0)
    inputs, truth = draw.normal(size=(30, 500)), draw.normal(size=30)
    given = csr_matrix(inputs) if sparse else inputs
    turned = _turned(given)
    assert turned.inputs.shape[1] <= 30
    solved = np.linalg.solve(turned.inputs.T @ turned.inputs + 2 * np.eye(turned.inputs.shape[1]), turned.inputs.T)
    found = turned.back((solved @ truth)[:, None])[:, 0]
    true = inputs.T @ np.linalg.solve(inputs @ inputs.T + 2 * np.eye(30), truth)  # ridge regression, by its dual
    assert np.abs(found - true).max() < 1e-10
    assert _turned(inputs[:, :40]) is None


def test_a_short_budget_takes_fewer_steps_and_never_none():
    frame = pd.DataFrame({f"n{place}": np.random.default_rng(place).normal(size=600) for place in range(60)})
    frame["y"] = [f"class {row % 60}" for row in range(600)]
    table = table_of(frame)
    grounds = [SimpleNamespace(recipe=Recipe(task_of(table), time_budget_seconds=seconds), classes=60,
                               folds=range(5), plan=SimpleNamespace(reader=None, numbers=(1,)), rows=range(600))
               for seconds in (0.001, 10.0, 600.0)]  # fmt: skip
    least, few, usual = (_steps(frame.iloc[:, :60].to_numpy(), ground) for ground in grounds)
    assert least == LEAST_STEPS < few < usual == STEPS


def test_texts_and_numbers_share_one_penalty():
    frame = texts(100)
    draw = np.random.default_rng(0)
    frame["number"] = draw.normal(size=len(frame))
    frame["y"] = np.where((frame["y"] == "bill") == (draw.random(len(frame)) < 0.85), "yes", "no")
    flip = frame["number"] > 0.8
    frame.loc[flip, "y"] = "yes"
    both, alone = simple(frame), simple(frame.drop(columns="number"))
    assert both.scores[0].validation_loss < alone.scores[0].validation_loss


def test_contributions_add_up_to_the_answer():
    frame = mixed_frame()
    model = simple(frame)
    (member,) = model.members
    rows = model.encode(frame.head(30))
    summed = member.finish(member.first_layer(rows).sum(axis=1, dtype=np.float64))
    assert summed == pytest.approx(member.answer(rows), abs=1e-9)


def test_only_the_column_of_the_text_answers_for_it():
    frame = texts(40).assign(number=0.5)
    frame.loc[0, "number"] = 1.5
    model = simple(frame)
    (member,) = model.members
    one, other = (model.encode(frame.head(1).assign(text=cell)) for cell in ("the bill was paid", "head pain"))
    moved = np.abs(member.first_layer(one) - member.first_layer(other)).sum(axis=(0, 2))
    assert moved[model.features.index("text")] > 0
    assert moved[model.features.index("number")] == 0


def test_a_view_is_standard_terms_unless_said():
    assert View() == View("standard", "terms")


@pytest.mark.slow
def test_texts_are_answered_as_well_as_by_scikit_learn(data_dir):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    lines = (data_dir / "finance/financial_phrasebank/Sentences_75Agree.txt").read_text("latin-1").splitlines()
    pairs = [line.rpartition("@")[::2] for line in dict.fromkeys(lines)]
    frame = pd.DataFrame(pairs, columns=["text", "y"]).astype("str")
    table = table_of(frame, text="text")
    model, rows = train(table, Recipe(task_of(table), members=("simple",)), Told())
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    known = words.fit_transform(frame["text"].iloc[rows.train])
    asked, truth = words.transform(frame["text"].iloc[rows.test]), frame["y"].iloc[rows.test]
    theirs = max(
        LogisticRegression(C=c, max_iter=500).fit(known, frame["y"].iloc[rows.train]).score(asked, truth)
        for c in (1, 3, 10, 30)
    )
    ours = np.array(model.classes)[model.predict(frame.loc[rows.test]).argmax(axis=1)] == truth
    assert ours.mean() >= theirs - 0.01
