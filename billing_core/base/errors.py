"""What is wrong with our own data or with what the caller asks for. Raised at once, never swallowed.

What is wrong with a user's usage file is no exception but a problem (see `problems`).
"""

import polars as pl

from billing_core.base.problems import problem_frame


class BillingCoreError(Exception):
    """Base of every error of this package; its text says what to do."""


class CatalogueError(BillingCoreError):
    """The catalogue of items, rules, agencies or SKUs contradicts itself."""


class PriceListError(BillingCoreError):
    """A price list or an agreements file cannot be used: it is refused as a whole; `problems` holds each reason."""

    def __init__(self, message: str, problems: pl.DataFrame | None = None) -> None:
        super().__init__(message)
        self.problems = problem_frame() if problems is None else problems


class PolicyError(BillingCoreError):
    """A policy value is unknown, of the wrong kind or not one of its choices."""


class EngineError(BillingCoreError):
    """An engine had too little of something for this usage, or gave up."""


class RequestError(BillingCoreError):
    """The caller asks for something that cannot be done with this usage."""
