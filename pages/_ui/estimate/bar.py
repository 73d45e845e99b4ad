"""Which estimate is open, whose it is and from when; new, copied, deleted, as a link, from a file or a spreadsheet."""

from datetime import date
from typing import Any

import streamlit as st

from billing_core import intake
from billing_core.base.errors import BillingCoreError
from billing_core.base.months import month_of, months_between, moved
from billing_core.base.problems import described
from billing_core.planning.entries import read_file
from billing_core.planning.sketch import MOST_ROWS, Row
from billing_core.store.work import MOST_ESTIMATES
from pages._ui.base import address
from pages._ui.base.data import DATA, catalogue
from pages._ui.base.format import counted, listed_month, number
from pages._ui.base.plain import bare, plain
from pages._ui.base.text import agency_label, language, t, texts
from pages._ui.estimate import book, entry_form
from pages._ui.estimate.book import NAME
from pages._ui.session import estimates

_FOUND, _FILES = "estimate.found", "estimate.files"
"""Session keys: what came of rows read (kind, text), and a number that empties the fields they came from."""

_LENGTHS = (12, 24, 36, 48)
_BEFORE, _AFTER = 12, 36


def show() -> None:
    """The choice of estimate, its agency and months, and what can be done with it."""
    held = estimates.book()
    names = [sketch.name for sketch in held.sketches]
    if len(names) > 1:
        st.session_state["estimate_open"] = held.opened.name
        st.selectbox(t(f"{NAME}.which"), names, key="estimate_open", on_change=_open, width=420)
    whose, first, months = st.columns([3, 2, 2])
    sketch = held.opened
    with whose:
        known = list(catalogue().agencies)
        agencies = known if sketch.agency in known else [*known, sketch.agency]
        _field(t(f"{NAME}.agency"), agencies, "agency", sketch.agency, agency_label)
    with first:
        now = month_of(date.today())
        listed = sorted({*months_between(moved(now, -_BEFORE), moved(now, _AFTER)), sketch.first})
        _field(t(f"{NAME}.first"), listed, "first", sketch.first, listed_month)
    with months:
        lengths = [str(length) for length in sorted({*_LENGTHS, sketch.months})]
        _field(
            t(f"{NAME}.length"),
            lengths,
            "months",
            str(sketch.months),
            lambda n: counted(f"{NAME}.length_months", int(n)),
        )


def tools() -> Any:
    """What can be done with estimates; gives back the place for the link, which is known when the page is drawn."""
    held = estimates.book()
    if not (held.opened.rows or len(held.sketches) > 1 or estimates.can_undo()):
        return st.empty()
    with st.container(horizontal=True):
        full = len(held.sketches) >= MOST_ESTIMATES
        _button("new", "add", lambda: estimates.change(estimates.book().adding(_empty())), full)
        _button("copy", "content_copy", lambda: estimates.change(estimates.book().adding(_copy())), full)
        with st.popover(t(f"{NAME}.rename"), icon=":material/edit:", key="estimate_rename"):
            st.text_input(
                t(f"{NAME}.new_name"), held.opened.name, max_chars=110, key=f"estimate_name_{held.opened.name}",
                on_change=_rename, args=(f"estimate_name_{held.opened.name}",),
            )  # fmt: skip
        _button("delete", "delete", lambda: estimates.change(estimates.book().without()))
        _button("undo", "undo", estimates.undo, not estimates.can_undo())
        with st.popover(t(f"{NAME}.share"), icon=":material/ios_share:", key="estimate_share"):
            return st.container()


def bring() -> None:
    """Rows pasted from a spreadsheet, or read from a file."""
    round_ = st.session_state.get(_FILES, 0)
    with st.expander(t(f"{NAME}.bring"), icon=":material/content_paste:"):
        st.markdown(t(f"{NAME}.bring_lead"))
        key = f"estimate_paste_{round_}"
        st.text_area(t(f"{NAME}.paste"), key=key, max_chars=100_000, placeholder=bare(t(f"{NAME}.paste_example")))
        st.button(t(f"{NAME}.paste_take"), key="estimate_take", on_click=_take_text, args=(key,))
        file = f"estimate_file_{round_}"
        st.file_uploader(
            t(f"{NAME}.file_field"), ["csv", "tsv", "txt", "xlsx", "ods", "toml"], key=file, on_change=_take_file,
            args=(file,), max_upload_size=5,
        )  # fmt: skip


def example() -> None:
    """One click to see what an estimate is."""
    st.info(t(f"{NAME}.empty"), icon=":material/lightbulb:")
    st.button(t(f"{NAME}.example"), on_click=_take_example, key="estimate_example", icon=":material/play_arrow:")


def tell() -> None:
    """What came of rows read."""
    if found := st.session_state.pop(_FOUND, None):
        for kind, text in found:
            {"error": st.error, "warning": st.warning, "success": st.success}[kind](text)


def link(place: Any) -> None:
    """The link that brings the estimates again, once the page knows all that stands in its address."""
    there = book.send()
    with place:
        if there:
            st.markdown(t(f"{NAME}.link_lead"))
            base = (st.context.url or "").partition("?")[0]
            st.code(f"{base}?{address.query()}", language=None, wrap_lines=True)
        elif estimates.can_undo() or len(estimates.book().sketches) > 1:
            st.caption(t(f"{NAME}.no_link"))


def _field(label: str, options: list[str], name: str, held: str, format: Any) -> None:
    key = f"estimate_{name}"
    st.session_state[key] = held
    names = {code: address.spaced(format(code)) for code in options}
    st.selectbox(label, options, key=key, format_func=names.__getitem__, on_change=_take_field, args=(name, key))


def _take_field(name: str, key: str) -> None:
    value = st.session_state[key]
    estimates.change(estimates.book().changing(**{name: int(value) if name == "months" else value}))


def _open() -> None:
    entry_form.clear()
    names = [sketch.name for sketch in estimates.book().sketches]
    estimates.show(names.index(st.session_state["estimate_open"]))


def _empty() -> Any:
    return estimates.book().opened.model_copy(update={"name": t(f"{NAME}.first_name"), "rows": ()})


def _copy() -> Any:
    return estimates.book().opened.model_copy(
        update={"name": bare(t(f"{NAME}.copy_name", name=estimates.book().opened.name[:90]))}
    )


def _rename(key: str) -> None:
    name = (st.session_state[key] or "").strip()
    if name and name not in [sketch.name for sketch in estimates.book().sketches]:
        estimates.change(estimates.book().changing(name=name))


def _take_text(key: str) -> None:
    text = (st.session_state[key] or "").strip()
    if text:
        _take(intake.Source(bare(t(f"{NAME}.pasted")), text.encode()))


def _take_file(key: str) -> None:
    if (file := st.session_state[key]) is not None:
        _take(intake.Source(file.name, file.getvalue()))


def _take_example() -> None:
    _take(intake.Source("plan.csv", path=DATA / "demo" / "plan.csv"))
    st.session_state.pop(_FOUND, None)


def _take(source: intake.Source) -> None:
    """Adds the rows of a file to the open estimate, and says what was refused. A callback."""
    st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
    try:
        read = read_file(source, catalogue(), intake.Options())
    except BillingCoreError as error:
        st.session_state[_FOUND] = [("error", plain(str(error)))]
        return
    told = described(read.problems, texts(language()) | {})
    found = [("error" if p["severity"] == "refused" else "warning", plain(_said(p))) for p in told.head(20).to_dicts()]
    room = MOST_ROWS - len(estimates.book().opened.rows)
    rows = tuple(map(Row.of, read.entries[:room]))
    if rows:
        _add(rows)
        found.insert(0, ("success", counted(f"{NAME}.taken", len(rows))))
    if len(read.entries) > room:
        found.append(("error", t(f"{NAME}.full", most=number(MOST_ROWS))))
    st.session_state[_FOUND] = found


def _add(rows: tuple[Row, ...]) -> None:
    """Adds rows; an empty estimate then begins when they do."""
    sketch = estimates.book().opened
    begins = min((row.first for row in rows if row.first), default=sketch.first)
    first = sketch.first if sketch.rows else begins
    estimates.change(estimates.book().changing(rows=(*sketch.rows, *rows), first=first))


def _said(problem: dict[str, Any]) -> str:
    row = f"{problem['row']}: " if problem["row"] else ""
    return f"{row}{problem['message']} {problem['remedy']}"


def _button(name: str, icon: str, on_click: Any, disabled: bool = False) -> None:
    def run() -> None:
        entry_form.clear()
        on_click()

    st.button(t(f"{NAME}.{name}"), key=f"estimate_{name}", icon=f":material/{icon}:", on_click=run, disabled=disabled)
