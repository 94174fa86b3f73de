"""Where an encoder lies, and which of its files may be read: settings, tokenizer and safetensors, nothing else.

The allowed files are linked into a room of their own before ``transformers`` sees them, so that no pickle, no adapter
and no code beside them can be opened by whatever way that library has.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

from core.errors import Problem
from core.words import N_

ALLOWED = (
    "config.json",
    "model.safetensors",
    "model.safetensors.index.json",
    "model-*-of-*.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "*.model",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
)
TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
PICKLES = ("*.pkl", "*.pickle", "*.joblib", "*.dill")
OTHER_WEIGHTS = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack", "*.distcp")
ON_HUB = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)?")
HUB_SECONDS = 5.0


def locate(name: str) -> Path:
    """The folder of an encoder: the one named, or where the hub's files were put on this computer.

    Raises:
        Problem: there is none, it holds a pickle, or lacks a file it needs.
    """
    folder = Path(name).expanduser()
    if not folder.exists() and ON_HUB.fullmatch(name):
        folder = _fetched(name)
    if not folder.is_dir():
        raise Problem(
            N_(
                "There is no encoder folder {name}. Give the folder that holds config.json and model.safetensors, or "
                "the name of a model on the hub."
            ),
            name=name,
        )
    _require(folder, name)
    return folder


def digest_of(folder: Path) -> str:
    """SHA-256 of the files of an encoder, with their names."""
    total = hashlib.sha256()
    for path in allowed(folder):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        with path.open("rb") as source:
            total.update(hashlib.file_digest(source, "sha256").digest())
    return total.hexdigest()


def allowed(folder: Path) -> list[Path]:
    """The files of a folder that may be read, sorted."""
    return sorted({path for pattern in ALLOWED for path in folder.glob(pattern) if path.is_file()})


def lay_out(folder: Path, room: Path) -> None:
    """Links (or, where links are not allowed, copies) the files that may be read into an empty folder."""
    for path in allowed(folder):
        target = room / path.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        try:
            target.symlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, target)


def settings_of(folder: Path, file: str) -> dict[str, Any]:
    """What a JSON file of the folder says; empty where it is absent or damaged."""
    try:
        found = json.loads((folder / file).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _require(folder: Path, name: str) -> None:
    pickles = _first(folder, PICKLES)
    if pickles:
        raise Problem(
            N_(
                "The encoder folder {name} holds {file}, a kind of file that can run code when it is opened. Nothing "
                "of it was read. Remove that file, or use a copy of the model without it."
            ),
            name=name,
            file=pickles,
        )
    if not _first(folder, ("model.safetensors", "model.safetensors.index.json")):
        _refuse_weights(folder, name)
    if not settings_of(folder, "config.json").get("model_type"):
        raise Problem(
            N_("The encoder folder {name} has no readable config.json that names the kind of model. Copy it again."),
            name=name,
        )
    if not _first(folder, TOKENIZERS):
        raise Problem(
            N_(
                "The encoder folder {name} has no tokenizer (tokenizer.json or vocab.txt), so texts cannot be cut into "
                "words. Copy it again with all its files."
            ),
            name=name,
        )


def _refuse_weights(folder: Path, name: str) -> None:
    other = _first(folder, OTHER_WEIGHTS)
    if other:
        raise Problem(
            N_(
                "The encoder folder {name} holds its weights as {file} only, a form that can run code when it is "
                "opened. Nothing of it was read. Use a version of the model with model.safetensors."
            ),
            name=name,
            file=other,
        )
    raise Problem(
        N_("The encoder folder {name} has no weights: model.safetensors is missing. Copy it again with all its files."),
        name=name,
    )


def _first(folder: Path, patterns: tuple[str, ...]) -> str:
    names = sorted(path.name for pattern in patterns for path in folder.glob(pattern))
    return names[0] if names else ""


def _fetched(name: str) -> Path:
    """The folder of a hub's model: from this computer, else fetched; only files that may be read."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(ALLOWED), local_files_only=True))
    except Exception:  # whatever the reason, the hub is asked
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=list(ALLOWED), etag_timeout=HUB_SECONDS))
    except Exception as error:
        raise Problem(
            N_(
                "The encoder {name} is no folder on this computer, and could not be fetched from the hub ({detail}). "
                "Check the name and the connection, or give the folder of a model."
            ),
            name=name,
            detail=type(error).__name__,
        ) from error
