"""One spelling for ids that differ in letter case alone, in every table and between them: the one first written."""

from collections.abc import Container, Mapping, Sequence

import polars as pl

from billing_core.base.folding import folded
from billing_core.base.tables import TABLES

IDS = tuple(
    dict.fromkeys(
        column.key
        for table in TABLES.values()
        for column in table.columns
        if column.kind == "id" or column.key == "agency"
    )
)
"""The columns of ids; those of one name mean the same things in every table."""


def harmonised(
    usage: Mapping[str, pl.DataFrame], files: Sequence[str], varied: Container[str]
) -> dict[str, pl.DataFrame]:
    """Usage tables in which equal ids are equal texts; the subject's own writing stays in `written`.

    `files` are the names of the files in the order given; only columns that are `varied` are looked at.
    """
    frames = dict(usage)
    for key in IDS:
        if key not in varied:
            continue
        having = [name for name, frame in frames.items() if key in frame.columns]
        other = _other_spellings(key, [frames[name] for name in having], files)
        if other:
            frames |= {name: _respelt(frames[name], name, key, other) for name in having}
    return frames


def _other_spellings(key: str, frames: Sequence[pl.DataFrame], files: Sequence[str]) -> dict[str, str]:
    """Each text that an earlier row wrote otherwise, and how that one wrote it."""
    texts = pl.concat([frame[key].unique() for frame in frames]).unique().drop_nulls().alias("text")
    spelt = pl.DataFrame([texts, folded(texts).alias("folded")])
    several = spelt.filter(pl.col("folded").is_duplicated())
    if several.is_empty():
        return {}
    order = {name: place for place, name in enumerate(files)}
    written = pl.concat(
        frame.filter(pl.col(key).is_in(several["text"].implode())).select(
            text=key, place=pl.col("file").replace_strict(order, default=len(order), return_dtype=pl.Int64), row="row"
        )
        for frame in frames
    ).sort("place", "row", maintain_order=True)
    first = written.unique("text", keep="first", maintain_order=True).join(several, on="text", maintain_order="left")
    first = first.with_columns(own=pl.col("text").first().over("folded")).filter(pl.col("text") != pl.col("own"))
    return dict(first.select("text", "own").iter_rows())


def _respelt(frame: pl.DataFrame, name: str, key: str, other: Mapping[str, str]) -> pl.DataFrame:
    text = pl.col(key)
    changed = {key: text.replace(dict(other))}
    if TABLES[name].subject == key:
        own = pl.when(text.is_in(list(other))).then(text)
        changed["written"] = pl.coalesce("written", own)
    return frame.with_columns(**changed)
