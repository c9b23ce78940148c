"""Command `sample`: write the bundled sample as a dataset directory."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.progress import progress_bar


def sample(
    directory: Annotated[Path, typer.Argument(help="Target directory; must be empty or not exist.")],
    runs: Annotated[
        int | None, typer.Option(help="Number of runs of both kinds together; default: as in the bundled sample.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed; the same seed gives the same files.")] = 0,
) -> None:
    """Write the sample as a dataset directory.

    It has made-up numbers, and raw files as a measured dataset has.
    """
    from sample import DEFAULT_RUNS, write_sample  # noqa: PLC0415 - only this command and its source need it

    with progress_bar("files") as progress:
        task = progress.add_task("files", total=None)
        write_sample(
            directory,
            runs=DEFAULT_RUNS if runs is None else runs,
            seed=seed,
            on_file=lambda done, total: progress.update(task, completed=done, total=total),
        )
    typer.echo(f"a sample dataset is in {directory}: made-up numbers")
