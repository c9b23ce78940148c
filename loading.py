"""Load the dataset that the settings name, and report which data is served."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
import typer

from errors import GraphError
from settings import unknown_variables
from tables.source import open_source, parse_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings import Settings
    from tables.dataset import Dataset, Provenance

NOT_STARTED = 2  # exit code


def load(settings: Settings) -> Dataset:
    """Load the dataset that the settings name.

    Raises:
        DatasetError: The source is unavailable or invalid.
    """
    return open_source(
        parse_source(settings.source),
        sample=_open_sample,
        hub_cache=settings.hub_cache,
        hub_timeout_seconds=settings.hub_timeout_seconds,
        allow_links_to=settings.allow_links_to,
    )


def _open_sample() -> Dataset:
    from sample import open_sample  # noqa: PLC0415 - a server over real data does not import the generator

    return open_sample()


def pinned(settings: Settings, provenance: Provenance) -> Settings:
    """Return the settings with a source that resolves to the loaded revision, even if its branch moves."""
    source = parse_source(settings.source)
    match provenance.source:
        case "hub":
            text = f"hub:{source.repo}@{provenance.revision}"
        case "sample":
            text = "sample"
        case "directory":
            text = str(source.directory.resolve() if source.directory else settings.source)
    return settings.model_copy(update={"source": text})


def load_revision(settings: Settings, served: Provenance) -> Dataset:
    """Load the dataset in a worker process.

    Raises:
        GraphError: The source is unavailable, or at another revision than the one that is served.
    """
    dataset = load(settings)
    revision = dataset.provenance.revision
    if revision != served.revision:
        raise GraphError(
            f"{settings.source} is now at revision {revision}, but {served.revision} is served; restart the server"
        )
    return replace(dataset, provenance=served)


def log_dataset(settings: Settings, dataset: Dataset) -> None:
    """Log which data is served, with warnings about settings and tables."""
    log = structlog.get_logger("server")
    for problem in unknown_variables(os.environ):
        log.warning("unknown_variable", problem=problem)
    for note in dataset.notes:
        log.warning("run_tables", note=note)
    provenance = dataset.provenance
    if settings.source == "auto" and provenance.source == "sample":
        log.info("source auto: no token for the Hugging Face Hub was found (HF_TOKEN or a stored login)")
    served = {"dataset": provenance.name, "source": provenance.source, "revision": provenance.revision}
    log.info("serving", **served, synthetic=provenance.synthetic)
    if provenance.synthetic:
        log.warning("the sample is served: made-up numbers, not measurements", **served)
    if provenance.stale_because:
        log.warning("a cached revision is served", because=provenance.stale_because, **served)


@contextmanager
def exit_on_error(code: int) -> Iterator[None]:
    """Report an error that the user can fix as one line on standard error, and exit with this code."""
    try:
        yield
    except GraphError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(code) from None
