"""An encoder in memory: opened from safe files only, and tried once before it is trusted."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import Problem
from core.learn import device as devices
from core.learn.encoder import Reader
from core.learn.encoders.source import digest_of, lay_out, locate, settings_of
from core.words import N_

TOKENS = 256
"""Of each text at most; fewer where the encoder cannot take so many."""
UNUSED = ("pooler", "position_ids", "lm_head", "cls.")
"""Weights that may be absent: no answer depends on them."""


@dataclass(frozen=True, eq=False)
class Opened:
    """Model and tokenizer, ready to answer."""

    model: Any
    tokenizer: Any
    width: int
    length: int
    """Tokens read of each text."""
    first: bool
    """A text is the state of its first token, as the folder says, instead of the mean over all."""

    def encode(self, texts: list[str]) -> np.ndarray:
        """(n, width) float32 vectors.

        Raises:
            Problem: the encoder fails on these texts.
        """
        import torch

        try:
            with torch.inference_mode():
                return np.asarray(self.pooled(texts).float().cpu().numpy(), dtype=np.float32)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            raise Problem(
                N_("The encoder of texts failed on the texts of this table ({detail}). Choose another encoder."),
                detail=_short(error),
            ) from error

    def pooled(self, texts: list[str]) -> Any:
        """(n, width) torch tensor, through which gradients flow."""
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=self.length, return_tensors="pt")
        tokens = {name: part.to(self.model.device) for name, part in tokens.items()}
        states = self.model(**tokens).last_hidden_state
        if self.first:
            return states[:, 0]
        mask = tokens["attention_mask"][..., None].to(states.dtype)
        return (states * mask).sum(1) / mask.sum(1).clamp(min=1)


def open_encoder(name: str) -> tuple[Opened, str]:
    """The encoder of a folder or of the hub, and the digest of its files.

    Raises:
        Problem: it is absent, broken, holds a pickle, or is no encoder of texts.
    """
    folder = locate(name)
    digest = digest_of(folder)
    return _shared(str(folder), digest, name), digest


def reopen(reader: Reader) -> Opened:
    """The encoder of a kept model, with what it learnt.

    Raises:
        Problem: its folder is gone, or holds another model than the one trained with.
    """
    if reader.tuning == "full":
        return _unpacked(reader)
    opened, digest = open_encoder(reader.name)
    if digest != reader.digest:
        raise Problem(
            N_(
                "The encoder {name} has changed since this model was trained with it, so its answers would be wrong. "
                "Put the old files back, or train again."
            ),
            name=reader.name,
        )
    if reader.tuning == "frozen":
        return opened
    from core.learn.encoders.tune import adapted

    return adapted(load(locate(reader.name), reader.name), dict(reader.pack.files()))


@lru_cache(maxsize=2)
def _shared(folder: str, digest: str, name: str) -> Opened:
    """Frozen encoders are opened once in a process, however many models use them."""
    return load(Path(folder), name)


def load(folder: Path, name: str) -> Opened:
    """A fresh copy of the encoder of a checked folder.

    Raises:
        Problem: its files do not fit each other, or it is no encoder of texts.
    """
    try:
        with tempfile.TemporaryDirectory() as room, quiet():
            lay_out(folder, Path(room))
            opened = _loaded(Path(room), name)
        tried = opened.encode(["a", "a b"])
    except Problem:
        raise
    except Exception as error:
        raise _broken(name, _short(error)) from error
    if not np.isfinite(tried).all():
        raise _broken(name, "NaN")
    return opened


def _loaded(room: Path, name: str) -> Opened:
    import torch
    from transformers import AutoModel, AutoTokenizer

    model, info = AutoModel.from_pretrained(
        room, use_safetensors=True, trust_remote_code=False, local_files_only=True, output_loading_info=True,
        dtype=torch.float32,
    )  # fmt: skip
    lost = [key for key in info["missing_keys"] if not any(word in key for word in UNUSED)]
    if lost:
        raise _broken(name, sorted(lost)[0])
    tokenizer = AutoTokenizer.from_pretrained(room, trust_remote_code=False, local_files_only=True)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    table = model.get_input_embeddings()
    if len(tokenizer) > table.num_embeddings:
        raise _broken(name, "vocabulary")
    device = devices.choose()
    model = model.eval().to(device.kind)
    return Opened(model, tokenizer, int(model.config.hidden_size), _length(model, tokenizer, room), _by_first(room))


def _length(model: Any, tokenizer: Any, room: Path) -> int:
    wanted = settings_of(room, "sentence_bert_config.json").get("max_seq_length") or TOKENS
    places = int(getattr(model.config, "max_position_embeddings", 0) or TOKENS + 2) - 2  # some begin to count at 2
    return max(4, min(TOKENS, int(wanted), places, int(min(tokenizer.model_max_length, TOKENS))))


def _by_first(room: Path) -> bool:
    pooling = settings_of(room, "1_Pooling/config.json")
    return bool(pooling.get("pooling_mode_cls_token")) and not pooling.get("pooling_mode_mean_tokens")


def _unpacked(reader: Reader) -> Opened:
    with tempfile.TemporaryDirectory() as place:
        for name, data in reader.pack.files():
            path = Path(place) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        return load(Path(place), reader.name)


def _broken(name: str, detail: str) -> Problem:
    return Problem(
        N_(
            "The encoder {name} cannot be used: its files are damaged, do not fit each other, or are no encoder of "
            "texts ({detail}). Copy it again, or choose another."
        ),
        name=name,
        detail=detail,
    )


def _short(error: Exception) -> str:
    """One line of what a library says, without the rest."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:120]}" if lines else type(error).__name__


@contextmanager
def quiet() -> Iterator[None]:
    """Without the progress bars and warnings of the library: what matters is said by us."""
    from transformers.utils import logging as library

    chatter: Any = library
    before, shown = chatter.get_verbosity(), chatter.is_progress_bar_enabled()
    chatter.set_verbosity(logging.CRITICAL)
    chatter.disable_progress_bar()
    try:
        yield
    finally:
        chatter.set_verbosity(before)
        if shown:
            chatter.enable_progress_bar()
