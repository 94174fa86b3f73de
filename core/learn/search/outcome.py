"""What came of a search, in words, with what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.learn.model import Trial
from core.learn.search.road import Choice
from core.learn.search.settings import said
from core.learn.search.trials import chosen
from core.words import N_, Message


def outcome(trials: Sequence[Trial], usual: Choice) -> Message:
    """One sentence for the notes of the model.

    Args:
        trials: that were finished, in order.
        usual: all settings of the net as they would be without a search.
    """
    best = chosen(trials)
    if best is None:
        return Message(
            N_(
                "The search for settings of the net finished no trial that could be used, so the usual settings were "
                "kept. More time may help."
            )
        )
    changed = _changed(trials[best], usual)
    if not changed:
        text = N_(
            "The search tried {n:count} {n:choice/choices} of settings for the net; on rows that judged none of them, "
            "the usual settings were not beaten, so these were kept."
        )
        return Message(text, {"n": len(trials)})
    facts = {"n": len(trials), "settings": said(changed), "chosen": trials[best].unseen}
    before = next((one.unseen for one in trials if not _changed(one, usual)), None)
    if before is None:
        text = N_(
            "The search tried {n:count} {n:choice/choices} of settings for the net and took: {settings:list}. Its "
            "error is {chosen:number} on rows that judged none of them. Other rows both chose settings and weigh the "
            "learners, so the net may count for a little too much; test rows took no part."
        )
        return Message(text, facts)
    text = N_(
        "The search tried {n:count} {n:choice/choices} of settings for the net and took: {settings:list}. Its error "
        "is {chosen:number} instead of {usual:number} on rows that judged none of them. Other rows both chose settings "
        "and weigh the learners, so the net may count for a little too much; test rows took no part."
    )
    return Message(text, {**facts, "usual": before})


def _changed(trial: Trial, usual: Choice) -> Mapping[str, float | str]:
    return {name: value for name, value in trial.settings.items() if value != usual.get(name)}
