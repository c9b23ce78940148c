"""GraphQL types of one kind of run that its views are built from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from errors import check_length
from schema.orders import TableOrder, column_of
from tables.run_kinds import RunKind

_MAX_COLUMNS = 64  # in one argument; a kind of run has fewer


@dataclass(frozen=True, slots=True)
class ViewedRuns:
    """Types of one kind of run.

    Args:
        kind: The kind.
        node: Object type of a run.
        connection: Type of a selection of runs.
        order: Input that orders runs.
        metric: Enum of the numeric columns.
        key: Enum of the configuration columns.
    """

    kind: RunKind
    node: type
    connection: Any
    order: type[TableOrder]
    metric: type[Enum]
    key: type[Enum]

    @property
    def prefix(self) -> str:
        """Prefix of the names of types that refer to a run: `LLMRun`, `DiffusionRun`."""
        return self.kind.type_name

    @property
    def short_prefix(self) -> str:
        """The prefix without `Run`: `LLM`, `Diffusion`."""
        return self.prefix.removesuffix("Run")

    @property
    def column_prefix(self) -> str:
        """Prefix of the names of types that refer to columns only; those of LLM runs came first, without a prefix."""
        return self.kind.qualifier.capitalize()


def columns_of(argument: str, values: Sequence[Any] | None) -> list[str]:
    """Return the columns of an argument; none if it is omitted.

    Raises:
        QueryTooComplex: The list is too long.
    """
    if not values:
        return []
    check_length(argument, values, _MAX_COLUMNS)
    return [column_of(value) for value in values]
