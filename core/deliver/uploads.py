"""The bytes of uploaded files: stored once under names of ours, within the size that the settings allow."""

from __future__ import annotations

import hashlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core import values
from core.errors import Problem
from core.settings import settings
from core.words import N_

CHUNK = 1 << 20


@dataclass(frozen=True)
class Upload:
    """What is known of a file that was uploaded; its bytes lie beside in ``content``."""

    name: str
    """As its owner calls it: shown, never a path."""
    sha256: str
    size: int


def keep_upload(folder: Path, id: str, name: str, content: bytes | BinaryIO) -> Path:  # noqa: A002
    """Stores bytes below ``folder``; where they lie there already, that place is the answer.

    Raises:
        Problem: they are more than the settings allow.
    """
    target = folder / id
    target.mkdir(parents=True, mode=0o700)
    try:
        sha256, size = _copy(io.BytesIO(content) if isinstance(content, bytes) else content, target / "content")
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    same = next((path for path, upload in uploads(folder) if upload.sha256 == sha256), None)
    if same is not None:
        shutil.rmtree(target)
        return same
    values.write(target / "upload.json", Upload(name, sha256, size))
    return target / "content"


def uploads(folder: Path) -> list[tuple[Path, Upload]]:
    """Every upload below ``folder``: where its bytes lie, and what is known of it."""
    found = folder.glob("[!.]*/upload.json")
    return [(path.with_name("content"), values.read(path, Upload)) for path in found]


def _copy(source: BinaryIO, path: Path) -> tuple[str, int]:
    limit, digest, size = settings().upload_bytes, hashlib.sha256(), 0
    with path.open("xb") as target:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise Problem(
                    N_("This file is larger than {limit:bytes}. Upload part of its rows, or only the columns needed."),
                    limit=limit,
                )
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest(), size
