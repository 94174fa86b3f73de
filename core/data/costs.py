"""What a miss and a false alarm cost for this question: the field's figures, in the right order, or even."""

from __future__ import annotations

from core.data.task import YES, Goal
from core.domains.domain import Domain, LikelyTarget
from core.domains.recognise import likely
from core.words import N_, Message


def costs(goal: Goal, classes: tuple[str, ...], domain: Domain | None) -> tuple[float, float, Message | None]:
    """Cost of a miss, cost of a false alarm, and why.

    A field's figures are about its own event: a student who fails, a loan that goes bad. Where the question asks for
    the opposite ("who will pass?"), a promise that is not kept is the dear mistake, so the figures change places; where
    it asks for something else, both mistakes cost the same.

    Args:
        goal: the question.
        classes: (other, event) of a yes/no question; empty where they are not known yet: the field's event is meant.
        domain: the field of work.
    """
    side = stake(goal, classes, domain)
    if domain is None or not side:
        return 1.0, 1.0, None if domain is None else Message(_EVEN)
    if side < 0:
        return domain.cost_alarm, domain.cost_miss, Message(_SWAPPED)
    return domain.cost_miss, domain.cost_alarm, Message(domain.cost_why)


def stake(goal: Goal, classes: tuple[str, ...], domain: Domain | None) -> int:
    """1 where the event is what the field fears, -1 where it is the opposite, 0 where it is neither."""
    hint = likely(goal.column, domain)
    if domain is None:
        return 0
    if goal.derived:
        turned = -1 if classes and classes[-1] != YES else 1
        return turned * _stake_of_question(goal, hint, domain)
    events = [label.strip().casefold() for label in classes[::-1]]
    feared = [label in domain.events for label in events]
    if any(feared):
        return 1 if feared[0] else -1
    if hint is None:
        return 0
    known = [label in hint.events for label in events]
    return -hint.stake if any(known) and not known[0] else hint.stake


def _stake_of_question(goal: Goal, hint: LikelyTarget | None, domain: Domain) -> int:
    if goal.operator == "=":
        feared = (*domain.events, *(hint.events if hint else ()))
        return int(all(value.strip().casefold() in feared for value in goal.values))
    if hint is None:
        return 0
    upward = goal.operator.startswith(">")
    usual = "<" not in hint.goal
    return hint.stake if upward == usual else -hint.stake


_EVEN = N_("Nothing is known of what the two mistakes cost here, so both count the same.")
_SWAPPED = N_(
    "The question is who will do well, so the dear mistake is to promise it wrongly: nobody would help. The field's "
    "figures have changed places."
)
