"""What is said of known gaps: which groups and columns are named, what is assumed, and numbers that add up."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from core.audits.fairness.choice import AUDIT as CHOICE
from core.audits.fairness.comparison import named
from core.audits.fairness.crossed import AUDIT as CROSSED
from core.audits.fairness.digits import alike
from core.audits.fairness.division import cut
from core.audits.fairness.flip import AUDIT as FLIP
from core.audits.fairness.four_fifths import AUDIT as FOUR_FIFTHS
from core.audits.fairness.four_fifths import side
from core.audits.fairness.groups import AUDIT as GROUPS
from core.audits.fairness.origins import AUDIT as ORIGINS
from core.domains import domains
from core.words import say
from tests.core.audits.fairness.test_bad_input import asked
from tests.core.audits.fairness.test_planted import by_sex, by_x, outcome, people
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances


def even(n: int = 6_000) -> tuple[pd.DataFrame, np.ndarray]:
    """A model and an outcome that are the same in every group: half of each, whatever h and b; h has five rows of 0."""
    at = np.arange(n)
    frame = pd.DataFrame({"x": np.where(at // 2 % 2, 1.0, -1.0), "h": at % 2 + 1, "b": np.where(at // 4 % 2, "c", "d")})
    frame.loc[:4, "h"] = 0
    return frame, at // 2 % 2


def test_groups_with_too_few_are_named_with_their_column() -> None:
    """A group that is called "0" is not a count of groups."""
    looked = subject(*even(), by_x, features=("x",), sensitive=("h",))
    for audit in (GROUPS, FOUR_FIFTHS):
        found = asked(looked, audit).parts[0].message
        assert "these have too few to judge: h = 0." in found.english()
        assert "以下组行数太少，无法判断：h = 0。" in say(found, "zh_CN")


def test_of_several_columns_the_ones_that_cannot_be_judged_are_named() -> None:
    looked = subject(*even(), by_x, features=("x",), sensitive=("h", "b"))
    found = asked(looked, GROUPS)
    assert [one.verdict for one in found.parts] == ["inconclusive", "none"]
    assert found.message.english() == "No gap beyond chance in 1 column; too few cases to judge h."
    chosen = asked(looked, CHOICE).message.english()
    assert chosen.endswith("between groups of h and b. In h there are too few cases to say.")
    frame, truth = even()
    frame["g"] = frame["h"]
    both = asked(subject(frame, truth, by_x, features=("x",), sensitive=("h", "g")), GROUPS)
    assert both.message.english() == "Too few of 6,000 unseen rows to judge h and g."
    pairs = asked(subject(frame.assign(b2=frame["b"]), truth, by_x, sensitive=("h", "b", "b2")), CROSSED)
    assert (
        pairs.message.english() == "No gap beyond chance in 1 pair of columns; too few cases to judge h × b and h × b2."
    )


def test_a_favourable_answer_that_nobody_named_is_said_to_be_assumed() -> None:
    frame = people()
    model = {"features": ("x",), "sensitive": ("sex",)}
    assumed = asked(subject(frame, outcome(frame), by_x, **model), FOUR_FIFTHS).message.english()
    assert "(“goal = yes” is taken as the favourable answer.)" in assumed
    money = domains()["finance"]
    for classes, stake in ((("good", "bad"), 1), (("bad", "good"), -1)):
        looked = subject(frame, outcome(frame), by_x, classes=classes, domain=money, **model)
        assert side(looked) == stake
        assert "is taken as" not in asked(looked, FOUR_FIFTHS).message.english()


def test_no_chance_is_nought() -> None:
    frame = people()
    found = asked(subject(frame, outcome(frame), by_sex, sensitive=("sex",)), GROUPS)
    gaps = found.parts[0].sheets[-1]
    assert gaps.rows[0][5].text.english() == "under 0.001"
    assert say(gaps.rows[0][5].text, "zh_CN") == "小于 0.001"
    assert all(row[5].text is not None or row[5].value >= 0.001 for row in gaps.rows if not row[0].pale)


def test_means_lie_apart_by_the_gap_that_is_said() -> None:
    shown = alike({"own": 9.846, "other": 12.044, "gap": -2.198, "low": -3.1, "high": None}, by="gap")
    assert shown == {"own": "9.85", "other": "12.04", "gap": "−2.19", "low": "−3.10", "high": None}
    assert alike({"gap": 0.343, "low": 0.00108, "high": 0.684}, by="gap") == {
        "gap": "0.343", "low": "0.001", "high": "0.684",
    }  # fmt: skip
    assert alike({"own": 12_345.6, "other": 10_000.0, "gap": 2_345.6}, by="gap")["own"] == "12,346"
    assert alike({"own": 0.0, "other": 0.0, "gap": -0.0}, by="gap")["gap"] == "0.00"


@pytest.mark.parametrize("audit", [GROUPS, ORIGINS, CROSSED], ids=lambda one: one.key)
def test_numbers_in_sentences_add_up_and_have_no_price(audit: object) -> None:
    frame = people()
    truth = 10 + frame["x"] - 2.2 * (frame["sex"] == "f")
    looked = subject(
        frame, truth, lambda rows: rows[["x"]].to_numpy() + 10, kind="regression", sensitive=("sex", "town")
    )
    found = asked(looked, audit)
    assert found.verdict == "difference"
    figures = [float(one) for one in re.findall(r"-?\d+\.\d+", found.message.english().replace("−", "-"))]
    own, other, gap = figures[:3]
    assert own - other == pytest.approx(gap, abs=1e-9)
    assert found.cure is not None
    assert "Which question?" not in found.cure.english()


def test_the_flip_test_names_the_column_that_moves_most() -> None:
    """A hair's breadth by town, nothing by sex: neither matters, and town is the one."""
    frame = people()

    def by_town(rows: pd.DataFrame) -> np.ndarray:
        return chances(2 * rows["x"].to_numpy() + 0.06 * (rows["town"] == "n").to_numpy())

    found = asked(subject(frame, outcome(frame), by_town, sensitive=("sex", "town")), FLIP)
    assert found.verdict == "none"
    assert "In none of 2 columns does another value alone change" in found.message.english()
    assert "most by town: 2 of 300 answers change" in found.message.english()
    assert ["raises" in one.message.english() or "lowers" in one.message.english() for one in found.parts] == [
        False,
        True,
    ]


@pytest.mark.parametrize("audit", [FLIP, FOUR_FIFTHS], ids=lambda one: one.key)
def test_of_several_columns_it_is_said_how_many_cannot_be_cleared(audit: object) -> None:
    """Twenty rows are too few for any verdict."""
    frame = people().iloc[:20]
    truth = outcome(people())[:20]
    several = asked(subject(frame, truth, by_x, sensitive=("sex", "town")), audit).message.english()
    assert several.startswith("2 of 2 columns cannot be cleared: sex and town. ")
    alone = asked(subject(frame, truth, by_x, sensitive=("sex",)), audit).message.english()
    assert "cleared" not in alone and "sex" in alone


def test_the_verdict_stands_beside_the_name_and_is_said_to_be_corrected() -> None:
    """Where an interval of one group excludes what its verdict does not, the sheet says why."""
    frame = people()
    looked = subject(frame, outcome(frame), by_sex, sensitive=("sex",))
    for sheet in asked(looked, GROUPS).parts[0].sheets[:2]:
        assert [one.name.text for one in sheet.heads][:3] == ["Group", "Verdict", "Rows"]
        assert [len(row) for row in sheet.rows] == [len(sheet.heads)] * 2
        assert {row[1].text.text for row in sheet.rows} == {"difference found", "reference"}
    note = asked(looked, FOUR_FIFTHS).parts[0].sheets[0].note
    assert note.english().endswith("Each interval is of one group; verdicts are corrected for all groups.")
    assert say(note, "zh_CN").endswith("区间只针对单个组，结论按所有组校正。")


def test_a_group_between_two_cuts_is_quoted() -> None:
    """Its name holds a comma, so it would fall apart in a list."""
    division = cut(np.arange(4.0), "age", (1, 2))
    assert [named(division, place).english() for place in range(3)] == ["age ≤ 1", "age “> 1, ≤ 2”", "age > 2"]


def test_cuts_that_are_compared_are_parted_by_semicolons() -> None:
    frame = people()
    frame["age"] = np.arange(len(frame)) % 40 + 20
    note = asked(subject(frame, outcome(frame), by_x, features=("x",), sensitive=("age",)), GROUPS).parts[0].sheets[0]
    assert "Cut as “≤ 29; > 29, ≤ 39; > 39, ≤ 49; > 49” or as “< 29; ≥ 29, < 39;" in note.note.english()


@pytest.mark.parametrize(
    ("classes", "event"), [(("1", "2"), "goal = 2"), (("no", "yes"), "goal = yes"), (("good", "bad"), "bad")]
)
def test_an_answer_is_named_so_that_it_is_understood_alone(classes: tuple[str, str], event: str) -> None:
    frame = people()
    looked = subject(frame, outcome(frame), by_sex, classes=classes, sensitive=("sex",))
    for audit in (GROUPS, FOUR_FIFTHS, FLIP, CHOICE):
        said = str([part.message.english() for part in asked(looked, audit).parts])
        assert re.search(r"“[^“”]*\b" + event, said) or "“" not in said
        assert f"“{classes[1]}”" not in said or event == classes[1]
