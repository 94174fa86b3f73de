"""A text's value divided over its words: planted words get what was planted, and all adds up."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pytest

from core.data.table import Column, Schema
from core.data.task import Goal, Task
from core.explain.division import MOST, divide, tidy
from core.explain.explanation import Explanation
from core.explain.phrases import THERE, phrases
from core.explain.sampling import Clock
from core.explain.units import kept, units
from core.learn.model import TrainedModel
from core.learn.prepare import Number, Preparation
from core.learn.recipe import Recipe
from core.learn.text import Topics, fit_text

ENGLISH = ["paid late again", "good customer, pays on time", "new kitchen", "late late payments", "thanks 👍 good"] * 6
CHINESE = ["客户有逾期记录", "收入稳定，信用良好", "还款及时", "曾经逾期两次", "购买新车"] * 6


@dataclass(frozen=True, eq=False)
class Reader:
    """Knows what each term of the texts is worth; a text's worth is that of the terms in it, however often."""

    planted: dict[str, float]
    preparation: Preparation
    bend: bool = False
    asked: list[int] = field(default_factory=list)
    name: str = "reader"
    joint: str = "sum"
    width: int = 1

    def answer(self, rows):
        self.asked.append(len(rows))
        total = rows.numbers.sum(axis=1) if rows.numbers.size else np.zeros(len(rows))
        for words, text in zip(self.preparation.texts, rows.texts, strict=True):
            terms = [term for kind in words.kinds for term in kind.terms]
            worth = np.zeros(len(terms))
            for term, value in self.planted.items():
                worth[terms.index(term)] = value  # the first: words stand before runs of characters
            total = total + (text > 0) @ worth
        return (np.tanh(total) if self.bend else total)[:, None]


def model_of(texts: list[str], planted: dict[str, float], *, bend: bool = False, columns=("remark",)) -> TrainedModel:
    words = tuple(replace(fit_text(pd.Series(texts)), column=name) for name in columns)
    topics = tuple(Topics(np.zeros((one.width, 0), np.float32), np.zeros(0, np.float32)) for one in words)
    number = Number("income", "", 0.0, 0.0, 1.0, -3.0, 3.0, (-3.0, 3.0), (-2.0, 2.0), True)
    features = (*columns, "income")
    preparation = Preparation(features, (number,), (), words, topics)
    schema = Schema((*(Column(name, "text") for name in columns), Column("income", "number")))
    draw = np.random.default_rng(0)
    background = pd.DataFrame({name: pd.Series(draw.permutation(texts), dtype="str") for name in columns})
    background["income"] = draw.normal(size=len(background))
    task = Task("regression", Goal("goal"), features)
    member = Reader(planted, preparation, bend)
    return TrainedModel(Recipe(task), schema, (), (member,), np.ones(1), background, preparation=preparation)


def explained(model: TrainedModel, frame: pd.DataFrame, values: np.ndarray | None = None) -> Explanation:
    """Values by the definition: of these models columns only add (or, bent, some value or other)."""
    names, base = model.features, float(model.predict(model.background).mean())
    if values is None:
        values = np.zeros((len(frame), len(names)))
        for place, name in enumerate(names):
            for at in range(len(frame)):
                mixed = model.background.assign(**{name: frame[name].iloc[at]})
                values[at, place] = model.predict(mixed).mean() - base
    cells = tuple(tuple("" if pd.isna(cell) else str(cell) for cell in frame[name]) for name in names)
    answers, nothing = model.predict(frame), np.zeros_like(values)
    start = np.full(len(frame), base)
    rows = np.arange(len(frame))
    return Explanation(names, values, nothing, start, answers, rows, ("",) * len(frame), cells, nothing, "exact", 0.0)


def asked(model: TrainedModel, text, seconds: float = 60.0, **more):
    frame = pd.DataFrame({"remark": pd.Series([text], dtype="str"), "income": [0.5]})
    made = phrases(model, frame, explained(model, frame, **more), seconds=seconds)
    own = [one for one in made.phrases[0] if one.column == "remark"]
    assert sum(one.value for one in own) == pytest.approx(made.values[0, 0], abs=1e-12)
    for one in own:
        assert ("" if pd.isna(text) else text)[one.start : one.stop] == one.text
    assert all(one.stop <= other.start for one, other in itertools.pairwise(own))
    return made, {one.text: one.value for one in own}


PLANTED = {"late": -0.4, "good": 0.3, "on time": 0.2}


def test_each_word_gets_what_was_planted_in_it():
    _, worth = asked(model_of(ENGLISH, PLANTED), "good, but late")
    assert worth["good"] == pytest.approx(0.3)
    assert worth["late"] == pytest.approx(-0.4)
    assert worth["but"] == pytest.approx(0.0, abs=1e-12)


def test_two_words_that_only_count_together_share_it():
    _, worth = asked(model_of(ENGLISH, PLANTED), "pays on time")
    assert worth["on"] == worth["time"] == pytest.approx(0.1)


def test_what_usual_texts_say_stands_apart_from_the_words():
    model = model_of(ENGLISH, {"late": -0.4})
    _, worth = asked(model, "good, but late")
    usual = model.predict(model.background.assign(income=0.0)).mean()
    assert worth["late"] == pytest.approx(-0.4)
    assert worth[""] == pytest.approx(-usual)


def test_a_word_that_stands_twice_shares_its_part():
    made, _ = asked(model_of(ENGLISH, {"late": -0.4}), "late and again late")
    parts = [one.value for one in made.phrases[0] if one.text == "late"]
    assert parts == pytest.approx([-0.2, -0.2])


def test_chinese_characters_that_count_together_are_one_phrase():
    made, worth = asked(model_of(CHINESE, {"逾期": -0.4, "稳定": 0.3}), "收入稳定，但有逾期。")
    assert worth["逾期"] == pytest.approx(-0.4)
    assert worth["稳定"] == pytest.approx(0.3)
    found = next(one for one in made.phrases[0] if one.text == "逾期")
    assert (found.start, found.stop) == (7, 9)


def test_an_emoji_is_a_word():
    _, worth = asked(model_of(ENGLISH, {" 👍 ": 0.5}), "new kitchen 👍 again")
    assert worth["👍"] == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["", None, "   "])
def test_an_empty_text_has_one_part_without_characters(text):
    made, _ = asked(model_of(ENGLISH, PLANTED), text)
    assert [(one.start, one.stop) for one in made.phrases[0]] == [(0, 0)]


@pytest.mark.parametrize("text", ["zzz qqq xxx", "???", "ไทย"])
def test_of_a_text_in_no_known_word_no_word_says_anything(text):
    _, worth = asked(model_of(ENGLISH, PLANTED), text)
    assert sum(abs(value) for words, value in worth.items() if words) < 1e-9


@pytest.mark.parametrize("sign", ["late ", "👍", "逾期", "x"])
def test_a_text_of_100_000_characters_costs_as_much_as_a_middling_one(sign):
    model = model_of([*ENGLISH, *CHINESE], PLANTED)
    made, _ = asked(model, (sign * 100_000)[:100_000], seconds=2.0)
    assert all(one.stop <= 100_000 for one in made.phrases[0])
    assert max(model.members[0].asked) <= MOST * THERE


def test_in_a_long_text_the_loud_words_are_found():
    filler = ["new kitchen", "thanks again", "paid customer"]
    text = ". ".join(filler[at % 3] for at in range(60)) + ". Was late. " + ". ".join(filler) + ", good."
    _, worth = asked(model_of(ENGLISH, PLANTED), text)
    assert worth["late"] == pytest.approx(-0.4, abs=0.02)
    assert worth["good"] == pytest.approx(0.3, abs=0.02)


def test_the_sum_is_the_columns_value_where_columns_work_together():
    model = model_of(ENGLISH, PLANTED, bend=True)
    _, worth = asked(model, "good, but late", values=np.array([[-0.07, 0.2]]))
    assert worth["good"] > 0 > worth["late"]


def test_without_time_there_is_one_stretch_and_it_says_so():
    made, worth = asked(model_of(ENGLISH, PLANTED), "good, but late", seconds=0.0)
    assert "good, but late" in worth
    assert "Time ended" in made.note.english()
    again = phrases(model_of(ENGLISH, PLANTED), pd.DataFrame({"remark": ["good, but late"], "income": [0.5]}), made)
    assert len(again.phrases[0]) > 1


def test_a_note_about_time_is_said_once():
    made, _ = asked(model_of(ENGLISH, PLANTED), "good, but late", seconds=0.0)
    frame = pd.DataFrame({"remark": ["good, but late"], "income": [0.5]})
    again = phrases(model_of(ENGLISH, PLANTED), frame, made, seconds=0.0)
    assert again.note.english().count("Time ended") == 1


def test_two_text_columns_each_add_up():
    model = model_of(ENGLISH, PLANTED, columns=("remark", "reply"))
    frame = pd.DataFrame({"remark": ["good, but late", "new"], "reply": ["late", None], "income": [0.1, 0.2]})
    made = phrases(model, frame, explained(model, frame), seconds=60)
    for at, name in itertools.product(range(2), ("remark", "reply")):
        own = sum(one.value for one in made.phrases[at] if one.column == name)
        assert own == pytest.approx(made.values[at, made.columns.index(name)], abs=1e-12)


def test_some_of_the_rows_may_be_explained():
    model = model_of(ENGLISH, PLANTED)
    frame = pd.DataFrame({"remark": ["late", "good", "new"], "income": [0.0, 0.0, 0.0]}, index=[7, 8, 9])
    one = replace(explained(model, frame.iloc[[1]]), rows=np.array([8]))
    assert phrases(model, frame, one).phrases[0][0].text == "good"
    with pytest.raises(ValueError, match="not in it"):
        phrases(model, frame, replace(one, rows=np.array([3])))


def test_without_text_columns_nothing_is_asked(kit):
    model = kit.build([kit.net(2, 1)], kit.rows(8, 2))
    found = explained(model, kit.rows(3, 2), np.zeros((3, 2)))
    assert phrases(model, kit.rows(3, 2), found).phrases == ((), (), ())


# -- the division itself ----------------------------------------------------------------------------------------------


def whole(text, count: int) -> tuple[bool, ...]:
    stretches = tidy(text)
    return tuple(any(first <= at < behind for first, behind in stretches) for at in range(count))


def by_definition(worth, count: int) -> np.ndarray:
    values = np.zeros(count)
    for order in itertools.permutations(range(count)):
        there = [False] * count
        for at in order:
            before = worth(tuple(there))
            there[at] = True
            values[at] += worth(tuple(there)) - before
    return values / math.factorial(count)


def test_few_units_are_divided_by_the_definition():
    draw = np.random.default_rng(1)
    table = {one: draw.normal() for one in itertools.product((False, True), repeat=5)}
    shares, late = divide([1] * 5, lambda texts: np.array([table[whole(one, 5)] for one in texts]), Clock())
    assert [share.value for share in shares] == pytest.approx(by_definition(table.get, 5))
    assert not late


def test_walks_are_exact_where_units_work_together_in_pairs():
    draw = np.random.default_rng(2)
    single, pair = draw.normal(size=14), np.triu(draw.normal(size=(14, 14)), 1)

    def worth(texts):
        there = np.array([whole(one, 14) for one in texts], dtype=float)
        return there @ single + np.einsum("ni,ij,nj->n", there, pair, there)

    shares, _ = divide([1] * 14, worth, Clock())
    assert [share.value for share in shares] == pytest.approx(single + (pair + pair.T).sum(axis=1) / 2)


@pytest.mark.parametrize("count", [21, 300, 5000])
def test_many_units_are_halved_with_a_bounded_number_of_questions(count):
    loud, known = {3: 1.0, 11: -0.7, count - 1: 0.5}, set()

    def worth(texts):
        known.update(texts)
        return np.array([sum(value for at, value in loud.items() if whole_at(one, at)) for one in texts])

    def whole_at(text, at):
        return any(first <= at < behind for first, behind in tidy(text))

    shares, _ = divide([1] * count, worth, Clock())
    assert {share.first: pytest.approx(share.value) for share in shares if abs(share.value) > 1e-9} == loud
    assert sum(share.value for share in shares) == pytest.approx(0.8)
    assert len(known) <= MOST
    assert [share.behind for share in shares[:-1]] == [share.first for share in shares[1:]]


# -- the units --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Paid 1,234.50 late; don't", ["Paid", "1,234.50", "late", "don't"]),
        ("还款及时", ["还", "款", "及", "时"]),
        ("ok👍🏽 👨‍👩‍👧🇨🇳", ["ok", "👍🏽", "👨‍👩‍👧", "🇨🇳"]),
        ("iPhone手机", ["iPhone", "手", "机"]),
        ("ทีวี", ["ที", "วี"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_a_reader_would_cut_it(text, words):
    assert [text[one.start : one.stop] for one in units(text)] == words


@pytest.mark.parametrize("text", ["  (Well) said: “no”!  ", "好，好。", "a\nb\tc", "👍👍"])
def test_the_units_are_all_of_the_text(text):
    cut = units(text)
    assert kept(text, cut, ((0, len(cut)),)) == text


def test_borders_know_sentences_clauses_and_words():
    assert [one.border for one in units("One two, three. Four e.g. five")] == [1, 2, 3, 1, 1, 3, 3]


# -- other models -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Slow:
    """Reads a text in 20 milliseconds, as a pretrained encoder might, and remembers it; bad words are what it sees."""

    width: int = 1
    known: dict[str, float] = field(default_factory=dict)

    def vectors(self, place, cells):
        for cell in cells:
            if cell not in self.known:
                time.sleep(0.02)
                self.known[cell] = -0.5 * ("late" in cell)
        return np.array([[self.known[cell]] for cell in cells], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Seer(Reader):
    def answer(self, rows):
        return rows.vectors[0].astype(float) + rows.numbers


def test_a_slow_encoder_is_asked_as_often_as_there_is_time():
    model = model_of(ENGLISH, {})
    preparation = replace(model.preparation, reader=Slow())
    model = replace(model, preparation=preparation, members=(Seer({}, preparation),))
    text = "thanks for the new kitchen, which was paid for late and then not again, by a good old customer of ours"
    frame = pd.DataFrame({"remark": [text], "income": [0.5]})
    found = explained(model, frame)
    before = len(preparation.reader.known)
    made = phrases(model, frame, found, seconds=1.0)
    assert len(preparation.reader.known) - before <= 90  # 50 texts a second, and what was begun
    assert len(made.phrases[0]) > 2
    assert sum(one.value for one in made.phrases[0]) == pytest.approx(found.values[0, 0], abs=1e-12)
    strongest = max((one for one in made.phrases[0] if one.text), key=lambda one: abs(one.value))
    assert "late" in strongest.text and strongest.value == pytest.approx(-0.5)


@pytest.mark.slow
def test_texts_of_a_really_trained_blend_add_up():
    from core.data.check import check
    from core.data.samples import sample
    from core.deliver.plan import plan
    from core.engines.watch import Silence
    from core.explain.shapley import explain
    from core.learn.recipe import Net
    from core.learn.train import train

    raw, source, findings = sample("loans")
    table = check(raw.iloc[:1200], (source,), findings, domain="finance", kinds={}, table_id="loans", name="loans")
    members = ("simple", "trees", "net")
    recipe, _ = plan(table, "Default", "finance", time_budget_seconds=40, net=Net(epochs=8), members=members)
    model, _ = train(table, recipe, Silence())
    rows = table.frame.iloc[:6]
    for member in model.members:
        alone = replace(model, members=(member,), weights=np.ones(1))
        found = explain(alone, rows, seconds=10)
        made = phrases(alone, rows, found, seconds=12)
        texts = {column.name for column in alone.schema.columns if column.kind == "text"}
        assert texts
        for at, name in itertools.product(range(len(rows)), texts):
            own = [one for one in made.phrases[at] if one.column == name]
            cell = made.cells[made.columns.index(name)][at]
            assert all(cell[one.start : one.stop] == one.text for one in own)
            assert sum(one.value for one in own) == pytest.approx(made.values[at, made.columns.index(name)], abs=1e-9)
