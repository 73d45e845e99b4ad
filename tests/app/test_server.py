"""The page as the server sends it: its language, its policy, our script first."""

import asyncio
import logging
import sys
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from pages._ui.server.asgi import Discreet, Page

INLINE = "window.prerenderReady = false"
INDEX = f'<!DOCTYPE html><html lang="en"><head><script>{INLINE}</script></head><body>æøå</body></html>'


async def index(scope: Scope, receive: Receive, send: Send) -> None:
    answer = HTMLResponse(INDEX) if scope["path"] == "/" else Response(b"\x00", media_type="image/png")
    await answer(scope, receive, send)


def got(path: str, query: str = "") -> tuple[dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
        "headers": [(b"accept", b"text/html"), (b"accept-encoding", b"gzip")],
    }  # fmt: skip
    asyncio.run(Page(index)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    ("query", "language"), [("", "nb"), ("lang=nb", "nb"), ("a=1&lang=en", "en"), ("lang=x", "nb")]
)
def test_the_page_says_its_language_from_the_first_byte(query: str, language: str) -> None:
    assert f'<html lang="{language}">'.encode() in got("/", query)[1]


def test_our_script_comes_before_streamlits() -> None:
    body = got("/")[1].decode()
    assert body.index("./utover/browser.js") < body.index(INLINE)


def test_the_length_told_is_that_of_the_rewritten_page() -> None:
    headers, body = got("/")
    assert headers["content-length"] == str(len(body))


def test_only_our_own_scripts_and_the_one_inline_script_may_run() -> None:
    policy = got("/")[0]["content-security-policy"]
    only = b64encode(sha256(INLINE.encode()).digest()).decode()
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{only}';" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_other_answers_pass_unchanged_but_for_headers() -> None:
    headers, body = got("/favicon.png")
    assert body == b"\x00"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_log_says_what_failed_and_where_but_not_what_a_file_held() -> None:
    cell = "Kari Nordmann"
    try:
        int(cell)
    except ValueError:
        record = logging.LogRecord("streamlit", logging.ERROR, "", 0, "Uncaught app execution", (), sys.exc_info())
    Discreet().filter(record)
    said = logging.Formatter().format(record)
    assert "ValueError" in said
    assert "test_server.py" in said
    assert cell not in said
