"""What an expert may turn: the learners, and the settings of the net with their ranges and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from core.errors import Problem
from core.learn.recipe import MEMBERS, Net
from core.words import N_


@dataclass(frozen=True)
class Knob:
    """A setting with numbers; its range is stated, and kept."""

    name: str
    """Of a field of ``Net``."""
    label: str
    low: float
    high: float
    whole: bool = False


NET = (
    Knob("width", N_("Units in a layer, {low:number} to {high:number}"), 8, 2048, True),
    Knob("depth", N_("Layers, {low:number} to {high:number}"), 1, 8, True),
    Knob("members", N_("Nets in one pack, {low:number} to {high:number}"), 1, 64, True),
    Knob("learning_rate", N_("Learning rate, {low:number} to {high:number}"), 0.00001, 1.0),
    Knob("batch_rows", N_("Rows in a batch, {low:number} to {high:number}"), 8, 65_536, True),
    Knob("epochs", N_("Passes at most, {low:number} to {high:number}"), 1, 10_000, True),
)
"""How large the net is and how it learns."""
GUARDS = (
    Knob("patience", N_("Passes without gain before it stops, {low:number} to {high:number}"), 1, 1_000, True),
    Knob("weight_decay", N_("Weight decay, {low:number} to {high:number}"), 0.0, 1.0),
    Knob("dropout", N_("Dropout, {low:number} to {high:number}"), 0.0, 0.9),
    Knob("noise", N_("Noise on numbers, {low:number} to {high:number} standard deviations"), 0.0, 2.0),
    Knob("masking", N_("Share of cells hidden, {low:number} to {high:number}"), 0.0, 0.9),
    Knob("mixup", N_("Mixing of pairs of rows, {low:number} to {high:number}"), 0.0, 2.0),
)
"""What keeps it from learning by heart."""
SIZE = Knob("attack_size", N_("How far inputs are moved, {low:number} to {high:number} standard deviations"), 0.0, 2.0)
KNOBS = {knob.name: knob for knob in (*NET, *GUARDS, Knob("inner", "", 1, 256, True), SIZE)}
CHOICES = {"optimizer": ("adamw", "adam", "sgd"), "attack": ("none", "fgsm", "pgd")}
"""Settings that are one of a few words."""


def members_of(names: Sequence[str] | None) -> tuple[str, ...]:
    """The learners that exist among those named, in their order; all where none does (an old choice, or none)."""
    return tuple(name for name in MEMBERS if name in (names or ())) or MEMBERS


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
    return name, _number(name, value)


def grid(said: str) -> tuple[str, tuple[float, ...]]:
    """``NAME=VALUE,VALUE`` as the name of a setting and the values to try.

    Raises:
        Problem: there is no such setting, or a value lies outside its range.
    """
    name, values = _parted(said)
    if name not in KNOBS:
        raise _unknown(name)
    return name, tuple(float(_number(name, one.strip())) for one in values.split(","))


def kept(net: Net) -> Net:
    """The same settings.

    Raises:
        Problem: one of them lies outside its range.
    """
    for field in fields(Net):
        value = getattr(net, field.name)
        if value is not None and field.name in KNOBS:
            _number(field.name, str(value))
    return net


def _parted(said: str) -> tuple[str, str]:
    name, sign, value = said.partition("=")
    name, value = name.strip().replace("-", "_"), value.strip()
    if not sign or not value:
        raise Problem(N_("“{text}” is not a setting. Write it like dropout=0.2."), text=said)
    if name not in KNOBS and name not in CHOICES:
        raise _unknown(name)
    return name, value


def _unknown(name: str) -> Problem:
    return Problem(N_("The net has no setting {name}. It has {names:list}."), name=name, names=[*KNOBS, *CHOICES])


def _number(name: str, text: str) -> float | int:
    knob = KNOBS[name]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not knob.low <= value <= knob.high or (knob.whole and value != int(value)):
        words = (
            N_("The setting {name} is “{value}”, but it is a whole number from {low:number} to {high:number}.")
            if knob.whole
            else N_("The setting {name} is “{value}”, but it is a number from {low:number} to {high:number}.")
        )
        raise Problem(words, name=name, value=text, low=knob.low, high=knob.high)
    return int(value) if knob.whole else value
