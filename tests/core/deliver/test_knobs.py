"""Settings as an expert writes them."""

from __future__ import annotations

import pytest

from core.deliver.knobs import GUARDS, NET, grid, kept, members_of, named, setting
from core.errors import Problem
from core.learn.recipe import MEMBERS, Net
from core.learn.search.settings import BY_NAME


def test_every_setting_shown_has_a_range() -> None:
    assert set(NET) | set(GUARDS) | {"attack_size"} == set(BY_NAME)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("dropout=0.2", ("dropout", 0.2)), (" batch-rows = 64 ", ("batch_rows", 64)), ("attack=pgd", ("attack", "pgd"))],
)
def test_a_setting_is_a_name_and_a_value(said: str, meant: tuple[str, object]) -> None:
    assert setting(said) == meant


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("dropout", "not a setting"),
        ("dropout=", "not a setting"),
        ("dropout=0.1,0.2", "not a setting"),
        ("dropuot=0.1", "no setting dropuot"),
        ("dropout=2", "outside"),
        ("width=8.5", "whole"),
        ("epochs=nan", "not a number"),
        ("attack=magic", "one of"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(said: str, word: str) -> None:
    with pytest.raises(Problem, match=word):
        setting(said)


def test_a_grid_has_several_values() -> None:
    assert grid("learning_rate=0.001,0.01") == ("learning_rate", (0.001, 0.01))
    with pytest.raises(Problem, match="no setting attack"):
        grid("attack=fgsm,pgd")


def test_settings_are_kept_within_their_range() -> None:
    assert kept(Net(width=64, dropout=0.1, attack="fgsm")) == Net(width=64, dropout=0.1, attack="fgsm")
    with pytest.raises(Problem, match="Layers"):
        kept(Net(depth=99))


def test_learners_of_an_earlier_version_fall_back_to_all() -> None:
    assert members_of(("torch_mlp", "torch_linear")) == MEMBERS
    assert members_of(None) == members_of(()) == MEMBERS
    assert members_of(("net", "torch_mlp", "simple")) == ("simple", "net")


def test_an_unknown_learner_is_named() -> None:
    with pytest.raises(Problem, match="xgboost"):
        named(("simple", "xgboost"))
    with pytest.raises(Problem, match="Choose among"):
        named(())
