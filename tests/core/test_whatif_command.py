"""``whatif`` and ``counterfactual`` on the command line, from a file to one JSON object."""

from __future__ import annotations

import json
import re

import pytest

from tests.core.test_command import call, people


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("suppose")
    people(240).rename(columns={"hours": "hours=week"}).to_csv(place / "people.csv", index=False)
    later = people(20, seed=3).rename(columns={"hours": "Hours=Week"})
    later.drop(columns=["points", "passed"]).to_csv(place / "later.csv", index=False)
    for name, goal in (("yes", "points>=6"), ("points", "points")):
        drops = ["--drop", "passed", "--drop", "level"]
        status, _, told = call(
            *("train", place / "people.csv", "--target", goal, *drops, "--members", "simple", "--out", place / name)
        )
        assert status == 0, told
    return place


def answer(*arguments) -> dict:
    status, said, told = call(*arguments, "--json")
    assert status == 0, told
    return json.loads(said)


def test_more_hours_move_the_answer_up(folder):
    found = answer("whatif", folder / "yes", "--row", 3, "--set", "hours=week=9.5", "--set", "club=chess")
    assert found["changes"] == {"hours=week": "9.5", "club": "chess"}
    assert found["class"] == "yes"
    before, after = (found[name]["probabilities"]["yes"] for name in ("before", "after"))
    assert after > before
    assert sum(one["value"] for one in found["moved"]) == pytest.approx(after - before, abs=1e-9)
    assert found["after"]["base"] + sum(found["after"]["reasons"].values()) == pytest.approx(after, abs=1e-6)
    assert found["after"]["interval"]["labels"]
    assert found["plausibility"]["verdict"] in ("usual", "unusual")
    assert [len(one["probabilities"]) for one in found["neighbours"]] == [2, 2, 2]
    assert found["withheld"] is None


def test_a_number_has_a_range_and_a_cell_may_be_emptied(folder):
    found = answer("whatif", folder / "points", "--row", 3, "--set", "club=")
    assert found["changes"] == {"club": None}
    interval = found["after"]["interval"]
    assert interval["low"] < found["after"]["prediction"] < interval["high"]


def test_a_row_of_another_file_under_slightly_other_names(folder):
    found = answer("whatif", folder / "yes", "--row", 19, "--file", folder / "later.csv", "--set", "hours=week=1")
    assert found["moved"][0]["column"] == "hours=week"


def test_what_lies_outside_is_withheld(folder):
    found = answer("whatif", folder / "yes", "--row", 0, "--set", "hours=week=900")
    assert found["plausibility"]["verdict"] == "outside"
    assert "900" in found["withheld"]
    status, said, _ = call("whatif", folder / "yes", "--row", 0, "--set", "hours=week=900")
    assert status == 0
    assert re.search("^After: No answer can be relied on here.*900", said, re.MULTILINE)
    assert said.count("chances:") == 1  # of the case as it is
    assert "Reasons after" not in said


def test_readers_get_sentences_in_their_language(folder):
    status, said, told = call("whatif", folder / "yes", "--row", 3, "--set", "hours=week=9.5")
    assert status == 0, told
    assert re.search(r"^Before: .*\nThe truth|^Before: ", said)
    assert "How usual" in said
    assert "Row " in said
    assert "log" not in said.lower()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("whatif", "yes", "--row", 999), "There is no row 999"),
        (("whatif", "yes", "--row", 1, "--set", "club"), "is no change"),
        (("whatif", "yes", "--row", 1, "--set", "clubs=chess"), "closest names are club"),
        (("whatif", "yes", "--row", 1, "--set", "hours=week=many"), "“many” is not a number"),
        (("whatif", "gone", "--row", 1), "not the folder of a trained run"),
        (("counterfactual", "yes", "--row", 1, "--fix", "clubs"), "closest names are club"),
        (("counterfactual", "yes", "--row", 1, "--want", "maybe"), "one of: no and yes"),
        (("counterfactual", "points", "--row", 1), ">=14"),
        (("counterfactual", "points", "--row", 1, "--want", ">=1.2.3"), ">=14"),
        (("counterfactual", "points", "--row", 1, "--want", ">=1e999"), ">=14"),
    ],
)
def test_what_cannot_be_is_said(folder, arguments, words):
    verb, run, *rest = arguments
    status, said, told = call(verb, folder / run, *rest)
    assert status == 2
    assert words in told
    assert not said


def test_the_smallest_changes_for_the_other_answer(folder):
    row = next(at for at in range(50) if people(240)["points"][at] < 5)
    found = answer("counterfactual", folder / "yes", "--row", row)
    assert found["aim"]["label"] == "yes"
    assert found["ways"]
    assert all(one["reaches"] for one in found["ways"])
    fixed = answer("counterfactual", folder / "yes", "--row", row, "--fix", "club", "--fix", "noise", "--want", "yes")
    assert all(set(one["changes"]) == {"hours=week"} for one in fixed["ways"])
    assert fixed["ways"]


def test_a_number_that_is_wanted(folder):
    row = next(at for at in range(50) if people(240)["points"][at] < 5)
    found = answer("counterfactual", folder / "points", "--row", row, "--want", ">=7")
    assert found["aim"]["low"] == 7
    assert all(one["prediction"] >= 7 for one in found["ways"])
    status, said, _ = call("counterfactual", folder / "points", "--row", row, "--want", ">=7")
    assert status == 0
    assert "Way 1" in said
