"""Settings of the net that a search may try: their limits, what they mean, and how an analyst writes values of them.

Light: pages read it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.errors import Problem
from core.learn.recipe import Net
from core.words import N_, Message

MOST_VALUES = 20
"""Of one setting in a grid."""
_PARTING = re.compile(r"[,，;；、\s]+")


@dataclass(frozen=True)
class Setting:
    """One setting that is a number."""

    name: str
    """Of ``core.learn.recipe.Net``."""
    title: str
    meaning: str
    low: float
    high: float
    example: str
    whole: bool = False
    log: bool = False
    """What counts is how many times larger a value is, not by how much."""


SETTINGS = (
    Setting(
        "width", N_("Units in a layer"), N_("How much each layer of the net can hold; more takes longer."),
        1, 2_048, "32, 64, 128", True, True,
    ),
    Setting(
        "depth", N_("Layers"), N_("How many layers follow one another; 0 only adds up what each column says."),
        0, 8, "1, 2, 3", True,
    ),
    Setting(
        "members", N_("Nets in a pack"), N_("How many nets learn side by side; their mean is the answer."),
        1, 64, "4, 8, 16", True, True,
    ),
    Setting(
        "inner", N_("Figures for a number"),
        N_("By how many figures a number is first described; 0 is by itself alone."),
        0, 64, "0, 4, 8", True,
    ),
    Setting(
        "dropout", N_("Dropout"), N_("Share of units left out at random while learning, against learning by heart."),
        0.0, 0.9, "0, 0.1, 0.3",
    ),
    Setting(
        "learning_rate", N_("Learning rate"), N_("How large the steps are; too large and nothing settles."),
        1e-7, 1.0, "0.001, 0.003, 0.01", False, True,
    ),
    Setting(
        "weight_decay", N_("Weight decay"), N_("How strongly weights are drawn to zero, against learning by heart."),
        0.0, 1.0, "0.001, 0.01, 0.1", False, True,
    ),
    Setting(
        "batch_rows", N_("Rows in a batch"), N_("Rows looked at before each step."),
        1, 65_536, "64, 128, 256", True, True,
    ),
    Setting(
        "epochs", N_("Passes at most"), N_("How often all rows are gone through, at most."),
        1, 10_000, "50, 100", True, True,
    ),
    Setting(
        "patience", N_("Passes without gain"), N_("How many passes without gain before learning ends."),
        1, 1_000, "5, 10, 20", True, True,
    ),
    Setting(
        "noise", N_("Noise"), N_("Noise added to numbers while learning, in standard deviations."),
        0.0, 2.0, "0, 0.05, 0.1",
    ),
    Setting(
        "masking", N_("Hidden cells"),
        N_("Share of cells hidden while learning, so that no column is relied on alone."),
        0.0, 0.9, "0, 0.1, 0.2",
    ),
    Setting(
        "mixup", N_("Mixing of rows"), N_("How far pairs of rows are mixed while learning; 0 is not at all."),
        0.0, 2.0, "0, 0.2, 0.4",
    ),
    Setting(
        "attack_size", N_("Size of the attack"),
        N_("How far inputs are moved against the net while learning, in standard deviations."),
        0.0, 2.0, "0, 0.05, 0.1",
    ),
)  # fmt: skip
"""In the order in which they are shown."""
BY_NAME = {one.name: one for one in SETTINGS}


def parse(text: str, setting: Setting) -> tuple[float, ...]:
    """The values of a setting that an analyst wrote as a list, each once, in their order.

    >>> parse("0.1, 0.3; 0.1", BY_NAME["dropout"])
    (0.1, 0.3)

    Raises:
        Problem: a word is no number, or lies outside of the setting's limits.
    """
    return values(setting, [_number(setting, word) for word in _PARTING.split(text.strip()) if word])


def checked(grid: Mapping[str, Iterable[object]]) -> dict[str, tuple[float, ...]]:
    """A grid with every value within its limits; settings without a value are left out.

    Raises:
        Problem: there is no such setting, or a value is no number or lies outside of the limits.
    """
    for name in grid:
        if name not in BY_NAME:
            raise Problem(
                N_("The grid names a setting that there is not: {name}. Settings are {names:list}."),
                name=str(name),
                names=list(BY_NAME),
            )
    found = {name: values(BY_NAME[name], [_number(BY_NAME[name], one) for one in grid[name]]) for name in grid}
    return {name: numbers for name, numbers in found.items() if numbers}


def values(setting: Setting, numbers: Iterable[float]) -> tuple[float, ...]:
    """Values of a setting, each once.

    Raises:
        Problem: one lies outside of the limits, is not whole where it must be, or there are too many.
    """
    found = tuple(dict.fromkeys(numbers))
    for number in found:
        if not setting.low <= number <= setting.high:
            raise Problem(
                N_("{setting}: {x:number} lies outside of {low:number} to {high:number}. Choose values between them."),
                setting=Message(setting.title),
                x=number,
                low=setting.low,
                high=setting.high,
            )
        if setting.whole and number != int(number):
            raise Problem(
                N_("{setting}: {x:number} is not a whole number. Write whole numbers, for instance {example}."),
                setting=Message(setting.title),
                x=number,
                example=setting.example,
            )
    if len(found) > MOST_VALUES:
        raise Problem(
            N_("{setting}: {n:count} values are too many for a grid. Write at most {most:count}."),
            setting=Message(setting.title),
            n=len(found),
            most=MOST_VALUES,
        )
    return found


def netted(net: Net, chosen: Mapping[str, float]) -> Net:
    """The net with settings put into it."""
    changes: dict[str, Any] = {name: int(value) if BY_NAME[name].whole else value for name, value in chosen.items()}
    return replace(net, **changes)


def said(chosen: Mapping[str, float | str]) -> list[Message]:
    """Settings in words: "Learning rate 0.003"."""
    text = N_("{setting} {x:number}")
    return [
        Message(text, {"setting": Message(BY_NAME[name].title if name in BY_NAME else name), "x": value})
        for name, value in chosen.items()
    ]


def _number(setting: Setting, word: object) -> float:
    try:
        number = math.nan if isinstance(word, bool) else float(word)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise Problem(
            N_("{setting}: “{word}” is not a number. Write numbers parted by commas, for instance {example}."),
            setting=Message(setting.title),
            word=str(word)[:40],
            example=setting.example,
        )
    return number
