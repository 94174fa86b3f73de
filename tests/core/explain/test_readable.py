"""Everybody can read the sentences: short words in English, short sentences in Chinese, no jargon, no cause."""

from __future__ import annotations

import re

import pytest

from core.domains import domains
from core.explain import sentences, told
from core.words import Message, catalogue, say

JARGON = (
    "shapley", "shap", "logit", "log-odds", "odds", "feature", "features", "conformal", "quantile", "quantiles",
    "probability", "regression", "classifier", "hyperparameter", "coefficient", "coefficients", "gradient", "entropy",
    "bayesian", "prior", "posterior", "marginal", "marginalise", "covariate", "covariates", "regressor", "ensemble",
    "boosting", "neural", "network", "embedding", "vector", "tensor", "softmax", "sigmoid", "attribution",
    "attributions", "baseline", "counterfactual", "counterfactuals", "perturbation", "perturbed", "surrogate",
    "permutation", "permutations", "coalition", "interaction", "interactions", "estimator", "variance",
    "heteroscedastic", "stochastic", "inference", "calibration", "token", "tokens", "tf-idf", "hyperplane", "latent",
    "additive", "kernel", "epoch", "backpropagation", "dataset",
)  # fmt: skip
"""Words that a school data officer, a physician and a credit analyst need not know."""
CAUSES = (
    "because",
    "leads to",
    "causes",
    "cause of",
    "effect of",
    "due to",
    "results in",
    "导致",
    "因为",
    "造成",
    "引起",
    "由于",
)
FACTS = {
    "column": "pay", "cell": "ten", "usual": "two", "other": "six", "label": "bad", "phrase": "late", "points": 8,
    "amount": 3, "answer": 0.31, "base": 0.2, "here": 0.31, "there": 0.2,
}  # fmt: skip


def sources() -> list[str]:
    """Every sentence that the reasons of a case, or of two, can be told in."""
    tables = (sentences._CONTRASTS, sentences._MOST, told._TEXTS, told._PHRASES)
    fixed = [
        sentences.NOTHING.text,
        told._MARKED,
        "The model gives “{label}” a chance of {answer:percent}; the average is {base:percent}.",
        "The model answers {answer:number}; the average is {base:number}.",
        "{column} says much about {other} here.",
        "The main factors against this application:",
    ]
    cares = [known.why for domain in domains().values() for known in domain.known if known.sensitive and known.why]
    return sorted({*fixed, *cares, *(text for table in tables for text in table.values())})


def syllables(word: str) -> int:
    """Runs of vowels; a silent e, es or ed at the end is none, but le after a consonant is one, and so is ed after
    t or d.

    >>> [syllables(word) for word in ("chance", "raises", "average", "marked", "treated", "table")]
    [1, 2, 3, 1, 2, 2]
    """
    word = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", word))
    if (re.search(r"[^aeiouy]e$", word) and not re.search(r"[^aeiouy]le$", word)) or (
        re.search(r"[^aeiouytd]ed$", word)
        or (re.search(r"[^aeiouyszxcg]es$", word) and not word.endswith(("ches", "shes")))
    ):
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """Flesch and Kincaid (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59; figures count as "ten"."""
    plain = re.sub(r"\d[\d.,]*%?", "ten", text)
    ends = max(1, len(re.findall(r"[.!?:;](?=\s|$)", plain)))
    words = re.findall(r"[A-Za-z][A-Za-z'’-]*", plain)
    return 0.39 * len(words) / ends + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_rule_of_syllables_knows_its_words():
    words = (
        "chance",
        "raises",
        "average",
        "marked",
        "treated",
        "people",
        "age",
        "the",
        "table",
        "application",
        "factors",
    )
    assert [syllables(word) for word in words] == [1, 2, 3, 1, 2, 2, 1, 1, 2, 4, 2]
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)


@pytest.mark.parametrize("text", sources())
def test_english_can_be_read_after_nine_years_of_school(text):
    assert grade(say(text, "en", FACTS)) <= 9


def test_english_over_all_sentences():
    assert grade(" ".join(say(text, "en", FACTS) for text in sources())) <= 9


@pytest.mark.parametrize("text", sources())
def test_a_chinese_sentence_has_at_most_forty_characters(text):
    if catalogue("zh_CN").gettext(text) == text:
        pytest.skip("not translated yet, which tests/test_words.py says")
    shown = say(text, "zh_CN", {**FACTS, **{name: "甲乙" for name, fact in FACTS.items() if isinstance(fact, str)}})
    assert max(len(one) for one in re.split(r"[。！？；]", shown)) <= 40


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("text", sources())
def test_no_jargon_and_no_cause(text, language):
    shown = say(text, language, FACTS).lower()
    assert not set(re.findall(r"[a-z][a-z-]*", shown)) & set(JARGON)
    assert not [word for word in CAUSES if word in shown]


def test_the_stop_list_has_sixty_words():
    assert len(set(JARGON)) >= 60


def test_no_sentence_is_longer_than_sixty_words():
    assert max(len(text.split()) for text in sources()) <= 60


def test_real_cases_are_told_readably():
    from tests.core.explain.test_told import COLUMNS, FINANCE, explain, lender, people

    frame = people()
    model = lender(frame)
    found = explain(model, frame[list(COLUMNS)].iloc[:20], labels="yes")
    short = {"Duration in months": "term", "Late payments": "late", "Income": "pay", "Postcode": "place", "Age": "age"}
    for at in range(20):
        for one in told.tested(model, found, at, basis_frame=frame[list(COLUMNS)], domain=FINANCE):
            text = one.english()
            for name, word in short.items():
                text = text.replace(name, word)
            assert grade(text) <= 9, text


def test_a_sentence_within_a_sentence_is_said_in_the_same_language():
    inner = Message(told._MARKED)
    assert say(Message("{reason} {beside}", {"reason": inner, "beside": inner}), "en").count("marked") == 2
