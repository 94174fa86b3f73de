"""What may be changed: what the field says, what the analyst says, and what nobody may say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.domains import domains
from core.errors import Problem
from core.whatif.limits import limits, overruled
from core.whatif.ways import Limit
from tests.core.whatif.handmade import basis, chances

FINANCE = domains()["finance"]


def people(**task):
    rows = 60
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": draw.integers(18, 70, rows),
            "sex": draw.choice(["f", "m"], rows),
            "credit_amount": draw.integers(500, 9000, rows),
            "tenure": draw.integers(0, 30, rows),
            "nickname": draw.choice(["x", "y"], rows),
            "note": ["Paid late. Called twice."] * rows,
            "same": ["only"] * rows,
        }
    )
    return basis(frame, lambda rows: chances(rows["credit_amount"] / 1000 - 4), domain=FINANCE, texts=("note",), **task)


def asked(made):
    return {one.column: one for one in limits(made.model, made.domain, made.model.recipe.task)}


def test_what_people_cannot_change_stays_with_its_reason():
    found = asked(people())
    assert found["age"].may == found["sex"].may == "no"
    assert "age" in found["age"].why.english() and "sex" in found["sex"].why.english()
    assert found["credit_amount"] == Limit(
        "credit_amount", "any", found["credit_amount"].low, found["credit_amount"].high
    )


def test_every_column_costs_the_same_and_keeps_to_the_range_of_the_training_rows():
    made = people()
    found = asked(made)
    assert {one.cost for one in found.values()} == {1.0}
    assert found["credit_amount"].low == made.frame["credit_amount"].min()
    assert found["credit_amount"].high == made.frame["credit_amount"].max()


def test_what_time_alone_moves_may_only_rise():
    assert asked(people())["tenure"].may == "up"


def test_what_the_analyst_marked_as_sensitive_stays():
    found = asked(people(sensitive=("nickname",)))
    assert found["nickname"].may == "no"
    assert "sensitive" in found["nickname"].why.english()


def test_texts_and_columns_of_one_value_stay_unless_allowed():
    made = people()
    found = asked(made)
    assert found["note"].may == found["same"].may == "no"
    allowed = overruled(tuple(found.values()), [Limit("note", "any")])
    assert next(one for one in allowed if one.column == "note").may == "any"


def test_the_column_that_names_who_repeats_and_the_time_stay():
    found = asked(people(group="nickname", time="credit_amount"))
    assert found["nickname"].may == found["credit_amount"].may == "no"


@pytest.mark.parametrize(("said", "may"), [("any", "up"), ("up", "up"), ("down", "no"), ("no", "no")])
def test_age_only_goes_up_whatever_is_allowed(said, may):
    base = tuple(asked(people()).values())
    age = overruled(base, [Limit("age", said)])[0]
    assert age.may == may
    assert (age.why is None) == (may != "no")


def test_the_analyst_overrules_range_and_cost_and_the_rest_stays():
    base = tuple(asked(people()).values())
    found = {one.column: one for one in overruled(base, [Limit("credit_amount", "down", low=1000, cost=3.0)])}
    assert found["credit_amount"] == replace(asked(people())["credit_amount"], may="down", low=1000, cost=3.0)
    assert found["sex"].may == "no"


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (Limit("colour"), "does not use the column colour"),
        (Limit("credit_amount", low=5000, high=4000), "at least 5,000 and at most 4,000"),
        (Limit("credit_amount", cost=-1), "cannot be less than 0"),
    ],
)
def test_limits_that_cannot_be_are_said(limit, said):
    with pytest.raises(Problem, match=said):
        overruled(tuple(asked(people()).values()), [limit])


def test_without_a_field_only_the_task_speaks():
    made = people(sensitive=("sex",))
    found = {one.column: one.may for one in limits(made.model, None, made.model.recipe.task)}
    assert found["age"] == "any" and found["sex"] == "no"
