"""Exactly one of the two: XOR, which no straight line can divide, by a net of 2, 4 and 1 units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.engines.base import Watch
from core.lessons.lesson import Ask, Choice, Dots, Figure, Lesson, Map, Result, Sheet
from core.words import N_, Message, say

CASES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)
TRUTH = np.array([0, 1, 1, 0])
STARTS = 5
"""Tries from other first weights, where a try ends in a dead end."""
FIRST, SECOND, ANSWER = N_("First switch"), N_("Second switch"), N_("Light")
TRAINING = N_("Net with a hidden layer")
ALIKE = Message(N_("Nothing is held back, for there are only these four: both lines of the curve show the same."))
EDGE, CELLS = 0.5, 41
"""How far beyond the four corners the picture goes, and its cells along each side."""


def data(ask: Ask) -> Sheet:
    """The four cases."""
    cells = np.column_stack([CASES.astype(int), TRUTH])
    frame = pd.DataFrame(cells, columns=[say(name, ask.language) for name in (FIRST, SECOND, ANSWER)])
    about = Message(
        N_("A row is a way of setting two switches of a staircase (0 down, 1 up); the light is on (1) when exactly "
           "one is up. There are only these four.")
    )  # fmt: skip
    return Sheet(frame, about, True)


def work(ask: Ask, watch: Watch) -> Result:
    """Trains the net until all four are right, from other first weights where a try ends in a dead end."""
    from core.lessons.nets.planes import fit_plane

    hidden, rate = int(ask.settings["hidden"]), ask.settings["rate"]
    tries = []
    for start in range(STARTS):
        tries.append(
            fit_plane(
                CASES, TRUTH, CASES, TRUTH, hidden=hidden, bend="tanh", rate=rate, batch=4, epochs=600,
                seed=ask.seed * 100 + start, name=TRAINING, watch=watch,
            )
        )  # fmt: skip
        right = int(((tries[-1].chances(CASES) >= 0.5) == TRUTH).sum())
        if right == 4 or watch.should_stop():
            break
    net = tries[-1]
    return Result(
        lesson=LESSON.key,
        ask=ask,
        epochs=sum(one.epochs for one in tries),
        headline=_headline(right, hidden, len(tries)),
        sentences=(_said(net.chances(CASES)), _starts(len(tries), right), ALIKE),
        figures=(
            Figure(N_("Right answers, of four"), right, "count"),
            Figure(N_("Loss at the end"), net.loss),
            Figure(N_("Starts made"), len(tries), "count"),
            Figure(N_("Weights and thresholds"), 4 * hidden + 1, "count"),
        ),
        maps=(_map(net, hidden),),
        stopped=net.cut,
    )


def _headline(right: int, hidden: int, starts: int) -> Message:
    facts = {"right": right, "hidden": hidden, "starts": starts}
    if right == 4:
        return Message(
            N_("All four cases are right, with {hidden:count} hidden {hidden:unit/units} and {starts:count} "
               "{starts:start/starts}."), facts,
        )  # fmt: skip
    return Message(
        N_("Only {right:count} of 4 cases are right: {starts:count} {starts:start/starts} with {hidden:count} hidden "
           "{hidden:unit/units} did not find the rule."), facts,
    )  # fmt: skip


def _said(chances: np.ndarray) -> Message:
    facts = {name: float(chance) for name, chance in zip("abcd", chances, strict=True)}
    return Message(
        N_("The chance of light it gives: both down {a:percent}, second up {b:percent}, first up {c:percent}, both up "
           "{d:percent}."), facts,
    )  # fmt: skip


def _starts(starts: int, right: int) -> Message:
    if right == 4 and starts == 1:
        return Message(N_("The first start, with weights drawn by chance, led to the goal."))
    return Message(
        N_("It started {n:count} times from other weights drawn by chance, because a start can end in a dead end where "
           "small steps no longer help."), {"n": starts},
    )  # fmt: skip


def _map(net: object, hidden: int) -> Map:
    places = np.linspace(-EDGE, 1 + EDGE, CELLS)
    grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)
    chance = net.chances(grid).reshape(CELLS, CELLS)  # type: ignore[attr-defined]
    told = tuple(float(place) for place in places)
    on, off = CASES[TRUTH == 1], CASES[TRUTH == 0]
    return Map(
        N_("Where does the net say “light on”?"),
        Message(
            N_("It says “on” on {share:percent} of the plane shown, with {hidden:count} hidden {hidden:unit/units}; "
               "each of them draws one line, and the output joins them."),
            {"share": float((chance >= 0.5).mean()), "hidden": hidden},
        ),
        FIRST, SECOND, told, told,
        tuple(tuple(float(cell) for cell in np.round(row, 4)) for row in chance),
        Dots(Message(N_("Light on")), tuple(on[:, 0].tolist()), tuple(on[:, 1].tolist())),
        Dots(Message(N_("Light off")), tuple(off[:, 0].tolist()), tuple(off[:, 1].tolist())),
    )  # fmt: skip


LESSON = Lesson(
    key="xor",
    order=30,
    title=N_("Exactly one of two"),
    line=N_("Four cases that no straight line can divide, and why a hidden layer can (XOR)."),
    field=N_("Basics"),
    seconds=2,
    question=N_(
        "Two switches, one light: it is on when exactly one switch is up. Can a net learn this from the four cases?"
    ),
    happens=N_(
        "A single unit draws one straight line, and no line parts these four points rightly. So the net gets a hidden "
        "layer of four units between its two inputs and its one output (2-4-1), and all weights are corrected together."
    ),
    look=N_(
        "Look at the map: the net's answer at every place between the four corners. And look at the curve: often "
        "nothing seems to happen for a while, then the error falls at once."
    ),
    teaches=N_(
        "A hidden layer makes rules possible that no straight line can state. This shows what a net can express; with "
        "all four cases learned there is nothing left to test it on."
    ),
    source=N_("Minsky and Papert, 1969, showed the limit; Rumelhart, Hinton and Williams, 1986, how to get past it."),
    choices=(
        Choice(
            "hidden", N_("Hidden units"), (1, 2, 3, 4, 8), 4,
            N_("With 1 it cannot succeed. With 2 it can, but often needs several starts."),
        ),
        Choice(
            "rate", N_("Learning rate"), (0.001, 0.01, 0.05, 0.3), 0.05,
            N_("Small: after all its passes it is still unsure; look at the chances it gives. Large: sure and quick."),
        ),
    ),
    data=data,
    work=work,
)  # fmt: skip
