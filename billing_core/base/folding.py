"""When two texts are the same: ids, headings, names and codes, however they are spaced, composed or capitalised."""

import re
import unicodedata

import polars as pl

ODD = r"[^\x21-\x7e]"
"""A pattern of characters beside which a text may be written in several ways: spaces, and all beyond ASCII."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_PLAIN = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")


_SLICE = 250_000
_SMALL = bytes(sorted(set(range(0x21, 0x7F)) - set(range(0x41, 0x5B)) - {0x2B}))


def all_small(texts: pl.Series) -> bool:
    """Whether a column holds nothing but visible ASCII without capitals and plus, so that each text is as it is folded.

    Told from all texts as one, much faster than from each; the first part that holds other characters ends it.
    """
    parts = (texts.slice(start, _SLICE) for start in range(0, texts.len(), _SLICE))
    return all(not part.str.join("").item().encode().translate(None, _SMALL) for part in parts)


def tidy(text: str) -> str:
    """The text composed (NFC), without invisible characters, with one plain space where any spaces were."""
    if _PLAIN.fullmatch(text):
        return text
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def fold(text: str) -> str:
    """What a text is compared by: `tidy`, in any letter case."""
    return unicodedata.normalize("NFC", tidy(text).casefold())


def folded(texts: pl.Series) -> pl.Series:
    """A column of texts as `fold` has them; only those that are not plain are looked at one by one."""
    odd = texts.str.contains(ODD)
    if not odd.any():
        return texts.str.to_lowercase()
    distinct = texts.filter(odd).unique()
    found = texts.replace(distinct, pl.Series([fold(text) for text in distinct], dtype=pl.String))
    return texts.str.to_lowercase().zip_with(~odd.fill_null(value=False), found)
