"""Who the browser is: a random cookie, no name. Everything an owner makes lies under a folder of its hash."""

from __future__ import annotations

import re
import secrets

import streamlit as st

COOKIE = "vitrine_owner"
SECONDS = 400 * 24 * 3600
"""How long a browser keeps the cookie; browsers allow no more."""
_FORM = re.compile(r"[0-9a-f]{32}")
_KEY = "owner"


def valid(cookie: object) -> bool:
    """Whether it is 128 bits as we write them."""
    return isinstance(cookie, str) and _FORM.fullmatch(cookie) is not None


def new() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def owner() -> str:
    """The owner of this session: the browser's cookie, else one made now that lasts as long as the session.

    The server sets the cookie with the first page. Where it could not (the script was started in another way), the
    page sets it from a script, which other scripts of this site could read: there are none.
    """
    if _KEY in st.session_state:
        return str(st.session_state[_KEY])
    cookie = st.context.cookies.get(COOKIE)
    st.session_state[_KEY] = cookie if valid(cookie) else new()
    if not valid(cookie):
        _hand_out(st.session_state[_KEY])
    return str(st.session_state[_KEY])


def _hand_out(cookie: str) -> None:
    script = f'document.cookie = "{COOKIE}={cookie}; path=/; max-age={SECONDS}; samesite=lax";'
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
