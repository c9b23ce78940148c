"""Diffusion runs: the object type with the fields that only these runs have, and the types built around it."""

from typing import Any

import strawberry

from resolvers.raw_files import read_iterations, read_skipped_iterations
from schema.context import Context
from schema.raw_fields import raw_field
from schema.raw_figures import DiffusionIteration
from schema.run_types import run_fields, run_types
from schema.runs import Run
from tables.row_set import RowSet
from tables.run_kinds import DIFFUSION


def iterations(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's measured batches."""
    return read_iterations(context, runs)


def skipped_iteration_count(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Return the number of each run's unreadable batches."""
    return read_skipped_iterations(context, runs)


@strawberry.federation.type(
    name=DIFFUSION.type_name,
    keys=["id"],
    description="Measured run of an image or video model: its configuration and figures.",
)
@run_fields(DIFFUSION)
class DiffusionRun(Run):
    """Measured run of an image or video model."""

    iterations = raw_field(
        iterations,
        list[DiffusionIteration] | None,
        "Time and energy of each measured batch, from the run's raw file; null if the source has no such "
        "file or the file has no such list. A batch with an unreadable figure is left out.",
    )
    skipped_iteration_count = raw_field(
        skipped_iteration_count,
        int | None,
        "Number of unreadable batches, which `iterations` leaves out; null if `iterations` is null.",
    )


DIFFUSION_RUNS = run_types(DIFFUSION, DiffusionRun, module=__name__)
DiffusionRunConnection = DIFFUSION_RUNS.connection
DiffusionRunFilter = DIFFUSION_RUNS.filter
diffusion_runs = DIFFUSION_RUNS.runs
