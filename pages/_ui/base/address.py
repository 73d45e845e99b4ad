"""The view in the address: every choice by its code, so that a link or a reload shows the same in any language.

Streamlit's own binding writes option labels, which change with the language. Here a choice lives in the session under
its key; `receive` takes up what a link brought, the widgets below keep session and widget in step, `send` writes the
address once a run. Keys are `lang`, `agency`, `month`, `data`, ..., and `<page>_<name>` for a page's own.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from pages._ui.base.plain import bare, plain

_PATH, _NEW, _SENT, _USED = "address.path", "address.new", "address.sent", "address.used"
_DRAWN, _VIEW = "address.drawn", "address.view"
_REMEMBERED = 5
_SPACES = re.compile(r"[\u00a0\u2007\u2009\u202f]")
_EVERYWHERE = ("lang", "agency", "month")
"""What stands in the address of every page, also of one that does not ask for it."""


@dataclass(frozen=True)
class View:
    """What the address says that no widget holds: read once a run, by `receive`.

    `data`, `prices` and `agreements` are ids of what the browser has, `policy` the values changed ("key:value").
    """

    data: str = "demo"
    prices: str = ""
    agreements: str = ""
    policy: tuple[str, ...] = ()

    def told(self) -> dict[str, list[str]]:
        """What of it stands in the address."""
        one = {
            "data": self.data if self.data != View.data else "",
            "prices": self.prices,
            "agreements": self.agreements,
        }
        return {key: [told] for key, told in one.items() if told} | ({"policy": [*self.policy]} if self.policy else {})

    def following(self, told: dict[str, list[str]]) -> "View":
        """The view after a link: what it tells, and the rest as before."""
        changes: dict[str, Any] = {k: told[k][0] for k in ("data", "prices", "agreements") if told.get(k)}
        if "policy" in told:
            changes["policy"] = tuple(told["policy"])
        return replace(self, **changes)


_OF_MARKDOWN = ("radio", "segmented_control")
"""The widgets whose options are drawn as Markdown."""


def receive() -> None:
    """Notes what the address says anew. Called once, first in a run.

    On the page one is on, a value that we sent a moment ago is no news: the browser may lag behind the user's last
    choices. Coming to a page, all that the link says is.
    """
    session, path = st.session_state, urlsplit(st.context.url or "").path
    if session.get(_PATH) != path:
        session[_SENT] = {}
    waiting = _everywhere(session.get(_NEW, {}))
    session[_PATH], session[_USED] = path, _everywhere(session.get(_USED, {}))
    sent: dict[str, list[list[str]]] = session[_SENT]
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    news = waiting | {key: told for key, told in now.items() if told not in sent.get(key, ())}
    session[_VIEW] = view().following(news)
    session[_NEW] = {key: told for key, told in news.items() if key not in View.__dataclass_fields__}
    session[_USED] |= _everywhere(session[_NEW])
    for key, told in now.items():
        _remember(key, told)


def send() -> None:
    """Writes what this run used; the other pages' choices stay in the session."""
    wanted = _wanted()
    for key, told in wanted.items():
        _remember(key, told)
    if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)


def query() -> str:
    """What this run has used so far, as an address carries it after the question mark."""
    return urlencode(_wanted(), doseq=True)


def view() -> View:
    """What the address said when the run began, with what was changed since."""
    held: View = st.session_state.get(_VIEW, View())
    return held


def change(**values: Any) -> None:
    """Changes the view, for this run too."""
    st.session_state[_VIEW] = replace(view(), **values)


def _wanted() -> dict[str, list[str]]:
    return {key: told for key, told in st.session_state.get(_USED, {}).items() if told} | view().told()


def _everywhere(told: dict[str, list[str]]) -> dict[str, list[str]]:
    return {key: values for key, values in told.items() if key in _EVERYWHERE}


def _remember(key: str, told: list[str]) -> None:
    sent: dict[str, list[list[str]]] = st.session_state[_SENT]
    sent[key] = [*(other for other in sent.get(key, ()) if other != told), told][-_REMEMBERED:]


def prefer(key: str, options: Sequence[str]) -> None:
    """Takes up a choice from the address before its widget is drawn, because others need it first (the language)."""
    told = _news(key)
    if told and told[0] in options:
        st.session_state[key] = told[0]


def brought(keys: Sequence[str]) -> bool:
    """Whether a link has just brought one of these choices, and no widget has taken it up yet."""
    return any(key in st.session_state.get(_NEW, {}) for key in keys)


def current(key: str) -> str:
    """A `select`'s choice as it stands before its widget is drawn, because its options hang on it; "" for none."""
    told = st.session_state.get(_NEW, {}).get(key)
    return str(told[0] if told else st.session_state.get(key) or "")


def take(key: str) -> list[str]:
    """Takes up what a link has just brought under `key`, which no widget holds; nothing if it brought none."""
    return _news(key) or []


def put(key: str, held: Sequence[str]) -> None:
    """Writes what no widget holds."""
    _use(key, held, ())


def spaced(words: str) -> str:
    """A text as lists have it: with ordinary spaces, so that what is typed finds it."""
    return _SPACES.sub(" ", bare(words))


def select(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: str = "",
    format: Callable[[str], str] = str,
    always: bool = False,
    widget: Callable[..., Any] = st.selectbox,
    **arguments: Any,
) -> str:
    """One of `options` (codes); `default` if the address or session holds another. `always`: the default is told too.

    `widget` may be st.selectbox, st.radio, st.segmented_control, or one of a container (`st.sidebar.selectbox`).
    """
    default = default if default in options else next(iter(options), "")
    told = _news(key)
    if told:
        st.session_state[key] = told[0]
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    told_as = plain if getattr(widget, "__name__", "") in _OF_MARKDOWN else bare
    names = {code: spaced(told_as(format(code))) for code in options}
    _rename(key, [names[st.session_state[key]]] if options else [])
    # A segmented control can be left with nothing chosen.
    chosen = widget(label, options, key=key, format_func=names.get, persist_state="session", **arguments) or default
    _use(key, [chosen], () if always else [default])
    return str(chosen)


def multiselect(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    default: Sequence[str] = (),
    format: Callable[[str], str] = str,
    widget: Callable[..., Any] = st.multiselect,
    **arguments: Any,
) -> list[str]:
    """Several of `options` (codes)."""
    told = _news(key)
    held = told if told is not None else st.session_state.get(key, default)
    st.session_state[key] = [code for code in held if code in options]
    names = {code: spaced(format(code)) for code in options}
    chosen = widget(label, options, key=key, format_func=names.get, persist_state="session", **arguments)
    _use(key, chosen, default)
    return list(chosen)


def text(label: str, *, key: str, widget: Callable[..., Any] = st.text_input, **arguments: Any) -> str:
    """A line of text, without the blanks around it."""
    told = _news(key)
    if told is not None:
        st.session_state[key] = told[0]
    written = (widget(label, key=key, persist_state="session", **arguments) or "").strip()
    _use(key, [written], [""])
    return written


def toggle(label: str, *, key: str, widget: Callable[..., Any] = st.toggle, **arguments: Any) -> bool:
    """On or off; off is the default."""
    told = _news(key)
    if told is not None:
        st.session_state[key] = told == ["1"]
    on = bool(widget(label, key=key, persist_state="session", **arguments))
    _use(key, ["1"] if on else [], ())
    return on


def day(
    label: str, default: date, *, key: str, between: tuple[date, date], widget: Callable[..., Any] = st.date_input
) -> date:
    """A day within `between`. Until another is chosen it is `default`, also where that moves on (with the month)."""
    told = _news(key)
    followed = f"{key}.default"
    held = _as_day(told[0]) if told else st.session_state.get(key)
    if held is None or held == st.session_state.get(followed) or not between[0] <= held <= between[1]:
        held = default
    st.session_state[key], st.session_state[followed] = held, default
    chosen = widget(
        label, key=key, min_value=between[0], max_value=between[1], format="DD.MM.YYYY", persist_state="session"
    )
    chosen = chosen or default
    _use(key, [chosen.isoformat()], [default.isoformat()])
    return chosen


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rename(key: str, labels: list[str]) -> None:
    """Tells the browser a choice again where its words changed (the language, a page's rows): it keeps the old ones."""
    drawn = st.session_state.setdefault(_DRAWN, {})
    if drawn.get(key) != labels:
        drawn[key], st.session_state[key] = labels, st.session_state[key]


def _news(key: str) -> list[str] | None:
    news: dict[str, list[str]] = st.session_state.get(_NEW, {})
    return news.pop(key, None)


def _use(key: str, held: Sequence[str], default: Sequence[str]) -> None:
    told = [] if list(held) == list(default) else list(held)
    st.session_state[_USED][key] = told
