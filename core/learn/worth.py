"""Is the gain worth it? What the blend brings over the simple model, and what learning beforehand brought."""

from __future__ import annotations

from collections.abc import Sequence

from core.learn.evaluation import MemberScore
from core.learn.verdict import Evidence, gain, same
from core.words import N_, Message

LARGE = 0.05
"""Share by which the loss must be lower for the gain to be called large."""
ALIKE = 0.01
"""Losses that differ by less than this share are called alike."""


def worth(evidence: Evidence, scores: Sequence[MemberScore] = ()) -> Message | None:
    """One sentence on the gain over the simple model; None where it cannot be told.

    Args:
        evidence: figures on the test rows.
        scores: of the learners that were trained; where only the simple one is among them, no other was worse.
    """
    if same(evidence):
        if evidence.recipe.members == ("simple",):
            return Message(_ASKED)
        return Message(_ALONE if [one.name for one in scores] == ["simple"] else _SAME)
    found = gain(evidence, "simple")
    if found is None:
        return None
    share, low, high = found
    facts = {"share": abs(share), "low": low, "high": high, "n": len(evidence.truth)}
    if low > 0:
        return Message(_LARGE if share >= LARGE else _SMALL, facts)
    if high < 0:
        return Message(_WORSE, facts | {"low": -high, "high": -low})
    return Message(_CHANCE, {"n": facts["n"], "worse": max(0.0, -low), "better": max(0.0, high)})


def pretrained(scores: Sequence[MemberScore]) -> Message | None:
    """The net that learned beforehand beside the one from scratch, on the same rows held back while learning."""
    losses = {score.name: score.validation_loss for score in scores}
    if not {"net", "net_tuned"} <= set(losses) or not losses["net"] > 0:
        return None
    share = 1 - losses["net_tuned"] / losses["net"]
    facts = {"share": abs(share), "tuned": losses["net_tuned"], "scratch": losses["net"]}
    if abs(share) < ALIKE:
        return Message(_ALIKE, facts)
    return Message(_HELPED if share > 0 else _HARMED, facts)


_SAME = N_(
    "The model came down to the simple model: nothing else did better on the rows held back while learning, so "
    "nothing more is needed here."
)
_ALONE = N_(
    "Only the simple model was trained: there was no time for any other, so nothing says yet whether more would be "
    "better. Give it more time and train again."
)
_ASKED = N_("You asked for the simple model alone, so there is nothing to weigh it against.")
_LARGE = N_(
    "The gain is large: on {n:count} {n:row/rows} neither had seen, the loss is {share:percent} lower than the simple "
    "model’s ({low:percent} to {high:percent} at 95% confidence). The blend is worth it."
)
_SMALL = N_(
    "The gain is small but sure: on {n:count} {n:row/rows} neither had seen, the loss is {share:percent} lower than "
    "the simple model’s ({low:percent} to {high:percent} at 95% confidence). The simple model is easier to explain and "
    "loses little."
)
_CHANCE = N_(
    "The gain is within chance: on {n:count} {n:row/rows} neither had seen, the loss may be anything from "
    "{worse:percent} higher to {better:percent} lower than the simple model’s. The simple model may be all you need."
)
_WORSE = N_(
    "There is no gain: on {n:count} {n:row/rows} neither had seen, the loss is {share:percent} higher than the simple "
    "model’s ({low:percent} to {high:percent} at 95% confidence). Use the simple model."
)
_ALIKE = N_(
    "Learning beforehand changed little: on rows held back while learning, the error is {tuned:number} with it and "
    "{scratch:number} from scratch."
)
_HELPED = N_(
    "Learning beforehand helped: on rows held back while learning, the error is {tuned:number} with it and "
    "{scratch:number} from scratch, {share:percent} lower."
)
_HARMED = N_(
    "Learning beforehand did not help: on rows held back while learning, the error is {tuned:number} with it and "
    "{scratch:number} from scratch, {share:percent} higher."
)
