"""Run, the interface of runs of every kind, and the fields that are the same for all of them."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import strawberry

from resolvers.runs import parent_of
from schema.columns import GRAPHQL_TYPES, described, of_the_row
from schema.deployments import run_replicas
from schema.nodes import Node
from tables.catalogue import Column
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from schema.gpus import GPU
    from schema.models import Model
    from schema.tasks import Task

Class = TypeVar("Class", bound=type)

# Descriptions of columns that each kind of run describes for itself.
_DESCRIPTIONS = {
    "domain": f"Kind of the run: {' or '.join(f'`{name}`' for name in RUN_KINDS)}.",
    "task": "Benchmark task, such as `gpqa` or `text-to-image`.",
    "avg_power_watts": "Average total power of all GPUs; of an LLM run in steady state.",
    "parallelism": "Parallelism degrees above 1, as in `TP8 DP2 EP8` or `U4 R2`; empty without any.",
}


def common_fields() -> dict[str, Any]:
    """Return new fields, by their Python names, that do not depend on the kind of run."""
    return {
        "id": of_the_row(
            lambda runs, _context: runs.column("id"),
            graphql_type=strawberry.ID,
            description="Opaque, URL-safe id; the same in every revision of the data that has the run.",
        ),
        "model": of_the_row(
            lambda runs, context: parent_of(context.dataset, runs, "Model"),
            graphql_type=Annotated["Model", strawberry.lazy("schema.models")],
            description="Model of the run. Its own runs and figures cover all tasks and GPU models.",
        ),
        "gpu": of_the_row(
            lambda runs, context: parent_of(context.dataset, runs, "GPU"),
            graphql_type=Annotated["GPU", strawberry.lazy("schema.gpus")],
            description="GPU model of the run. Its own runs and figures cover all models.",
        ),
        "task_info": of_the_row(
            lambda runs, context: parent_of(context.dataset, runs, "Task"),
            graphql_type=Annotated["Task", strawberry.lazy("schema.tasks")],
            description="Task of the run as an object; `task` is its name. Its own runs and figures cover all models.",
        ),
        "replicas": strawberry.field(
            resolver=run_replicas,
            graphql_type=int | None,
            description="Number of deployments of this configuration that together draw a target power: the target "
            "divided by the run's average power, rounded. Null if the run's power is unknown.",
        ),
    }


def shared_columns() -> list[Column]:
    """Return the columns that every kind of run has with the same type and unit, nullable if any kind's is."""
    first, *others = [{column.name: column for column in kind.all_columns} for kind in RUN_KINDS.values()]
    shared = []
    for name, column in first.items():
        each = [columns[name] for columns in others if name in columns]
        if len(each) == len(others) and all((one.type, one.unit) == (column.type, column.unit) for one in each):
            nullable = any(one.nullable for one in (column, *each))
            shared.append(
                replace(column, nullable=nullable, description=_DESCRIPTIONS.get(name, column.description)),
            )
    return shared


def _shared_fields(cls: Class) -> Class:
    """Give the interface, before it becomes a Strawberry type, the fields of every kind of run."""
    for column in shared_columns():
        plain = GRAPHQL_TYPES[column.type]
        graphql_type: Any = plain | None if column.nullable else plain
        setattr(
            cls, column.name, strawberry.field(graphql_type=graphql_type, description=described(column, source=None))
        )
    for name, field in common_fields().items():
        setattr(cls, name, field)
    return cls


@strawberry.interface(
    description="Run of any kind, with the configuration and figures that all kinds have. Those of one kind are fields "
    "of its type, and so is `timeline`, which by default covers another part of the run for each kind."
)
@_shared_fields
class Run(Node):
    """Run of any kind."""
