"""Who passes the exam? A net of two layers with sigmoid units, trained with Adam, on a rule that bends round."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.engines.base import Watch
from core.lessons.lesson import Ask, Choice, Dots, Figure, Lesson, Map, Result, Sheet
from core.words import N_, Message, say

PUPILS, LEARNED, HELD = 500, 300, 80
"""Made-up pupils; learned from; watched. The rest is asked at the end."""
STUDY, SLEEP, PASSED = N_("Study (hours a week)"), N_("Sleep (hours a night)"), N_("Passed")
CENTRE, REACH = (17.0, 7.5), (10.0, 1.9)
"""Best hours, and how far from them a pupil may be and still pass."""
SHARPNESS = 12.0
RANGE = ((0.0, 35.0), (3.5, 11.5))
SCALE = (np.array([17.5, 7.5]), np.array([10.0, 2.3]))
"""Middle and width of the two columns."""
PLAIN, HIDDEN = N_("Without a hidden layer"), N_("Two layers")
CELLS = 51


def pupils(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, 2) hours and (n,) 1 where passed: likely near the best hours, unlikely far from them."""
    generator = np.random.default_rng([seed, 3])
    hours = np.column_stack([generator.uniform(*span, PUPILS) for span in RANGE]).round(1)
    away = (((hours - CENTRE) / REACH) ** 2).sum(axis=1)
    chance = 1 / (1 + np.exp(-SHARPNESS * (1 - away)))
    return hours, (generator.random(PUPILS) < chance).astype(np.int64)


def data(ask: Ask) -> Sheet:
    """All pupils."""
    hours, passed = pupils(ask.seed)
    frame = pd.DataFrame(hours, columns=[say(STUDY, ask.language), say(SLEEP, ask.language)])
    words = np.array([say(N_("no"), ask.language), say(N_("yes"), ask.language)], dtype=object)
    frame[say(PASSED, ask.language)] = words[passed]
    about = Message(
        N_("A row is a pupil. Those who study and sleep neither too little nor too much mostly pass; near the border "
           "chance decides. {n:count} pupils."), {"n": PUPILS},
    )  # fmt: skip
    return Sheet(frame, about, True)


def work(ask: Ask, watch: Watch) -> Result:
    """The net with a hidden layer of sigmoid units, and the same without one, for comparison."""
    from core.lessons.nets.planes import fit_plane

    hours, passed = pupils(ask.seed)
    inputs, hidden = (hours - SCALE[0]) / SCALE[1], int(ask.settings["hidden"])
    held, asked = slice(LEARNED, LEARNED + HELD), slice(LEARNED + HELD, None)
    line, net = (
        fit_plane(
            inputs[:LEARNED], passed[:LEARNED], inputs[held], passed[held], hidden=units, bend="sigmoid",
            rate=ask.settings["rate"], batch=32, epochs=epochs, seed=ask.seed, name=name, watch=watch,
        )
        for units, epochs, name in ((0, 60, PLAIN), (hidden, 300, HIDDEN))
    )  # fmt: skip
    truth = passed[asked]
    right = [float(((one.chances(inputs[asked]) >= 0.5) == truth).mean()) for one in (line, net)]
    loss = [_log_loss(one.chances(inputs[asked]), truth) for one in (line, net)]
    usual = float(max(truth.mean(), 1 - truth.mean()))
    facts = {"line": right[0], "net": right[1], "usual": usual, "n": len(truth), "hidden": hidden}
    return Result(
        lesson=LESSON.key,
        ask=ask,
        epochs=line.epochs + net.epochs,
        headline=_headline(facts),
        sentences=(_against(facts), _stood(net.epochs, net.best)),
        figures=(
            Figure(N_("Loss on unseen pupils, two layers"), loss[1]),
            Figure(N_("Loss on unseen pupils, without a hidden layer"), loss[0]),
            Figure(N_("Right answers, two layers"), right[1], "percent"),
            Figure(N_("Right answers, without a hidden layer"), right[0], "percent"),
            Figure(N_("Right answers if always the more frequent one"), usual, "percent"),
        ),
        maps=(_map(net, hours[asked], truth),),
        stopped=line.cut or net.cut,
    )


def _log_loss(chance: np.ndarray, truth: np.ndarray) -> float:
    right = np.clip(np.where(truth == 1, chance, 1 - chance), 1e-9, 1.0)
    return float(-np.log(right).mean())


def _headline(facts: dict[str, float]) -> Message:
    if facts["net"] > facts["line"]:
        text = N_(
            "With {hidden:count} hidden {hidden:unit/units} the net is right about {net:percent} of unseen pupils; "
            "without a hidden layer about {line:percent}."
        )
    else:
        text = N_(
            "With {hidden:count} hidden {hidden:unit/units} the net is right about {net:percent} of unseen pupils, no "
            "better than without a hidden layer ({line:percent})."
        )
    return Message(text, facts)


def _against(facts: dict[str, float]) -> Message:
    return Message(
        N_("Always giving the more frequent answer would be right for {usual:percent}. All shares are of {n:count} "
           "pupils that took no part in the learning."), facts,
    )  # fmt: skip


def _stood(epochs: int, best: int) -> Message:
    return Message(
        N_("The training made {epochs:count} passes; the state after pass {best:count} had the lowest error on the "
           "pupils held back and was kept."), {"epochs": epochs, "best": best},
    )  # fmt: skip


def _map(net: Any, hours: np.ndarray, truth: np.ndarray) -> Map:
    across, up = (np.linspace(*span, CELLS) for span in RANGE)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    chance = net.chances((grid - SCALE[0]) / SCALE[1]).reshape(CELLS, CELLS)
    wrong = int(((net.chances((hours - SCALE[0]) / SCALE[1]) >= 0.5) != truth).sum())
    yes, no = hours[truth == 1], hours[truth == 0]
    return Map(
        N_("Whom does the net let pass?"),
        Message(
            N_("The map shows the chance the net gives; the dots are the {n:count} unseen pupils as they were. "
               "{wrong:count} {wrong:lies/lie} on the wrong side."), {"n": len(truth), "wrong": wrong},
        ),
        STUDY, SLEEP, tuple(float(x) for x in across), tuple(float(y) for y in up),
        tuple(tuple(float(cell) for cell in np.round(row, 4)) for row in chance),
        Dots(Message(N_("Passed")), tuple(yes[:, 0].tolist()), tuple(yes[:, 1].tolist())),
        Dots(Message(N_("Did not pass")), tuple(no[:, 0].tolist()), tuple(no[:, 1].tolist())),
    )  # fmt: skip


LESSON = Lesson(
    key="exam",
    order=40,
    title=N_("Who passes the exam?"),
    line=N_("Neither too little nor too much: a net of two layers with sigmoid units bends its border round."),
    field=N_("Education"),
    seconds=4,
    question=N_(
        "Pupils pass when they study and sleep neither too little nor too much. Can a net find that island of good "
        "hours, although nobody tells it that there is one?"
    ),
    happens=N_(
        "Each hidden unit draws one soft line (a sigmoid: from 0 to 1 in an S); the output unit, a sigmoid too, joins "
        "them into a border. Adam chooses the length of each step for every weight by itself."
    ),
    look=N_(
        "Look at the map while you change the number of hidden units: with 1 there is one line, with 3 a triangle, "
        "with more a round island. Then compare the losses."
    ),
    teaches=N_(
        "Layers turn straight lines into curves. How many units are needed is a question to the data held back, not to "
        "taste: more than needed brings nothing."
    ),
    source=N_("Two sigmoid layers: Rumelhart, Hinton and Williams, 1986; Adam: Kingma and Ba, 2015, arXiv:1412.6980."),
    choices=(
        Choice(
            "hidden", N_("Hidden units"), (1, 2, 3, 4, 8, 16), 8,
            N_("Go from 1 to 4 and see when the island closes."),
        ),
        Choice(
            "rate", N_("Learning rate"), (0.001, 0.01, 0.03, 0.3), 0.03,
            N_("With 0.001 the passes are used up before the border has bent."),
        ),
    ),
    data=data,
    work=work,
    domain="education",
)  # fmt: skip
