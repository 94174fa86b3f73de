"""What every lesson keeps to: found by itself, in both languages, seeded, kept as JSON, stopped with what it has."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from core import values
from core.deliver.lessons import RESULT, lesson_result
from core.deliver.store import Store
from core.domains import domains
from core.engines.base import Request
from core.engines.inline import run_inline
from core.errors import Problem
from core.lessons import lesson, lessons
from core.lessons.lesson import Result
from core.words import say
from tests.core.lessons.conftest import Ear

KEYS = ["house", "cancer", "xor", "exam", "symptoms", "market"]
LANGUAGES = ("en", "zh_CN")


def test_all_six_are_found_in_their_order() -> None:
    assert list(lessons()) == KEYS
    with pytest.raises(Problem, match="alchemy"):
        lesson("alchemy")


@pytest.mark.parametrize("key", KEYS)
def test_a_lesson_starts_at_one_of_its_choices_and_its_field_exists(key: str) -> None:
    one = lessons()[key]
    assert all(choice.start in choice.values for choice in one.choices)
    assert all(choice.values == tuple(sorted(choice.values)) for choice in one.choices)
    assert one.domain in {"", *domains()}


@pytest.mark.parametrize("key", KEYS)
def test_a_wish_that_is_no_choice_becomes_the_nearest_one(key: str) -> None:
    one = lessons()[key]
    first = one.choices[0]
    asked = one.asked(3, "en", {first.key: first.values[-1] * 10, "unknown": 1.0})
    assert asked.settings[first.key] == first.values[-1]
    assert set(asked.settings) == {choice.key for choice in one.choices}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_are_a_table_in_the_readers_language(key: str, language: str) -> None:
    one = lessons()[key]
    sheet = one.data(one.asked(0, language))
    assert len(sheet.frame) >= 4
    assert sheet.frame.columns.is_unique
    assert not sheet.frame.isna().any(axis=None)
    assert sheet.made_up is (key != "cancer")
    assert say(sheet.about, language)


@pytest.mark.parametrize("key", KEYS)
def test_the_same_seed_gives_the_same_result_and_it_is_kept_as_json(key: str, done) -> None:
    first, _ = done(key)
    one = lessons()[key]
    again = one.work(one.asked(0, "en"), Ear())
    assert values.to_json(again) == values.to_json(first)
    assert values.from_json(Result, values.to_json(first)) == first


@pytest.mark.parametrize("key", KEYS)
def test_every_training_tells_a_curve_that_falls(key: str, done) -> None:
    result, ear = done(key)
    passes = [event for event in ear.events if event.kind == "epoch"]
    first, last = passes[0].numbers, passes[-1].numbers
    assert {"epoch", "train_loss", "validation_loss", "best_epoch", "seconds_left"} <= set(first)
    assert last["train_loss"] < first["train_loss"]
    assert result.epochs >= last["epoch"]


@pytest.mark.parametrize("key", KEYS)
def test_figures_are_numbers_and_sentences_hold_all_their_facts(key: str, done) -> None:
    result, _ = done(key)
    assert all(one.value is not None and math.isfinite(one.value) for one in result.figures)
    answers = [shown.answer for group in (result.fits, result.maps, result.bars, result.rocs, result.reports)
               for shown in group]  # fmt: skip
    assert answers
    for message in (result.headline, *result.sentences, *answers):
        assert set(re.findall(r"{(\w+)", message.text)) <= set(message.facts)


def test_a_lesson_that_is_asked_to_stop_keeps_what_it_has(done) -> None:
    one = lessons()["exam"]
    result = one.work(one.asked(), Ear(passes=5))
    assert result.stopped
    assert result.epochs < done("exam")[0].epochs
    assert result.maps


def test_a_run_of_a_lesson_leaves_its_result_and_its_curve_and_no_model(tmp_path: Path) -> None:
    store = Store(tmp_path, "o" * 32)
    run = store.new_run(Request("lesson", arguments={"lesson": "xor", "seed": 2, "settings": {"hidden": 8}}))
    assert run_inline(run).phase == "done"
    result = lesson_result(run)
    assert result is not None
    assert (result.ask.seed, result.ask.settings["hidden"]) == (2, 8)
    assert sum(event.kind == "epoch" for event in run.events()[0]) > 10
    assert not run.usable


@pytest.mark.parametrize(
    "arguments",
    [{"lesson": "alchemy"}, {}, {"lesson": "xor", "seed": "x"}, {"lesson": "xor", "settings": {"hidden": "many"}}],
)
def test_a_wish_that_cannot_be_met_is_said(arguments: dict, tmp_path: Path) -> None:
    run = Store(tmp_path, "o" * 32).new_run(Request("lesson", arguments=arguments))
    with pytest.raises(Problem):
        run_inline(run)
    assert run.state().phase == "failed"
    assert lesson_result(run) is None
    (run.folder / RESULT).write_text("{")
    assert lesson_result(run) is None
