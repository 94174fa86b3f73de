"""Figures that others have published of these tables, by counting alone: no model is trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audits.fairness.comparison import why_pale
from core.audits.fairness.division import cross, moved
from core.audits.fairness.figures import lines
from core.audits.fairness.groups import beside, part
from core.audits.fairness.proxies import STRONG, proxies
from core.audits.fairness.ratios import judged, ratios
from core.audits.fairness.seen import Seen
from core.audits.fairness.tally import between, figure, tally
from core.learn.curves import roc
from tests.core.audits.fairness import real


def test_adult_by_sex(data_dir: Path) -> None:
    """FA-01."""
    frame = real.adult(data_dir)
    sex = real.divided(frame["sex"])
    counts = tally(real.rich(frame), real.rich(frame), sex.codes, 2)
    women, men = real.place(sex, "Female"), real.place(sex, "Male")
    assert figure(counts, "base_rate", women).value == pytest.approx(0.109461, abs=1e-6)
    assert figure(counts, "base_rate", men).value == pytest.approx(0.305737, abs=1e-6)
    assert between(counts, "base_rate", women, men) == pytest.approx((-0.196276, 0.358023), abs=1e-6)


def test_adult_by_race_and_sex(data_dir: Path) -> None:
    """FA-02: ten rows; the smallest group is shown, and flagged."""
    frame = real.adult(data_dir)
    both = cross(real.divided(frame["race"]), real.divided(frame["sex"]))
    assert len(both.names) == 10
    found = lines(Seen("binary", (">50K",), real.rich(frame), real.rich(frame)), both)
    least = int(np.argmin(found.rows))
    assert both.names[least] == "Other / Female"
    assert (found.rows[least], found.positives[least]) == (109, 6)
    rate = found.figures["base_rate"][least]
    assert (rate.value, rate.low, rate.high) == pytest.approx((0.0550, 0.0255, 0.1149), abs=1e-4)
    why = why_pale(int(found.rows[least]), int(found.positives[least]))
    assert why is not None
    assert why.english() == "few positives"


def test_compas_by_race(data_dir: Path) -> None:
    """FA-03."""
    frame = real.compas(data_dir)
    race = real.divided(frame["race"])
    truth, named = frame["two_year_recid"].to_numpy() == 1, frame["decile_score"].to_numpy() >= 5
    counts = tally(truth, named, race.codes, len(race.names))
    expected = {"African-American": (3696, 0.4485, 0.2799, 0.6297), "Caucasian": (2454, 0.2345, 0.4772, 0.5913)}
    for name, (rows, *shares) in expected.items():
        at = real.place(race, name)
        assert counts.rows[at] == rows
        found = [figure(counts, one, at).value for one in ("false_alarm_rate", "miss_rate", "precision")]
        assert found == pytest.approx(shares, abs=5e-5)
    assert np.mean(truth == named) == pytest.approx(0.6537, abs=5e-5)
    assert roc(truth, frame["decile_score"].to_numpy(float)).area == pytest.approx(0.7022, abs=5e-5)


def test_compas_as_propublica_filtered_it(data_dir: Path) -> None:
    """FA-03."""
    frame = real.compas(data_dir)
    near = frame["days_b_screening_arrest"].between(-30, 30)
    kept = frame[near & (frame["is_recid"] != -1) & (frame["c_charge_degree"] != "O") & (frame["score_text"] != "N/A")]
    assert len(kept) == 6172
    area = roc(kept["two_year_recid"].to_numpy() == 1, kept["decile_score"].to_numpy(float)).area
    assert area == pytest.approx(0.7098, abs=5e-5)


def test_german_by_age_at_either_cut(data_dir: Path) -> None:
    """FA-04: both sides of 25 are shown, and neither can be said to pass or to fail."""
    frame = real.german(data_dir)
    good = frame["default"].to_numpy() == 0
    age = real.divided(frame["age"], cuts=(25,))
    (other,) = moved(age, frame["age"])
    assert (age.names, other.names) == (("≤ 25", "> 25"), ("< 25", "≥ 25"))
    found = [judged([ratios(good, one)])[0] for one in (age, other)]
    assert [one.verdict for one in found] == ["inconclusive", "inconclusive"]
    shown = [(one.lowest.ratio.value, one.lowest.ratio.low, one.lowest.ratio.high) for one in found if one.lowest]
    assert shown[0] == pytest.approx((0.7948, 0.699, 0.904), abs=5e-4)
    assert shown[1] == pytest.approx((0.8212, 0.714, 0.945), abs=5e-4)


def test_adult_proxies_of_sex(data_dir: Path) -> None:
    """FA-15: the warning itself is tested on a subject, in test_origins."""
    frame = real.adult(data_dir)
    columns = [name for name in real.ADULT if name not in ("sex", "income")]
    found = proxies(frame, columns, real.divided(frame["sex"]), seed=0)
    assert found[0].column == "relationship"
    assert found[0].score >= 0.85 >= STRONG
    assert found[0].strong


def test_a_part_can_be_read_without_a_model(data_dir: Path) -> None:
    """Data alone: what groups get, told as for a model."""
    frame = real.compas(data_dir)
    rows = Seen("binary", ("1",), frame["two_year_recid"].to_numpy() == 1, frame["decile_score"].to_numpy() >= 5)
    (found,) = beside(rows, [real.divided(frame["race"])])
    shown = part(rows, found)
    assert shown.verdict == "difference"
    assert shown.message.english().startswith("race ")
    black = real.place(found.division, "African-American")
    alarms = next(one for one in found.comparisons if (one.place, one.name) == (black, "false_alarm_rate"))
    assert alarms.verdict == "difference"
