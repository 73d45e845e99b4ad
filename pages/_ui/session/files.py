"""The files of a session: read once, one after another's place, and the way back to what was there before."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from billing_core import intake
from billing_core.intake import Intake, Options, Sheet, Source
from pages._ui.base import address
from pages._ui.base.data import DATA, register
from pages._ui.session import door
from pages._ui.session.keys import DATASETS, MONTH, OPENED, READ, TRAIL

DEMO = "demo"
MAX_BYTES = 1024 * 2**20
"""The most that files are together."""

MOST_STEPS = 10
"""How many datasets a browser can go back through."""

_MOST_READ, _MOST_OPENED = 2, 100
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Dataset:
    """Files and how they are read; `id` names their content and that."""

    id: str
    sources: tuple[Source, ...]
    options: Options

    @property
    def read(self) -> Intake:
        """What stands in the files: read once, and again where there was no room to keep it."""
        return _read(self)


def dataset() -> Dataset | None:
    """The session's dataset; None if the address names one that this browser does not have (any more)."""
    return _held(address.view().data)


def why_gone() -> str:
    """The key of the text that says why the address's dataset is not here."""
    return "ui.dropped_dataset" if door.was_lost(DATASETS, address.view().data) else "ui.lost_dataset"


def use(sources: Sequence[Source], options: Options, progress: Progress | None = None) -> Dataset:
    """Reads files and makes them the session's dataset, opened on its newest month. `undo` goes back."""
    before = address.view().data
    fresh = Dataset(_id(sources, options), tuple(sources), options)
    _read(fresh, progress)
    trail = _trail()
    trail = trail if trail[-1] == before else (*trail, before)
    _keep(fresh, trail if fresh.id == before else (*trail, fresh.id))
    address.change(data=fresh.id)
    st.session_state.pop(MONTH, None)
    _let_go_of_uploads()
    return fresh


def too_much(sources: Sequence[Source]) -> bool:
    """Whether files are together more than a session may hold."""
    return sum(len(source.content or b"") for source in sources) > MAX_BYTES


def can_undo() -> bool:
    """Whether what was there before is still here."""
    before = _before()
    return before is not None and _held(before[-1]) is not None


def undo() -> None:
    """Goes back to what was there before; to the demo only if that was it."""
    before = _before()
    if before and _held(before[-1]):
        door.keep(TRAIL, "", before)
        address.change(data=before[-1])


def is_demo() -> bool:
    """Whether the figures shown are the demo's, not the user's own."""
    current = dataset()
    return current is not None and current.id == DEMO


def start_demo() -> None:
    """Makes the demo the session's dataset; what was uploaded before is forgotten."""
    for key in door.keys(DATASETS):
        door.let_go(DATASETS, key)
    door.let_go(TRAIL, "")
    door.forget_made()
    address.change(data=DEMO)


@st.cache_resource
def demo() -> Dataset:
    """The demo's files, the same for all."""
    return Dataset(DEMO, (Source("bym.zip", path=DATA / "demo" / "bym.zip"),), Options())


@st.cache_resource
def _demo_read() -> Intake:
    return intake.read(demo().sources, register(), demo().options)


def _read(wanted: Dataset, progress: Progress | None = None) -> Intake:
    if wanted.id == DEMO:
        return _demo_read()
    return door.once(
        READ,
        wanted.id,
        lambda: intake.read(wanted.sources, register(), wanted.options, progress, _opened),
        _MOST_READ,
    )


def _opened(name: str, content: bytes, digest: bytes) -> list[Sheet]:
    """A file's text tables: opened once, so that to add, remove or replace one file opens no other anew."""
    return door.once(OPENED, (name, digest), lambda: intake.sheets(name, content), _MOST_OPENED)


def _let_go_of_uploads() -> None:
    """Takes from Streamlit what it received: it would hold every file a second time for as long as the session."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is not None:
        run.uploaded_file_mgr.remove_session_files(run.session_id)


def _held(id_: str) -> Dataset | None:
    if id_ == DEMO:
        return demo()
    found: Dataset | None = door.kept(DATASETS, id_)
    return found


def _trail() -> tuple[str, ...]:
    """The datasets in the order they came, the demo first; the one that is shown may be any of them."""
    trail: tuple[str, ...] | None = door.kept(TRAIL, "")
    return trail or (DEMO,)


def _before() -> tuple[str, ...] | None:
    """The trail as it was before the dataset that is shown; None where it came first."""
    trail, now = _trail(), address.view().data
    at = next((at for at in range(len(trail) - 1, 0, -1) if trail[at] == now), 0)
    return trail[:at] or None


def _keep(fresh: Dataset, trail: tuple[str, ...]) -> None:
    """Keeps a dataset and the trail to it, of which what is beyond the most goes, what was undone first."""
    door.keep(DATASETS, fresh.id, fresh)
    trail = trail[-MOST_STEPS - 1 :]
    door.keep(TRAIL, "", trail)
    kept = sorted(door.keys(DATASETS), key=lambda id_: id_ in trail)
    for id_ in kept[: max(0, len(kept) - MOST_STEPS)]:
        door.let_go(DATASETS, id_)


def _id(sources: Sequence[Source], options: Options) -> str:
    files = [
        (source.name, source.digest, source.period, source.agency, source.upload, source.replaces) for source in sources
    ]
    # The key itself stays out of the address; under another key what was read is not the same.
    key = hashlib.sha256(options.pseudonym_key).hexdigest() if options.pseudonym_key else ""
    return short_digest(repr((files, replace(options, pseudonym_key=None), key)).encode())


@dataclass(frozen=True)
class OwnTable:
    """A table of the user's own (a checked frame: prices, agreements, account strings), and its file's name."""

    name: str
    frame: pl.DataFrame

    @cached_property
    def id(self) -> str:
        """Names the content."""
        return short_digest(self.frame.write_csv().encode())


def short_digest(content: bytes) -> str:
    """What names a content in an address."""
    return hashlib.sha256(content).hexdigest()[:12]
