"""Configuration: every figure that an operator may change, read once from the environment.

Each field is ``VITRINE_<NAME>`` in capitals. A value that does not parse stops the start with its name and an example.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import Problem
from core.words import N_

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Limits and places. Bytes, seconds and rows are what their names say."""

    home: Path = PROJECT / "var"
    """Everything Vitrine writes lies under this folder."""
    upload_bytes: int = 1_000_000_000
    table_rows: int = 2_000_000
    table_columns: int = 10_000
    read_seconds: int = 300
    read_memory_bytes: int = 6_000_000_000
    job_seconds: int = 3_600
    job_memory_bytes: int = 8_000_000_000
    time_budget_seconds: float = 60.0
    """What training may take unless the analyst says otherwise."""
    cores: int = os.cpu_count() or 1
    """Cores that the scheduler lends to jobs."""
    device: str = ""
    """``cpu`` leaves a GPU alone; empty takes the best there is."""
    resident_models: int = 8
    """Models the resident worker keeps open."""


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings(**{f.name: _from_environment(f.name, f.default) for f in fields(Settings)})


def _from_environment(name: str, default: Any) -> Any:
    variable = f"VITRINE_{name.upper()}"
    text = os.environ.get(variable)
    if text is None:
        return default
    try:
        return type(default)(text) if not isinstance(default, Path) else Path(text).expanduser().resolve()
    except ValueError:
        raise Problem(
            N_("The setting {variable} is “{text}”, which is not a number. Write it like {example}, or remove it."),
            variable=variable,
            text=text,
            example=f"{variable}={default}",
        ) from None
