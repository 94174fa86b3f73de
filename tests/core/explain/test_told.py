"""No sentence is shown that the model does not bear out; in finance none names a sensitive column."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.data.table import Column, Schema
from core.data.task import Goal, Task
from core.domains import domains
from core.engines.watch import Silence
from core.explain.explanation import Explanation, Phrase
from core.explain.proxies import TELLING, proxies, told
from core.explain.shapley import explain
from core.explain.told import FACTOR, holds, protected, reasons, usual
from core.explain.told import tested as spoken
from core.learn.model import TrainedModel
from core.learn.recipe import Recipe
from core.words import Message
from tests.core.explain.conftest import Small, two_classes
from tests.core.explain.test_phrases import ENGLISH, PLANTED, explained, model_of

COLUMNS = ("Duration in months", "Late payments", "Income", "Age", "Postcode")
WEIGHTS = np.array([0.04, 0.7, -0.5, -0.03, 0.02])
FINANCE, EDUCATION = domains()["finance"], domains()["education"]


def people(count: int = 400, seed: int = 0) -> pd.DataFrame:
    """Made-up applications; the postcode says to which of two groups a person belongs."""
    draw = np.random.default_rng(seed)
    group = draw.integers(0, 2, count)
    cells = {
        "Duration in months": draw.choice([6, 12, 18, 24, 36, 48], count),
        "Late payments": draw.poisson(0.8, count),
        "Income": np.round(draw.normal(3, 1, count), 2),
        "Age": draw.integers(20, 70, count),
        "Postcode": 10 * group + draw.integers(0, 8, count),
    }
    return pd.DataFrame(cells, dtype=float).assign(group=np.where(group, "a", "b"))


def lender(frame: pd.DataFrame, goal: str = "Default", classes=("no", "yes"), weights=WEIGHTS) -> TrainedModel:
    background = frame[list(COLUMNS)].iloc[:64]
    centre = float(background.mean().to_numpy() @ weights)
    formula = two_classes(lambda hidden: hidden[:, 0] - centre)
    member = Small(weights[:, None], formula)
    task = Task("binary", Goal(goal), COLUMNS, classes, classes[1])
    schema = Schema(tuple(Column(name, "number") for name in COLUMNS))
    return TrainedModel(Recipe(task), schema, classes, (member,), np.ones(1), background, cutoff=0.5)


def english(messages: tuple[Message, ...]) -> list[str]:
    return [one.english() for one in messages]


@pytest.fixture(scope="module")
def credit():
    frame = people()
    model = lender(frame)
    return model, frame, explain(model, frame[list(COLUMNS)], labels="yes")


def refused(found: Explanation, most: int = 30) -> list[int]:
    return [at for at in range(len(found.rows)) if found.predictions[at] >= 0.5][:most]


# -- each sentence is tested ------------------------------------------------------------------------------------------


def one_column(value: float, cell: float = 20.0) -> tuple[TrainedModel, Explanation, pd.DataFrame]:
    """The answer is the number itself; what its reason says is made up."""
    frame = pd.DataFrame({"absences": [2.0, 4.0, 4.0, 4.0, 9.0, cell]})
    task = Task("regression", Goal("goal"), ("absences",))
    schema = Schema((Column("absences", "number"),))
    member = Small(np.ones((1, 1)), lambda hidden: hidden)
    model = TrainedModel(Recipe(task), schema, (), (member,), np.ones(1), frame)
    values = np.array([[value]])
    cells = ((f"{cell:g}",),)
    found = Explanation(
        ("absences",), values, values * 0, np.zeros(1), np.array([cell]), np.arange(1), ("",), cells,
        np.array([[cell]]), "exact", 0.0,
    )  # fmt: skip
    return model, found, frame


def test_a_sentence_quotes_value_direction_and_what_is_usual():
    model, found, frame = one_column(14.0)
    assert english(spoken(model, found, 0, basis_frame=frame)) == [
        "The model answers 20; the average is 0.",
        "absences is 20, usual is 4: raises the answer by 14.",
    ]


@pytest.mark.parametrize("value", [-14.0, 16 * FACTOR * 1.1, 16 / FACTOR / 1.1])
def test_what_the_model_does_not_bear_out_is_not_said(value):
    model, found, frame = one_column(value)
    assert "No single column" in spoken(model, found, 0, basis_frame=frame)[1].english()


def test_a_very_sure_answer_has_reasons_too(credit):
    model, frame, found = credit
    at = int(np.argmax(found.predictions))
    assert found.predictions[at] > 0.97
    factors = reasons(model, found, at, frame[list(COLUMNS)], (), FINANCE)
    assert factors and all(one.moved > 0 for one in factors)
    assert any(not holds(one.part.value, one.moved) for one in factors)  # alone it is moved by less than is said


def test_the_test_is_of_direction_and_of_size():
    assert holds(0.1, 0.1) and holds(-0.1, -0.1 * FACTOR * 0.99) and holds(0.1, 0.1 / FACTOR * 1.01)
    assert not holds(0.1, -0.1) and not holds(0.1, 0.0) and not holds(0.1, 0.1 * FACTOR * 1.01)


@pytest.mark.parametrize(
    ("values", "cell", "found"),
    [
        ([1.0, 2.0, 2.0, 9.0], "9", (2.0, False)),
        ([1.0, 3.0, 4.0, 5.0], "1", (3.0, False)),
        (["a", "a", "b", None], "c", ("a", False)),
        (["a", "a", "b", None], "a", ("b", True)),
        (["a", "a"], "a", None),
        ([None, None], "a", None),
        ([2.0, 2.0, 2.0, 7.0], "2", (7.0, True)),
        ([2.0, None, 8.0], "", (2.0, False)),
    ],
)
def test_what_is_usual_is_the_median_or_the_most_frequent(values, cell, found):
    assert usual(pd.Series(values), cell) == found


def test_of_a_wholly_usual_cell_with_no_other_nothing_is_said():
    assert usual(pd.Series(np.arange(100.0)), "49") is None


def test_a_date_is_held_against_the_middle_date():
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]))
    assert usual(days, "2024-03-01") == (pd.Timestamp("2024-02-01"), False)


def test_at_most_four_sentences_and_the_answer_first(credit):
    model, frame, found = credit
    for at in range(20):
        said = spoken(model, found, at, basis_frame=frame[list(COLUMNS)])
        assert len(said) <= 4
        assert said[0].english().startswith("The model gives “yes” a chance of")


def test_a_missing_cell_is_called_so():
    model, found, frame = one_column(-4.0)
    gone = replace(found, cells=(("",),), numbers=np.array([[np.nan]]))
    assert english(spoken(model, gone, 0, basis_frame=frame))[1].startswith("absences is missing, usual is 4")


def test_the_phrase_is_taken_out_of_a_text():
    model = model_of(ENGLISH, PLANTED)
    frame = pd.DataFrame({"remark": ["good, but late"], "income": [0.0]})
    found = explained(model, frame)
    parts = (Phrase("remark", 10, 14, "late", -0.4), Phrase("remark", 0, 4, "good", -0.3))
    said = english(spoken(model, replace(found, phrases=(parts,)), 0, basis_frame=model.background))
    assert "“late” in remark lowers the answer by 0.4." in said
    assert not any("good" in one for one in said)  # good raises it: the sentence would be wrong


def test_a_faint_phrase_is_not_spoken_of_and_a_long_one_is_cut():
    model = model_of(ENGLISH, {"late": -0.4, "good": -0.05})
    frame = pd.DataFrame({"remark": ["good, but late"], "income": [0.0]})
    parts = (Phrase("remark", 10, 14, "late", -0.4), Phrase("remark", 0, 4, "good", -0.05))
    said = english(spoken(model, replace(explained(model, frame), phrases=(parts,)), 0, basis_frame=model.background))
    assert [one for one in said if "in remark" in one] == ["“late” in remark lowers the answer by 0.4."]
    long = "new " * 30 + "late"
    frame = pd.DataFrame({"remark": [long], "income": [0.0]})
    found = replace(explained(model, frame), phrases=((Phrase("remark", 0, len(long), long, -0.4),),))
    said = english(spoken(model, found, 0, basis_frame=model.background))
    assert any("…” in remark lowers the answer by 0.4." in one and len(one) < 80 for one in said)


# -- sensitive columns ------------------------------------------------------------------------------------------------


def test_elsewhere_a_sensitive_column_is_named_with_the_reason_for_care(credit):
    model, frame, found = credit
    said = [
        one
        for at in range(40)
        for one in english(spoken(model, found, at, basis_frame=frame[list(COLUMNS)], domain=EDUCATION))
        if one.startswith("Age")
    ]
    assert said
    assert all("People must not be treated differently for their age" in one for one in said)


def test_a_column_that_the_analyst_marked_is_named_so(credit):
    model, frame, found = credit
    rows = (
        spoken(model, found, at, basis_frame=frame[list(COLUMNS)], sensitive=("Late payments",)) for at in range(20)
    )
    said = [one for row in rows for one in english(row) if one.startswith("Late payments")]
    assert said and all(one.endswith("This column was marked as sensitive.") for one in said)


def test_in_finance_no_reason_is_a_sensitive_column(credit):
    model, frame, found = credit
    for at in range(60):
        for one in reasons(model, found, at, frame[list(COLUMNS)], ("Income",), FINANCE):
            assert one.part.column in {"Duration in months", "Late payments"}
    assert protected(COLUMNS, ("Income",), FINANCE) == {"Age", "Postcode", "Income"}


# -- adverse action ---------------------------------------------------------------------------------------------------


def improved(model: TrainedModel, frame: pd.DataFrame, at: int, factors) -> float:
    """The chance once every factor named is at its usual value."""
    changed = frame.iloc[[at]].copy()
    for one in factors:
        cells = frame[one.part.column]
        value = float(one.usual) if pd.api.types.is_numeric_dtype(cells) else one.usual
        if pd.api.types.is_numeric_dtype(cells):
            assert cells.min() <= value <= cells.max()
            changed[one.part.column] = changed[one.part.column].astype(float)
        changed.loc[changed.index[0], one.part.column] = value
    return float(model.predict(changed)[0, 1])


def test_a_refusal_is_told_the_main_factors_against_it(credit):
    model, frame, found = credit
    basis, better, asked = frame[list(COLUMNS)], 0, refused(found)
    assert len(asked) == 30
    for at in asked:
        factors = reasons(model, found, at, basis, (), FINANCE, most=4)
        sizes = [one.part.value for one in factors]
        assert len(factors) <= 4
        assert sizes == sorted(sizes, reverse=True) and min(sizes, default=1) > 0
        assert all(one.moved > 0 for one in factors)
        assert not {one.part.column for one in factors} & {"Age", "Postcode"}
        if factors:
            said = english(spoken(model, found, at, basis_frame=basis, domain=FINANCE))
            assert said[0].endswith("The main factors against this application:")
            assert all("raises the chance of “yes”" in one for one in said[1:])
        better += improved(model, basis, at, factors) < found.predictions[at] if factors else 1
    assert better >= 0.95 * len(asked)


def test_an_application_that_is_granted_has_plain_reasons(credit):
    model, frame, found = credit
    granted = [at for at in range(len(frame)) if found.predictions[at] < 0.5][:10]
    for at in granted:
        said = english(spoken(model, found, at, basis_frame=frame[list(COLUMNS)], domain=FINANCE))
        assert "against" not in said[0]


def test_where_the_chance_of_paying_back_is_shown_what_lowers_it_is_against():
    frame = people()
    model = lender(frame, "credit_risk", ("bad", "good"), -WEIGHTS)
    found = explain(model, frame[list(COLUMNS)], labels="good")
    at = int(np.argmin(found.predictions))
    said = english(spoken(model, found, at, basis_frame=frame[list(COLUMNS)], domain=FINANCE))
    assert said[0].endswith("against this application:")
    assert all("lowers the chance of “good”" in one for one in said[1:])


def test_what_is_no_refusal_is_not_told_as_one(credit):
    model, frame, found = credit
    other = replace(model, recipe=Recipe(replace(model.recipe.task, goal=Goal("shoe size"))))
    said = english(spoken(other, found, refused(found)[0], basis_frame=frame[list(COLUMNS)], domain=FINANCE))
    assert "against" not in said[0]


GERMAN = (
    "Status of account", "Duration in months", "Credit history", "Purpose", "Credit amount", "Savings",
    "Employed since", "Instalment rate", "Personal status and sex", "Other debtors", "Residence since", "Property",
    "Age", "Other plans", "Housing", "Existing credits", "Job", "Dependents", "Telephone", "Foreign worker",
    "Credit risk",
)  # fmt: skip


@pytest.mark.slow
def test_refused_rows_of_german_credit_have_honest_reason_codes(data_dir, tmp_path):
    from core.data.read import read
    from core.deliver.plan import plan
    from core.learn.train import train

    path = next(iter(sorted(data_dir.rglob("german.data"))), None)
    if path is None:
        pytest.skip("german.data is absent")
    named = tmp_path / "german.csv"
    lines = path.read_text().splitlines()
    named.write_text("\n".join([";".join(GERMAN), *(line.strip().replace(" ", ";") for line in lines)]))
    raw, source, findings = read(named, "german.csv")
    table = check(raw, (source,), findings, domain="finance", kinds={}, table_id="g", name="g")
    recipe, _ = plan(table, "Credit risk=2", "finance", time_budget_seconds=30)
    model, split = train(table, recipe, Silence())
    basis = table.frame.iloc[split.train][list(model.features)]
    chances = model.predict(table.frame)[:, 1]
    cutoff = 0.5 if model.cutoff is None else model.cutoff
    rows = table.frame[chances >= cutoff].iloc[:200]
    found = explain(model, rows, seconds=60)
    never, better, told_of = protected(model.features, (), FINANCE), 0, 0
    for at in range(len(rows)):
        factors = reasons(model, found, at, basis, (), FINANCE, most=4)
        sizes = [one.part.value for one in factors]
        assert len(factors) <= 4 and sizes == sorted(sizes, reverse=True) and min(sizes, default=1) > 0
        assert not {one.part.column for one in factors} & never
        changed = rows.iloc[[at]][list(model.features)].copy()
        for one in factors:
            number = model.schema[one.part.column].kind == "number"
            changed[one.part.column] = float(one.usual) if number else one.usual
        told_of += bool(factors)
        better += bool(factors) and float(model.predict(changed)[0, 1]) < found.predictions[at]
    assert told_of >= 0.9 * len(rows)
    assert better >= 0.95 * told_of


# -- what gives a sensitive column away -------------------------------------------------------------------------------


def test_a_warning_stands_beside_a_reason_that_gives_a_group_away(credit):
    _, frame, _ = credit
    weights = WEIGHTS * [1, 1, 1, 1, 20]
    model = lender(frame, weights=weights)
    named = frame.rename(columns={"Postcode": "Branch", "group": "Origin"})
    schema = Schema(
        tuple(replace(one, name={"Postcode": "Branch"}.get(one.name, one.name)) for one in model.schema.columns)
    )
    features = schema.names
    task = replace(model.recipe.task, features=features)
    model = replace(model, recipe=Recipe(task), schema=schema, background=named[list(features)].iloc[:64])
    found = explain(model, named[list(features)].iloc[:30], labels="yes")
    said = [
        one
        for at in range(30)
        for one in english(
            spoken(model, found, at, basis_frame=named[list(features)], sensitive=("Origin",), groups=named[["Origin"]])
        )
    ]
    about = [one for one in said if one.startswith("Branch is")]
    assert about and all(one.endswith("Branch says much about Origin here.") for one in about)
    assert not any("says much" in one for one in said if one.startswith(("Late payments is", "Income is")))


def test_how_much_a_column_gives_away_is_measured_on_rows_not_looked_at():
    draw = np.random.default_rng(3)
    group = pd.Series(draw.choice(["a", "b"], 2000))
    assert told(group.map({"a": "x", "b": "y"}), group) == pytest.approx(1.0)
    assert told(pd.Series(draw.normal(size=2000)), group) < 0.56
    assert told(pd.Series(np.arange(2000).astype(str)), group) < 0.56  # a name of each row tells nothing of others
    noisy = pd.Series(np.where(draw.random(2000) < 0.8, group == "a", group != "a"))
    assert told(noisy, group) == pytest.approx(0.8, abs=0.03)


def test_a_number_is_told_as_high_or_low_and_small_groups_are_not_asked():
    age = pd.Series(np.arange(1000.0))
    assert told(pd.Series(np.where(age > 500, "old", "young")), age) > 0.95
    assert told(pd.Series(np.arange(1000) < 5), pd.Series(np.where(np.arange(1000) < 5, "few", "many"))) == 0.5


def test_only_what_says_much_is_named():
    frame = pd.DataFrame({"a": ["x", "y"] * 100, "b": np.random.default_rng(0).normal(size=200)})
    found = proxies(frame, "a", frame.assign(sex=["f", "m"] * 100)[["sex", "b"]])
    assert [(one.about, one.value >= TELLING) for one in found] == [("sex", True)]


def test_that_a_sensitive_column_moved_a_refusal_is_not_kept_quiet():
    frame = people()
    model = lender(frame, weights=np.array([0.0, 0.4, 0.0, 0.0, 0.5]))  # mostly the postcode
    found = explain(model, frame[list(COLUMNS)], labels="yes")
    said = [english(spoken(model, found, at, basis_frame=frame[list(COLUMNS)], domain=FINANCE)) for at in range(40)]
    most = [abs(found.values[at, 4]) > abs(found.values[at, 1]) for at in range(40)]
    assert sum(most) > 20
    assert not any("Postcode" in " ".join(one) or len(one) > 4 for one in said)
    for one, by_postcode in zip(said, most, strict=True):
        if by_postcode:
            assert "A sensitive column moves this answer too" in " ".join(one)
            assert "No single column" not in " ".join(one)


def test_where_no_sensitive_column_moves_the_answer_none_is_hinted_at():
    frame = people()
    model = lender(frame, weights=np.array([0.04, 0.7, -0.5, 0.0, 0.0]))
    found = explain(model, frame[list(COLUMNS)], labels="yes")
    said = [english(spoken(model, found, at, basis_frame=frame[list(COLUMNS)], domain=FINANCE)) for at in range(20)]
    assert "sensitive" not in " ".join(" ".join(one) for one in said)
