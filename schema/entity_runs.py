"""Run fields of models, GPUs and tasks: for each kind of run, the list, the best run and the speedup between GPUs."""

from collections.abc import Callable
from typing import Any, TypeVar

from schema.all_runs import RUN_TYPES
from schema.batch_fields import resolver_field
from schema.entity_views import GPUSpeedup, best_run_resolver, run_count
from schema.run_types import RunTypes

Class = TypeVar("Class", bound=type)


def entity_runs(
    runs: str,
    *,
    instead: str,
    speedup: Callable[[RunTypes], Callable[..., Any]] | None = None,
    speedup_type: Any = GPUSpeedup,
    speedup_of: str = "",
) -> Callable[[Class], Class]:
    """Give an entity's class, before it becomes a Strawberry type, the fields over its runs.

    Args:
        runs: The runs, such as "of this model, in all tasks and on all GPUs".
        instead: Field for the runs of this entity and another one together, and the entities that it is found below.
        speedup: Returns the resolver of the speedup for a kind of run; None for an entity without one.
        speedup_type: Type of the speedup.
        speedup_of: Description of the speedup; `{label}` stands for the label of the kind.
    """

    def add(cls: Class) -> Class:
        fields = {
            "run_count": resolver_field(
                run_count, int, f"Number of runs {runs}, of all kinds. Diffusion runs count as stable."
            )
        }
        for types in RUN_TYPES:
            kind = types.kind
            label = kind.label[0].upper() + kind.label[1:]
            fields[f"{kind.name}_runs"] = resolver_field(types.runs, types.connection, f"{label} runs {runs}.")
            fields[kind.qualified("best", "run")] = resolver_field(
                best_run_resolver(types, inherits=False),
                types.run | None,
                f"{label} run with the least (or greatest) value in a column; null if no run has a value. "
                f"Considers all runs {runs}. {instead}",
            )
            if speedup is not None:
                fields[kind.qualified("speedup")] = resolver_field(
                    speedup(types), speedup_type, speedup_of.format(label=kind.label)
                )
        for name, field in fields.items():
            setattr(cls, name, field)
        return cls

    return add
