"""The reader's language in this session: sentences, escaped facts, and the switch in the header.

``t`` makes Markdown: facts are escaped, so that a column called ``**x**`` is shown as it is written. ``plain`` makes
bare text for places that do not render Markdown (menus, cells, charts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from core.words import SOURCE, Message, joined, languages, say

NAMES = {"en": "English", "zh_CN": "中文"}
"""What each language calls itself; never translated."""

_KEY = "language"
_SWITCH = "switch_language"
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&=\"'^])")
_UNSEEN = re.compile("[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_SHORTCODE = re.compile(r":(?=[\w+\-]+:)|(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)|(?<=-)(?=[->])|(?<=[<>~])(?=[-=])")
_JOINER = "\u2060"  # no width: breaks what Markdown would turn into a link, an arrow or an emoji


def language() -> str:
    """Code of the session's language: from the address, else as chosen before, else the browser's."""
    asked = st.query_params.get("lang", "")
    if asked in languages():
        st.session_state[_KEY] = asked
    elif _KEY not in st.session_state:
        st.session_state[_KEY] = _browsers()
    return str(st.session_state[_KEY])


def t(text: str, /, **facts: Any) -> str:
    """A sentence in the reader's language as Markdown; facts that are free text are shown literally."""
    return say(text, language(), facts, escape=literal)


def tell(message: Message | Mapping[str, Any] | str) -> str:
    """A ``Message`` (a finding, a verdict, an event) in the reader's language as Markdown."""
    return say(message, language(), escape=literal)


def plain(message: Message | Mapping[str, Any] | str, /, **facts: Any) -> str:
    """The same as bare text, for menus, table cells and charts; mark a text with ``N_``."""
    return say(message, language(), facts or None)


def together(said: Iterable[str]) -> str:
    """Sentences one after the other, as the reader's language sets them."""
    return joined(said, language())


def literal(text: str) -> str:
    """Free text as Markdown that shows exactly that text on one line: no markup, formula, link or emoji code.

    >>> literal("**a** :x:")
    '\\\\*\\\\*a\\\\*\\\\* \\\\:\\u2060x\\\\:'
    """
    one_line = _UNSEEN.sub(" ", str(text)).strip()
    return _PUNCTUATION.sub(r"\\\1", _SHORTCODE.sub(lambda found: found.group() + _JOINER, one_line))


def switch() -> None:
    """The language switch; the choice goes into the address."""
    codes = languages()
    if len(codes) < 2:
        return
    st.session_state[_SWITCH] = language()
    st.segmented_control(
        " / ".join(NAMES.get(code, code) for code in codes),
        codes,
        format_func=lambda code: NAMES.get(code, code),
        label_visibility="collapsed",
        key=_SWITCH,
        on_change=_switched,
        required=True,
    )


def _switched() -> None:
    chosen = st.session_state[_SWITCH]
    if chosen in languages():
        st.session_state[_KEY] = st.query_params["lang"] = chosen


def keep_in_address() -> None:
    """A page switch empties the address; a language that was chosen goes back into it."""
    now = language()
    if now != _browsers() and st.query_params.get("lang") != now:
        st.query_params["lang"] = now


def _browsers() -> str:
    locale = (st.context.locale or "").lower()
    return "zh_CN" if locale.startswith("zh") and "zh_CN" in languages() else SOURCE
