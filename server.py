"""The entry: settings → dataset → schema → ASGI application; and the command line.

python server.py serve            or, by any ASGI server:  uvicorn server:app --factory
"""

from __future__ import annotations

import os
import signal
import sys

_SERVES = sys.argv[1:2] == ["serve"]
if __name__ == "__main__":
    # The imports below take a second, in which Python answers Ctrl-C with a traceback.
    for _number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(_number, lambda number, _frame: os._exit(0 if _SERVES else 128 + number))
elif __name__ == "__mp_main__":
    # A worker, in which uvicorn raises at the end the signal that ended it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

import multiprocessing
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import structlog
import typer

from caches import Caches
from errors import GraphError
from resolvers.context import Limits, RequestContext
from resolvers.views.fitter import LogisticFitter
from schema.build import build_schema
from settings import Settings, read_settings, takes_settings, unknown_variables
from tables.order import OrderCache
from tables.pandas_free import keep_pandas_out
from tables.source import open_source, parse_source
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.reader import RawReader
from timelines.store import StoreAbout, open_store
from web.app import build_app
from web.json_logs import configure_logs, startup_log
from web.processes import STARTUP_FAILURE, listen, loading_worker, run_application
from web.release import release_digest
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn
    from starlette.applications import Starlette

    from tables.dataset import Dataset, Provenance
    from timelines.ingest import Ingested

_ROOT = Path(__file__).parent
_SDL = _ROOT / "schema" / "schema.graphql"
_NOT_STARTED = 2

cli = typer.Typer(
    help="The ML.ENERGY graph: a GraphQL server over the ML.ENERGY Benchmark.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def app() -> Starlette:
    """Return the application as the environment sets it: the factory for an ASGI server."""
    keep_pandas_out()
    try:
        settings = read_settings()
        configure_logs(settings.log_level)
        dataset = load(settings)
    except GraphError as error:
        _say(error)
        # The code that tells uvicorn's supervisor not to start a worker again.
        raise SystemExit(STARTUP_FAILURE if multiprocessing.parent_process() else _NOT_STARTED) from None
    _announce(settings, dataset)
    return application(settings, dataset)


def application(settings: Settings, dataset: Dataset) -> Starlette:
    """Return the application over a loaded dataset."""
    limits = Limits(
        default_page=min(settings.default_page, settings.max_page),
        max_page=settings.max_page,
        max_raw_files=settings.max_raw_files,
        max_representations=max(settings.max_representations, settings.max_page),
        max_fits=settings.max_fits,
    )
    caches = Caches(settings.cache_mib * 2**20)
    writer, orders = JsonWriter(caches.texts), OrderCache(caches.orders)
    raw = RawReader(
        raw_loader(settings, dataset),
        workers=settings.timeline_workers,
        queue=settings.timeline_queue,
        deadline_seconds=settings.timeline_deadline_seconds,
        cache=caches.timelines,
    )
    fitter = LogisticFitter(queue=settings.fit_queue, cache=caches.fits)

    def close() -> None:
        raw.close()
        fitter.close()

    return build_app(
        build_schema(root_field=settings.root_field),
        new_context=lambda: RequestContext(
            dataset=dataset, orders=orders, raw=raw, fitter=fitter, limits=limits, writer=writer
        ),
        revision=dataset.provenance.revision,
        release=f"{release_digest(_ROOT)} {limits}",
        close=close,
        dist=_ROOT / "ui" / "dist",
        max_body_bytes=settings.max_body_kib * 2**10,
        caches=caches,
        fresh_seconds=settings.fresh_seconds,
        allow_origins=[origin.strip() for origin in settings.allow_origins.split(",") if origin.strip()],
    )


def raw_loader(settings: Settings, dataset: Dataset) -> Loader:
    """Return what loads the raw files behind a dataset, and says so in the log.

    Raises:
        DatasetError: There is no timeline store at the address, or one of another dataset.
    """
    log = structlog.get_logger("raw")
    provenance = dataset.provenance
    disk = None
    if settings.raw_cache_mib:
        directory = settings.raw_cache or platformdirs.user_cache_path("mlenergy-graph") / "raw"
        disk = DiskCache(directory, max_bytes=settings.raw_cache_mib * 2**20)
    store = None
    if settings.timeline_store is not None:
        store = open_store(settings.timeline_store, dataset=provenance.name, revision=provenance.revision)
    return Loader(
        dataset.raw,
        revision=f"{provenance.name}@{provenance.revision}",
        disk=disk,
        store=store,
        max_file_bytes=settings.max_raw_file_mib * 2**20,
        on_start=lambda path: log.info("raw_file_loading", path=path),
        on_loaded=lambda loaded: log.info(
            "raw_file_loaded",
            path=loaded.path,
            origin=loaded.origin,
            seconds=round(loaded.seconds, 4),
            bytes=loaded.raw_bytes,
        ),
        on_damaged=lambda damaged: log.warning(
            "raw_cache_damaged" if damaged.origin == "cache" else "timeline_store_damaged",
            path=damaged.path,
            reason=damaged.reason,
        ),
    )


def load(settings: Settings) -> Dataset:
    """Load the dataset that the settings name.

    Raises:
        DatasetError: It cannot be had or is not sound.
    """
    return open_source(
        parse_source(settings.source),
        sample=_open_sample,
        hub_cache=settings.hub_cache,
        hub_timeout_seconds=settings.hub_timeout_seconds,
        allow_links_to=settings.allow_links_to,
    )


def _open_sample() -> Dataset:
    from sample import open_sample  # noqa: PLC0415 - only the sample needs its generator

    return open_sample()


def _announce(settings: Settings, dataset: Dataset) -> None:
    """Say in the log which data is served, and what of the settings and the tables is odd."""
    provenance = dataset.provenance
    log = structlog.get_logger("server")
    for line in unknown_variables(os.environ):
        log.warning("unknown_variable", problem=line)
    for line in dataset.notes:
        log.warning("run_tables", note=line)
    if settings.source == "auto" and provenance.source == "sample":
        log.info("source auto: no token for the Hugging Face Hub was found (HF_TOKEN or a stored login)")
    startup_log(provenance)


@cli.command()
@takes_settings()
def serve(settings: Settings) -> None:
    """Serve the graph over HTTP."""
    configure_logs(settings.log_level)
    dataset = load(settings)
    listener = listen(settings.host, settings.port)
    _announce(settings, dataset)
    host, port = listener.getsockname()[:2]
    structlog.get_logger("server").info(
        "listening", url=f"http://{f'[{host}]' if ':' in host else host}:{port}/graphql"
    )
    if settings.workers == 1:
        app = application(settings, dataset)
        served = run_application(lambda: app, listener=listener, workers=1, shutdown_seconds=settings.shutdown_seconds)
    else:
        served = run_application(
            partial(_worker, _pinned(settings, dataset.provenance), dataset.provenance),
            listener=listener,
            workers=settings.workers,
            shutdown_seconds=settings.shutdown_seconds,
        )
    if not served:
        raise typer.Exit(_NOT_STARTED)


def _pinned(settings: Settings, provenance: Provenance) -> Settings:
    """Return the settings with the source that gives what was loaded: the commit, not what its branch becomes."""
    asked = parse_source(settings.source)
    match provenance.source:
        case "hub":
            source = f"hub:{asked.repo}@{provenance.revision}"
        case "sample":
            source = "sample"
        case "directory":
            source = str(asked.directory.resolve() if asked.directory else settings.source)
    return settings.model_copy(update={"source": source})


def _worker(settings: Settings, served: Provenance) -> Starlette:
    """Return the application of one worker, over the revision that all serve."""
    keep_pandas_out()
    configure_logs(settings.log_level)
    try:
        with loading_worker():
            dataset = _load_again(settings, served)
    except GraphError as error:
        _say(error)
        raise SystemExit(STARTUP_FAILURE) from None
    return application(settings, dataset)


def _load_again(settings: Settings, served: Provenance) -> Dataset:
    """Load what was loaded before.

    Raises:
        GraphError: It cannot be had any more, or is another revision now.
    """
    dataset = load(settings)
    revision = dataset.provenance.revision
    if revision != served.revision:
        raise GraphError(
            f"{settings.source} is at revision {revision} now, but {served.revision} is served; start the server again"
        )
    return replace(dataset, provenance=served)


@cli.command()
@takes_settings("source", "hub_timeout_seconds")
def fetch(
    settings: Settings,
    directory: Annotated[Path, typer.Argument(help="Where to; what is there already is not fetched again.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Also the raw files: about 100 GB.")] = False,
) -> None:
    """Download a dataset from the Hugging Face Hub into a directory that `serve --source` reads."""
    from tables.hub import HubSettings, download_dataset  # noqa: PLC0415 - the Hub's client is slow to import

    asked = parse_source("hub" if settings.source == "auto" else settings.source)
    if asked.kind != "hub":
        raise GraphError(f"source {settings.source!r} is not on the Hub; allowed: hub[:ORG/NAME][@REVISION]")
    hub = HubSettings(repo=asked.repo, revision=asked.revision, timeout_seconds=settings.hub_timeout_seconds)
    from rich.progress import DownloadColumn  # noqa: PLC0415 - see _progress

    with _progress(DownloadColumn()) as progress:
        task = progress.add_task(asked.repo, total=None)
        revision = download_dataset(
            hub,
            directory,
            raw=raw,
            on_progress=lambda file, done, size: progress.update(
                task, description=file[-48:], completed=done, total=size
            ),
        )
    typer.echo(f"{asked.repo} at {revision} is in {directory}")


@cli.command()
@takes_settings("source", "hub_cache", "hub_timeout_seconds", "max_raw_file_mib", "allow_links_to")
def ingest(
    settings: Settings,
    out: Annotated[str, typer.Option(help="The store: a path, or an address such as s3://bucket/store.")],
    *,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler's address; default: processes of this machine.")
    ] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="How many of them; default: one per core.")] = None,
) -> None:
    """Turn a dataset's raw files into a timeline store that `serve --timeline-store` reads.

    What is there already is left alone, so that what was broken off is continued by asking again. A raw file that
    cannot be had or is not sound is named and skipped; the exit code is then 1.
    """
    try:
        from timelines.ingest import ingest as ingest_raw_files  # noqa: PLC0415 - Dask is for this command only
    except ModuleNotFoundError as error:
        raise GraphError(
            f"ingest needs Dask ({error}); install it with: pip install -r requirements-ingest.lock"
        ) from None
    from rich.progress import MofNCompleteColumn  # noqa: PLC0415 - see _progress

    dataset = load(settings)
    paths = dataset.raw_paths()
    done: list[Ingested] = []
    with _progress(MofNCompleteColumn()) as progress:
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
        f"{out}: {counts['stored']} files stored, {counts['unchanged']} were there, {counts['skipped']} skipped; "
        f"{read / 1e6:.1f} MB became {written / 1e6:.1f} MB"
    )
    if counts["skipped"]:
        raise typer.Exit(1)


@cli.command()
def sample(
    directory: Annotated[Path, typer.Argument(help="Where the dataset goes; must be empty or not exist.")],
    runs: Annotated[
        int | None, typer.Option(help="How many runs, of both kinds; default: the bundled sample's.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 0,
) -> None:
    """Write the made-up sample as a complete dataset directory, raw files included."""
    from rich.progress import MofNCompleteColumn  # noqa: PLC0415 - see _progress

    from sample import DEFAULT_RUNS, write_sample  # noqa: PLC0415 - only the sample needs its generator

    with _progress(MofNCompleteColumn()) as progress:
        task = progress.add_task("files", total=None)
        write_sample(
            directory,
            runs=DEFAULT_RUNS if runs is None else runs,
            seed=seed,
            on_file=lambda done, total: progress.update(task, completed=done, total=total),
        )
    typer.echo(f"a sample dataset is in {directory}: made-up numbers")


@cli.command("export-schema")
@takes_settings("root_field")
def export_schema(
    settings: Settings,
    path: Annotated[Path, typer.Argument(help="The file to write; - for standard output.")] = _SDL,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where the file differs.")] = False,
) -> None:
    """Write the schema as SDL."""
    sdl = build_schema(root_field=settings.root_field).as_str() + "\n"
    if str(path) == "-":
        typer.echo(sdl, nl=False)
    elif not check:
        try:
            path.write_text(sdl, encoding="utf-8")
        except OSError as error:
            raise GraphError(f"{path} cannot be written: {error.strerror}") from error
    elif not path.is_file() or path.read_text(encoding="utf-8") != sdl:
        typer.echo(f"{path} differs from the schema; run: python server.py export-schema", err=True)
        raise typer.Exit(1)


def _progress(amount: ProgressColumn) -> Progress:
    """Return a progress bar on standard error, which shows nothing where nobody watches."""
    from rich.console import Console  # noqa: PLC0415 - a server that starts need not wait for it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - see above

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        amount,
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def _say(error: GraphError) -> None:
    """Say in one line why the server does not start."""
    typer.echo(f"error: {error}", err=True)


def main() -> None:
    """Run the command line; what a user can put right is one line and exit code 2."""
    keep_pandas_out()
    if not _SERVES:  # a download, for one, cleans up
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        cli()
    except GraphError as error:
        _say(error)
        sys.exit(_NOT_STARTED)


if __name__ == "__main__":
    main()
