"""The web server's own part: warm start, ``/healthz``, security headers, and the cookie that names an owner.

``streamlit run asgi.py`` and ``streamlit run dashboard.py`` start the same server.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from pages.shared import owner

PagesManager.uses_pages_directory = False  # else a link to a field, as a server's first page, would skip dashboard.py

SCRIPT = Path(__file__).resolve().parent / "dashboard.py"
_HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]{1,255}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(host: str) -> str:
    """The content security policy: nothing from any other machine.

    Charts compile small functions (``unsafe-eval``) and Streamlit styles inline; scripts come from files, and from
    Streamlit's own page by their hashes.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' blob: {' '.join(inline())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@cache
def inline() -> tuple[str, ...]:
    """The hashes of the scripts written in Streamlit's own page."""
    page = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall(rb"<script>(.*?)</script>", page.read_bytes(), re.DOTALL) if page.is_file() else []
    return tuple(f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in scripts)


class Shield:
    """Adds the headers to every answer, and the owner's cookie to a page for a browser that has none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), asked, scope)
            await send(message)

        await self.app(scope, receive, answer)


def _dress(headers: MutableHeaders, asked: Headers, scope: Scope) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = policy(asked.get("host", ""))
    # A page that has not changed since the last visit is answered without a content type.
    kind = headers.get("content-type", asked.get("accept", ""))
    if scope["method"] == "GET" and kind.startswith("text/html") and not owner.valid(_owner(asked)):
        headers.append("Set-Cookie", _cookie(asked, scope))


def _owner(asked: Headers) -> str | None:
    for text in asked.getlist("cookie"):
        for part in text.split(";"):
            name, _, value = part.strip().partition("=")
            if name == owner.COOKIE:
                return value
    return None


def _cookie(asked: Headers, scope: Scope) -> str:
    jar: SimpleCookie = SimpleCookie()
    jar[owner.COOKIE] = owner.new()
    crumb = jar[owner.COOKIE]
    crumb["path"], crumb["httponly"], crumb["samesite"], crumb["max-age"] = "/", True, "Lax", owner.SECONDS
    crumb["secure"] = "https" in (scope.get("scheme"), asked.get("x-forwarded-proto"))
    return crumb.OutputString()


async def healthz(_: Request) -> JSONResponse:
    """Says that the server answers."""
    return JSONResponse({"status": "ok"})


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Imports, freezes and starts the scheduler before the first page is asked for."""
    from pages.shared.warm import close, warm

    await anyio.to_thread.run_sync(warm)
    try:
        yield
    finally:
        close()


parts: dict[str, Any] = {
    "lifespan": lifespan,
    "routes": [Route("/healthz", healthz)],
    "middleware": [Middleware(Shield)],
}
app = st.App(SCRIPT, **parts)
