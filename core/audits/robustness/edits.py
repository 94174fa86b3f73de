"""What happens to texts on their way into a file: cut, edited, written in another manner; Chinese ones too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np

from core.audits.robustness.disturb import slipped_words
from core.words import N_

Edit = Callable[[str, np.random.Generator], str]
_PIECES = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+|\s+")
"""Chinese characters one by one, other words whole, blanks."""


def shorter(text: str, share: float, generator: np.random.Generator) -> str:
    """Without a share of its words (of Chinese: characters), drawn."""
    pieces = _PIECES.findall(text)
    return "".join(one for one in pieces if one.isspace() or generator.random() >= share).strip()


def half(text: str) -> str:
    """The first half of its words."""
    pieces = _PIECES.findall(text)
    words = [place for place, one in enumerate(pieces) if not one.isspace()]
    return "".join(pieces[: words[(len(words) + 1) // 2 - 1] + 1]) if words else text


def unpunctuated(text: str) -> str:
    """Without its punctuation."""
    return "".join(" " if unicodedata.category(sign).startswith("P") else sign for sign in text)


def wide(text: str) -> str:
    """In full-width signs, as Chinese input methods write; full-width ones become plain."""
    return "".join(_other_width(sign) for sign in text)


def _other_width(sign: str) -> str:
    number = ord(sign)
    if 0x21 <= number <= 0x7E:
        return chr(number + 0xFEE0)
    return chr(number - 0xFEE0) if 0xFF01 <= number <= 0xFF5E else sign


KEEPS: Mapping[str, tuple[str, Edit]] = {
    "capitals": (N_("all in capital letters"), lambda text, _: text.upper()),
    "small": (N_("all in small letters"), lambda text, _: text.lower()),
    "punctuation": (N_("without punctuation"), lambda text, _: unpunctuated(text)),
    "width": (N_("in full-width signs"), lambda text, _: wide(text)),
    "emoji": (N_("with an emoji at the end"), lambda text, _: f"{text} 🙂"),
    "blanks": (N_("with doubled blanks"), lambda text, _: re.sub(r"\s+", "  ", f" {text} ")),
}
"""Edits that leave the meaning: an answer has no reason to change."""
CHANGES: Mapping[str, tuple[str, Edit]] = {
    "typing": (N_("with a slip in every tenth word"), lambda text, draw: slipped_words(text, 0.1, draw)),
    "dropped": (N_("without every tenth word"), lambda text, draw: shorter(text, 0.1, draw)),
    "dropped_more": (N_("without three words in ten"), lambda text, draw: shorter(text, 0.3, draw)),
    "half": (N_("cut to the first half"), lambda text, _: half(text)),
}
"""Edits that take something of the meaning."""
