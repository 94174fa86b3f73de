"""The shape of looking for what is odd in a table.

One more kind of finding is one more file in this folder. It may define ``column(seen)``, asked once for each column,
and ``table(view)``, asked once at the end; both yield ``Hit``s of the file's own ``Rule``s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.data.personal import Trace
from core.data.reading import Reading
from core.data.table import Column, Profile, Repair, Severity
from core.domains.domain import Known

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Rule:
    """A kind of finding and how it is said; sentences are marked with ``N_``."""

    code: str
    severity: Severity
    one: str
    """For one column: ``{column}`` and the facts of the hit. For the whole table: the facts."""
    many: str = ""
    """For more columns than are worth a sentence each: ``{columns:list}`` and ``{n:count}``."""
    cure: str = ""
    """What to do, with ``{column}`` at most (a single column) and ``cure_many`` without."""
    cure_many: str = ""
    item: str = ""
    """How a column stands in the list of ``many``: ``{column}`` and the facts of its hit; the bare name where empty."""


@dataclass(frozen=True)
class Hit:
    """A rule that holds, with its evidence."""

    rule: Rule
    column: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    offers: tuple[Repair, ...] = ()


@dataclass(frozen=True, eq=False)
class Seen:
    """All that is known of one column while it is looked at."""

    reading: Reading
    profile: Profile
    known: Known | None = None
    traces: tuple[Trace, ...] = ()

    @property
    def column(self) -> Column:
        return self.reading.column

    @property
    def name(self) -> str:
        return self.reading.column.name

    @property
    def rows(self) -> int:
        return len(self.reading.cells)

    @property
    def filled(self) -> int:
        """Rows with a value."""
        return self.rows - self.profile.missing


@dataclass(frozen=True, eq=False)
class View:
    """The whole table once its columns are understood."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    profiles: Mapping[str, Profile]
    patterns: Mapping[str, bytes]
    """By column a digest of which rows hold equal cells: equal where one column can be turned into the other."""
    domain: str = ""
