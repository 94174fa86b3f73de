"""Is the lump malignant? Logistic regression on the breast cancer data of Wisconsin."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from core.engines.base import Watch
from core.errors import Problem
from core.learn.metrics import roc_auc
from core.lessons.lesson import Ask, Bars, Choice, Figure, Lesson, Result, Roc, Sheet
from core.words import N_, Message, say

TRAINING = N_("Logistic regression")
GOAL = N_("Diagnosis")
CLASSES = N_("benign"), N_("malignant")
MEASURES = (
    N_("radius"), N_("texture"), N_("perimeter"), N_("area"), N_("smoothness"), N_("compactness"), N_("concavity"),
    N_("concave points"), N_("symmetry"), N_("fractal dimension"),
)  # fmt: skip
FORMS = N_("mean of {measure}"), N_("spread of {measure}"), N_("worst {measure}")
SHOWN = 10
"""Columns whose pull is drawn."""
UNSEEN, HELD = 0.25, 0.15
"""Shares of all rows: asked at the end only, and watched while learning."""


def data(ask: Ask) -> Sheet:
    """All 569 rows: 30 measurements and the diagnosis."""
    numbers, malignant = rows()
    frame = pd.DataFrame(numbers, columns=list(names(ask.language)))
    said = [say(name, ask.language) for name in CLASSES]
    frame.insert(0, say(GOAL, ask.language), np.array(said, dtype=object)[malignant.astype(int)])
    about = Message(
        N_(
            "A row is a patient with a lump in the breast, examined in Wisconsin around 1990: {n:count} patients, 30 "
            "measurements of cell nuclei, and what it turned out to be. These are real data."
        ),
        {"n": len(frame)},
    )
    return Sheet(frame, about, False)


def names(language: str) -> tuple[str, ...]:
    """The 30 columns' names in a language, in the order of the file."""
    return tuple(say(form, language, {"measure": Message(measure)}) for form in FORMS for measure in MEASURES)


def rows() -> tuple[np.ndarray, np.ndarray]:
    """(569, 30) measurements and (569,) True where malignant, from the file that scikit-learn brings along.

    Read without importing scikit-learn, so that a page can show it.

    Raises:
        Problem: the file is not there.
    """
    found = find_spec("sklearn")
    path = Path(found.origin or "").parent / "datasets" / "data" / "breast_cancer.csv" if found else Path()
    if not path.is_file():
        raise Problem(N_("The data of this lesson come with scikit-learn, which is not installed. Install it."))
    cells = pd.read_csv(path, header=None, skiprows=1).to_numpy(dtype=np.float64)
    return cells[:, :-1], cells[:, -1] == 0


def divide(malignant: np.ndarray, most: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row numbers to learn from (at most so many), to watch, and to ask at the end; the shares of both classes kept."""
    generator = np.random.default_rng([seed, 2])
    parts: list[list[np.ndarray]] = [[], [], []]
    for label in (False, True):
        places = generator.permutation(np.flatnonzero(malignant == label))
        unseen, held = round(UNSEEN * len(places)), round(HELD * len(places))
        wanted = max(2, round(most * len(places) / len(malignant)))
        cut = (places[unseen + held :][:wanted], places[unseen : unseen + held], places[:unseen])
        for part, some in zip(parts, cut, strict=True):
            part.append(some)
    learned, held_back, asked = (np.sort(np.concatenate(part)) for part in parts)
    return learned, held_back, asked


def work(ask: Ask, watch: Watch) -> Result:
    """A weight for every measurement, found by descending the log loss; asked of patients it never met."""
    from core.lessons.nets.logistic import fit_logistic

    numbers, malignant = rows()
    parts = divide(malignant, int(ask.settings["rows"]), ask.seed)
    learned = fit_logistic(numbers, malignant, parts[0], parts[1], ask.settings["rate"], ask.seed, TRAINING, watch)
    asked, truth = parts[2], malignant[parts[2]]
    chance = learned.chances(numbers[asked])
    area = float(roc_auc(truth, chance, np.ones((1, len(truth))))[0])
    said = chance >= 0.5
    missed, alarms = int((truth & ~said).sum()), int((~truth & said).sum())
    facts = {"n": len(truth), "sick": int(truth.sum()), "missed": missed, "alarms": alarms, "rows": len(parts[0])}
    return Result(
        lesson=LESSON.key,
        ask=ask,
        epochs=learned.epochs,
        headline=_headline(facts),
        sentences=(
            Message(
                N_("Take one malignant and one benign lump: in {area:percent} of such pairs the malignant one got the "
                   "higher chance (ROC AUC). Guessing gives 50%."), {"area": area},
            ),
            Message(
                N_("It learned from {rows:count} patients; {held:count} others were watched to stop in time, and the "
                   "figures come from the {n:count} that were left."), {**facts, "held": len(parts[1])},
            ),
        ),
        figures=(
            Figure(N_("Order (ROC AUC)"), area),
            Figure(N_("Right answers"), float((said == truth).mean()), "percent"),
            Figure(N_("Right answers if always “benign”"), float((~truth).mean()), "percent"),
            Figure(N_("Malignant lumps missed"), missed, "count"),
            Figure(N_("False alarms"), alarms, "count"),
        ),
        bars=(_pulls(learned.weights, ask.language),),
        rocs=(_roc(truth, chance, area),),
        stopped=learned.cut,
    )  # fmt: skip


def _headline(facts: dict[str, int]) -> Message:
    return Message(
        N_("Of {sick:count} malignant lumps it had never seen it missed {missed:count}; of {well:count} benign ones it "
           "named {alarms:count} wrongly."), {**facts, "well": facts["n"] - facts["sick"]},
    )  # fmt: skip


def _pulls(weights: np.ndarray, language: str) -> Bars:
    order = np.argsort(-np.abs(weights))[:SHOWN]
    called = names(language)
    answer = Message(
        N_("The strongest of the {n:count} weights belongs to “{name}”. Measurements that move together share a "
           "weight, so a small bar does not mean an unimportant one."),
        {"n": len(weights), "name": called[order[0]]},
    )  # fmt: skip
    return Bars(
        N_("Which measurements speak for “malignant”, and which against?"), answer,
        N_("Weight for a usual step of the measurement (one standard deviation)"),
        tuple(called[place] for place in order), tuple(float(weights[place]) for place in order),
    )  # fmt: skip


def _roc(truth: np.ndarray, chance: np.ndarray, area: float) -> Roc:
    order = np.argsort(-chance, kind="stable")
    hits, alarms = np.cumsum(truth[order]), np.cumsum(~truth[order])
    answer = Message(
        N_("The nearer the curve comes to the upper left corner, the better; the area under it is {area:number}."),
        {"area": area},
    )
    return Roc(
        N_("How many does it find, at the price of how many false alarms?"), answer,
        (0.0, *(float(x) for x in alarms / max(1, alarms[-1]))), (0.0, *(float(y) for y in hits / max(1, hits[-1]))),
    )  # fmt: skip


LESSON = Lesson(
    key="cancer",
    order=20,
    title=N_("Is the lump malignant?"),
    line=N_("Thirty measurements, one weight each: logistic regression on real data, with the curve of its errors."),
    field=N_("Medicine"),
    seconds=3,
    question=N_(
        "Cells were taken from a lump with a fine needle, and thirty measurements of their nuclei were made. Can these "
        "tell a malignant lump from a benign one?"
    ),
    happens=N_(
        "Every measurement gets a weight. The weighted sum is bent into a chance between 0 and 1 (logistic "
        "regression), and the weights are corrected until the chances fit the patients it learns from."
    ),
    look=N_(
        "Watch both lines: the error on the patients it learns from, and on those held back. Then count: how many "
        "malignant lumps were missed, and how many patients would be frightened for nothing?"
    ),
    teaches=N_(
        "A simple model with honest figures is often enough. And with few rows a model can fit what it saw perfectly "
        "and still be unsure about the next patient."
    ),
    source=N_(
        "Breast Cancer Wisconsin (Diagnostic): Wolberg, Street and Mangasarian, 1995, doi:10.24432/C5DW2B."
    ),
    choices=(
        Choice(
            "rows", N_("Patients it learns from"), (20, 50, 100, 200, 341), 341,
            N_("Learn from 20 and compare: how far apart do the two lines of the curve end?"),
        ),
        Choice(
            "rate", N_("Learning rate"), (0.0003, 0.003, 0.03, 0.3), 0.03,
            N_("A small one has not finished when its passes are used up; a large one jumps about."),
        ),
    ),
    data=data,
    work=work,
    domain="medicine",
)  # fmt: skip
