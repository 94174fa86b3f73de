"""What a text may become: the same without some of its sentences, or with a typical one more."""

from __future__ import annotations

import re

import pandas as pd

MOST = 12
"""Sentences that are left out by themselves, and sentences of others that are tried."""
LONGEST = 160
"""Characters of a sentence that is added."""
READ = 200
"""Texts of others that are read for sentences."""
CHARACTERS = 4_000
"""Of each of them."""
_SENTENCE = re.compile(r"[^.!?。！？；;\n]+[.!?。！？；;\n]*\s*")
_CLAUSE = re.compile(r"[^,，、:：]+[,，、:：]*\s*")


def passages(text: str, others: pd.Series) -> dict[str, float]:
    """Texts that could stand in its place, with their price.

    Args:
        text: as it is; empty where it is missing.
        others: texts of cases that have the wanted answer.

    Returns:
        By text, the number of sentences left out or added. A text is never emptied: a case without one is another case.
    """
    parts = parted(text)
    shorter = {_without(text, parts, place): 1.0 for place in _longest(parts)} if len(parts) > 1 else {}
    shorter |= {_only(parts, place): float(len(parts) - 1) for place in _longest(parts)} if len(parts) > 2 else {}
    longer = {f"{text.rstrip()} {sentence}".strip(): 1.0 for sentence in _typical(others) if sentence not in text}
    return {made: price for made, price in {**longer, **shorter}.items() if made and made != text.strip()}


def parted(text: str) -> list[str]:
    """Its sentences; of a single sentence its clauses."""
    sentences = [part for part in _SENTENCE.findall(text) if part.strip()]
    if len(sentences) > 1:
        return sentences
    return [part for part in _CLAUSE.findall(text) if part.strip()]


def _longest(parts: list[str]) -> list[int]:
    ranked = sorted(range(len(parts)), key=lambda place: -len(parts[place]))
    return sorted(ranked[:MOST])


def _without(text: str, parts: list[str], place: int) -> str:
    return "".join(parts[:place] + parts[place + 1 :]).strip(" ,，、:：")


def _only(parts: list[str], place: int) -> str:
    return parts[place].strip(" ,，、:：")


def _typical(others: pd.Series) -> list[str]:
    """Short sentences of such texts: those that several have first, then in their order."""
    counts: dict[str, int] = {}
    for text in others.dropna().head(READ):
        for part in dict.fromkeys(one.strip() for one in _SENTENCE.findall(str(text)[:CHARACTERS])):
            if 3 < len(part) <= LONGEST:
                counts[part] = counts.get(part, 0) + 1
    return sorted(counts, key=lambda part: -counts[part])[:MOST]
