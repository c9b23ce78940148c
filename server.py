"""The entry: settings → dataset → schema → ASGI application; and the command line.

python server.py serve            or, by any ASGI server:  uvicorn server:app --factory
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from errors import DatasetError
from execution.json_text import JsonWriter
from execution.rendered_rows import RenderedRows
from resolvers.context import Limits, RequestContext
from schema.build import build_schema
from settings import PREFIX, Settings
from tables.source import Source, open_source, parse_source
from timelines.reader import TimelineReader
from web.app import build_app
from web.json_logs import configure_logs, startup_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

    from tables.dataset import Dataset

_ROOT = Path(__file__).parent
_SDL = _ROOT / "schema" / "schema.graphql"
_USAGE_ERROR = 2

cli = typer.Typer(
    help="The ML.ENERGY graph: a GraphQL server over the ML.ENERGY Benchmark.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def app() -> Starlette:
    """Return the application as the environment sets it: the factory for an ASGI server."""
    try:
        settings = Settings()
        return application(settings, load(settings))
    except (DatasetError, ValidationError) as error:
        raise SystemExit(_failed(error)) from None


def application(settings: Settings, dataset: Dataset) -> Starlette:
    """Return the application over a loaded dataset."""
    configure_logs(settings.log_level)
    startup_log(dataset.provenance)
    limits = Limits(
        default_page=min(settings.default_page, settings.max_page),
        max_page=settings.max_page,
        max_raw_files=settings.max_raw_files,
        max_representations=settings.max_representations,
    )
    writer = JsonWriter(RenderedRows(settings.rendered_rows_mib * 2**20))
    timelines = TimelineReader(
        dataset.raw,
        workers=settings.timeline_workers,
        queue=settings.timeline_queue,
        deadline_seconds=settings.timeline_deadline_seconds,
        max_file_bytes=settings.max_raw_file_mib * 2**20,
        cache_bytes=settings.timeline_cache_mib * 2**20,
    )
    return build_app(
        build_schema(),
        new_context=lambda: RequestContext(dataset=dataset, timelines=timelines, limits=limits, writer=writer),
        close=timelines.close,
        dist=_ROOT / "ui" / "dist",
        max_body_bytes=settings.max_body_kib * 2**10,
        allow_origins=[origin.strip() for origin in settings.allow_origins.split(",") if origin.strip()],
    )


def load(settings: Settings) -> Dataset:
    """Load the dataset that the settings name.

    Raises:
        DatasetError: It cannot be had or is not sound.
    """
    return open_source(
        parse_source(settings.source), hub_cache=settings.hub_cache, hub_timeout_seconds=settings.hub_timeout_seconds
    )


def _with_settings(command: Callable[[Settings], None]) -> Callable[..., None]:
    """Give a command one option per setting, each with its variable, default and description."""

    def run(**options: Any) -> None:  # noqa: ANN401 - typer has read them by their types
        try:
            settings = Settings(**options)
        except ValidationError as error:
            raise typer.Exit(_failed(error)) from None
        command(settings)

    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=Annotated[
                field.annotation, typer.Option(help=field.description, envvar=f"{PREFIX}{name.upper()}")
            ],
        )
        for name, field in Settings.model_fields.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads it
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    return run


@cli.command()
@_with_settings
def serve(settings: Settings) -> None:
    """Serve the graph over HTTP."""
    try:
        dataset = load(settings)
    except DatasetError as error:
        raise typer.Exit(_failed(error)) from None
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "loop": "uvloop" if sys.platform != "win32" else "asyncio",
        "http": "httptools",
        "ws": "none",
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }
    if settings.workers == 1:
        uvicorn.run(application(settings, dataset), **options)
        return
    # Every worker loads for itself what its environment names: the revision that was just found, not the newest one.
    pinned = settings.model_copy(update={"source": _pinned(parse_source(settings.source), dataset)})
    for name, value in pinned.model_dump(exclude_none=True).items():
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)
    uvicorn.run("server:app", factory=True, workers=settings.workers, **options)


@cli.command()
def fetch(
    directory: Annotated[
        Path, typer.Argument(help="Where the dataset goes; what is there already is not fetched again.")
    ],
    source: Annotated[str, typer.Option(help="hub[:ORG/NAME][@REVISION]", envvar=f"{PREFIX}SOURCE")] = "hub",
    *,
    raw: Annotated[bool, typer.Option(help="Also the raw files: about 100 GB.")] = False,
) -> None:
    """Download a dataset from the Hugging Face Hub into a directory that `serve --source` reads."""
    from tables.hub import HubSettings, download_dataset  # noqa: PLC0415 - the Hub's client is slow to import

    try:
        asked = parse_source("hub" if source == "auto" else source)
        if asked.kind != "hub":
            raise DatasetError(f"source {source!r} is not on the Hub; allowed: hub[:ORG/NAME][@REVISION]")
        settings = HubSettings(repo=asked.repo, revision=asked.revision)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(asked.repo, total=None)

            def show(_file: str, done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            revision = download_dataset(settings, directory, raw=raw, on_progress=show)
    except DatasetError as error:
        raise typer.Exit(_failed(error)) from None
    typer.echo(f"{asked.repo} at {revision} is in {directory}")


@cli.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="Where the dataset goes; must be empty or not exist.")],
    runs: Annotated[
        int | None, typer.Option(help="How many runs, of both kinds; default: the bundled sample's.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 0,
) -> None:
    """Write the made-up sample as a complete dataset directory, raw files included."""
    from tables.sample import DEFAULT_RUNS, write_sample  # noqa: PLC0415 - only this command and its source need it

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("raw files", total=None)

            def show(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            write_sample(directory, runs=DEFAULT_RUNS if runs is None else runs, seed=seed, on_file=show)
    except DatasetError as error:
        raise typer.Exit(_failed(error)) from None
    typer.echo(f"a sample dataset is in {directory}: made-up numbers")


@cli.command("export-schema")
def export_schema(
    path: Annotated[Path, typer.Argument(help="The file to write; - for standard output.")] = _SDL,
    *,
    check: Annotated[bool, typer.Option(help="Write nothing; fail where the file differs from the schema.")] = False,
) -> None:
    """Write the schema as SDL."""
    sdl = build_schema().as_str() + "\n"
    if str(path) == "-":
        typer.echo(sdl, nl=False)
    elif not check:
        path.write_text(sdl)
    elif not path.is_file() or path.read_text() != sdl:
        typer.echo(f"{path} differs from the schema; run: python server.py export-schema", err=True)
        raise typer.Exit(1)


def _pinned(source: Source, dataset: Dataset) -> str:
    """Return the source that gives exactly the data that was loaded."""
    if dataset.provenance.source == "hub":
        return f"hub:{source.repo}@{dataset.provenance.revision}"
    return "sample" if dataset.provenance.source == "sample" else str(source.directory)


def _failed(error: DatasetError | ValidationError) -> int:
    """Say in one line per fault why the server does not start, and return the exit code."""
    if isinstance(error, ValidationError):
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"]))
            typer.echo(f"error: {PREFIX}{name.upper()} = {fault['input']!r}: {fault['msg']}", err=True)
    else:
        typer.echo(f"error: {error}", err=True)
    return _USAGE_ERROR


if __name__ == "__main__":
    cli()
