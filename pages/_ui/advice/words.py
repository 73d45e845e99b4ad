"""What advice is called, and what is said of it."""

from decimal import Decimal

from billing_core.planning.advice_notes import Stated, advice_code
from billing_core.planning.advise import Candidate
from billing_core.scenario.actions import BaseAction
from billing_core.scenario.compare import payback
from pages._ui.base.format import counted, kroner, number
from pages._ui.base.plain import Text
from pages._ui.base.text import t

NAME = "page.advice"


def advice_name(action: BaseAction) -> Text:
    """What a piece of advice is called."""
    return t(f"{NAME}.name.{advice_code(action)}")


def nature_badge(one: Candidate) -> str:
    """Markdown that says whether somebody loses a service by it."""
    colour, icon = ("green", "cleaning_services") if one.nature == "clean_up" else ("orange", "balance")
    return f":{colour}-badge[:material/{icon}: {t(f'{NAME}.nature.{one.nature}')}]"


def effect_text(action: BaseAction, stated: Stated) -> Text:
    """From when it saves: as stated, else what is known of its kind; what is not known is said to be."""
    if stated.months is not None:
        return counted(f"{NAME}.effect_months", stated.months) if stated.months else t(f"{NAME}.effect_now")
    return t(f"{NAME}.effect_{action.table}")


def payback_text(step_nok: Decimal, stated: Stated) -> Text:
    """After how long it has paid what it costs once; a cost that nobody stated is not known, which is not never."""
    if stated.one_off_nok is None:
        return t(f"{NAME}.payback_unknown")
    if not stated.one_off_nok:
        return t(f"{NAME}.payback_free")
    months = payback(stated.one_off_nok, step_nok)
    if months is None:
        return t(f"{NAME}.payback_never", amount=kroner(stated.one_off_nok))
    return t(f"{NAME}.payback_after", amount=kroner(stated.one_off_nok), months=number(months))
