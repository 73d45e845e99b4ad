"""What a scenario is made of: actions as data, checked when made. How they are carried out is not known here."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self, get_args

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Code = Annotated[str, Field(min_length=1, max_length=200)]
Month = Annotated[str, Field(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
Kroner = Annotated[Decimal, Field(ge=0, le=10_000_000_000, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=-100, le=1000, decimal_places=4)]
Level = Code | None

MOST_ACTIONS = 50
"""How many actions a scenario may have."""

MOST_IDS = 100_000
"""How many things of a kind an action may be narrowed to: all of the municipality's users, and no more."""

Codes = Annotated[tuple[Code, ...], Field(max_length=MOST_IDS, fail_fast=True)]

LICENCES = frozenset({"agency", "skus", "user_ids"})
DEVICES = frozenset({"agency", "device_ids"})
CONNECTIONS = frozenset({"agency", "location_ids", "connection_ids"})
SYSTEMS = frozenset({"agency", "systems"})


class _Data(BaseModel):
    """Refuses what it does not know, so that a misspelt field is no silent default."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Only(_Data):
    """What an action is narrowed to; a value left out narrows nothing."""

    agency: Code | None = None
    location_ids: Codes = ()
    skus: Codes = ()
    systems: Codes = ()
    user_ids: Codes = ()
    device_ids: Codes = ()
    connection_ids: Codes = ()

    @property
    def given(self) -> frozenset[str]:
        """The names of what is narrowed."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name))


class BaseAction(_Data):
    """What every action has: a narrowing, the first month it holds for (empty: every month), and what it costs once.

    One that is `off` stays in its scenario, but is not carried out.
    """

    narrows: ClassVar[frozenset[str]]
    table: ClassVar[str] = ""
    """The usage table whose rows it touches; empty where its item says which."""
    rules: ClassVar[tuple[str, ...]] = ()
    """Where its rows are those of lines that list one of these rules."""
    rows: ClassVar[pl.Expr | None] = None
    """Where the usage's own columns tell which rows it can touch."""
    kind: str
    off: bool = False
    only: Only = Only()
    start: Month | None = None
    one_off_cost_nok: Kroner = Decimal(0)

    @property
    def listed(self) -> tuple[str, ...]:
        """Those of `rules` that this action is about."""
        return self.rules

    @model_validator(mode="after")
    def _narrowed_by_what_it_has(self) -> Self:
        strange = sorted(self.only.given - self.narrows)
        if strange:
            names = {"detail": ", ".join(strange), "known": ", ".join(sorted(self.narrows))}
            raise PydanticCustomError("narrowed_otherwise", "cannot be narrowed by {detail}; known: {known}", names)
        return self


class RemoveDeactivated(BaseAction):
    """Licences of deactivated users go: all, or those deactivated for more than `over_days` days at the month's day.

    `about_to_become_billable` adds those that are still covered, but will be billed if nothing is done.
    """

    narrows = LICENCES
    table = "licences"
    rows = (pl.col("account_status") == "deactivated") | pl.col("deactivated_on").is_not_null()
    kind: Literal["remove_deactivated"] = "remove_deactivated"
    over_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    about_to_become_billable: bool = False


class RemoveSecondary(BaseAction):
    """Licences of secondary accounts, and of accounts beyond an employee's first, go (O365-3)."""

    narrows = LICENCES
    table = "licences"
    rules = ("O365-3",)
    kind: Literal["remove_secondary"] = "remove_secondary"


class RemoveExternal(BaseAction):
    """Licences of external users go (O365-4)."""

    narrows = LICENCES
    table = "licences"
    rules = ("O365-4",)
    kind: Literal["remove_external"] = "remove_external"


class RemoveNonstandard(BaseAction):
    """Licences outside the standard go, and their management with them (O365-2)."""

    narrows = LICENCES
    table = "licences"
    rules = ("O365-2",)
    kind: Literal["remove_nonstandard"] = "remove_nonstandard"


class ReplaceSku(BaseAction):
    """One licence takes another's place; a user who already holds the other one only loses the first."""

    narrows = LICENCES - {"skus"}
    table = "licences"
    kind: Literal["replace_sku"] = "replace_sku"
    sku: Code
    by: Code


class ConsolidateClients(BaseAction):
    """Clients beyond one an employee go (PLT-2)."""

    narrows = DEVICES
    table = "devices"
    rules = ("PLT-2",)
    kind: Literal["consolidate_clients"] = "consolidate_clients"


class RetireSupport(BaseAction):
    """Support machines go: those billed (PLT-3) or all; established before or after a day, that day itself left out."""

    narrows = DEVICES
    table = "devices"
    rows = pl.col("device_kind") == "support"
    kind: Literal["retire_support"] = "retire_support"
    which: Literal["billed", "all"] = "billed"
    established_before: date | None = None
    established_after: date | None = None


class EndConnections(BaseAction):
    """Redundant, temporary or dark-fibre connections end, as the rules have them (NET-5, NET-4, NET-6)."""

    narrows = CONNECTIONS
    table = "connections"
    rules = ("NET-5", "NET-4", "NET-6")
    kind: Literal["end_connections"] = "end_connections"
    which: Annotated[tuple[Literal["redundant", "temporary", "dark_fibre"], ...], Field(min_length=1)]

    @property
    def listed(self) -> tuple[str, ...]:
        """The rules of the kinds that end."""
        kinds = dict(zip(("redundant", "temporary", "dark_fibre"), self.rules, strict=True))
        return tuple(kinds[kind] for kind in self.which)


class MoveStorage(BaseAction):
    """Storage or backup moves to another service level, disk or both."""

    narrows = SYSTEMS
    table = "operations"
    rows = pl.col("kind").is_in(["storage", "backup"])
    kind: Literal["move_storage"] = "move_storage"
    of: Literal["storage", "backup"] = "storage"
    from_level: Level = None
    from_disk: Level = None
    to_level: Level = None
    to_disk: Level = None

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if not (self.to_level or self.to_disk):
            raise PydanticCustomError("no_target", "to_level or to_disk says where to")
        return self


class ChangeServiceLevel(BaseAction):
    """Applications, servers or databases change their service level."""

    narrows = SYSTEMS
    table = "operations"
    rows = pl.col("kind").is_in(["application", "server", "database"])
    kind: Literal["change_service_level"] = "change_service_level"
    of: Annotated[tuple[Literal["application", "server", "database"], ...], Field(min_length=1)] = (
        "application",
        "server",
        "database",
    )
    from_level: Level = None
    to_level: Code


class UpgradeUnsupported(BaseAction):
    """Systems in a version without support are upgraded: the extra cost ends (APP-5)."""

    narrows = SYSTEMS
    table = "operations"
    rows = pl.col("unsupported")
    kind: Literal["upgrade_unsupported"] = "upgrade_unsupported"


class CutWorkplace(BaseAction):
    """Fewer active Workplace users each month: by a number, at most all there are, or by a percentage."""

    narrows = frozenset({"agency"})
    table = "services"
    kind: Literal["cut_workplace"] = "cut_workplace"
    users: Annotated[int, Field(gt=0, le=1_000_000)] | None = None
    percent: Annotated[Decimal, Field(gt=0, le=100, decimal_places=4)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.users is None) == (self.percent is None):
            raise PydanticCustomError("users_or_percent", "give either users or percent")
        return self


class ChangeQuantity(BaseAction):
    """An item's quantity changes by a percentage, on the rows that make it.

    Of things that are rows (licences, clients, connections) the billed ones become fewer, the last by name going
    first, or more, as copies.
    """

    narrows = LICENCES | DEVICES | CONNECTIONS | SYSTEMS
    kind: Literal["change_quantity"] = "change_quantity"
    item: Code
    percent: Percent


class ChangePrice(BaseAction):
    """An item's price changes by a percentage: in the price list, agreements and on the rows themselves.

    Items with a price in common change together; of digital dispatch it is the whole municipality's cost that changes.
    """

    narrows = frozenset({"agency", "skus"})
    kind: Literal["change_price"] = "change_price"
    item: Code
    percent: Percent


Action = Annotated[
    RemoveDeactivated
    | RemoveSecondary
    | RemoveExternal
    | RemoveNonstandard
    | ReplaceSku
    | ConsolidateClients
    | RetireSupport
    | EndConnections
    | MoveStorage
    | ChangeServiceLevel
    | UpgradeUnsupported
    | CutWorkplace
    | ChangeQuantity
    | ChangePrice,
    Field(discriminator="kind"),
]


KINDS: dict[str, type[Action]] = {kind.model_fields["kind"].default: kind for kind in get_args(get_args(Action)[0])}
"""Every kind of action, in order."""


class Scenario(_Data):
    """Named actions in order, on one agency's usage or (without `agency`) on all that is there."""

    format: Literal[1] = 1
    name: Code
    agency: Code | None = None
    actions: Annotated[tuple[Action, ...], Field(max_length=MOST_ACTIONS, fail_fast=True)] = ()

    @property
    def carried_out(self) -> tuple[Action, ...]:
        """The actions that are not off."""
        return tuple(action for action in self.actions if not action.off)

    @model_validator(mode="after")
    def _on_one_agency(self) -> Self:
        for action in self.actions:
            if self.agency and action.only.agency not in (None, self.agency):
                names = {"detail": action.only.agency, "agency": self.agency}
                raise PydanticCustomError("other_agency", "an action on {detail} in a scenario of {agency}", names)
        return self
