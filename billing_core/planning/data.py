"""What a plan of an agency is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from billing_core.base.engines import Engine
from billing_core.rating.rate import Rates, Rating


@dataclass(frozen=True)
class Data:
    """Checked usage of all agencies (`Statement.usage`), its `rating` by `rates`, and the agency to plan for."""

    usage: Mapping[str, pl.DataFrame]
    rating: Rating
    rates: Rates
    engine: Engine
    agency: str
