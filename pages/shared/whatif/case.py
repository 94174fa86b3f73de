"""The case that is changed: where it starts, its history, and its place in the address."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import streamlit as st

from core.data.table import TableCard
from core.deliver.ask.whatif import ask_start
from core.engines.base import Run
from core.errors import Problem
from core.learn.evaluation import Evaluation
from core.whatif import keep
from core.whatif.scenario import Cell, Scenario, Start
from core.words import N_, Message
from pages.shared import cases, look, results, show
from pages.shared.desk import Desk
from pages.shared.language import plain, t, tell

NAMES = (cases.ADDRESS, look.OFTEN)
"""In the address: the row of the case, or ``TYPICAL``; and what is changed, with all that was kept."""
TYPICAL = "typical"
STARTS = 20
"""Starts that are remembered."""
STEPS = 200
"""Changes that can be undone."""
START = {"real": N_("a real case"), "typical": N_("typical values, no real case")}


@dataclass
class Held:
    """What the analyst does with one model in this session."""

    past: list[Scenario] = field(default_factory=lambda: [Scenario()])
    at: int = 0
    """Place in ``past`` of the scenario that is shown; what follows it can be done again."""
    kept: list[Scenario] = field(default_factory=list)
    picked: int | None = None
    """The row that the chooser named last: only another one starts anew."""
    address: tuple[str, str] = ("", "")
    """As it was last read or written: what stands under each of ``NAMES``."""
    synced: tuple[str, str] | None = None
    """What would have been written for the state that this address belongs to."""
    begun: bool = False
    ranked: bool = False
    """Whether the columns have their order by importance, or never will."""
    file: str = ""
    """The file that was opened last."""
    notes: tuple[Message, ...] = ()
    """What was left out of an address or a file; said once."""
    goto: str = ""
    """The part of the page to open next; empty for the one that is open."""

    @property
    def now(self) -> Scenario:
        return self.past[self.at]

    def put(self, scenario: Scenario) -> None:
        """Shows a scenario; what was undone before is gone."""
        if scenario != self.now:
            self.past = [*self.past[: self.at + 1], scenario][-STEPS:]
            self.at = len(self.past) - 1

    def take(self, changes: dict[str, Cell]) -> None:
        """Takes several changes in at once."""
        self.put(replace(self.now, changes={**self.now.changes, **changes}))

    def reset(self, column: str | None = None) -> None:
        """Takes one change back, or all."""
        changes = {name: cell for name, cell in self.now.changes.items() if column not in (None, name)}
        self.put(replace(self.now, changes=changes))

    def step(self, by: int) -> None:
        """Undoes (-1) or does again (1)."""
        self.at = min(max(self.at + by, 0), len(self.past) - 1)


def held(run: Run) -> Held:
    """The one of a run in this session."""
    key = f"whatif_{run.id}"
    if not isinstance(st.session_state.get(key), Held):
        st.session_state[key] = Held()
    found: Held = st.session_state[key]
    return found


def begin(desk: Desk, run: Run, card: TableCard, evaluation: Evaluation) -> Held:
    """Where the case starts: as the address says, else as the analyst chooses it."""
    mine = held(run)
    _rank(desk, run, mine)
    show.guarded(_read, mine, card, evaluation)
    for note in mine.notes:
        st.info(tell(note))
    mine.notes = ()
    with st.expander(t("Start from another case"), key=f"whatif_start_{run.id}"):
        way = st.segmented_control(
            t("Start from"),
            list(START),
            default="real",
            required=True,
            format_func=lambda one: plain(START[one]),
            key=f"whatif_from_{run.id}",
        )
        row = None if way == "typical" else cases.choose(desk, run, card, evaluation, key="whatif")
    _take(mine, -1 if way == "typical" else row)
    write(mine)
    return mine


def _take(mine: Held, row: int | None) -> None:
    """Starts at what the chooser names, where it names something new; -1 is the typical case."""
    if row is None or row == mine.picked:
        return
    linked = mine.begun and mine.picked is None
    mine.picked, mine.begun = row, True
    if not linked:
        mine.put(Scenario(row=None if row < 0 else row))


def _rank(desk: Desk, run: Run, mine: Held) -> None:
    """Asks once more for a start that was asked before the reasons were known: these give the columns their order."""
    made: dict[str, Start] = st.session_state.get(f"whatif_starts_{run.id}", {})
    if mine.ranked or all(ranked(one) for one in made.values()) or results.reasons(run) is None:
        return
    mine.ranked = True
    bare = replace(mine.now, name="", changes={})
    with suppress(Problem):  # the model is gone: what is known of the start stays
        found = ask_start(desk.resident, run, bare)
        made.clear()
        made[keep.to_text([bare])] = found


def ranked(start: Start) -> bool:
    """Whether the most important columns come first."""
    return any(one.importance is not None for one in start.fields)


def start(desk: Desk, run: Run, scenario: Scenario) -> Start:
    """Where a scenario starts: asked of the open model once.

    Raises:
        Problem: there is no such row, or no such model any more.
    """
    made: dict[str, Start] = st.session_state.setdefault(f"whatif_starts_{run.id}", {})
    bare = replace(scenario, name="", changes={})
    key = keep.to_text([bare])
    if key not in made:
        made[key] = ask_start(desk.resident, run, bare)
        while len(made) > STARTS:
            made.pop(next(iter(made)))
    return made[key]


def open_one(mine: Held, scenario: Scenario) -> None:
    """Shows a scenario that was kept."""
    mine.begun = True
    mine.put(replace(scenario, name=""))


def _read(mine: Held, card: TableCard, evaluation: Evaluation) -> None:
    """Takes the case and the scenarios out of the address, where it says others than we wrote: a link, or the way back.

    What was read so is not written again at once: the browser's way back would lead to where one is.
    """
    asked = _asked()
    if asked in (mine.address, ("", "")):
        return
    before, mine.address = mine.address, asked
    row = _row(asked[0], card)
    if asked[1] and asked[1] != before[1]:
        first, *kept = known(mine, keep.from_text(asked[1]), evaluation, card)
        mine.kept = [*mine.kept, *(one for one in kept if one not in mine.kept)]
        if asked[0] in ("", TYPICAL) or row == first.row:
            open_one(mine, first)
            mine.synced = _wanted(mine)
            return
    elif before[1] and not asked[1] and row == mine.now.row:
        open_one(mine, Scenario(row=row))
        mine.synced = _wanted(mine)
    if asked[0] and row != mine.now.row:
        open_one(mine, Scenario(row=row))


def known(mine: Held, scenarios: Sequence[Scenario], evaluation: Evaluation, card: TableCard) -> tuple[Scenario, ...]:
    """Scenarios from outside, without what this model does not know; what was left out is noted."""
    found, note = keep.checked(scenarios, evaluation.columns)
    mine.notes = () if note is None else (note,)
    for one in found:
        _row("" if one.row is None else str(one.row), card)
    return found


def _row(text: str, card: TableCard) -> int | None:
    if text in ("", TYPICAL):
        return None
    if not text.isdecimal() or not 0 <= int(text) < card.rows:
        raise Problem(
            N_("Data row {row} is asked for, but the data has {n:count} rows. Choose another case."),
            row=str(int(text) + 1) if text.isdecimal() else text[:20],
            n=card.rows,
        )
    return int(text)


def write(mine: Held) -> None:
    """Puts the case and the scenarios into the address, as far as they are short enough for one."""
    wanted = _wanted(mine)
    if wanted == mine.synced and _asked() != ("", ""):
        return
    mine.address = mine.synced = wanted
    for name, text in zip(NAMES, wanted, strict=True):
        if text and st.query_params.get(name) != text:
            st.query_params[name] = text
        elif not text and name in st.query_params:
            del st.query_params[name]


def _asked() -> tuple[str, str]:
    return st.query_params.get(NAMES[0], ""), st.query_params.get(NAMES[1], "")


def _wanted(mine: Held) -> tuple[str, str]:
    now = mine.now
    said = keep.to_text([now, *mine.kept]) if now.changes or now.cells or mine.kept else ""
    start = str(now.row) if now.row is not None else "" if now.cells else TYPICAL
    return start, said if keep.fits(said) else ""


def said(run: Run, evaluation: Evaluation, scenario: Scenario, start: Start | None) -> Message:
    """Where a scenario starts, in words."""
    if scenario.row is None:
        return Message(N_("a row of another file") if scenario.cells else N_("the typical case"))
    truth = None if start is None else start.truth
    if truth is None:
        return Message(N_("data row {row:count}"), {"row": scenario.row + 1})
    name = results.name(run, evaluation, truth) if isinstance(truth, str) else show.number(truth)
    return Message(N_("data row {row:count}, in truth “{truth}”"), {"row": scenario.row + 1, "truth": name})
