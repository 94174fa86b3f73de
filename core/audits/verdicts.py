"""Verdicts in words and signs, and those of many audits in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from core.audits.audit import GRAVITY, Report, Verdict
from core.words import N_, Message

WORDS: dict[Verdict, str] = {
    "difference": N_("difference found"),
    "inconclusive": N_("inconclusive"),
    "none": N_("no evidence"),
    "not_applicable": N_("does not apply"),
}
SIGNS: dict[Verdict, str] = {"difference": "▲", "inconclusive": "?", "none": "○", "not_applicable": "–"}
"""Before the words, so that nothing rests on a colour; none of them says that all is well."""
MEANINGS: dict[Verdict, str] = {
    "difference": N_("something is there that chance does not explain: look into it before the model is used"),
    "inconclusive": N_("it cannot be told from these cases, or a person must say; neither a yes nor a no"),
    "none": N_("nothing was found, although what matters would have been seen; that is no proof that nothing is there"),
    "not_applicable": N_("there is nothing to ask of this model, and why is said"),
}

_COUNTED: dict[Verdict, str] = {
    "difference": N_("{n:count} {n:audit found a difference/audits found a difference}"),
    "inconclusive": N_("{n:count} {n:is/are} inconclusive"),
    "none": N_("{n:count} found no evidence of one"),
    "not_applicable": N_("{n:count} {n:does/do} not apply"),
}
_BRIEF: dict[Verdict, str] = {
    "difference": N_("{n:count} {n:difference/differences} found"),
    "inconclusive": N_("{n:count} inconclusive"),
    "none": N_("{n:count} without evidence"),
    "not_applicable": N_("{n:count} not applicable"),
}
ORDER: tuple[Verdict, ...] = ("difference", "none", "inconclusive", "not_applicable")
"""In which they are counted in the sentence."""


def counted(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    """How often each verdict was given, the gravest first; those never given are left out."""
    found = Counter(verdicts)
    return {one: found[one] for one in GRAVITY if found[one]}


def headline(reports: Sequence[Report], rows: int) -> Message:
    """All audits in one sentence.

    Args:
        reports: what they found.
        rows: that they looked at.
    """
    counts = counted(report.verdict for report in reports)
    if "difference" not in counts:
        text = N_("On {rows:count} {rows:row/rows} the model has not seen, no audit found a difference: {parts:list}.")
    else:
        text = N_("On {rows:count} {rows:row/rows} the model has not seen, {parts:list}.")
    parts = [Message(_COUNTED[one], {"n": counts[one]}) for one in ORDER if one in counts]
    return Message(text, {"rows": rows, "parts": parts})


def brief(verdict: Verdict, n: int) -> Message:
    """How often a verdict was given, in two words."""
    return Message(_BRIEF[verdict], {"n": n})
