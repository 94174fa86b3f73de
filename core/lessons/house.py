"""What is a house worth? A straight line found step by step, then a curve: least squares by gradient descent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.engines.base import Watch
from core.lessons.lesson import Ask, Choice, Dots, Figure, Fit, Lesson, Result, Sheet
from core.words import N_, Message, say

KNOWN, ASKED = (1.0, 2.0, 3.0, 4.0), (5.0, 6.0)
"""Sizes learned from, and sizes asked about; the price is twice the size."""
HOUSES = 120
LAW = (1.0, 0.4, 0.45)
"""The made-up market: price = 1 + 0.4 size + 0.45 size², and then what the buyers felt like."""
NOISE = 0.35
SIZE, PRICE = N_("Size (100 m²)"), N_("Price (100,000)")
ALIKE = Message(N_("Four houses are too few to hold some back: both lines of the first curve show the same four."))
LINE, STRAIGHT, BENT = N_("Line through four houses"), N_("Straight line"), N_("Line with powers")


def houses(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n,) sizes in 100 m² and (n,) prices in 100,000."""
    generator = np.random.default_rng([seed, 1])
    size = np.round(generator.uniform(0.4, 4.0, HOUSES), 2)
    price = LAW[0] + LAW[1] * size + LAW[2] * size**2 + generator.normal(0, NOISE, HOUSES)
    return size, np.round(price, 2)


def data(ask: Ask) -> Sheet:
    """The four houses, and the town of 120."""
    size, price = houses(ask.seed)
    four = np.array(KNOWN)
    frame = pd.DataFrame(
        {
            say(N_("Part"), ask.language): [1] * len(four) + [2] * HOUSES,
            say(SIZE, ask.language): np.concatenate([four, size]),
            say(PRICE, ask.language): np.concatenate([2 * four, price]),
        }
    )
    about = Message(
        N_(
            "A row is a house. Part 1 has {few:count} houses whose price is exactly twice their size; part 2 is a "
            "town of {many:count} houses whose price bends upward, with some chance added."
        ),
        {"few": len(four), "many": HOUSES},
    )
    return Sheet(frame, about, True)


def work(ask: Ask, watch: Watch) -> Result:
    """Part 1: a line through four houses. Part 2: a straight line and a curve through the town."""
    from core.lessons.nets.lines import fit_line, fit_powers

    rate, degree = ask.settings["rate"], int(ask.settings["degree"])
    line = fit_line(np.array(KNOWN), 2 * np.array(KNOWN), np.array(ASKED), rate, ask.seed, LINE, watch)
    town = houses(ask.seed)
    straight = fit_powers(*town, 1, rate, ask.seed, STRAIGHT, watch)
    bent = fit_powers(*town, degree, rate, ask.seed, BENT, watch) if degree > 1 else straight
    return Result(
        lesson=LESSON.key,
        ask=ask,
        epochs=line.epochs + straight.epochs + (bent.epochs if degree > 1 else 0),
        headline=_headline(line.loss, line.slope),
        sentences=(_settled(line.answers), ALIKE, *_bends(straight.error, bent.error, degree), _rows(bent.unseen)),
        figures=(
            Figure(N_("Mean squared error on the houses of size 5 and 6"), line.loss),
            Figure(N_("Slope found (the truth is 2)"), line.slope),
            Figure(N_("Price of a house of no size (the truth is 0)"), line.start),
            Figure(N_("Typical error in the town, straight line (100,000)"), straight.error),
            Figure(N_("Typical error in the town, with powers (100,000)"), bent.error),
        ),
        fits=(_four(line.start, line.slope), _town(town, straight.curve, bent.curve, degree)),
        stopped=line.cut or straight.cut or bent.cut,
    )


def _headline(loss: float, slope: float) -> Message:
    facts = {"slope": slope, "loss": loss}
    if loss < 0.001:
        return Message(
            N_("It found the rule: each 100 m² adds {slope:number} to the price. On sizes never seen its mean squared "
               "error is below 0.001."), facts,
        )  # fmt: skip
    return Message(
        N_("It has not found the rule: a slope of {slope:number} instead of 2, and a mean squared error of "
           "{loss:number} on sizes never seen. Try another learning rate."), facts,
    )  # fmt: skip


def _settled(answers: tuple[float, ...]) -> Message:
    return Message(
        N_("For the houses of size 5 and 6, which it never learned from, it says {five:number} and {six:number}; "
           "10 and 12 are right."), {"five": answers[0], "six": answers[1]},
    )  # fmt: skip


def _bends(straight: float, bent: float, degree: int) -> tuple[Message, ...]:
    facts = {"straight": straight, "bent": bent, "degree": degree}
    if degree == 1:
        return (
            Message(
                N_("In the town the straight line is typically off by {straight:number}. Choose a power above 1 to "
                   "let it bend."), facts,
            ),
        )  # fmt: skip
    if bent < straight:
        text = N_(
            "In the town the straight line is typically off by {straight:number} on unseen houses, the line with "
            "powers up to {degree:count} by {bent:number}: prices there do not rise evenly."
        )
    else:
        text = N_(
            "In the town the line with powers up to {degree:count} is no better on unseen houses ({bent:number}) than "
            "the straight line ({straight:number}): more freedom alone does not help."
        )
    return (Message(text, facts),)


def _rows(unseen: int) -> Message:
    return Message(
        N_("Errors in the town are counted on {n:count} houses that took no part in the learning."), {"n": unseen}
    )


def _four(start: float, slope: float) -> Fit:
    ends = (0.0, 6.5)
    drawn = tuple(start + slope * x for x in ends)
    truth = tuple(2 * x for x in ASKED)
    answer = Message(
        N_("The line passes the four houses with a slope of {slope:number} and starts at {start:number}."),
        {"slope": slope, "start": round(start, 3)},
    )
    return Fit(
        N_("Which line did it find through the four houses?"), answer, SIZE, PRICE,
        (
            Dots(Message(N_("The line it found")), ends, drawn, line=True),
            Dots(Message(N_("Houses it learns from")), KNOWN, tuple(2 * x for x in KNOWN), role="quiet"),
            Dots(Message(N_("Houses it is asked about, as they are")), ASKED, truth, role="raises"),
        ),
    )  # fmt: skip


def _town(town: tuple[np.ndarray, np.ndarray], straight: np.ndarray, bent: np.ndarray, degree: int) -> Fit:
    size, price = town
    places = np.linspace(size.min(), size.max(), len(straight))
    far = float(np.abs(bent - straight).max())
    parts = [
        Dots(Message(N_("Houses of the town")), _told(size), _told(price), role="quiet"),
        Dots(Message(STRAIGHT), _told(places), _told(straight), line=True, role="second"),
    ]
    if degree > 1:
        name = Message(N_("Line with powers up to {degree:count}"), {"degree": degree})
        parts.append(Dots(name, _told(places), _told(bent), line=True))
        answer = Message(N_("The two lines differ by up to {far:number} (100,000)."), {"far": far})
    else:
        answer = _misses(size, price - np.interp(size, places, straight))
    return Fit(N_("Does the price in the town rise evenly with the size?"), answer, SIZE, PRICE, tuple(parts))


def _misses(size: np.ndarray, missed: np.ndarray) -> Message:
    """Mean distances (truth minus line) of the smallest, the middle and the largest fifth."""
    fifths = np.array_split(missed[np.argsort(size)], 5)
    facts = {name: float(fifths[place].mean()) for name, place in (("small", 0), ("middle", 2), ("large", 4))}
    return Message(
        N_("On average houses cost {small:number} more than the straight line says in the smallest fifth, "
           "{middle:number} in the middle and {large:number} in the largest fifth (100,000; below 0: less)."), facts,
    )  # fmt: skip


def _told(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in np.round(values, 4))


LESSON = Lesson(
    key="house",
    order=10,
    title=N_("What is a house worth?"),
    line=N_("Four houses and a straight line: how a computer finds a rule by taking small steps downhill."),
    field=N_("Basics"),
    seconds=3,
    question=N_(
        "Four houses are known: of size 1, 2, 3 and 4, at prices 2, 4, 6 and 8. What would houses of size 5 and 6 "
        "cost? And what if prices do not rise evenly?"
    ),
    happens=N_(
        "The computer starts with a line chosen by chance. It looks at a house, sees how far off its price is, and "
        "turns the line a little towards it; then the next house, again and again (stochastic gradient descent on the "
        "mean squared error)."
    ),
    look=N_(
        "Watch the error fall: fast at first, then slowly. In the second part compare the straight line with the one "
        "that may use powers of the size (size², size³ …)."
    ),
    teaches=N_(
        "Learning is: guess, measure the error, correct a little. Too large a correction overshoots, too small a one "
        "takes for ever. And a model can only find rules of the form it is allowed."
    ),
    source=N_("The first example of most introductions to machine learning: linear regression by gradient descent."),
    choices=(
        Choice(
            "rate", N_("Learning rate"), (0.0001, 0.001, 0.01, 0.05, 0.5), 0.05,
            N_("How large each correction is. Try a very small and a very large one, and watch the curve."),
        ),
        Choice(
            "degree", N_("Highest power of the size"), (1, 2, 3, 5, 8), 2,
            N_("1 is a straight line. 2 is what made the town. Does 8 do better on unseen houses?"),
        ),
    ),
    data=data,
    work=work,
)  # fmt: skip
