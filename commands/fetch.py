"""Command `fetch`: download a dataset from the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.options import takes_settings
from commands.progress import progress_bar
from errors import GraphError
from settings import Settings
from tables.source import parse_source


@takes_settings("source", "hub_timeout_seconds")
def fetch(
    settings: Settings,
    directory: Annotated[Path, typer.Argument(help="Target directory; files that it already has are not downloaded.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Download the raw files too: about 100 GB.")] = False,
) -> None:
    """Download a dataset from the Hugging Face Hub.

    `serve --source DIRECTORY` then reads the directory.
    """
    from tables.hub import HubSettings, download_dataset  # noqa: PLC0415 - the Hub's client is slow to import

    source = parse_source("hub" if settings.source == "auto" else settings.source)
    if source.kind != "hub":
        raise GraphError(f"source {settings.source!r} is not on the Hub; allowed: hub[:ORG/NAME][@REVISION]")
    hub = HubSettings(repo=source.repo, revision=source.revision, timeout_seconds=settings.hub_timeout_seconds)
    with progress_bar("bytes") as progress:
        task = progress.add_task(source.repo, total=None)
        revision = download_dataset(
            hub,
            directory,
            raw=raw,
            on_progress=lambda file, done, size: progress.update(
                task, description=file[-48:], completed=done, total=size
            ),
        )
    typer.echo(f"{source.repo} at {revision} is in {directory}")
