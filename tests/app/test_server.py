"""The page as the server sends it: its language, its policy, our script first."""

import asyncio
import logging
import sys
import tomllib
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from streamlit.web.server.starlette import starlette_websocket

from pages._ui.server.asgi import Discreet, IndexPage

INLINE = "window.prerenderReady = false"
INDEX = f'<!DOCTYPE html><html lang="en"><head><script>{INLINE}</script></head><body>æøå</body></html>'


async def index(scope: Scope, receive: Receive, send: Send) -> None:
    answer = HTMLResponse(INDEX) if scope["path"] == "/" else Response(b"\x00", media_type="image/png")
    await answer(scope, receive, send)


def got(path: str, query: str = "", *cookies: str) -> tuple[dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
        "headers": [
            (b"accept", b"text/html"), (b"accept-encoding", b"gzip"), *((b"cookie", c.encode()) for c in cookies)
        ],
    }  # fmt: skip
    asyncio.run(IndexPage(index)(scope, receive, send))
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


@pytest.mark.parametrize("other", ["a/b=1", 'prefs={"a":[1,2]}', "navn=blåbær", ";;=;"])
def test_a_cookie_of_another_app_on_the_host_changes_nothing(other: str) -> None:
    given = got("/", "", other)[0]["set-cookie"].partition(";")[0]
    headers, body = got("/", "", f"{other}; {given}")
    assert "set-cookie" not in headers
    assert "æøå" in body.decode()


def test_an_invented_cookie_is_replaced() -> None:
    assert got("/", "", "utover=invented")[0]["set-cookie"].startswith("utover=")


def test_the_servers_own_figures_are_closed() -> None:
    scope = {"type": "http", "method": "GET", "path": "/_stcore/metrics", "query_string": b"", "headers": []}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(IndexPage(index)(scope, lambda: None, send))
    assert sent[0]["status"] == 404


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True),
        ("evil.example:8501", "http://evil.example:8501", False),
        ("localhost:8501", "http://evil.example", False),
        ("localhost.evil.example", None, False),
    ],
)
def test_a_session_is_opened_only_from_this_machines_own_page(host: str, origin: str | None, allowed: bool) -> None:
    settings = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert st.get_option("server.allowedHosts") == settings["server"]["allowedHosts"]
    assert starlette_websocket._is_origin_allowed(origin, host) is allowed


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
