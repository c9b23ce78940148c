"""GraphQL types of one kind of runs, which its views are built over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from schema.orders import TableOrder, column_of
from tables.catalogue import TableName


@dataclass(frozen=True, slots=True)
class RunTypes:
    """Types of one kind of runs.

    Args:
        table: The run table.
        prefix: The first part of the names of types over these runs: `LLMRun`, `DiffusionRun`.
        node: The type of a run.
        connection: The type of a selection of runs.
        order: The input that orders runs.
        metric: The enum of numeric columns.
        key: The enum of configuration columns.
    """

    table: TableName
    prefix: str
    node: type
    connection: Any
    order: type[TableOrder]
    metric: type[Enum]
    key: type[Enum]

    @property
    def short_prefix(self) -> str:
        """The prefix without `Run`: `LLM`, `Diffusion`."""
        return self.prefix.removesuffix("Run")

    @property
    def column_prefix(self) -> str:
        """The prefix of types over columns only, such as `RunRatio`; those over LLM columns came first, without one."""
        return "" if self.table == "llm" else self.short_prefix


def columns_of(values: Sequence[Any] | None) -> list[str]:
    """Return the columns that values of a column enum stand for; none where the argument is left out."""
    return [column_of(value) for value in values or ()]
