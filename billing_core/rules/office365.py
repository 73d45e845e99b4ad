"""Office 365 (the circular, section 2): a licence line a row, a management line for those outside the standard."""

from collections.abc import Mapping
from functools import lru_cache

import narwhals as nw
import polars as pl

from billing_core.base.model import Rule, decided
from billing_core.law.policy import Terms
from billing_core.rules.charges import Charges, Lazy, Setting, Usage, charges, day_number
from billing_core.rules.section import Decision, Section

LICENCE, MANAGEMENT = "office365.licence", "office365.management"

NO_COST = nw.col("no_cost")
OUTSIDE_STANDARD = nw.col("outside_standard")
DEACTIVATED = ~nw.col("active")


NOTICE_RULE = "O365-8"
"""The rule that gives a notice and decides no line."""

MANAGED = (Rule("O365-2", "billed", None),)
"""The rule of the management of a licence outside the standard, whatever decides the licence itself."""


@lru_cache(16)
def table(terms: Terms) -> tuple[Rule, ...]:
    """The rules of a licence, in the circular's order of precedence (contract, section 3)."""
    free = Rule("O365-6", "framework", NO_COST)
    billed = [
        Rule(
            "O365-5",
            "billed",
            DEACTIVATED & (nw.col("deactivated_on") < nw.col("grace_limit")),
            measured=day_number(nw.col("as_of")) - day_number(nw.col("deactivated_on")),
            limit=nw.lit(terms.deactivated_grace_days),
        ),
        Rule("O365-4", "billed", nw.col("account_type") == "external"),
        Rule("O365-3", "billed", (nw.col("account_type") == "secondary") | nw.col("beyond_first")),
        Rule("O365-2", "billed", OUTSIDE_STANDARD),
    ]
    if terms.off_platform == "billed":
        billed.append(Rule("O365-7", "billed", ~nw.col("on_platform")))
    covered = Rule("O365-1", "framework", None)
    if terms.no_cost_holders == "covered_users":
        # Free only for those whom no other rule bills: the free rule then comes after them and is not listed beside.
        others = nw.any_horizontal(*(rule.when for rule in billed if rule.when is not None), ignore_nulls=True)
        return (*billed, Rule(free.id, free.funding, NO_COST & ~others), covered)
    return (free, *billed, covered)


def lines(usage: Usage, setting: Setting) -> list[Charges]:
    """The licence and management charges of the licences."""
    licences = _prepared(usage["licences"], setting)
    rows = decided(licences, table(setting.terms), setting.load)
    asked = usage["licences"]
    if setting.terms.replacing_licence == "difference":
        rows, asked = _with_replaced(rows, setting), _asked_of_standard(asked, setting.terms)
    # Only a dated deactivation runs out; an account that is said to be active does not.
    runs_out = (nw.col("rule") == "O365-1") & (nw.col("account_status").fill_null("deactivated") == "deactivated")
    days = setting.terms.deactivated_grace_days + 1
    billable_from = nw.when(runs_out).then(nw.col("deactivated_on").dt.offset_by(f"{days}d").cast(nw.Date))
    sku = nw.col("sku")
    given = {"variant": sku, "billable_from": billable_from}
    if setting.terms.replacing_licence == "difference":
        given |= {"replaces": nw.col("replaces"), "holder": nw.col("user_id")}
    licence = charges(rows, setting.item(LICENCE), "licences", "user_id", asked=asked, **given)
    outside = _marked(usage["licences"], setting.terms).filter(OUTSIDE_STANDARD)
    managed = decided(outside.with_columns(exempt=setting.exempt), MANAGED, setting.load)
    management = charges(managed, setting.item(MANAGEMENT), "licences", "user_id", asked=asked, variant=sku)
    return [licence, management]


def decisions(terms: Terms) -> Mapping[str, Decision]:
    """The licence of each row, and its management where it is outside the standard."""
    return {"licence": Decision(table(terms)), "management": Decision(MANAGED, OUTSIDE_STANDARD)}


def _marked(licences: Lazy, terms: Terms) -> Lazy:
    """Licences with `no_cost` and `outside_standard`."""
    free = nw.col("sku").is_in(list(terms.no_cost_skus))
    return licences.with_columns(no_cost=free, outside_standard=~free & ~nw.col("sku").is_in(list(terms.standard_skus)))


def _with_replaced(rows: Lazy, setting: Setting) -> Lazy:
    """Decided licences with `replaces`: the standard SKU that one billed by O365-2 stands in place of.

    Empty where it replaces none, or the account holds that standard SKU itself in the month (contract, section 3).
    """
    standard, replaces = list(setting.terms.standard_skus), setting.catalogue.sku_replaces
    known = pl.DataFrame(
        [(sku, other) for sku, other in replaces.items() if other in standard],
        schema={"sku": pl.String, "replaces": pl.String},
        orient="row",
    )
    account = ["period", "agency", "user_id", "replaces"]
    held = rows.filter(nw.col("sku").is_in(standard)).with_columns(replaces=nw.col("sku")).select(*account).unique()
    larger = rows.join(setting.load(known), on="sku", how="left")
    marked = larger.join(held.with_columns(held=nw.lit(True)), on=account, how="left")
    in_place = (nw.col("rule") == "O365-2") & nw.col("held").is_null()
    return marked.with_columns(replaces=nw.when(in_place).then(nw.col("replaces")))


def _asked_of_standard(licences: Lazy, terms: Terms) -> Lazy:
    """What prices are asked of licences, with the standard ones wherever there is any licence."""
    standard = [nw.lit(sku).alias("sku") for sku in terms.standard_skus]
    return nw.concat([licences.select("period", "agency", sku) for sku in (nw.col("sku"), *standard)])


def _prepared(licences: Lazy, setting: Setting) -> Lazy:
    """Licences with every column the decision table reads."""
    rows = _with_status(_marked(licences, setting.terms), setting).with_columns(exempt=setting.exempt)
    beyond = _beyond_first(licences, setting)
    return rows.join(beyond, on=["period", "file", "row"], how="left").with_columns(
        beyond_first=nw.col("beyond_first").fill_null(False)
    )


def _with_status(licences: Lazy, setting: Setting) -> Lazy:
    """Licences with `as_of`, `grace_limit` and `active`: an empty status follows the date (contract, section 1)."""
    still = (nw.col("deactivated_on") > nw.col("as_of")).fill_null(True)
    status = nw.when(nw.col("account_status").is_null()).then(still).otherwise(nw.col("account_status") == "active")
    return setting.with_months(licences).with_columns(active=status)


def several_accounts(licences: Lazy) -> Lazy:
    """The employees (period, employee_id) whose licences are of more than one account; each row says whose it is."""
    spread = licences.group_by("period", "employee_id").agg(
        nw.col("agency").min().alias("agency_from"),
        nw.col("agency").max().alias("agency_to"),
        nw.col("user_id").min().alias("user_from"),
        nw.col("user_id").max().alias("user_to"),
    )
    several = (nw.col("agency_from") != nw.col("agency_to")) | (nw.col("user_from") != nw.col("user_to"))
    return spread.filter(several).select("period", "employee_id")


def _beyond_first(licences: Lazy, setting: Setting) -> Lazy:
    """The rows (file, row, `beyond_first`) of active accounts beyond their employee's first in that month (O365-3).

    Only employees with several accounts are looked at: few, so that no order is made over every row.
    """
    employee, account = ["period", "employee_id"], ["period", "agency", "user_id"]
    held = licences.filter(~nw.col("employee_id").is_null())
    several = setting.keep(several_accounts(held))
    columns = ["file", "row", *account, "employee_id", "account_type", "account_status", "deactivated_on"]
    few = held.select(*columns).join(several, on=employee, how="semi")
    theirs = setting.keep(_with_status(setting.keep(few), setting))
    # An account is main, or active, if any of its rows is, whichever employee that row names.
    of_accounts = held.select(*columns).join(theirs.select(*account), on=account, how="semi")
    everywhere = _with_status(setting.keep(of_accounts), setting)
    main = nw.col("account_type") == "main"
    traits = (
        everywhere.with_columns(main=main & nw.lit(setting.terms.first_account == "main_first"))
        .group_by(account)
        .agg(nw.col("main").max().alias("main"), nw.col("active").max().alias("active"))
        .filter(nw.col("active"))
        .select(*account, after_main=~nw.col("main"))
    )
    accounts = theirs.select(*account, "employee_id").unique().join(traits, on=account)
    # Ids are ordered by their folded form: spaces and composition are one already, letter case is left.
    folded = {f"{name}_folded": nw.col(name).str.to_lowercase() for name in ("agency", "user_id")}
    place = nw.col("user_id").cum_count().over(*employee, order_by=["after_main", *folded])
    beyond = accounts.with_columns(**folded).with_columns(place=place).filter(nw.col("place") > 1)
    # The row's own test: a deactivated row of an active account is not an active account's row.
    return setting.keep(
        theirs.filter(nw.col("active"))
        .join(beyond.select(*account, "employee_id"), on=[*account, "employee_id"], how="semi")
        .select("period", "file", "row")
        # One line of an export holds all licences of an account: its rows share file and row.
        .unique()
        .with_columns(beyond_first=nw.lit(True))
    )


SECTION = Section(
    name="office365",
    table="licences",
    rules=("O365-6", "O365-5", "O365-4", "O365-3", "O365-2", "O365-7", "O365-1", NOTICE_RULE),
    lines=lines,
    items=(LICENCE, MANAGEMENT),
    decisions=decisions,
    # O365-3 counts the accounts of an employee, and an account is what any of its rows says.
    neighbours=(("period", "employee_id"), ("period", "agency", "user_id")),
    thing="user_id",
    left_open={"no_deactivation_dates": ("O365-5",)},
)
