"""What an expert may turn: the learners, and the settings of the net, how they are grouped and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.errors import Problem
from core.learn.recipe import MEMBERS, Net
from core.learn.search.settings import BY_NAME, checked, parse
from core.words import N_

NET = ("width", "depth", "members", "inner", "learning_rate", "batch_rows", "epochs")
"""How large the net is and how it learns."""
GUARDS = ("patience", "weight_decay", "dropout", "noise", "masking", "mixup")
"""What keeps it from learning by heart, beside the attack."""
CHOICES = {"optimizer": ("adamw", "adam", "sgd"), "attack": ("none", "fgsm", "pgd")}
"""Settings that are one of a few words."""


def members_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """The learners that exist among those named, in their order; all where none does (an old choice, or none)."""
    return tuple(name for name in MEMBERS if name in (names or ())) or MEMBERS


def named(names: Sequence[str]) -> tuple[str, ...]:
    """The learners named, in their order.

    Raises:
        Problem: a learner is not known, or none is named.
    """
    unknown = [name for name in names if name not in MEMBERS]
    if unknown or not names:
        raise Problem(
            N_("There is no learner “{name}”. Choose among {names:list}."),
            name=unknown[0] if unknown else "",
            names=list(MEMBERS),
        )
    return members_of(names)


def setting(said: str) -> tuple[str, float | int | str]:
    """``NAME=VALUE`` as the name of a field of ``Net`` and its value.

    Raises:
        Problem: there is no such setting, or the value lies outside its range.
    """
    name, value = _parted(said)
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise Problem(
                N_("The setting {name} is “{value}”, but it is one of {choices:list}."),
                name=name,
                value=value,
                choices=list(CHOICES[name]),
            )
        return name, value
    found = parse(value, BY_NAME[name])
    if len(found) != 1:
        raise Problem(N_("“{text}” is not a setting. Write it like dropout=0.2."), text=said)
    return name, int(found[0]) if BY_NAME[name].whole else found[0]


def grid(said: str) -> tuple[str, tuple[float, ...]]:
    """``NAME=VALUE,VALUE`` as the name of a setting and the values to try.

    Raises:
        Problem: there is no such setting, or a value lies outside its range.
    """
    name, values = _parted(said)
    if name not in BY_NAME:
        raise _unknown(name)
    return name, parse(values, BY_NAME[name])


def kept(net: Net) -> Net:
    """The same settings, whole numbers as such.

    Raises:
        Problem: one of them lies outside its range.
    """
    numbers = {name: value for name in BY_NAME if (value := getattr(net, name, None)) is not None}
    found = checked({name: (value,) for name, value in numbers.items()})
    whole: dict[str, Any] = {name: int(one[0]) if BY_NAME[name].whole else one[0] for name, one in found.items()}
    return replace(net, **whole)


def _parted(said: str) -> tuple[str, str]:
    name, sign, value = said.partition("=")
    name, value = name.strip().replace("-", "_"), value.strip()
    if not sign or not value:
        raise Problem(N_("“{text}” is not a setting. Write it like dropout=0.2."), text=said)
    if name not in BY_NAME and name not in CHOICES:
        raise _unknown(name)
    return name, value


def _unknown(name: str) -> Problem:
    return Problem(N_("The net has no setting {name}. It has {names:list}."), name=name, names=[*BY_NAME, *CHOICES])
