"""Lessons about texts: varied, honestly divided, and reported in full."""

from __future__ import annotations

from string import Formatter

import numpy as np
import pytest

from core.lessons import lessons, market, symptoms, texts
from core.lessons.lesson import Ask
from tests.core.lessons.conftest import figure

LANGUAGES = ("en", "zh_CN")


@pytest.mark.parametrize("room", [symptoms, market])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_drawn_twice_and_none_stands_on_two_sides(room, language: str) -> None:
    talk = room.talk(Ask(0, language))
    assert len(talk.texts) == room.SENTENCES == len(set(talk.texts))
    parts = texts.divide(talk, 10_000, 0)
    together = np.concatenate(parts)
    assert len(together) == len(np.unique(together)) == room.SENTENCES
    assert all(len(np.unique(talk.labels[part])) == len(room.CALLED) for part in parts)


def test_both_languages_know_the_same_symptoms_and_every_illness_has_words_for_its_own() -> None:
    first, second = (symptoms.PHRASES[language] for language in LANGUAGES)
    assert set(first) == set(second)
    assert {name for weights in symptoms.ILLNESSES.values() for name in weights} == set(first)
    for language in LANGUAGES:
        spoken = [phrase for phrases in symptoms.PHRASES[language].values() for phrase in phrases]
        assert len(spoken) == len(set(spoken))


@pytest.mark.parametrize("language", LANGUAGES)
def test_market_sentences_fill_all_their_places(language: str) -> None:
    words = market.WORDS[language]
    assert set(words) == set(market.WORDS["en"])
    known = {"company", "period", "measure", "moved", "n"}
    for kind, found in words.items():
        assert {name for text in found for _, name, _, _ in Formatter().parse(text) if name} <= known, kind
    for text in market.talk(Ask(1, language)).texts:
        assert "{" not in text


def test_a_debt_that_rises_is_bad_and_one_that_falls_is_good() -> None:
    talk = market.talk(Ask(0, "en"))
    moved = {
        up: {
            talk.labels[place]
            for place, text in enumerate(talk.texts)
            if f"net debt {up}" in text and "whether" not in text
        }
        for up in ("rose", "fell")
    }
    good, bad = list(market.CALLED).index("good"), list(market.CALLED).index("bad")
    assert moved == {"rose": {bad}, "fell": {good}}


@pytest.mark.parametrize("language", LANGUAGES)
def test_symptom_texts_are_told_apart_and_the_report_adds_up(language: str, done) -> None:
    result, _ = done("symptoms", language=language)
    assert figure(result, "F1, mean over the classes") > 0.8
    (report,) = result.reports
    counts = np.array(report.counts)
    assert [row.support for row in report.classes] == counts.sum(axis=1).tolist()
    assert counts.sum() == report.micro.support == report.macro.support == round(texts.UNSEEN * symptoms.SENTENCES)
    assert report.micro.f1 == pytest.approx(counts.trace() / counts.sum())
    assert report.macro.f1 == pytest.approx(np.mean([row.f1 or 0.0 for row in report.classes]))
    for place, row in enumerate(report.classes):
        assert row.recall == pytest.approx(counts[place, place] / counts[place].sum())
        assert row.precision == pytest.approx(counts[place, place] / counts[:, place].sum())


@pytest.mark.parametrize("language", LANGUAGES)
def test_market_sentences_are_told_far_better_than_by_the_most_frequent_class(language: str, done) -> None:
    result, _ = done("market", language=language)
    usual = figure(result, "Right answers if always the most frequent class")
    assert 0.35 < usual < 0.55
    assert figure(result, "Right answers") > usual + 0.25


def test_fewer_texts_teach_less(done) -> None:
    few, all_ = (figure(done("symptoms", rows=rows)[0], "F1, mean over the classes") for rows in (30, 432))
    assert few < all_ - 0.1


@pytest.mark.parametrize(("language", "word"), [("en", "urine"), ("zh_CN", "小便")])
def test_the_words_that_speak_for_a_class_are_its_own(language: str, word: str, done) -> None:
    result, _ = done("symptoms", language=language)
    assert len(result.telling) == len(symptoms.CALLED)
    assert word in " ".join(result.telling[list(symptoms.CALLED).index("bladder")].terms)


def test_examples_are_unseen_texts_with_their_answers(done) -> None:
    result, _ = done("market")
    one = lessons()["market"]
    talk = market.talk(one.asked())
    _, _, asked = texts.divide(talk, 540, 0)
    unseen = dict(zip(talk.texts[asked], talk.labels[asked], strict=True))
    assert result.examples
    for example in result.examples:
        assert example.truth == talk.classes[unseen[example.text]]
        assert 0 < example.chance <= 1
