"""Scenarios as text for an address, and as a file that opens again. Light: pages may call it."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from core.errors import Problem
from core.whatif.scenario import Scenario
from core.words import N_, Message

VERSION = "1"
LONGEST = 6_000
"""Letters of a text that every browser and server takes in an address; longer ones go into a file."""
ROOM = 4_000_000
"""Bytes that a text or file may open to."""
MOST = 100
"""Scenarios in one text or file."""
KIND = "vitrine scenarios"


def to_text(scenarios: Sequence[Scenario]) -> str:
    """Scenarios as letters, digits, ``-``, ``_`` and one point; ``fits`` says whether an address has room for it."""
    bare = [[one.name, one.row, one.cells, one.changes] for one in scenarios]
    packed = zlib.compress(msgspec.json.encode(bare), 9)
    return f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def fits(text: str) -> bool:
    """Whether an address has room for it."""
    return len(text) <= LONGEST


def from_text(text: str) -> tuple[Scenario, ...]:
    """The scenarios in a text of ``to_text``.

    Raises:
        Problem: it is none, is damaged, or comes from another version.
    """
    version, point, body = text.partition(".")
    if version != VERSION or not point:
        raise _broken()
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj()
        data = opener.decompress(packed, ROOM)
        if not opener.eof:
            raise _broken()
        found = msgspec.json.decode(data, type=list[tuple[str, int | None, dict[str, Any] | None, dict[str, Any]]])
        return _valid([{"name": name, "row": row, "cells": cells, "changes": made} for name, row, cells, made in found])
    except (ValueError, binascii.Error, zlib.error, msgspec.MsgspecError, RecursionError) as error:
        raise _broken() from error


def to_file(scenarios: Sequence[Scenario]) -> bytes:
    """Scenarios as a JSON file."""
    bare = {"kind": KIND, "version": VERSION, "scenarios": [asdict(one) for one in scenarios]}
    return msgspec.json.format(msgspec.json.encode(bare), indent=1)


def from_file(data: bytes) -> tuple[Scenario, ...]:
    """The scenarios in a file of ``to_file``, at least one.

    Raises:
        Problem: it is none, is damaged, too large, or comes from another version.
    """
    if len(data) > ROOM:
        raise Problem(
            N_("The file is too large to be one of scenarios. Choose one that was saved here, with the ending .json.")
        )
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _foreign() from error
    if not isinstance(found, dict) or found.get("kind") != KIND or not isinstance(found.get("scenarios"), list):
        raise _foreign()
    if found.get("version") != VERSION:
        raise Problem(N_("The file of scenarios comes from another version. Keep the scenarios again and save them."))
    try:
        return _valid(found["scenarios"])
    except (ValueError, msgspec.MsgspecError) as error:
        raise _foreign() from error


def checked(scenarios: Iterable[Scenario], columns: Iterable[str]) -> tuple[tuple[Scenario, ...], Message | None]:
    """The scenarios without what concerns columns that a model has not, and what is to be said about them."""
    known, strange = set(columns), dict[str, None]()
    kept = []
    for one in scenarios:
        strange |= dict.fromkeys(name for name in (*one.changes, *(one.cells or ())) if name not in known)
        cells = None if one.cells is None else {name: cell for name, cell in one.cells.items() if name in known}
        changes = {name: cell for name, cell in one.changes.items() if name in known}
        kept.append(replace(one, cells=cells, changes=changes))
    if not strange:
        return tuple(kept), None
    text = N_(
        "{n:count} {n:column/columns} of the scenarios {n:is/are} none of this model and left out: {columns:list}."
    )
    return tuple(kept), Message(text, {"n": len(strange), "columns": list(strange)[:10]})


def _valid(found: list[object]) -> tuple[Scenario, ...]:
    scenarios = msgspec.convert(found, tuple[Scenario, ...])
    if not scenarios or len(scenarios) > MOST or any(one.row is not None and one.row < 0 for one in scenarios):
        raise ValueError("1 to 100 scenarios, rows from 0 on")
    return scenarios


def _broken() -> Problem:
    return Problem(
        N_("The scenario in the address is damaged or from another version. Choose a case below, or open your file.")
    )


def _foreign() -> Problem:
    return Problem(N_("This is no file of scenarios, or it is damaged. Choose one that was saved here."))
