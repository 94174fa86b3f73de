"""Models in which somebody is treated otherwise, by a known amount."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.audits.fairness.choice import AUDIT as CHOICE
from core.audits.fairness.choice import chosen
from core.audits.fairness.comparison import judged
from core.audits.fairness.crossed import AUDIT as CROSSED
from core.audits.fairness.division import Division
from core.audits.fairness.flip import AUDIT as FLIP
from core.audits.fairness.four_fifths import AUDIT as FOUR_FIFTHS
from core.audits.fairness.four_fifths import feared
from core.audits.fairness.groups import AUDIT as GROUPS
from core.audits.fairness.groups import beside
from core.audits.fairness.origins import AUDIT as ORIGINS
from core.audits.fairness.origins import reading
from core.audits.fairness.proxies import Proxy
from core.audits.fairness.seen import Seen
from core.domains import domains
from core.words import say
from tests.core.audits.fairness.test_bad_input import asked
from tests.core.audits.handmade import subject
from tests.core.whatif.handmade import chances

N = 1_200


def people(seed: int = 0) -> pd.DataFrame:
    """x is what the outcome hangs on; sex and town are drawn, shirt follows sex."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["f", "m"], N)
    shirt = np.where(rng.random(N) < 0.97, np.where(sex == "f", "red", "blue"), "green")
    return pd.DataFrame(
        {"x": rng.normal(size=N).round(3), "sex": sex, "town": rng.choice(["n", "s"], N), "shirt": shirt}
    )


def outcome(frame: pd.DataFrame, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random(N) < 1 / (1 + np.exp(-2 * frame["x"]))


def by_sex(rows: pd.DataFrame) -> np.ndarray:
    return chances(2 * rows["x"].to_numpy() - 1.5 * (rows["sex"] == "f").to_numpy())


def by_x(rows: pd.DataFrame) -> np.ndarray:
    return chances(2 * rows["x"].to_numpy())


def test_a_model_that_marks_one_sex_down() -> None:
    """Found by groups, by the flip test (every move is known), and said with its direction."""
    frame = people()
    looked = subject(frame, outcome(frame), by_sex, sensitive=("sex",))
    found = asked(looked, GROUPS)
    assert found.verdict == "difference"
    answers = [one.answer.english() for one in found.parts[0].pictures]
    assert [("are named" in text, "are found" in text, "all the same" in text) for text in answers] == [
        (True, False, False),
        (False, True, False),
        (True, False, True),
    ]
    flipped = asked(looked, FLIP)
    assert flipped.verdict == "difference"
    assert "Setting it to “f” lowers the chance" in flipped.message.english()
    assert flipped.parts[0].pictures[0].axis.english() == "Mean move of the chance, points"
    moves = {one.group: one.value for one in flipped.measures if one.name == "flip_move"}
    assert moves["sex = f"] < -0.05 < 0.05 < moves["sex = m"]


def test_a_model_of_x_alone() -> None:
    """Nothing to be found but noise; the flip test says that the column is not used."""
    frame = people()
    looked = subject(frame, outcome(frame), by_x, features=("x",), sensitive=("sex", "town"))
    assert asked(looked, GROUPS).verdict in ("none", "inconclusive")
    flipped = asked(looked, FLIP)
    assert flipped.verdict == "not_applicable"
    assert "does not use sex and town" in flipped.message.english()


def test_a_column_that_is_used_but_moves_nothing() -> None:
    """G013: a sensitive feature without weight."""
    frame = people()
    found = asked(subject(frame, outcome(frame), by_x, sensitive=("sex",)), FLIP)
    assert found.verdict == "none"
    assert found.measures[0].value == 0.0


def test_a_crossing_that_neither_column_shows() -> None:
    """Marked down where sex and town go together: the columns alone are even."""
    frame = people()
    even = (frame["sex"] == "f") == (frame["town"] == "n")

    def crossing(rows: pd.DataFrame) -> np.ndarray:
        both = (rows["sex"] == "f").to_numpy() == (rows["town"] == "n").to_numpy()
        return chances(2 * rows["x"].to_numpy() - 2 * both)

    looked = subject(frame, outcome(frame), crossing, sensitive=("sex", "town"))
    assert 0.4 < even.mean() < 0.6
    assert asked(looked, GROUPS).verdict != "difference"
    assert asked(looked, CROSSED).verdict == "difference"


def test_a_shirt_stands_in_for_sex() -> None:
    """FA-15: the warning names column and attribute; it is association."""
    frame = people()
    found = asked(subject(frame, outcome(frame), by_x, sensitive=("sex",)), ORIGINS)
    assert found.verdict == "difference"
    (warning,) = found.findings
    assert (warning.code, warning.severity, warning.column) == ("proxy", "warning", "shirt")
    assert "shirt alone tells the groups of sex apart" in warning.message.english()
    assert "not cause" in say(ORIGINS.about.limits)


@pytest.mark.parametrize(
    ("score", "luck", "said"),
    [
        (0.603, 0.62, "may be chance"),
        (0.5, 0.62, "no better than guessing"),
        (0.5004, 0.62, "no better than guessing"),
        (0.46, 0.62, "no better than guessing"),
        (0.61, 0.6, "tells little of it"),
        (0.7, 0.6, "tells it in part"),
        (0.9, 0.6, "stands in for it"),
        (0.9, 0.92, "may be chance"),
    ],
)
def test_what_a_column_knows_is_said_by_what_chance_can_reach(score: float, luck: float, said: str) -> None:
    """Above 0.5, as it is shown, nothing is called guessing."""
    assert reading(Proxy("x", score, luck)) == said


def test_rates_of_the_data_and_of_the_model_stand_side_by_side() -> None:
    """Half of each sex have the event; the model names all of one and a fifth of the other."""
    sex = np.repeat(["f", "m"], 200)
    frame = pd.DataFrame({"x": np.where(sex == "m", 1.0, np.where(np.arange(400) % 5 == 0, 1.0, -1.0)), "sex": sex})
    frame.loc[390:, "x"] = -1.0
    looked = subject(frame, np.arange(400) % 2, by_x, features=("x",), sensitive=("sex",))
    found = asked(looked, FOUR_FIFTHS)
    ratios = {one.name: one for one in found.measures}
    assert ratios["model_ratio[yes]"].value == pytest.approx(0.2 / 0.95)
    assert ratios["model_ratio[yes]"].verdict == "difference"
    assert ratios["data_ratio[yes]"].value == pytest.approx(1.0)
    assert "In the data itself it is 1" in found.message.english()


def test_where_the_field_fears_the_event_not_being_named_is_favourable() -> None:
    frame = people().rename(columns={"x": "amount"})
    finance = domains()["finance"]
    looked = subject(
        frame, outcome(frame.rename(columns={"amount": "x"})), lambda rows: chances(rows["amount"].to_numpy()),
        sensitive=("sex",), classes=("good", "bad"), domain=finance,
    )  # fmt: skip
    assert feared(looked)
    assert any("anything but bad" in one.name for one in asked(looked, FOUR_FIFTHS).measures)


def test_the_price_of_equal_naming_is_counted_in_people() -> None:
    """100 f and 100 m with chances 0.005 to 0.995; f are marked down by 0.2: 30 and 50 are named. Equal is 40 of each:
    ten more f and ten fewer m."""
    step = np.tile((np.arange(100) + 0.5) / 100, 2)
    frame = pd.DataFrame({"step": step, "sex": np.repeat(["f", "m"], 100)})

    def marked(rows: pd.DataFrame) -> np.ndarray:
        chance = np.clip(rows["step"] - 0.2 * (rows["sex"] == "f"), 0.001, 0.999).to_numpy()
        return np.column_stack([1 - chance, chance])

    looked = subject(frame, np.arange(200) % 2, marked, sensitive=("sex",))
    found = asked(looked, CHOICE)
    named = {one.group: one.value for one in found.measures if one.name == "price_named[selection_rate]"}
    assert named == {"sex = f": 10.0, "sex = m": -10.0}
    apart = found.parts[0].sheets[2].rows
    assert [row[1].value for row in apart[:2]] == pytest.approx([0.2, 0.0])


def test_a_chance_that_means_less_for_one_group() -> None:
    """Chances 0.2 too high for one sex: calibration is the question that finds it."""
    rng = np.random.default_rng(5)
    sex = np.repeat(["f", "m"], 600)
    frame = pd.DataFrame({"p": rng.uniform(0.3, 0.7, 1200), "sex": sex})
    truth = rng.random(1200) < frame["p"] - 0.2 * (sex == "f")
    looked = subject(
        frame, truth, lambda rows: np.column_stack([1 - rows["p"], rows["p"]]), features=("p",), sensitive=("sex",)
    )
    found = asked(looked, CHOICE)
    gap = next(one for one in found.measures if one.name == "calibration_gap_gap")
    assert gap.verdict == "difference"
    assert abs(abs(gap.value or 0) - 0.2) < 0.06


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_gaps_of_other_questions_are_found(kind: str) -> None:
    """FA-18: three answers guessed for one sex and known for the other; numbers 1 too high for one sex."""
    frame = people()
    rng = np.random.default_rng(3)
    women = (frame["sex"] == "f").to_numpy()
    if kind == "regression":
        looked = subject(
            frame, frame["x"] - women, lambda rows: rows[["x"]].to_numpy(), kind="regression", sensitive=("sex",)
        )
        names = {"bias_gap": 1.0, "mae_gap": 1.0}
    else:
        truth = np.where(frame["x"] < -0.4, 0, np.where(frame["x"] < 0.4, 1, 2))
        told = np.where(women, rng.integers(0, 3, N), truth)
        frame["told"] = told
        looked = subject(
            frame, truth, lambda rows: np.eye(3)[rows["told"].to_numpy(int)] * 0.8 + 0.1, kind="multiclass",
            classes=("low", "middle", "high"), sensitive=("sex",),
        )  # fmt: skip
        names = {"accuracy_gap": 0.667, "macro_recall_gap": 0.667}
    found = asked(looked, GROUPS)
    for name, size in names.items():
        gap = next(one for one in found.measures if one.name == name)
        assert gap.verdict == "difference"
        assert abs(gap.value or 0) == pytest.approx(size, abs=0.07)
        assert gap.low is not None
        assert gap.low < (gap.value or 0) < (gap.high or 0) or kind == "regression"


def test_a_verdict_that_hangs_on_the_cut_is_said_to() -> None:
    """C063: everybody of 25 is named, and one in five of the others: below 25 and from 25 on there is no gap to speak
    of, up to 25 and over 25 a large one."""
    age = np.repeat([20, 25, 30, 40, 50, 60, 70, 80], 100)
    named = (age == 25) | (np.arange(800) % 5 == 0)
    frame = pd.DataFrame({"x": np.where(named, 2.0, -2.0), "age": age})
    model = {"features": ("x",), "sensitive": ("age",), "domain": domains()["finance"], "classes": ("bad", "fine")}
    (part,) = asked(subject(frame, np.arange(800) % 2, by_x, **model), FOUR_FIFTHS).parts
    cuts = part.sheets[2]
    assert [row[0].text for row in cuts.rows] == ["≤ 25; > 25", "< 25; ≥ 25"]
    assert [round(row[2].value, 3) for row in cuts.rows] == [round(0.2 / 0.6, 3), round(0.2 / (2.2 / 7), 3)]
    (part,) = asked(subject(frame, np.arange(800) % 2, by_x, **model), GROUPS).parts
    assert "Cut as “≤ 25; > 25”: “difference found”; as “< 25; ≥ 25”:" in part.sheets[0].note.english()


def test_groups_and_questions_say_the_same_of_the_same_gap() -> None:
    """Also where a gap is so close to chance that one more correction would turn its verdict."""
    close = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        codes = (np.arange(900) % 3 == 0).astype(int)
        chance = np.clip(rng.beta(2, 2, 900) + 0.09 * codes, 0.01, 0.99)
        rows = Seen("binary", ("yes",), rng.random(900) < chance, chance >= 0.5, chance)
        division = Division(("sex",), ("f", "m"), codes)
        groups = beside(rows, [division])[0].comparisons
        (asked_,) = chosen(rows, [division], 0.5)
        shared = [one for one in asked_.comparisons if one.name != "calibration_gap"]
        assert [one for one in groups if one.name in {some.name for some in shared}] == shared
        together = judged([asked_.comparisons])[0]
        close += [one.verdict for one in together] != [one.verdict for one in asked_.comparisons]
    assert close
