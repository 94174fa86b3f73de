"""Sentences in the reader's language: English source, gettext catalogues, numbers in the reader's format.

A sentence is written once, in English, where it is used, and marked with ``N_`` (core) or ``t`` (pages) so that
``make words`` finds it. Placeholders are ``{name}`` or ``{name:style}``; styles:

======================  ==========================================================
``{n:count}``           whole number with the language's grouping
``{x:number}``          at most three significant digits; below 0 with a minus (U+2212), as in charts
``{s:percent}``         share 0 to 1 as a percentage, at most three significant digits
``{t:seconds}``         a duration
``{b:bytes}``           a size in memory or on disk
``{d:date}``            a date or ISO string
``{items:list}``        "a, b and c"
``{n:row/rows}``        the first word for 1, else the second (English only; other catalogues drop it)
======================  ==========================================================

A fact may itself be a ``Message`` and is then said in the same language.
"""

from __future__ import annotations

import gettext
import io
import math
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent.parent / "locales"
SOURCE = "en"


def N_(text: str) -> str:  # noqa: N802 - the field's name for "mark, translate later"
    """Marks a source sentence for the catalogue and returns it unchanged."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence not yet said: English source and the facts for its placeholders (JSON-able, or Messages)."""

    text: str
    facts: dict[str, Any] = field(default_factory=dict)

    def english(self) -> str:
        """The sentence in its source language."""
        return say(self, SOURCE)

    def holds(self, other: Message) -> bool:
        """Whether the other sentence is said in this one, alone or among more."""
        within = (_message(fact) for fact in self.facts.values())
        return self == other or any(one.holds(other) for one in within if one is not None)


def _message(fact: Any) -> Message | None:
    """A fact that is itself a sentence, also as JSON has it."""
    if isinstance(fact, Mapping) and "text" in fact:
        return Message(fact["text"], fact.get("facts") or {})
    return fact if isinstance(fact, Message) else None


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that have a catalogue, the source first."""
    found = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/vitrine.po"))
    return (SOURCE, *found)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled in memory: no build step, one truth on disk."""
    path = LOCALES / language / "LC_MESSAGES" / "vitrine.po"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        read = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def say(
    message: Message | Mapping[str, Any] | str,
    language: str = SOURCE,
    facts: Mapping[str, Any] | None = None,
    escape: Callable[[str], str] = str,
) -> str:
    """The sentence in a language.

    Args:
        message: a Message, its JSON form ``{"text", "facts"}``, or a source text with ``facts``.
        language: a code of ``languages()``; an unknown one gives English.
        facts: values for the placeholders where ``message`` is a text.
        escape: applied to every fact that is free text (a column name, a cell), so that it is shown literally.
    """
    if isinstance(message, Message):
        text, facts = message.text, message.facts
    elif isinstance(message, Mapping):
        text, facts = message["text"], message.get("facts") or {}
    else:
        text = message
    if not text:
        return ""
    translated = catalogue(language).gettext(text)
    if not facts:
        return translated
    said = _Sayer(language, escape).vformat(translated, (), facts)
    return _TWICE.sub(r"\1", said)


def joined(said: Iterable[str], language: str = SOURCE) -> str:
    """Sentences that are said already, one after the other: in Chinese without a blank after a full-width sign.

    >>> joined(["完成。", "", "用时 3 秒。"], "zh_CN")
    '完成。用时 3 秒。'
    >>> joined(["Done.", "It took 3 sec."])
    'Done. It took 3 sec.'
    """
    whole = ""
    for one in filter(None, said):
        closed = not whole or (language.startswith("zh") and whole[-1] in _CLOSING)
        whole += one if closed else f" {one}"
    return whole


_CLOSING = "。！？；：，、）”…"
_TWICE = re.compile(r"\b([Cc]olumn )column (?=\d)")
"""A column without a name is called "column 21"; "Column column 21" would say it twice."""


class _Sayer(string.Formatter):
    def __init__(self, language: str, escape: Callable[[str], str]) -> None:
        self.language, self.escape = language, escape

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        # A sentence that lacks a fact is still better than a page that lacks the sentence.
        return kwargs.get(key)

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, Message) or (isinstance(value, Mapping) and "text" in value):
            return say(value, self.language, escape=self.escape)
        if value is None:
            return "–"
        if "/" in format_spec:
            one, other = format_spec.split("/", 1)
            return one if value == 1 else other
        style = _STYLES.get(format_spec)
        if style is not None and not isinstance(value, str):
            return style(value, self.language, self.escape)
        if format_spec == "date":
            return show_date(value, self.language)
        return self.escape(str(value))


def show_count(value: float, language: str = SOURCE) -> str:
    """A whole number with the language's grouping."""
    return _minus(str(numbers.format_decimal(round(value), locale=_locale(language))))


def show_number(value: float, language: str = SOURCE) -> str:
    """At most three significant digits; whole numbers below a billion in full."""
    if not math.isfinite(value):
        return "–"
    if float(value).is_integer() and abs(value) < 1e9:
        return show_count(value, language)
    if value and not 1e-4 <= abs(value) < 1e9:
        return _minus(f"{value:.3g}")
    shown = numbers.format_decimal(_significant(value), format="#,##0.########", locale=_locale(language))
    return _minus(str(shown))


def show_percent(value: float, language: str = SOURCE) -> str:
    """A share from 0 to 1 as a percentage with at most three significant digits; only 1 itself is 100 %."""
    if not math.isfinite(value):
        return "–"
    rounded = round(value, 3) if abs(value) >= 0.001 else _significant(value, 1)
    if value < 1 <= rounded:
        rounded = 0.999
    return _minus(str(numbers.format_percent(rounded, format="#,##0.####%", locale=_locale(language))))


def show_seconds(value: float, language: str = SOURCE) -> str:
    """A duration in the one or two units a person would use; in Chinese too with a blank after the figure.

    >>> show_seconds(8.9, "zh_CN")
    '8.9 秒'
    """
    if not math.isfinite(value):
        return "–"
    locale = _locale(language)

    def unit(amount: float, name: str) -> str:
        return _UNIT.sub(" ", _minus(str(_format_unit(amount, name, locale))))

    if value < 10:
        return unit(round(value, 1), "duration-second")
    if value < 90:
        return unit(round(value), "duration-second")
    if value < 5400:
        return unit(round(value / 60, 1) if value < 600 else round(value / 60), "duration-minute")
    return unit(round(value / 3600, 1), "duration-hour")


_UNIT = re.compile(r"(?<=\d)(?=[\u4e00-\u9fff])")
"""Between a figure and a Chinese sign."""


def show_bytes(value: float, language: str = SOURCE) -> str:
    """A size with a decimal prefix."""
    for unit in ("B", "kB", "MB"):
        if abs(value) < 1000:
            return f"{show_number(value, language)} {unit}"
        value /= 1000
    return f"{show_number(value, language)} GB"


def show_date(value: date | datetime | str, language: str = SOURCE) -> str:
    """A date (with its time where it has one, to the minute) in the language's medium form."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    locale = _locale(language)
    day = str(dates.format_date(moment, format="medium", locale=locale))
    if not isinstance(moment, datetime) or not (moment.hour or moment.minute or moment.second):
        return day
    time = dates.format_time(moment.time(), format="short", locale=locale)
    return str(dates.get_datetime_format("medium", locale=locale)).format(time, day)


def show_list(items: Any, language: str = SOURCE, escape: Callable[[str], str] = str) -> str:
    """Items joined as the language joins them: "a, b and c"; in Chinese with blanks around Latin letters and figures.

    >>> show_list(["3 行", "GP", "MS"], "zh_CN")
    '3 行、GP 和 MS'
    """
    said = [
        say(item, language, escape=escape) if isinstance(item, (Message, Mapping)) else escape(str(item))
        for item in items
    ]
    if not language.startswith("zh") or len(said) < 2:
        return str(lists.format_list(said, locale=_locale(language)))
    before, last = (
        " " if sign.strip() and (sign.isascii() or sign in "≤≥") else "" for sign in (said[-2][-1:], said[-1][:1])
    )
    return str(lists.format_list([*said[:-2], said[-2] + before, last + said[-1]], locale=_locale(language)))


_STYLES: dict[str, Callable[[Any, str, Callable[[str], str]], str]] = {
    "count": lambda value, language, _: show_count(value, language),
    "number": lambda value, language, _: show_number(value, language),
    "percent": lambda value, language, _: show_percent(value, language),
    "seconds": lambda value, language, _: show_seconds(value, language),
    "bytes": lambda value, language, _: show_bytes(value, language),
    "date": lambda value, language, _: show_date(value, language),
    "list": show_list,
}


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language) if language in languages() else Locale.parse(SOURCE)


def _format_unit(amount: float, name: str, locale: Locale) -> str:
    from babel.units import format_unit

    return format_unit(amount, name, length="short", locale=locale)


def _minus(shown: str) -> str:
    """The sign of a number below 0 is a minus, as in charts, and no hyphen."""
    return f"−{shown[1:]}" if shown.startswith("-") else shown


def _significant(value: float, digits: int = 3) -> float:
    if value == 0:
        return 0.0
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value, max(places, 0))
