"""The answer in words: first the headline, then what an analyst should ask next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.domains import domains
from core.learn.cutoff import Counts, at_cutoff
from core.learn.metrics import interval
from core.learn.recipe import Recipe
from core.words import N_, Message

FEW_CASES = 30
"""Test rows (binary: of the rarer class) below which figures are rough."""
USUAL, HEART = 0.03, 0.1
"""So much better on rows learned from is usual; so much is called learning by heart."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the verdict rests on."""

    recipe: Recipe
    classes: tuple[str, ...]
    values: dict[str, dict[str, float]]
    """``model``, ``simple``, ``prior`` -> metric -> value on the test rows."""
    draws: dict[str, dict[str, np.ndarray]]
    """The same, resampled."""
    seen: dict[str, float]
    """The model's metrics on rows it learned from; empty where these are not at hand."""
    truth: np.ndarray
    answer: np.ndarray
    cutoff: float | None


def verdict(evidence: Evidence) -> tuple[Message, ...]:
    """At most six sentences."""
    if not len(evidence.truth):
        return (Message(N_("There are no rows with a known answer to measure the model on.")),)
    found = [headline(evidence), beyond_guessing(evidence), beyond_simple(evidence)]
    found += [by_heart(evidence), too_few(evidence)]
    return tuple(sentence for sentence in found if sentence is not None)


def headline(evidence: Evidence) -> Message:
    """What the model does for whoever uses it; or that there is no signal."""
    if no_signal(evidence):
        return Message(
            N_(
                "No signal: on {n:count} rows it never saw, the model is not reliably better than guessing. These "
                "columns may not tell {goal}."
            ),
            _facts(evidence),
        )
    kind = evidence.recipe.task.kind
    if kind == "binary":
        return _binary(evidence)
    if kind == "multiclass":
        return Message(
            N_(
                "The model gives the right one of {classes:count} answers for {right:count} of {all:count} {cases} it "
                "never saw; always saying the most frequent would be right for {guess:percent}."
            ),
            _facts(evidence)
            | _of("right", "all", evidence.values["model"]["accuracy"])
            | {"classes": len(evidence.classes), "guess": evidence.values["prior"]["accuracy"]},
        )
    return Message(
        N_(
            "The model’s answers are off by {mae:number} on average, where always saying the mean would be off by "
            "{guess:number}."
        ),
        {"mae": evidence.values["model"]["mae"], "guess": evidence.values["prior"]["mae"]},
    )


def no_signal(evidence: Evidence) -> bool:
    """True where the loss is not lower than the prior's in at least 95% of the resamples."""
    found = gain(evidence, "prior")
    return found is None or found[1] <= 0


def beyond_guessing(evidence: Evidence) -> Message | None:
    """How much better than guessing, with its interval."""
    kind = evidence.recipe.task.kind
    metric = {"binary": "roc_auc", "multiclass": "accuracy", "regression": "r2"}[kind]
    value, draws = evidence.values["model"][metric], evidence.draws["model"][metric]
    ends = interval(draws, value) if np.isfinite(value) else None
    if ends is None:
        return None
    texts = {
        "binary": N_(
            "Of two {cases}, one “{positive}” and one not, it gives the first the higher chance {value:percent} of "
            "the time ({low:percent} to {high:percent}); guessing gets 50%."
        ),
        "multiclass": N_(
            "It is right for {value:percent} of the {n:count} rows ({low:percent} to {high:percent}); always saying "
            "the most frequent answer is right for {guess:percent}."
        ),
        "regression": N_(
            "The columns explain {value:percent} of the differences between {cases} ({low:percent} to {high:percent})."
        ),
    }
    guess = evidence.values["prior"].get("accuracy", 0.0)
    facts = {"value": value, "low": ends[0], "high": ends[1], "guess": guess}
    return Message(texts[kind], _facts(evidence) | facts)


def beyond_simple(evidence: Evidence) -> Message | None:
    """Whether more than the simple model is needed."""
    found = gain(evidence, "simple")
    if found is None or same(evidence):
        return None
    share, low, high = found
    facts = {"share": abs(share), "low": low, "high": high}
    if low > 0:
        text = N_(
            "It beats the simple model: its loss is {share:percent} lower ({low:percent} to {high:percent} at 95% "
            "confidence)."
        )
    elif high < 0:
        text = N_(
            "The simple model is better here: this one’s loss is {share:percent} higher. Train with the simple model "
            "alone."
        )
    else:
        text = N_("It is not clearly better than the simple model, so the simple model may be all that is needed here.")
    return Message(text, facts)


def by_heart(evidence: Evidence) -> Message | None:
    """Whether the model does much better on rows it learned from."""
    metric = {"binary": "roc_auc", "multiclass": "accuracy", "regression": "r2"}[evidence.recipe.task.kind]
    seen, new = evidence.seen.get(metric, np.nan), evidence.values["model"][metric]
    if not (np.isfinite(seen) and np.isfinite(new)):
        return None
    facts = {"seen": seen, "new": max(new, 0.0)}
    if seen - new > HEART:
        return Message(
            N_(
                "It has partly learned the training rows by heart: it scores {seen:percent} on them, but "
                "{new:percent} on new rows. More rows or fewer columns would help; the figures here are of new rows."
            ),
            facts,
        )
    if seen - new > USUAL:
        text = N_(
            "As usual, it does somewhat better on rows it learned from ({seen:percent}) than on new ones "
            "({new:percent})."
        )
        return Message(text, facts)
    return Message(
        N_("It does about as well on new rows ({new:percent}) as on those it learned from ({seen:percent})."), facts
    )


def too_few(evidence: Evidence) -> Message | None:
    """Whether the figures rest on too few rows."""
    n, rarest = len(evidence.truth), len(evidence.truth)
    if evidence.recipe.task.kind == "binary":
        rarest = int(np.bincount(evidence.truth, minlength=2).min())
    if rarest >= FEW_CASES:
        return None
    if evidence.recipe.task.kind == "binary":
        return Message(
            N_(
                "The figures are rough: only {few:count} of the {n:count} rows measured are of the rarer answer. "
                "Look at the intervals, and add rows if you can."
            ),
            {"few": rarest, "n": n},
        )
    return Message(
        N_(
            "The figures are rough: only {n:count} {n:row was/rows were} measured. Look at the intervals, and add "
            "rows if you can."
        ),
        {"n": n},
    )


def _binary(evidence: Evidence) -> Message:
    chance = evidence.answer[:, 1]
    counts = at_cutoff(evidence.truth == 1, chance, 0.5 if evidence.cutoff is None else evidence.cutoff)
    facts = _facts(evidence) | {"cutoff": counts.cutoff} | _of("found", "all", counts.recall) | _wrong(counts)
    if not counts.hits:
        return Message(
            N_(
                "At a cut-off of {cutoff:percent} the model names none of the “{positive}” {cases}, though it ranks "
                "{cases} better than guessing. Lower the cut-off to find some."
            ),
            facts,
        )
    if not counts.alarms:
        text = N_(
            "The model finds {found:count} of {all:count} {cases} that are “{positive}”, and is right about all it "
            "names."
        )
    elif counts.alarms > counts.hits:
        text = N_(
            "The model finds {found:count} of {all:count} {cases} that are “{positive}”, and is wrong about "
            "{wrong:count} of {named:count} of those it names."
        )
    else:
        text = N_(
            "The model finds {found:count} of {all:count} {cases} that are “{positive}”, and is wrong about 1 in "
            "{every:count} of those it names."
        )
    return Message(text, facts)


def _wrong(counts: Counts) -> dict[str, Any]:
    if not counts.alarms:
        return {}
    return _of("wrong", "named", counts.alarms / counts.named) | {"every": round(counts.named / counts.alarms)}


def same(evidence: Evidence) -> bool:
    """Whether the model came down to the simple one."""
    ours, theirs = evidence.draws["model"], evidence.draws["simple"]
    return all(np.array_equal(ours[name], theirs[name], equal_nan=True) for name in ours)


def gain(evidence: Evidence, other: str) -> tuple[float, float, float] | None:
    """Share by which the loss is lower than another's, with its 95% interval, on the same resamples."""
    metric = "rmse" if evidence.recipe.task.kind == "regression" else "log_loss"
    ours, theirs = evidence.values["model"][metric], evidence.values[other][metric]
    if not theirs > 0:
        return None
    draws = 1 - evidence.draws["model"][metric] / np.maximum(evidence.draws[other][metric], 1e-12)
    value = 1 - ours / theirs
    ends = interval(draws, value)
    return None if ends is None else (value, *ends)


def _of(part: str, whole: str, share: float | None) -> dict[str, Any]:
    """A share as "8 of 10"; of 100 or 1,000 where it would be said as none or all without being so."""
    share = share or 0.0
    for total in (10, 100, 1_000):
        if 0 < round(share * total) < total or share in (0.0, 1.0):
            break
    return {part: round(share * total), whole: total}


def _facts(evidence: Evidence) -> dict[str, Any]:
    task = evidence.recipe.task
    domain = domains().get(evidence.recipe.domain)
    cases = Message(domain.cases if domain else N_("cases"))
    return {"n": len(evidence.truth), "goal": str(task.goal), "positive": task.positive or "", "cases": cases}
