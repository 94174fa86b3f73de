"""The simple model: numbers, texts, few texts, vectors of an encoder."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.learn.recipe import Recipe
from core.learn.simple import View
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
