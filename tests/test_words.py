"""Both languages say everything, with the same placeholders, in the reader's format."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from core.words import LOCALES, Message, joined, languages, say

PROJECT = Path(__file__).resolve().parent.parent
SAME_IN_BOTH = re.compile(
    r"[\W\d_]*|Vitrine|CSV|XLSX|HTML|PNG|ROC|F1|R²|SHAP|ID|IP|IBAN|BMI|GPA|CPU|GPU|LDL|HDL|HbA1c", re.I
)
"""Names and signs that are the same in every language."""


def update_module():
    spec = importlib.util.spec_from_file_location("update", PROJECT / "locales" / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogue(language: str) -> dict[str, str]:
    with (LOCALES / language / "LC_MESSAGES" / "vitrine.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale=language) if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def extracted() -> set[str]:
    return {message.id for message in update_module().sources() if message.id}


OTHERS = [language for language in languages() if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_has_a_translation(language: str, extracted: set[str]) -> None:
    known = catalogue(language)
    assert sorted(text for text in extracted if not known.get(text)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str, extracted: set[str]) -> None:
    assert sorted(set(catalogue(language)) - extracted) == []


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same(language: str) -> None:
    wrong = {
        text: translated
        for text, translated in catalogue(language).items()
        if translated and placeholders(translated) != placeholders(text)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_equals_its_source(language: str) -> None:
    same = [text for text, translated in catalogue(language).items() if text == translated]
    assert [text for text in same if not SAME_IN_BOTH.fullmatch(re.sub(r"\{[^}]*\}", "", text))] == []


def test_chinese_is_one_of_the_languages() -> None:
    assert languages() == ("en", "zh_CN")


@pytest.mark.parametrize(
    ("text", "facts", "english"),
    [
        ("{n:count}", {"n": 1234567}, "1,234,567"),
        ("{x:number}", {"x": 0.081239}, "0.0812"),
        ("{x:number}", {"x": -0.081239}, "−0.0812"),
        ("{x:number}", {"x": -1.5e-7}, "−1.5e-07"),
        ("{n:count}", {"n": -1234}, "−1,234"),
        ("{s:percent}", {"s": -0.05}, "−5%"),
        ("{s:percent}", {"s": 0.8123}, "81.2%"),
        ("{s:percent}", {"s": 0.9997}, "99.9%"),
        ("{s:percent}", {"s": 1.0}, "100%"),
        ("{n:count} {n:row/rows}", {"n": 1}, "1 row"),
        ("{n:count} {n:row/rows}", {"n": 2}, "2 rows"),
        ("{x:number}", {"x": float("nan")}, "–"),
        ("{x:number}", {"x": None}, "–"),
        ("{b:bytes}", {"b": 12_345_678}, "12.3 MB"),
        ("{items:list}", {"items": ["a", "b"]}, "a and b"),
        ("{inner}", {"inner": Message("{n:count} {n:row/rows}", {"n": 1})}, "1 row"),
    ],
)
def test_facts_are_said_in_the_readers_format(text: str, facts: dict, english: str) -> None:
    assert say(text, "en", facts) == english


def test_a_sentence_holds_those_it_says() -> None:
    inner = Message("{n:count} rows", {"n": 3})
    outer = Message("On all: {first}", {"first": inner})
    from_json = Message("On all: {first}", {"first": {"text": inner.text, "facts": {"n": 3}}})
    assert inner.holds(inner) and outer.holds(inner) and from_json.holds(inner)
    assert not inner.holds(outer) and not outer.holds(Message("{n:count} rows", {"n": 4}))


def test_free_text_is_escaped_and_braces_in_it_are_harmless() -> None:
    assert say("{name}", "en", {"name": "<b>{x}</b>"}, escape=lambda s: s.replace("<", "&lt;")) == "&lt;b>{x}&lt;/b>"


def test_a_chinese_list_is_joined_as_chinese_joins_it() -> None:
    assert say("{items:list}", "zh_CN", {"items": ["甲", "乙", "丙"]}) == "甲、乙和丙"
    assert say("{items:list}", "zh_CN", {"items": ["甲", "a", "3 行"]}) == "甲、a 和 3 行"


@pytest.mark.parametrize(("seconds", "shown"), [(8.9, "8.9 秒"), (125, "2.1 分钟"), (7_200, "2 小时")])
def test_a_chinese_duration_has_a_blank_after_its_figure(seconds: float, shown: str) -> None:
    assert say("{s:seconds}", "zh_CN", {"s": seconds}) == shown


def test_no_chinese_sign_touches_a_duration_that_follows_it() -> None:
    texts = catalogue("zh_CN").values()
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff]\{\w+:seconds\}", text)] == []


def test_chinese_sentences_are_joined_without_a_blank() -> None:
    assert joined(["完成。", "", "用时 3 秒", "共 2 行。"], "zh_CN") == "完成。用时 3 秒 共 2 行。"
    assert joined(["Done.", "It took 3 sec."], "en") == "Done. It took 3 sec."


def calls_with_facts() -> list[tuple[str, str, set[str]]]:
    """Where a sentence is written together with its facts: place, sentence, names of the facts."""
    found = []
    for path in [*PROJECT.glob("core/**/*.py"), *PROJECT.glob("pages/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called, first = ast.unparse(node.func), node.args[0]
            marked = isinstance(first, ast.Call) and ast.unparse(first.func) == "N_" and first.args
            text = first.args[0] if marked else first
            if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                continue
            if called in {"Problem", "t", "plain"} and all(word.arg for word in node.keywords):
                found.append((f"{path.name}:{node.lineno}", text.value, {word.arg for word in node.keywords}))
            elif called == "Message" and len(node.args) == 2 and isinstance(node.args[1], ast.Dict):
                keys = node.args[1].keys
                names = {key.value for key in keys if isinstance(key, ast.Constant)}
                if len(names) == len(keys):
                    found.append((f"{path.name}:{node.lineno}", text.value, names))
    return found


def test_every_placeholder_gets_its_fact() -> None:
    lacking = {
        (place, text): names - facts
        for place, text, facts in calls_with_facts()
        if (names := placeholders(text)) - facts
    }
    assert lacking == {}


def test_every_marked_sentence_is_found_by_the_extractor(extracted: set[str]) -> None:
    # Inside an f-string, Python 3.11 hides the call from the extractor, and the sentence would stay English.
    written = {
        call.args[0].value
        for path in [*PROJECT.glob("core/**/*.py"), *PROJECT.glob("pages/**/*.py")]
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"t", "N_"} and call.args
        if isinstance(call.args[0], ast.Constant) and call.args[0].value
    }
    assert written - extracted == set()


def test_a_column_without_a_name_is_called_a_column_once() -> None:
    facts = {"column": "column 2", "other": "column 10"}
    assert say("Column {column} follows column {other}.", "en", facts) == "Column 2 follows column 10."
    assert say("Column {column} is empty.", "en", {"column": "column of smoke"}) == "Column column of smoke is empty."
