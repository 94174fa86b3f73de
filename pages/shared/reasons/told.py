"""What a case is told: asked of the open model once, and said."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.deliver.ask.reasons import Reasoned, ask_told
from core.errors import Problem
from core.explain.explanation import Explanation
from core.explain.sentences import Case
from core.words import Message
from pages.shared import results, show
from pages.shared.language import t, tell, together
from pages.shared.reasons.scene import Scene

EFFORT = 4.0
"""Seconds that the reasons of one case may take."""
LATE = "time ended"
"""Ends the name of the method where the values are not as precise as wanted."""
SUMS, MOST = 1e-5, 1e-4
"""What the parts of an answer may miss it by: so that they add up, and so that they may be shown at all."""


def asked(scene: Scene, rows: tuple[int, ...], label: str | None) -> Reasoned | None:
    """The reasons of a row or two, asked of the open model and remembered; None where it cannot say, which is said."""
    key = (str(scene.run.folder), scene.stamp, rows, label)
    try:
        with st.spinner(t("Asking the model …")):
            made = _asked(scene, *key)
    except Problem as problem:
        show.trouble(problem)
        return None
    once: set[object] = st.session_state.setdefault("reasons_once", set())
    if made.explanation.method.endswith(LATE) and key not in once:
        once.add(key)  # a model that was only just opened had less time: next time it is asked again
        _asked.clear(scene, *key)
    return made


@st.cache_resource(max_entries=128, show_spinner=False)
def _asked(_scene: Scene, folder: str, stamp: int, rows: tuple[int, ...], label: str | None) -> Reasoned:
    """The folder names the owner, the stamp the model."""
    labels = None if label is None else [label] * len(rows)
    return ask_told(_scene.desk.resident, _scene.run, rows=rows, labels=labels, effort=EFFORT)


def lines(scene: Scene, told: Sequence[Message]) -> str:
    """Sentences as Markdown, the first, which is the answer, in bold."""
    said = [tell(results.worded(message, scene.run, scene.evaluation)) for message in told]
    return "  \n".join(f"**{one}**" if place == 0 else one for place, one in enumerate(said) if one)


def truth(scene: Scene, row: int) -> str:
    """What became of a row, as Markdown."""
    frame = results.predictions(scene.run)
    known = frame[frame["row"] == row]
    if not len(known):
        return t("Data row {row:count}: one the model learned from, or without a known answer.", row=row + 1)
    was = known["truth"].iloc[0]
    said = results.name(scene.run, scene.evaluation, was) if isinstance(was, str) else show.number(float(was))
    return t("Data row {row:count}. In truth it was “{truth}”.", row=row + 1, truth=said)


def adds_up(scene: Scene, shown: Case) -> str:
    """That the parts are the answer, or by how much they miss it."""
    facts = {
        "base": scene.answer(shown.base),
        "sum": scene.moved(sum(part.value for part in shown.parts)),
        "answer": scene.answer(shown.prediction),
        "gap": f"{shown.gap:.6f}",
    }
    if shown.gap > SUMS * max(1.0, abs(shown.prediction)):
        return t("It does not add up: average {base}, reasons {sum}, answer {answer}; gap {gap}.", **facts)
    return t("It adds up: average {base}, reasons {sum}, answer {answer}; gap {gap}.", **facts)


def precision(scene: Scene, made: Explanation) -> str:
    """How exactly the bars are known, in plain words; what else is to be known of them."""
    largest = float(made.errors.max(initial=0.0))
    if not largest:
        said = [t("The lengths of the bars are exact.")]
    else:
        said = [
            t(
                "The thin line at a bar's end says how exactly its length is known: asked again, it would change by "
                "about {most} at most.",
                most=_size(scene, largest),
            )
        ]
    if made.method.endswith(LATE):
        said.append(t("There was no time to know them more exactly."))
    later = made.note.facts.get("second") if made.note is not None else None
    return together([*said, tell(later)] if later else said)


def _size(scene: Scene, error: float) -> str:
    """An error with its unit: one digit, and of a chance no less than a tenth of a point."""
    if scene.scale.chance:
        return scene.moved(max(error, 0.001)).lstrip("+−")
    return f"{show.number(float(f'{error:.1g}'))} {scene.scale.unit}".strip()
