"""The server's own part: headers on every answer, a cookie for a browser that has none."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse

import asgi
from pages.shared import owner


def answer(app: Any, *headers: tuple[str, str], scheme: str = "http") -> dict[str, list[str]]:
    """The headers of the answer to a GET."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "scheme": scheme,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as other:  # this thread may have a loop of its own, a browser's
        other.submit(asyncio.run, asgi.Shield(app)(scope, receive, send)).result()
    found: dict[str, list[str]] = {}
    for name, value in sent[0]["headers"]:
        found.setdefault(name.decode(), []).append(value.decode())
    return found


def test_a_new_browser_gets_a_cookie_that_scripts_cannot_read() -> None:
    (cookie,) = answer(HTMLResponse("hello"))["set-cookie"]
    assert re.match(rf"{owner.COOKIE}=[0-9a-f]{{32}};", cookie)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_https_the_cookie_is_secure() -> None:
    assert "Secure" in answer(HTMLResponse("hello"), scheme="https")["set-cookie"][0]
    assert "Secure" in answer(HTMLResponse("hello"), ("x-forwarded-proto", "https"))["set-cookie"][0]


def test_a_known_browser_keeps_its_cookie() -> None:
    assert "set-cookie" not in answer(HTMLResponse("hello"), ("cookie", f"{owner.COOKIE}={'a' * 32}"))


@pytest.mark.parametrize("cookie", ["", "short", "g" * 32, "../" * 11, "A" * 32])
def test_a_malformed_cookie_is_replaced(cookie: str) -> None:
    assert "set-cookie" in answer(HTMLResponse("hello"), ("cookie", f"{owner.COOKIE}={cookie}"))


def test_only_pages_hand_out_cookies() -> None:
    assert "set-cookie" not in answer(JSONResponse({}))


def test_every_answer_is_shielded() -> None:
    found = answer(JSONResponse({}), ("host", "127.0.0.1:8501"))
    assert found["x-content-type-options"] == ["nosniff"]
    assert found["referrer-policy"] == ["no-referrer"]
    (policy,) = found["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "ws://127.0.0.1:8501" in policy
    assert "default-src 'self'" in policy


def test_a_forged_host_does_not_reach_the_policy() -> None:
    (policy,) = answer(JSONResponse({}), ("host", "x; script-src *"))["content-security-policy"]
    assert "*" not in policy
