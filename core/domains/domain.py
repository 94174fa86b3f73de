"""The shape of a field of work: knowledge as data, no logic.

One more field is one more file in this folder with a module-level ``DOMAIN``; ``core.domains`` finds it.
Sentences are marked with ``N_``. Name patterns are lower-case regular expressions matched against the whole
normalised column name (NFKC, lower case, every run of blanks, hyphens, dots and underscores one underscore, no
apostrophes); they have no capturing groups. ``core.domains.recognise`` says how names are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Part = Literal["feature", "target", "leak", "identifier", "sensitive", "time", "group"]
Direction = Literal["", "up", "down"]


@dataclass(frozen=True)
class Known:
    """What the field knows of a column by its name."""

    pattern: str
    """English and Chinese names, as one regular expression."""
    label: str
    """Human name, marked with ``N_``."""
    part: Part = "feature"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    """Sane range, inclusive."""
    zero_is_missing: bool = False
    immutable: bool = False
    """A person cannot change it (age, sex, history)."""
    sensitive: bool = False
    """May also be a feature or a target: ``part`` says what it is used as, this says that fairness is asked of it."""
    direction: Direction = ""
    """Which way the chance of the field's own event (failing, dying, not paying) should move when the value rises."""
    only: Direction = ""
    """Which way alone the value of one and the same case can go (age: up); empty: both, or none where immutable."""
    leaks: tuple[str, ...] = ()
    """Patterns of targets for which this column is known only afterwards; empty with ``part="leak"``: for all."""
    why: str = ""
    """Why it leaks, is sensitive or is set aside: one sentence, marked with ``N_``."""
    cuts: tuple[float, ...] = ()
    """Where groups are customarily parted, rising (age: up to 25, over 25); a value that equals a cut is below."""
    ask: bool = False
    """A leak that may be legitimate (an earlier grade of the same course): kept, and the analyst is asked."""


@dataclass(frozen=True)
class LikelyTarget:
    """A goal this field usually asks for, best first."""

    pattern: str
    goal: str = ""
    """How to ask it, with ``{column}``: ``"{column}>=10"``; empty for the column itself."""
    low: float | None = None
    high: float | None = None
    """The derived goal is proposed only where the column's numbers lie in this range."""
    question: str = ""
    """"Who will pass?": marked with ``N_``."""
    events: tuple[str, ...] = ()
    """Lower-case labels of this column that are the event, before the field's own (1 good, 2 bad: "2")."""
    stake: Literal[1, 0, -1] = 1
    """1: the event is what the field's costs are about; -1: its opposite (passing); 0: neither, both cost alike."""


@dataclass(frozen=True)
class Sample:
    """A data set offered with one click; ``core.data.samples`` makes it."""

    key: str
    title: str
    note: str
    made_up: bool
    goal: str
    sensitive: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """A field of work."""

    key: str
    """Also the address of its page."""
    title: str
    tagline: str
    """One sentence: what an analyst of this field gets here."""
    case: str
    """What a row is ("student"), marked; ``cases`` for many."""
    cases: str
    known: tuple[Known, ...]
    targets: tuple[LikelyTarget, ...]
    events: tuple[str, ...]
    """Lower-case labels that are the event in this field ("dropout", "died", "bad", "死亡"), best first."""
    main_metric: Literal["roc_auc", "average_precision", "log_loss", "balanced_accuracy"]
    cost_miss: float
    cost_alarm: float
    cost_why: str
    capacity: str
    """"{n:count} students a counsellor can see": how a cut-off is said as a capacity, marked."""
    cautions: tuple[str, ...]
    samples: tuple[Sample, ...]
    reasons: Literal["plain", "adverse"] = "plain"
    """How one case's reasons are given. ``adverse``: of a refusal the main factors against it, and never a sensitive
    column; ``plain``: whatever moves the answer most, and of a sensitive column why care is needed."""
    order: int = 100
    """Place in menus; equal places by key."""
