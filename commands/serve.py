"""Command `serve`: answer GraphQL requests over HTTP, in this process or in several workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import structlog
import typer

from commands.options import takes_settings
from loading import NOT_STARTED, exit_on_error, load, load_revision, log_dataset, pinned
from settings import Settings
from tables.pandas_free import keep_pandas_out
from web.json_logs import configure_logs
from web.processes import STARTUP_FAILURE, listen, loading_worker, run_application

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.applications import Starlette

    from tables.dataset import Dataset, Provenance


@takes_settings()
def serve(settings: Settings) -> None:
    """Serve the graph over HTTP."""
    configure_logs(settings.log_level)
    dataset, application = load_and_import(partial(load, settings))
    from web.app import GRAPH_PATH  # noqa: PLC0415 - imported with the application

    listener = listen(settings.host, settings.port)
    log_dataset(settings, dataset)
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}{GRAPH_PATH}"
    structlog.get_logger("server").info("listening", url=url)
    new_app = (
        partial(application, settings, dataset)
        if settings.workers == 1
        else partial(_worker, pinned(settings, dataset.provenance), dataset.provenance)
    )
    if not run_application(
        new_app, listener=listener, workers=settings.workers, shutdown_seconds=settings.shutdown_seconds
    ):
        raise typer.Exit(NOT_STARTED)


def load_and_import(load_dataset: Callable[[], Dataset]) -> tuple[Dataset, Callable[[Settings, Dataset], Starlette]]:
    """Load a dataset in a thread while this one imports the application; return both.

    The import takes half a second, in which the thread reads the tables of a million runs.

    Raises:
        GraphError: The dataset could not be loaded.
    """
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load_dataset)
        from application import application  # noqa: PLC0415 - see above

        return loading.result(), application


def _worker(settings: Settings, served: Provenance) -> Starlette:
    """Return the application of a worker process, over the revision that all workers serve."""
    keep_pandas_out()
    configure_logs(settings.log_level)
    with exit_on_error(STARTUP_FAILURE):
        with loading_worker():
            dataset, application = load_and_import(partial(load_revision, settings, served))
        return application(settings, dataset)
