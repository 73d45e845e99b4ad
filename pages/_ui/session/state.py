"""A session's data: what was uploaded, by which prices and readings it is rated, and the rated lines.

What a user uploads is kept for that browser alone (`memory`). The demo is nobody's data and is rated once for all.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl
import streamlit as st

from billing_core import intake, views
from billing_core.base.engines import engine
from billing_core.base.errors import PolicyError
from billing_core.intake import Intake, Options, Source
from billing_core.law.prices import QUESTION, Prices, no_prices
from billing_core.rating.rate import Rates
from billing_core.rating.statement import Statement, state
from billing_core.views.totals import summary
from pages._ui.base import address
from pages._ui.base.data import DATA, catalogue, demo_agreements, listed_prices, policy, register
from pages._ui.base.text import t
from pages._ui.session import memory

DEMO = "demo"
MAX_BYTES = 1024 * 2**20
"""The most a session holds of uploaded files."""

_KEPT_DATASETS, _KEPT_RATINGS, _KEPT_LINES = 2, 2, 1_000_000


@dataclass(frozen=True)
class Dataset:
    """Files read: `id` names their content and how it was read, `before` is the id of what they replaced."""

    id: str
    sources: tuple[Source, ...]
    options: Options
    read: Intake
    before: str = DEMO


@dataclass(frozen=True)
class Rated:
    """A dataset rated: `lines` in LINE_SCHEMA, `summary` as the command line's, per agency and month."""

    statement: Statement

    @cached_property
    def lines(self) -> pl.DataFrame:
        return self.statement.rating.frame()

    @cached_property
    def summary(self) -> pl.DataFrame:
        return summary(self.statement.rating, self.statement.problems)

    @cached_property
    def months(self) -> dict[str, list[str]]:
        """The months that each agency has lines of, the latest first, by agency in order; those of any under ""."""
        told = self.summary.filter(pl.col("lines") > 0).sort("agency", "period", descending=[False, True])
        every = told["period"].unique().sort(descending=True).to_list()
        return {"": every} | dict(told.group_by("agency", maintain_order=True).agg("period").iter_rows())


@dataclass(frozen=True)
class OwnPrices:
    """A price list or agreements of the user's own (checked frame), and the file's name."""

    name: str
    frame: pl.DataFrame

    @cached_property
    def id(self) -> str:
        return _digest(self.frame.write_csv().encode())


def dataset() -> Dataset | None:
    """The session's dataset; None if the address names one that this session does not have (any more)."""
    wanted = address.values("data", [DEMO])[0]
    return _demo() if wanted == DEMO else _datasets().get(wanted)


def use(
    sources: Sequence[Source], options: Options, progress: Callable[[int, int, str], None] | None = None
) -> Dataset:
    """Reads files and makes them the session's dataset. The one before is kept for `undo`."""
    current = dataset()
    read = intake.read(sources, register(), options, progress)
    fresh = Dataset(_content_id(sources, options), tuple(sources), options, read, current.id if current else DEMO)
    kept = _datasets()
    kept[fresh.id] = kept.pop(fresh.id, None) or fresh
    while len(kept) > _KEPT_DATASETS:
        del kept[next(iter(kept))]
    address.put("data", [fresh.id], [DEMO])
    return fresh


def too_much(sources: Sequence[Source]) -> bool:
    """Whether files are together more than a session may hold."""
    return sum(len(source.content or b"") for source in sources) > MAX_BYTES


def undo() -> None:
    """Goes back to the dataset before, or to the demo where it is gone."""
    current = dataset()
    before = current.before if current else DEMO
    address.put("data", [before if before in _datasets() else DEMO], [DEMO])


def start_demo() -> None:
    """Makes the demo the session's dataset; what was uploaded before is forgotten."""
    memory.mine().pop("datasets", None)
    st.session_state.pop("ratings", None)
    address.put("data", [DEMO], [DEMO])


def prices() -> OwnPrices | None:
    """The session's own price list; None where the shipped one is used."""
    return _own("prices")


def agreements() -> OwnPrices | None:
    """The session's own agreements."""
    return _own("agreements")


def set_prices(own: OwnPrices | None) -> None:
    """Rates by another price list from now on; None is the shipped one."""
    _set_own("prices", own)


def set_agreements(own: OwnPrices | None) -> None:
    """Rates by other agreements from now on; None is the demo's for the demo, else none."""
    _set_own("agreements", own)


def lost_prices() -> list[str]:
    """Which of "prices" and "agreements" the address names but this session does not have."""
    return [kind for kind in ("prices", "agreements") if address.values(kind) and not _own(kind)]


def readings() -> dict[str, Any]:
    """The policy values the session has changed, by key; they stand in the address."""
    changed = {}
    for told in address.values("policy"):
        key, _, text = told.partition(":")
        if key in policy().values:
            changed[key] = _like(policy().values[key][-1].value, text)
    return changed


def set_readings(changes: Mapping[str, Any]) -> None:
    """Rates by these policy values from now on. PolicyError if one is unknown or not of its kind."""
    policy().with_values(changes)
    address.put("policy", [f"{key}:{_text(value)}" for key, value in sorted(changes.items())])


def rates(changes: Mapping[str, Any] | None = None) -> Rates:
    """What the session's usage is rated by; `changes` stand in for the session's own readings."""
    current, own_prices, own_agreements = dataset(), prices(), agreements()
    demo = current is not None and current.id == DEMO
    agreed = own_agreements.frame if own_agreements else demo_agreements() if demo else no_prices()
    listed = own_prices.frame if own_prices else listed_prices()
    return Rates(catalogue(), Prices(listed, agreed), _policy(readings() if changes is None else changes))


def rated() -> Rated:
    """The session's dataset rated by its prices and readings: once for each, then kept. Needs a dataset."""
    current = dataset()
    if current is None:
        raise LookupError("the session has no dataset")
    if current.id == DEMO and not (prices() or agreements() or address.values("policy")):
        return _demo_rated()
    kept: dict[str, Rated] = st.session_state.setdefault("ratings", {})
    id_ = basis()
    if id_ not in kept:
        with st.spinner(t("ui.rating")):
            kept[id_] = Rated(state(current.read.usage, current.read.problems, rates(), engine("polars")))
    kept[id_] = kept.pop(id_)
    while len(kept) > 1 and (len(kept) > _KEPT_RATINGS or sum(one.lines.height for one in kept.values()) > _KEPT_LINES):
        del kept[next(iter(kept))]
    return kept[id_]


def basis() -> str:
    """Names what every amount rests on: dataset, prices and readings, by their content. Needs a dataset."""
    current = dataset()
    own = [own.id if own else "" for own in (prices(), agreements())]
    return _digest(repr((current.id if current else None, own, address.values("policy"))).encode())


def statement() -> Statement:
    """The session's statement: rating, checked usage, problems."""
    return rated().statement


def lines(agency: str | None = None, period: str | None = None) -> pl.DataFrame:
    """The charge lines (LINE_SCHEMA) of an agency and a month; of all where none is named."""
    wanted = [pl.col(key) == code for key, code in (("agency", agency), ("period", period)) if code]
    found = rated().lines
    return found.filter(*wanted) if wanted else found


def agencies() -> list[str]:
    """The agencies that have lines, by code."""
    return [agency for agency in rated().months if agency]


def periods(agency: str) -> list[str]:
    """The months in which an agency ("" for any) has lines, the latest first."""
    return rated().months.get(agency, [])


def refused_rows(agency: str, period: str) -> int:
    """How many rows were refused of an agency ("" for any) and month, with those that name neither."""
    theirs = [(pl.col("agency") == agency) | pl.col("agency").is_null()] if agency else []
    row = rated().summary.filter((pl.col("period") == period) | pl.col("period").is_null(), *theirs)
    return int(row["refused_rows"].sum())


def at_stake(found: pl.DataFrame) -> views.AtStake:
    """What the undecided among some lines would cost, by the session's prices."""
    return worth(found.filter(funding="undecided"))


def worth(found: pl.DataFrame) -> views.AtStake:
    """What lines are worth, whoever pays; the undecided ones by the session's prices."""
    terms = rates()
    asked = found.filter(funding="undecided").select(QUESTION).unique()
    price_items = {item.item: item.price_item for item in terms.catalogue.items.values()}
    return views.worth(found, terms.prices.answers(asked, price_items))


def warm_up() -> None:
    """Reads and rates the demo before the first session needs it, and has the reader of workbooks at the ready."""
    intake.warm()
    _demo_rated()


@st.cache_resource
def _demo() -> Dataset:
    sources = (Source("bym.zip", path=DATA / "demo" / "bym.zip"),)
    return Dataset(DEMO, sources, Options(), intake.read(sources, register(), Options()))


@st.cache_resource
def _demo_rated() -> Rated:
    read, terms = _demo().read, Prices(listed_prices(), demo_agreements())
    result = Rated(state(read.usage, read.problems, Rates(catalogue(), terms, policy()), engine("polars")))
    # Drawn up here, under the cache's lock: sessions that come together do not rate it twice.
    _ = result.lines, result.months
    return result


def _datasets() -> dict[str, Dataset]:
    kept: dict[str, Dataset] = memory.mine().setdefault("datasets", {})
    return kept


def _own(kind: str) -> OwnPrices | None:
    wanted = address.values(kind)
    held: OwnPrices | None = memory.mine().get(f"own.{kind}")
    return held if held and wanted == [held.id] else None


def _set_own(kind: str, own: OwnPrices | None) -> None:
    memory.mine()[f"own.{kind}"] = own
    address.put(kind, [own.id] if own else [])


def _policy(changes: Mapping[str, Any]) -> Any:
    try:
        return policy().with_values(changes)
    except PolicyError:
        # A link with a value that is none: the shipped policy holds, and the address is mended.
        address.put("policy", [])
        return policy()


def _like(default: object, text: str) -> Any:
    match default:
        case list() | tuple():
            return [part for part in text.split(",") if part]
        case int() if text.isdecimal():
            return int(text)
        case _:
            return text


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _content_id(sources: Sequence[Source], options: Options) -> str:
    files = [(source.name, _digest(source.read()), source.period, source.agency) for source in sources]
    # The key itself stays out of the address; with one or without, what was read is not the same.
    return _digest(repr((files, replace(options, pseudonym_key=None), options.pseudonym_key is None)).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
