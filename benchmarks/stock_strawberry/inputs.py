"""Filters and orders of the stock schema, evaluated row by row."""

from __future__ import annotations

from enum import Enum

import strawberry


@strawberry.enum
class LLMRunField(Enum):
    """The columns that the workloads order by."""

    ENERGY_PER_TOKEN_JOULES = "energy_per_token_joules"  # noqa: S105 - a token of text
    MEDIAN_ITL_MS = "median_itl_ms"
    OUTPUT_THROUGHPUT_TOKENS_PER_SEC = "output_throughput_tokens_per_sec"


@strawberry.input
class LLMRunOrder:
    """One key of an ascending order; runs without a value come last."""

    field: LLMRunField


@strawberry.input
class StringFilter:
    """Conditions on a string; omitted ones are ignored."""

    eq: str | None = strawberry.UNSET
    is_null: bool | None = strawberry.UNSET

    def matches(self, value: str | None) -> bool:
        """Return whether a value satisfies every condition."""
        if self.eq is not strawberry.UNSET and value != self.eq:
            return False
        return self.is_null is strawberry.UNSET or (value is None) == self.is_null


@strawberry.input
class FloatFilter:
    """Conditions on a number; omitted ones are ignored."""

    gt: float | None = strawberry.UNSET

    def matches(self, value: float | None) -> bool:
        """Return whether a value satisfies every condition; a missing value satisfies none."""
        if self.gt is strawberry.UNSET or self.gt is None:
            return True
        return value is not None and value > self.gt


@strawberry.input
class LLMRunFilter:
    """Conditions on a run; all must hold."""

    task: StringFilter | None = strawberry.UNSET
    energy_per_token_joules: FloatFilter | None = strawberry.UNSET


@strawberry.input
class ModelFilter:
    """Conditions on a model; all must hold."""

    architecture: StringFilter | None = strawberry.UNSET
