"""The little CSS there is, and headings: one reading column, a quiet top bar, the path of steps.

Colours come from the theme (``.streamlit/config.toml``); rules here say only where things stand, in terms of our own
keys (``st-key-...``) wherever Streamlit has no option for it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.words import N_
from pages.shared.language import language, plain

WIDTH = 1100
"""Of the reading column, in pixels."""

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="-2 -1 32 29">'
    '<g fill="none" stroke="#159287" stroke-width="2.6" stroke-linejoin="round" stroke-linecap="round">'
    '<path d="M3 9 L14 3 L25 9 V24 H3 Z"/><path d="M3 9 H25 M9 19 V15 M14 19 V12.5 M19 19 V14"/></g></svg>'
)
"""Of the browser's tab."""
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="118" height="28" viewBox="0 0 118 28">'
    '<g fill="none" stroke="#159287" stroke-width="2.2" stroke-linejoin="round" stroke-linecap="round">'
    '<path d="M3 9 L14 3 L25 9 V24 H3 Z"/><path d="M3 9 H25 M9 19 V15 M14 19 V12.5 M19 19 V14"/></g>'
    '<text x="35" y="20.5" font-family="Source Sans,Segoe UI,Helvetica,Arial,sans-serif" font-size="19" '
    'font-weight="650" letter-spacing="0.2" fill="#159287">Vitrine</text></svg>'
)

_FRAME = """
.stMainBlockContainer { max-width: %(width)dpx; margin: 0 auto; }
.stApp [data-testid="stHeader"] { border-bottom: 1px solid color-mix(in srgb, currentColor 10%%, transparent); }
.st-key-header { position: fixed; top: 0.85rem; right: 1.1rem; z-index: 999995; width: auto !important; }
.st-key-header [data-testid="stButtonGroup"] button { min-height: 0; padding: 0.15rem 0.6rem; }
[data-testid="stButtonGroup"] button[data-selected="true"] { color: inherit !important; font-weight: 600; }
[data-testid="stPopoverButton"][aria-expanded="true"] { color: inherit !important; }
[data-testid="stSliderThumbValue"] { color: inherit; }
[data-testid="stHeaderActionElements"] { display: none; }
.st-key-showme { margin-bottom: 0.6rem;
  border-left: 4px solid #159287 !important; background: color-mix(in srgb, #159287 7%%, transparent); }
[class*="st-key-step_"] h3 { padding-top: 1.3rem; }
.stMain h1 { padding-top: 0.2rem; }
.stMain [data-testid="stMarkdownContainer"] p { line-height: 1.55; }
"""

_PATH = """
.st-key-path { border-bottom: 1px solid color-mix(in srgb, currentColor 14%%, transparent); row-gap: 0 !important;
  margin-bottom: 0.6rem; }
.st-key-path button { padding: 0.35rem 0.2rem 0.55rem; margin-right: 1.1rem; border-radius: 0;
  border-bottom: 3px solid transparent; margin-bottom: -1px; }
.st-key-path [class*="st-key-path_now_"] button { border-bottom-color: #159287; font-weight: 650; }
.st-key-path [class*="st-key-path_now_"] button p { font-weight: 650; }
.st-key-path [class*="st-key-path_done_"] button p { opacity: 0.85; }
.st-key-onward { margin-top: 1.5rem; padding-top: 1.2rem;
  border-top: 1px solid color-mix(in srgb, currentColor 10%%, transparent); }
"""

_CARDS = """
[class*="st-key-card_"] { height: 100%%; }
.quiet, .quiet p { opacity: 0.72; }
"""

_UPLOAD = """
[data-testid="stFileUploaderDropzoneInstructions"], [data-testid="InputInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] { justify-content: center; padding: 2.2rem 1rem; border: 1.5px dashed
  color-mix(in srgb, currentColor 28%%, transparent); }
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p::after {
  font-size: 1rem; content: "%(upload)s"; }
"""

_NARROW = """
.st-key-place { display: none; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  .st-key-header { top: 0.9rem; right: 0.6rem; }
  .st-key-path button { margin-right: 0.5rem; }
  [data-testid="stHorizontalBlock"] { row-gap: 1rem !important; }
}
@media (prefers-reduced-motion: reduce) { * { animation-duration: 0.01ms !important; transition: none !important; } }
"""


def dress() -> None:
    """Puts the frame on the page."""
    words = {"width": WIDTH, "upload": plain(N_("Choose files, or drop them here"))}
    st.html("<style>" + (_FRAME + _PATH + _CARDS + _UPLOAD + _NARROW) % words + "</style>")
    st.logo(MARK, size="medium")


def heading(title: str, tagline: str = "") -> None:
    """A page's title with one sentence under it."""
    st.title(title, anchor=False)
    if tagline:
        st.markdown(tagline)


_PLACE = Path(__file__).with_name("place.js").read_text(encoding="utf-8")
OFTEN = "whatif"
"""The part of the address that changes with every key."""
PAUSE = 2000
"""Milliseconds for which a case must rest until its address is written, unless anything else is done meanwhile."""
_SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"
EARLY, REST = tuple(path.name for path in _SCRIPTS.glob("PlotlyChart.*.js")), 1500
"""Scripts that the browser loads before they are needed, so many milliseconds after the first page."""


def place(name: str) -> None:
    """Tells the browser which language the page speaks, to begin at the top where the place is a new one, how to write
    its address, and what it will need."""
    mount = st.components.v2.component("vitrine_place", js=_PLACE)
    address = {"place": name, "often": OFTEN, "pause": PAUSE}
    data = {"language": language().replace("_", "-"), **address, "early": EARLY, "rest": REST}
    with st.container(key="place"):
        mount(data=data, key="place_of_page")
