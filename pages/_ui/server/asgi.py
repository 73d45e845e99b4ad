"""What Streamlit's server lacks: the page's language, a content-security policy, and a warm start."""

import asyncio
import gc
import hashlib
import logging
import re
import traceback
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import get_instance

from pages._ui.base.pages import PAGES
from pages._ui.base.text import t
from pages._ui.server.sweep import sweep_on
from pages._ui.session.cookie import new_cookie
from pages._ui.session.state import warm_up

HERE = Path(__file__).parent
SHELL = HERE / "shell.py"
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}
_CLOSED = "/_stcore/metrics"
"""What Streamlit tells everyone about the server and its users: nobody's business."""

_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

_STYLE = b"<style>" + (HERE / "style.css").read_bytes() + b"</style>"


async def _script(_: Request) -> FileResponse:
    return FileResponse(HERE / "browser.js", media_type="text/javascript", headers={"cache-control": "no-cache"})


async def _start(request: Request) -> RedirectResponse:
    """The start page by its own name, which Streamlit does not know it by."""
    return RedirectResponse(f"/?{request.url.query}")


@asynccontextmanager
async def warm(_: st.App) -> AsyncIterator[None]:
    """Loads what every session needs before the first one comes, which no later garbage collection looks at; sweeps."""
    logging.getLogger("streamlit.error_util").addFilter(Discreet())
    warm_up()
    gc.collect()
    gc.freeze()
    sweeping = asyncio.create_task(sweep_on(get_instance()))
    yield
    sweeping.cancel()


def show_error(_: Exception) -> bool:
    """Says in the user's language that something went wrong, in place of Streamlit's English box."""
    if _developing():
        return False
    st.error(t("ui.error"), icon=":material/error:")
    return True


class Discreet(logging.Filter):
    """Logs an error's type and place but not its message, which may quote a user's file."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not _developing():
            place = "".join(traceback.format_tb(error.__traceback__))
            record.msg, record.args, record.exc_info = f"{type(error).__name__} at\n{place}", (), None
        return True


def _developing() -> bool:
    """Whether the one who runs the server has asked to see errors (`--client.showErrorDetails full`)."""
    return bool(st.get_option("client.showErrorDetails") != "none")


class IndexPage:
    """Serves the index page in the address's language with our script first, and every page under the policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].endswith(_CLOSED):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
            return
        if b"text/html" in dict(scope["headers"]).get(b"accept", b""):
            # The page is rewritten below: it must come whole and unpacked, never "not modified".
            dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since")
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in dropped]}
        cookie = new_cookie(Headers(scope=scope).getlist("cookie"), secure=scope.get("scheme") == "https")
        await self._app(scope, receive, _Rewriting(send, _language(scope), cookie))


class _Rewriting:
    """Passes a response on; a page of HTML is held back until it is whole and then rewritten."""

    def __init__(self, send: Send, language: str, cookie: str | None) -> None:
        self._send, self._language, self._cookie = send, language, cookie
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                self._start = message
                return
            await self._send(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        hashes = "".join(f" 'sha256-{_sha256(script)}'" for script in _INLINE.findall(self._body))
        body = self._body.replace(b'<html lang="en">', f'<html lang="{self._language}">'.encode(), 1)
        body = body.replace(b"<script>", b'<script src="./utover/browser.js"></script>\n    <script>', 1)
        body = body.replace(b"</head>", _STYLE + b"</head>", 1)
        headers = MutableHeaders(scope=start)
        del headers["etag"]
        headers["content-length"] = str(len(body))
        headers["content-security-policy"] = _POLICY.format(hashes=hashes)
        if self._cookie:
            headers.append("set-cookie", self._cookie)
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _language(scope: Scope) -> str:
    return "en" if parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang") == ["en"] else "nb"


def _sha256(script: bytes) -> str:
    return b64encode(hashlib.sha256(script).digest()).decode()


ROUTES = [Route("/utover/browser.js", _script), Route(f"/{next(iter(PAGES))}", _start)]
MIDDLEWARE = [Middleware(IndexPage)]
