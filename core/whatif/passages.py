"""What a text may become: the same without some of its sentences, or with a typical one more."""

from __future__ import annotations

import re

import pandas as pd

MOST = 12
"""Sentences that are left out, each by itself, and sentences of others that are tried."""
LONGEST, SHORTEST = 160, 4
"""Characters of a sentence that is added, and of what is left of a text."""
LEFT = 0.25
"""Share of a text that always stays."""
READ = 200
"""Texts of others that are read for sentences."""
CHARACTERS = 4_000
"""Of each text."""
_SENTENCE = re.compile(r".+?(?:[.!?;]+(?=\s|$)|[。！？；]+|\n|$)\s*", re.DOTALL)
_CLAUSE = re.compile(r".+?(?:,(?=\s)|[，、]|$)\s*", re.DOTALL)
_WIDE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]$")


def passages(text: str, others: pd.Series) -> dict[str, float]:
    """Texts that could stand in its place, with their price.

    Args:
        text: as it is; empty where it is missing.
        others: texts of cases that have the wanted answer.

    Returns:
        By text, the number of sentences left out or added. A text is never emptied: a case without one is another case.
    """
    longer = {_with(text, sentence): 1.0 for sentence in _typical(others) if sentence not in text}
    return longer | shorter(text, text, 0.0)


def shorter(text: str, whole: str, price: float) -> dict[str, float]:
    """The text without one more of its sentences; of a single sentence, of its clauses.

    Args:
        text: as it is, or without some sentences already.
        whole: as it is; a part of it always stays.
        price: of what was left out already.
    """
    parts = parted(text)
    ranked = sorted(range(len(parts)), key=lambda place: -len(parts[place]))[:MOST]
    made = ["".join(parts[:place] + parts[place + 1 :]).strip(" ,，、\n") for place in sorted(ranked)]
    least = max(SHORTEST, round(LEFT * len(whole)))
    return {one: price + 1.0 for one in made if len(one) >= least and one != text.strip()}


def parted(text: str) -> list[str]:
    """Its sentences; of a single sentence its clauses.

    >>> parted("Profit rose to 3.5 m. Sales fell.")
    ['Profit rose to 3.5 m. ', 'Sales fell.']
    """
    read, rest = text[:CHARACTERS], text[CHARACTERS:]
    parts = [part for part in _SENTENCE.findall(read) if part.strip()]
    if len(parts) < 2:
        parts = [part for part in _CLAUSE.findall(read) if part.strip()]
    return [*parts[:-1], parts[-1] + rest] if parts else []


def _with(text: str, sentence: str) -> str:
    kept = text.rstrip()
    return (kept + sentence if _WIDE.search(kept) else f"{kept} {sentence}").strip()


def _typical(others: pd.Series) -> list[str]:
    """Short sentences of such texts: those that several have first, then in their order."""
    counts: dict[str, int] = {}
    for text in others.dropna().head(READ):
        for part in dict.fromkeys(one.strip() for one in _SENTENCE.findall(str(text)[:CHARACTERS])):
            if SHORTEST <= len(part) <= LONGEST:
                counts[part] = counts.get(part, 0) + 1
    return sorted(counts, key=lambda part: -counts[part])[:MOST]
