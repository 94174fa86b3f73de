"""``audit`` on the command line: a table of verdicts with their sentences, or one JSON object."""

from __future__ import annotations

import json

import pytest

from core.deliver.audits import kept
from tests.core.test_command import call, people


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("audit")
    people(240).to_csv(place / "people.csv", index=False)
    people(120, seed=3).to_csv(place / "later.csv", index=False)
    drops = ["--drop", "passed", "--drop", "level"]
    status, _, told = call(
        *("train", place / "people.csv", "--target", "points>=6", *drops, "--members", "simple"),
        *("--sensitive", "club", "--out", place / "run"),
    )
    assert status == 0, told
    return place


@pytest.fixture(scope="module")
def found(folder) -> dict:
    status, said, told = call("audit", folder / "run", "--json")
    assert status == 0, told
    return json.loads(said)


def test_one_object_with_sentences_and_tidy_measures(folder, found):
    assert found["sensitive"] == ["club"]
    assert found["rows"] > 0
    assert found["reports"]
    for one in found["reports"]:
        assert one["verdict"] in ("difference", "inconclusive", "none", "not_applicable")
        assert one["message"] and one["title"]
        assert "mistake in Vitrine" not in one["message"]
        assert all({"name", "group", "value", "low", "high", "n"} <= set(measure) for measure in one["measures"])
    assert "{" not in " ".join(one["message"] for one in found["reports"])


def test_the_verdicts_stay_with_the_run(folder, found):
    held = kept(folder / "run")
    assert [one.key for one in held.reports] == [one["key"] for one in found["reports"]]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("rows the model has not seen", "Robustness")), ("zh_CN", ("模型没见过的", "可以怎么做"))],
)
def test_readers_get_a_line_a_verdict_in_their_language(folder, language, words):
    status, said, told = call("audit", folder / "run", "--language", language)
    assert status == 0, told
    assert all(word in said for word in words)
    assert sum(line.lstrip()[:1] in "▲?○–" for line in said.splitlines() if line.strip()) >= 5
    assert told.strip()


def test_a_later_file_and_other_columns(folder, found):
    before = kept(folder / "run")
    arguments = (folder / "run", folder / "later.csv", "--sensitive", "hours", "--sensitive", "Club", "--json")
    status, said, told = call("audit", *arguments)
    assert status == 0, told
    later = json.loads(said)
    assert later["rows"] == 120
    assert sorted(later["sensitive"]) == ["club", "hours"]
    assert kept(folder / "run") == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gone",), "not the folder of a trained run"),
        (("run", "--sensitive", "clubs"), "closest names are club"),
        (("run", "nofile.csv"), "There is no file"),
    ],
)
def test_what_cannot_be_is_said(folder, arguments, words):
    run, *rest = arguments
    given = [folder / one if one.endswith(".csv") else one for one in rest]
    status, said, told = call("audit", folder / run, *given)
    assert status == 2
    assert words in told
    assert not said
