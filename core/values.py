"""Frozen values to JSON and back, checked: a file that does not hold the value raises, it never half-loads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from core.errors import Problem
from core.words import N_

T = TypeVar("T")


def to_json(value: Any) -> bytes:
    """The value as UTF-8 JSON; NaN and infinity become null."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def from_json(kind: type[T], data: bytes | str) -> T:
    """The value that JSON holds.

    Raises:
        Problem: the JSON is damaged or is not a ``kind``; says where.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(
            N_("A stored file is damaged or from another version ({what}: {detail}). Make it again from the data."),
            what=kind.__name__,
            detail=str(error),
        ) from error


def write(path: Path, value: Any) -> None:
    """Stores a value as JSON so that a reader sees the old file or the new one, never a half."""
    replace(path, to_json(value))


def read(path: Path, kind: type[T]) -> T:
    """The value stored at ``path``."""
    return from_json(kind, path.read_bytes())


def replace(path: Path, data: bytes) -> None:
    """Writes bytes beside ``path``, flushes them to disk and moves them into place in one step."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with beside.open("wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    beside.replace(path)
