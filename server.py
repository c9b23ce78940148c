"""Server entry point: the ASGI factory `app` and the command line.

python server.py serve            or, with any ASGI server:  uvicorn server:app --factory
"""

from __future__ import annotations

import gc
import os
import signal
import sys

if __name__ in {"__main__", "__mp_main__"}:
    # The imports create 100,000 objects that stay; searching them for garbage takes 0.2 s of the 1.2 s of a start.
    gc.set_threshold(50_000)
_SERVES = sys.argv[1:2] == ["serve"]
if __name__ == "__main__":
    # The imports below take a second, during which Python would answer Ctrl-C with a traceback.
    for _number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(_number, lambda number, _frame: os._exit(0 if _SERVES else 128 + number))
elif __name__ == "__mp_main__":
    # A worker process: uvicorn re-raises the signal that stopped it, which must not fail the worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

import multiprocessing
from functools import partial
from typing import TYPE_CHECKING

from commands.command_line import command_line
from commands.serve import load_and_import
from loading import NOT_STARTED, exit_on_error, load, log_dataset
from settings import read_settings
from tables.pandas_free import keep_pandas_out
from web.json_logs import configure_logs
from web.processes import STARTUP_FAILURE

if TYPE_CHECKING:
    from starlette.applications import Starlette


def app() -> Starlette:
    """Return the application configured by the environment: the factory for an ASGI server."""
    keep_pandas_out()
    # `STARTUP_FAILURE` keeps uvicorn's supervisor from restarting a worker that cannot load.
    with exit_on_error(STARTUP_FAILURE if multiprocessing.parent_process() else NOT_STARTED):
        settings = read_settings()
        configure_logs(settings.log_level)
        dataset, application = load_and_import(partial(load, settings))
        log_dataset(settings, dataset)
        return application(settings, dataset)


def main() -> None:
    """Run the command line; an error that the user can fix is one line on standard error and exit code 2."""
    keep_pandas_out()
    if not _SERVES:  # other commands clean up on Ctrl-C: a download removes its partial file
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with exit_on_error(NOT_STARTED):
        command_line()


if __name__ == "__main__":
    main()
