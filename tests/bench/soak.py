"""`make soak`: many browsers one after another, each with files of its own, and what the server's memory comes to.

Every browser is a real session over a WebSocket, in Streamlit's own messages: it takes its cookie, opens the upload
page, sends a file, has it read, looks at its charges, reloads a few times and leaves. The server forgets browsers
after seconds instead of hours, so that a trend shows. Only this machine is spoken to; nothing is asserted.
"""

import argparse
import asyncio
import os
import platform
import subprocess
import tempfile
import time
import uuid
from datetime import date
from http.cookies import SimpleCookie
from importlib.metadata import version
from pathlib import Path
from urllib.request import Request, urlopen

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.e2e.conftest import ROOT, start

BROWSERS, AT_ONCE, ROWS, RELOADS = 200, 6, 2_000, 2
KEPT_SECONDS, MEMORY_MIB, MOST_SECONDS = 20, 256, 900
PATIENCE = 120


class Browser:
    """One browser: its cookies, and one open tab at a time."""

    def __init__(self, server: str) -> None:
        self._server, self._cookies, self._session, self._query = server, "", "", ""
        self._widgets: dict[str, WidgetState] = {}
        self._labels: dict[str, str] = {}
        self.told: list[str] = []
        """What the pages warned of: that data are gone, for one."""

    async def arrive(self) -> None:
        """Loads the page, which gives the cookies."""
        jar = SimpleCookie()
        for path in ("/", "/_stcore/health"):
            for given in await asyncio.to_thread(self._get, path):
                jar.load(given)
        self._xsrf = jar["_streamlit_xsrf"].value if "_streamlit_xsrf" in jar else ""
        self._cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())

    async def tab(self, page: str, content: bytes | None = None) -> str:
        """Opens a page in a new session, as a reload does; reads a file there if there is one. The data's id."""
        address = self._server.replace("http", "ws") + "/_stcore/stream"
        headers = {"Cookie": self._cookies}
        self._widgets, self._labels = {}, {}
        async with connect(
            address, subprotocols=["streamlit", self._xsrf or "none"], additional_headers=headers, origin=self._server,
            max_size=None,
        ) as socket:  # fmt: skip
            await self._run(socket, page)
            if content is not None:
                await self._upload(socket, page, content)
            return self._query

    async def _upload(self, socket: ClientConnection, page: str, content: bytes) -> None:
        asked = BackMsg()
        asked.file_urls_request.request_id = str(uuid.uuid4())
        asked.file_urls_request.file_names.append("bruk.csv")
        asked.file_urls_request.session_id = self._session
        await socket.send(asked.SerializeToString())
        urls = (await self._until(socket, "file_urls_response")).file_urls_response.file_urls[0]
        await asyncio.to_thread(self._put, urls.upload_url, content)
        field = next(id_ for id_ in self._labels if "upload_files_0" in id_)
        told = WidgetState(id=field)
        told.file_uploader_state_value.uploaded_file_info.add(
            name="bruk.csv", size=len(content), file_id=urls.file_id, file_urls=urls
        )
        self._widgets[field] = told
        await self._run(socket, page)
        button = next(id_ for id_, label in self._labels.items() if label == "Les inn filene")
        await self._run(socket, page, WidgetState(id=button, trigger_value=True))

    async def _run(self, socket: ClientConnection, page: str, clicked: WidgetState | None = None) -> None:
        wanted = BackMsg()
        run = wanted.rerun_script
        run.query_string, run.page_name = self._query, page
        run.context_info.url = f"{self._server}/{page}?{self._query}"
        run.widget_states.widgets.extend([*self._widgets.values(), *([clicked] if clicked else [])])
        await socket.send(wanted.SerializeToString())
        await self._until(socket, "script_finished")

    async def _until(self, socket: ClientConnection, kind: str) -> ForwardMsg:
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(socket.recv(decode=False), PATIENCE))
            of = message.WhichOneof("type")
            if of == "new_session":
                self._session = message.new_session.initialize.session_id
            elif of == "page_info_changed":
                self._query = message.page_info_changed.query_string
            elif of == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "alert" and element.alert.format == Alert.WARNING:
                    self.told.append(element.alert.body)
                shown = getattr(element, str(element.WhichOneof("type")))
                if hasattr(shown, "id") and hasattr(shown, "label"):
                    self._labels[shown.id] = shown.label
            if of == kind and (
                kind != "script_finished" or message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return message

    def _get(self, path: str) -> list[str]:
        asked = Request(self._server + path, headers={"Accept": "text/html", "Cookie": self._cookies})  # noqa: S310
        with urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
            answer.read()
            return list(answer.headers.get_all("set-cookie") or [])

    def _put(self, path: str, content: bytes) -> None:
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="bruk.csv"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Cookie": self._cookies, "X-Xsrftoken": self._xsrf, "Content-Type": f"multipart/form-data; boundary={edge}",
        }  # fmt: skip
        asked = Request(self._server + path, body, headers, method="PUT")  # noqa: S310
        urlopen(asked, timeout=PATIENCE).close()  # noqa: S310


def usage(number: int, rows: int) -> bytes:
    """Licences that no other browser has."""
    head = "periode;virksomhet;bruker;ansatt;brukertype;lisens\n"
    return (head + "".join(f"2026-10;BYM;b{number}-{row};{number}{row:06};hoved;E1\n" for row in range(rows))).encode()


def mib(pid: int) -> int:
    """The memory that a process has now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


async def soak(server: str, pid: int, browsers: int, rows: int, reloads: int) -> None:
    """Lets the browsers come, `AT_ONCE` at a time, and prints the memory as they do."""
    waiting, began = asyncio.Semaphore(AT_ONCE), time.monotonic()
    done = lost = 0

    async def one(number: int) -> None:
        nonlocal done, lost
        async with waiting:
            if time.monotonic() - began > MOST_SECONDS:
                return
            browser = Browser(server)
            await browser.arrive()
            if "data=" not in await browser.tab("upload", usage(number, rows)):
                raise RuntimeError(f"the files of browser {number} were not read: {browser.told}")
            browser.told = []
            for _ in range(reloads):
                await browser.tab("charges")
                if browsers == 1:
                    print(f"reloaded          {time.monotonic() - began:5.0f} s  {mib(pid):5} MiB", flush=True)
            lost += bool(browser.told)
            done += 1
            if done % max(1, browsers // 10) == 0:
                print(
                    f"{done:4} browsers  {time.monotonic() - began:5.0f} s  {mib(pid):5} MiB  {lost} lost their data",
                    flush=True,
                )

    print(f"   0 browsers      0 s  {mib(pid):5} MiB", flush=True)
    await asyncio.gather(*(one(number) for number in range(browsers)))
    for _ in range(3):
        await asyncio.sleep(KEPT_SECONDS)
        print(f"left for {time.monotonic() - began:5.0f} s in all      {mib(pid):5} MiB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--browsers", type=int, default=BROWSERS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--reloads", type=int, default=RELOADS)
    asked = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Streamlit {version('streamlit')}, {date.today()}")
    print(f"{asked.browsers} browsers, {AT_ONCE} at a time, each with {asked.rows} rows and {asked.reloads} reloads;")
    print(f"kept for {KEPT_SECONDS} s, at most {MEMORY_MIB} MiB of all browsers' data")
    settings = {"UTOVER_KEPT_SECONDS": str(KEPT_SECONDS), "UTOVER_MEMORY_MIB": str(MEMORY_MIB)}
    with tempfile.TemporaryDirectory() as folder:
        process: subprocess.Popen[bytes]
        with start(ROOT / "app.py", Path(folder) / "log", os.environ | settings) as (address, process):
            asyncio.run(soak(address, process.pid, asked.browsers, asked.rows, asked.reloads))


if __name__ == "__main__":
    main()
