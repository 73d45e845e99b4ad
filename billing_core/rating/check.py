"""What can only be checked between rows, tables and files: keys, rows read twice, orders, shared costs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import narwhals as nw
import polars as pl

from billing_core.base.engines import Engine
from billing_core.base.money import MAX_QUANTITY, ORE, PRICE, QUANTITY
from billing_core.base.problems import Code, Severity, merge
from billing_core.base.tables import TABLES
from billing_core.law.catalogue import Catalogue
from billing_core.law.policy import Policy
from billing_core.rules import MADE_ELSEWHERE
from billing_core.rules.charges import Lazy

EMPTY_QUANTITY = "hr.competence_dialogue"
"""The one item whose quantity may be left out: it is then the agency's employees (contract, section 3)."""


LARGE = ("licences", "devices", "connections")
"""The tables that an engine keeps: nothing but their key is held against other rows, and nothing against theirs."""


@dataclass(frozen=True)
class Checked:
    """Usage that can be rated, by table, and the problems found on the way."""

    usage: dict[str, pl.DataFrame]
    problems: pl.DataFrame


def check(usage: Mapping[str, pl.DataFrame], catalogue: Catalogue, policy: Policy) -> Checked:
    """Refuses what cannot be rated beside the other rows. Usage in `Table.schema`, files in the order given."""
    checked = dict(usage)
    problems = []

    def refuse(table: str, bad: pl.Expr, code: Code, column: str, detail: pl.Expr | None = None) -> None:
        frame = checked[table].with_columns(bad=bad.fill_null(False), detail=pl.lit(None) if detail is None else detail)
        refused = frame.filter("bad")
        if refused.height:
            problems.append(problems_of(refused, "refused", code, table, column))
            checked[table] = frame.filter(~pl.col("bad")).drop("bad", "detail")

    # A row that cannot stand by itself holds no key: it goes before keys are looked at.
    refuse("dispatch_costs", pl.col("total_quantity") <= 0, "total_not_positive", "total_quantity")
    refuse("dispatch_costs", pl.col("cost_nok") % (PRICE // ORE) != 0, "not_whole_ore", "cost_nok")
    for table in TABLES.values():
        if table.key:
            _refuse_repeated(checked, table.name, table.key, refuse)
        else:
            _refuse_read_twice(checked, table.name, refuse)
            problems.append(_several_files(checked[table.name], table.name))
    _refuse_orders(checked, catalogue, refuse)
    checked["services"] = _with_competence(checked, policy)
    refuse("services", pl.col("quantity").is_null(), "no_headcount", "quantity")
    memory = pl.col("quantity").cast(pl.Float64) * pl.col("memory_gb").cast(pl.Float64)
    too_much = (pl.col("kind") == "server") & (memory > float(MAX_QUANTITY) * QUANTITY)
    refuse("operations", too_much, "too_large", "memory_gb", pl.lit(str(MAX_QUANTITY // QUANTITY)))
    _refuse_costs(checked, refuse)
    problems.append(_idle_costs(checked))
    return Checked(checked, merge(problems))


Refuse = Callable[..., None]


def repeated_keys(rows: Lazy, table: str, engine: Engine) -> pl.DataFrame:
    """The keys of a table that more than one of its rows has: the rows that the check has to look at."""
    key = TABLES[table].key
    return engine.collect(rows.group_by(*key).agg(nw.len().alias("times")).filter(nw.col("times") > 1).select(*key))


def without(checked: Checked, rows: pl.DataFrame, code: Code, column: str) -> Checked:
    """`checked` with the rows (table, file, row) refused: what only the rating could see."""
    usage, problems = dict(checked.usage), [checked.problems]
    for name in rows["table"].unique():
        bad = usage[name].join(rows.filter(pl.col("table") == name), on=["file", "row"], how="semi")
        problems.append(problems_of(bad.with_columns(detail=pl.lit(None)), "refused", code, name, column))
        usage[name] = usage[name].join(bad, on=["file", "row"], how="anti")
    return Checked(usage, merge(problems))


def problems_of(rows: pl.DataFrame, severity: Severity, code: Code, table: str, column: str) -> pl.DataFrame:
    """A problem for each row of a table: its place, `detail`, and the value of its `column` as the user wrote it."""
    value = pl.col(column).cast(pl.String) if column in rows.columns else pl.lit(None, dtype=pl.String)
    kind = next((c.kind for c in TABLES[table].columns if c.key == column), "text")
    if kind in ("quantity", "money"):
        value = _plain(pl.col(column), QUANTITY if kind == "quantity" else PRICE)
    agency = pl.col("agency") if "agency" in rows.columns else pl.lit(None, dtype=pl.String)
    return rows.select(
        severity=pl.lit(severity),
        code=pl.lit(code),
        table=pl.lit(table),
        file="file",
        row="row",
        column=pl.lit(column),
        value=value,
        detail=pl.col("detail").cast(pl.String),
        period="period",
        agency=agency,
    )


def _plain(whole: pl.Expr, scale: int) -> pl.Expr:
    """A whole number of a fixed scale as the decimal the user wrote, without trailing zeros."""
    digits = len(str(scale)) - 1
    text = (whole.cast(pl.Decimal(38, 0)) * pl.lit(10**-digits).cast(pl.Decimal(38, digits))).cast(pl.String)
    return text.str.strip_chars_end("0").str.strip_chars_end(".")


def _first_place(key: Iterable[str]) -> pl.Expr:
    """Where the first row of the same key stands. Put together outside the windows: Polars 2.1 can panic within."""
    return pl.format("{}:{}", *(pl.col(place).first().over(key) for place in ("file", "row")))


def _refuse_repeated(checked: dict[str, pl.DataFrame], table: str, key: tuple[str, ...], refuse: Refuse) -> None:
    """A second row of the same key is refused and both places are named; the first is kept (contract, section 1)."""
    frame = checked[table]
    # As many hashes as rows: no key stands twice. Else the keys of the rows in question are looked at, no others.
    hashes = frame.select(key).hash_rows()
    if hashes.n_unique() == frame.height:
        return
    alike = frame.select(*key, "file", "row", at=pl.int_range(pl.len())).filter(hashes.is_duplicated())
    alike = alike.with_columns(detail=_first_place(key), repeated=~pl.struct(key).is_first_distinct())
    found, at = alike.filter("repeated"), pl.int_range(pl.len())
    first = at.replace_strict(found["at"], found["detail"], default=None, return_dtype=pl.String)
    refuse(table, at.is_in(found["at"].implode()), "duplicate_key", key[-1], first)


def _refuse_read_twice(checked: dict[str, pl.DataFrame], table: str, refuse: Refuse) -> None:
    """A row equal in every column to one of another file given before it is refused as read twice."""
    frame = checked[table]
    if frame["file"].n_unique() < 2:
        return
    columns = [c.key for c in TABLES[table].columns]
    in_first_file = pl.col("file") == pl.col("file").first().over(columns)
    refuse(table, ~in_first_file, "read_twice", columns[2], _first_place(columns))


def _several_files(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """A notice for each agency and month whose rows come from more than one file: has it been counted twice?"""
    several = (
        frame.group_by("period", "agency", maintain_order=True)
        .agg(detail=pl.col("file").unique(maintain_order=True).str.join(", "), files=pl.col("file").n_unique())
        .filter(pl.col("files") > 1)
        .with_columns(file=pl.lit(None, dtype=pl.String), row=pl.lit(None, dtype=pl.Int64))
    )
    return problems_of(several, "notice", "two_files", table, "period")


def _refuse_orders(checked: dict[str, pl.DataFrame], catalogue: Catalogue, refuse: Refuse) -> None:
    """Items of `services` that are unknown, or that other tables make; a quantity left out where it may not be."""
    items = checked["services"]["item"].unique().to_list()
    unknown = {i: ", ".join(catalogue.nearest_items(i, catalogue.items)) for i in items if i not in catalogue.items}
    nearest = pl.col("item").replace_strict(unknown, default=None, return_dtype=pl.String)
    refuse("services", pl.col("item").is_in(list(unknown)), "unknown_item", "item", nearest)
    table = pl.col("item").replace_strict(MADE_ELSEWHERE, default=None, return_dtype=pl.String)
    refuse("services", pl.col("item").is_in(list(MADE_ELSEWHERE)), "not_for_services", "item", table)
    left_out = pl.col("quantity").is_null() & (pl.col("item") != EMPTY_QUANTITY)
    refuse("services", left_out, "missing_value", "quantity")


def _with_competence(checked: Mapping[str, pl.DataFrame], policy: Policy) -> pl.DataFrame:
    """`services` with the quantity of competence plan and dialogue taken from the headcount where it is left out."""
    services = checked["services"]
    if not services["quantity"].null_count():
        return services
    periods = checked["headcount"]["period"].unique().to_list()
    by_ftes = [period for period in periods if policy.of(period).competence_basis == "ftes"]
    figure = pl.when(pl.col("period").is_in(by_ftes)).then("ftes").otherwise(pl.col("employees") * QUANTITY)
    staff = checked["headcount"].select("period", "agency", figure=figure)
    filled = services.join(staff, on=["period", "agency"], how="left", maintain_order="left")
    return filled.with_columns(quantity=pl.col("quantity").fill_null(pl.col("figure"))).drop("figure")


def _refuse_costs(checked: dict[str, pl.DataFrame], refuse: Refuse) -> None:
    """Costs of dispatch whose number is less than what the agencies report together."""
    used = checked["dispatch"].group_by("period", "channel").agg(used=pl.col("quantity").sum())
    costs = checked["dispatch_costs"].join(used, on=["period", "channel"], how="left", maintain_order="left")
    if costs.is_empty():
        return
    checked["dispatch_costs"] = costs
    over = pl.col("used") > pl.col("total_quantity")
    refuse("dispatch_costs", over, "too_many_dispatches", "total_quantity", _plain(pl.col("used"), QUANTITY))
    checked["dispatch_costs"] = checked["dispatch_costs"].drop("used")


def _idle_costs(checked: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A notice for each cost that no dispatch row shares: it gives no line."""
    idle = checked["dispatch_costs"].join(checked["dispatch"], on=["period", "channel"], how="anti")
    return problems_of(
        idle.with_columns(detail=pl.lit(None)), "notice", "cost_without_dispatch", "dispatch_costs", "channel"
    )
