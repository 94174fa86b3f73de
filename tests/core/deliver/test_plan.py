from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.check import check
from core.data.stack import stack
from core.data.table import ReadOptions, Repair, Source, Table
from core.deliver.plan import plan
from core.errors import Problem
from core.learn.recipe import Encoder, Net, Pretraining, Search


def source(name: str) -> Source:
    return Source(name, "text", name, 1, 1, ReadOptions(header=0))


def rows(count: int = 80, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    x = draw.normal(size=count).round(2)
    passed = np.where(x + draw.normal(size=count) > 0, "yes", "no")
    frame = pd.DataFrame({"x": x, "z": draw.normal(size=count).round(2), "copy": passed, "passed": passed})
    return frame.astype("str")


def table(*parts: pd.DataFrame) -> Table:
    files = [(part, source(f"{at}.csv")) for at, part in enumerate(parts)]
    raw, findings = (parts[0], ()) if len(parts) == 1 else stack(files)
    return check(raw, [one for _, one in files], findings, domain="", table_id="t", name="t")


def test_a_goal_in_words_becomes_a_recipe():
    repairs = (Repair("missing", "z", codes=("9",)),)
    recipe, _ = plan(table(rows()), "x >= 0", "education", drop=("copy",), repairs=repairs, seed=3, members=("simple",))
    assert recipe.task.goal.derived
    assert recipe.task.features == ("z", "passed")
    assert (recipe.domain, recipe.seed, recipe.members, recipe.repairs) == ("education", 3, ("simple",), repairs)


def test_what_nobody_can_change_and_what_is_sensitive_is_never_moved():
    frame = rows().assign(age=[str(20 + at % 40) for at in range(80)], sex=["f", "m"] * 40)
    recipe, _ = plan(table(frame), "passed", "medicine", drop=("copy",), sensitive=("z",), net=Net(fixed=("x", "gone")))
    assert set(recipe.net.fixed) == {"x", "z", "age", "sex"}


def test_what_would_have_nothing_to_work_on_is_left_out_and_said():
    asked = {"search": Search(), "encoder": Encoder("e5"), "pretraining": Pretraining(rows=True)}
    recipe, findings = plan(table(rows()), "passed", members=("simple",), **asked)
    assert (recipe.search, recipe.encoder, recipe.pretraining) == (None, None, None)
    assert sum(one.code == "idle" for one in findings) == 3
    recipe, findings = plan(table(rows()), "passed", **{**asked, "encoder": None})
    assert (recipe.search, recipe.pretraining) == (asked["search"], asked["pretraining"])
    assert not [one for one in findings if one.code == "idle"]


@pytest.mark.parametrize(
    "wrong", [{"time_budget_seconds": "10 days"}, {"members": ("xgboost",)}, {"net": Net(dropout=7.0)}]
)
def test_wrong_choices_are_refused(wrong):
    with pytest.raises(Problem):
        plan(table(rows()), "passed", **wrong)


def test_leaks_are_set_aside_and_said():
    recipe, findings = plan(table(rows()), "passed")
    assert recipe.task.features == ("x", "z")
    assert [one.column for one in findings if one.severity == "stop"] == ["copy"]


def test_a_leak_stays_with_a_written_reason():
    recipe, _ = plan(table(rows()), "passed", overrules={"copy": "known at enrolment"})
    assert "copy" in recipe.task.features


def test_the_name_of_the_file_is_no_column_to_learn_from():
    stacked = table(rows(), rows(seed=1))
    assert "file" in stacked.schema
    recipe, findings = plan(stacked, "passed")
    assert recipe.task.features == ("x", "z")
    assert [one.column for one in findings if one.code == "origin"] == ["file"]


def test_the_same_choices_are_the_same_recipe():
    one, two = (plan(table(rows()), "passed")[0] for _ in range(2))
    assert one == two
    assert plan(table(rows()), "passed", seed=1)[0] != one


def test_an_unknown_column_is_refused():
    with pytest.raises(Problem, match="passt"):
        plan(table(rows()), "passt")
