"""Command `ingest`: convert raw files into a timeline store."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import takes_settings
from commands.progress import progress_bar
from errors import GraphError
from loading import load
from settings import Settings
from timelines.store import StoreAbout

if TYPE_CHECKING:
    from timelines.ingest import Ingested


@takes_settings("source", "hub_cache", "hub_timeout_seconds", "max_raw_file_mib", "allow_links_to")
def ingest(
    settings: Settings,
    out: Annotated[str, typer.Option(help="The store: a path, or a URL such as s3://bucket/store.")],
    *,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler; default: processes on this machine.")
    ] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="Number of processes; default: one per core.")] = None,
) -> None:
    """Convert raw files into a timeline store.

    `serve --timeline-store` then reads the store. Files that the store already has are not converted again, so an
    interrupted run continues where it stopped. A raw file that is unavailable or invalid is reported and skipped; the
    exit code is then 1.
    """
    try:
        from timelines.ingest import ingest as ingest_raw_files  # noqa: PLC0415 - Dask is for this command only
    except ModuleNotFoundError as error:
        raise GraphError(
            f"ingest needs Dask ({error}); install it with: pip install -r requirements-ingest.lock"
        ) from None
    dataset = load(settings)
    paths = dataset.raw_paths()
    done: list[Ingested] = []
    with progress_bar("files") as progress:
        task = progress.add_task("raw files", total=len(paths))

        def on_file(file: Ingested) -> None:
            done.append(file)
            progress.advance(task)
            if file.outcome == "skipped":
                typer.echo(f"skipped: {file.reason}", err=True)

        ingest_raw_files(
            dataset.raw,
            paths,
            out,
            about=StoreAbout(dataset=dataset.provenance.name, revision=dataset.provenance.revision),
            scheduler=scheduler,
            workers=processes,
            max_file_bytes=settings.max_raw_file_mib * 2**20,
            on_file=on_file,
        )
    counts = Counter(file.outcome for file in done)
    read, written = sum(file.raw_bytes for file in done), sum(file.stored_bytes for file in done)
    typer.echo(
        f"{out}: {counts['stored']} files stored, {counts['unchanged']} unchanged, {counts['skipped']} skipped; "
        f"{read / 1e6:.1f} MB became {written / 1e6:.1f} MB"
    )
    if counts["skipped"]:
        raise typer.Exit(1)
