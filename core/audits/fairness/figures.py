"""Rows and a division to the figures of each group, and their comparisons with all others."""

from __future__ import annotations

import numpy as np

from core.audits import sure
from core.audits.fairness.abroca import abroca
from core.audits.fairness.comparison import Comparison, asked, compare_shares
from core.audits.fairness.division import Division
from core.audits.fairness.lines import Lines
from core.audits.fairness.seen import Seen
from core.audits.fairness.tally import MEANS, SHARES, Tally, figure, tally
from core.learn.evaluation import Estimate

JUDGED = ("selection_rate", "recall", "false_alarm_rate", "precision")
"""Yes/no: the figures that are compared; the others follow from them, or are shown only."""
OF_CLASSES = ("selection_rate", "recall")
SHARE_OF_SPREAD = 0.2
"""Numbers: the margin as a share of the target's standard deviation. 0.2 is Cohen's "small effect" (1988), and what the
margin of 10 points is of a yes/no answer at even odds."""
DRAWS = 1_000
MACRO = ("macro_recall", "macro_false_alarm_rate", "macro_precision")


def lines(seen: Seen, division: Division, seed: int = 0) -> Lines:
    """What is known of each group.

    Args:
        seen: rows.
        division: of them.
        seed: of the draws for means over classes.
    """
    if seen.kind == "regression":
        return of_numbers(seen, division)
    return of_answers(seen, division) if seen.kind == "binary" else of_classes(seen, division, seed)


def of_answers(seen: Seen, division: Division) -> Lines:
    """Yes/no questions."""
    counts = tally(seen.truth, seen.said, division.codes, len(division.names), seen.chance)
    names = [*SHARES, *MEANS] if seen.chance is not None else [*SHARES, "balanced_accuracy", "f1"]
    figures = _all(counts, names)
    if seen.chance is not None:
        inside = [division.codes == place for place in range(len(division.names))]
        figures["abroca"] = tuple(Estimate(abroca(seen.truth, seen.chance, some)) for some in inside)
    return Lines(counts.rows, figures, tuple(compare_shares(counts, JUDGED)), counts.positives)


def of_classes(seen: Seen, division: Division, seed: int) -> Lines:
    """Several classes: each against the rest, and means over them."""
    groups, classes = len(division.names), len(seen.classes)
    one_each = [tally(seen.truth == place, seen.said == place, division.codes, groups) for place in range(classes)]
    tables = confusions(seen, division)
    rows, right = tables.sum(axis=(1, 2)), np.trace(tables, axis1=1, axis2=2)
    figures = {"accuracy": tuple(sure.share(int(part), int(all_)) for part, all_ in zip(right, rows, strict=True))}
    draws = [_draws(table, np.random.default_rng((seed, place))) for place, table in enumerate(tables)]
    for name in MACRO:
        figures[name] = tuple(
            _drawn(_macro(table[None])[name][0], _macro(some)[name]) for table, some in zip(tables, draws, strict=True)
        )
    found = [*_accuracies(rows, right), *_macros(tables, draws, seed)]
    by_class = {}
    for label, counts in zip(seen.classes, one_each, strict=True):
        found += compare_shares(counts, OF_CLASSES, label)
        by_class[label] = _all(counts, ["base_rate", *JUDGED])
    return Lines(rows, figures, tuple(found), None, by_class)


def confusions(seen: Seen, division: Division) -> np.ndarray:
    """(groups, classes, classes) counts; rows are the truth, columns the answer."""
    groups, classes = len(division.names), len(seen.classes)
    at = (division.codes * classes + seen.truth) * classes + seen.said
    return np.bincount(at, minlength=groups * classes**2).reshape(groups, classes, classes)


def of_numbers(seen: Seen, division: Division) -> Lines:
    """Numbers: how far off, and which way."""
    errors = np.asarray(seen.said - seen.truth, dtype=np.float64)
    margin = SHARE_OF_SPREAD * float(np.std(seen.truth)) or 1.0
    inside = [division.codes == place for place in range(len(division.names))]
    kinds = {"mean_truth": seen.truth, "mean_answer": seen.said, "mae": np.abs(errors), "bias": errors}
    figures = {name: tuple(sure.mean(values[some]) for some in inside) for name, values in kinds.items()}
    for name, off in (("too_low", errors < 0), ("too_high", errors > 0)):
        figures[name] = tuple(sure.share(int(off[some].sum()), int(some.sum())) for some in inside)
    found = [
        _amounts(name, place, kinds[name], inside[place], margin)
        for place in asked(division.rows)
        for name in ("mae", "bias")
    ]
    return Lines(division.rows, figures, tuple(found))


def _amounts(name: str, place: int, values: np.ndarray, inside: np.ndarray, margin: float) -> Comparison:
    found = sure.means(values[inside], values[~inside])
    many = sure.enough(min(int(inside.sum()), int((~inside).sum())))
    own, other = sure.mean(values[inside]), sure.mean(values[~inside])
    return Comparison(name, place, own, other, found.gap, found.p, many, margin)


def _all(counts: Tally, names: list[str]) -> dict[str, tuple[Estimate, ...]]:
    return {name: tuple(figure(counts, name, place) for place in range(len(counts.cells))) for name in names}


def _accuracies(rows: np.ndarray, right: np.ndarray) -> list[Comparison]:
    found = []
    for place in asked(rows):
        sides = int(right[place]), int(rows[place]), int(right.sum() - right[place]), int(rows.sum() - rows[place])
        compared = sure.difference(*sides)
        many = sure.enough(min(sides[1], sides[3]))
        own, other = sure.share(*sides[:2]), sure.share(*sides[2:])
        found.append(Comparison("accuracy", place, own, other, compared.gap, compared.p, many))
    return found


def _macros(tables: np.ndarray, draws: list[np.ndarray], seed: int) -> list[Comparison]:
    """Means over the classes that both sides have."""
    found = []
    for place in asked(tables.sum(axis=(1, 2))):
        rest = tables.sum(axis=0) - tables[place]
        both = (tables[place].sum(axis=1) > 0) & (rest.sum(axis=1) > 0)
        fewest = np.minimum(tables[place].sum(axis=1), rest.sum(axis=1))[both]
        many = len(fewest) > 1 and int(fewest.min()) >= sure.FEWEST_EACH
        other = _draws(rest, np.random.default_rng((seed, place, 1)))
        sides = [(tables[place], draws[place]), (rest, other)]
        values = [(_macro(table[None], both), _macro(some, both)) for table, some in sides]
        for name in MACRO:
            (own_value, own), (rest_value, rest_draws) = [(one[name][0], some[name]) for one, some in values]
            gaps = own - rest_draws
            compared = sure.drawn(float(own_value - rest_value), gaps[np.isfinite(gaps)])
            ends = _drawn(own_value, own), _drawn(rest_value, rest_draws)
            enough = many and sure.enough(int(min(tables[place].sum(), rest.sum())))
            found.append(Comparison(name, place, *ends, compared.gap, compared.p, enough))
    return found


def _draws(table: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(draws, classes, classes) bootstrap resamples of a table of counts."""
    total = int(table.sum())
    if not total:
        return np.zeros((0, *table.shape))
    return rng.multinomial(total, table.ravel() / total, size=DRAWS).reshape(-1, *table.shape)


def _macro(tables: np.ndarray, counted: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """(tables,) each: means over the classes that have cases (or that are to be counted) of shares one against the
    rest; a share of nothing is left out."""
    hits = np.diagonal(tables, axis1=1, axis2=2).astype(np.float64)
    support, named = tables.sum(axis=2), tables.sum(axis=1)
    total = tables.sum(axis=(1, 2))[:, None]
    kept = np.broadcast_to(support.sum(axis=0) > 0 if counted is None else counted, support.shape)
    parts = {
        "macro_recall": (hits, support),
        "macro_false_alarm_rate": (named - hits, total - support),
        "macro_precision": (hits, named),
    }
    return {name: _mean(part, whole, kept) for name, (part, whole) in parts.items()}


def _mean(part: np.ndarray, whole: np.ndarray, kept: np.ndarray) -> np.ndarray:
    known = kept & (whole > 0)
    shares = np.where(known, part / np.where(known, whole, 1), 0.0)
    many = known.sum(axis=1)
    return np.where(many > 0, shares.sum(axis=1) / np.where(many > 0, many, 1), np.nan)


def _drawn(value: float, draws: np.ndarray) -> Estimate:
    known = draws[np.isfinite(draws)]
    if not np.isfinite(value):
        return Estimate(None)
    if not len(known):
        return Estimate(float(value))
    low, high = np.quantile(known, [sure.LEVEL / 2, 1 - sure.LEVEL / 2])
    return Estimate(float(value), float(min(low, value)), float(max(high, value)))
