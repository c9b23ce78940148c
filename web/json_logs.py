"""Logs as JSON lines on standard error, ours and the libraries', each with the request's id where it has one."""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import orjson
import structlog

from web.request_id import request_id

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

    from tables.dataset import Provenance

# uvicorn's, where it was not `server.py serve` that started it: `web/request_log.py` logs requests with their id.
_SAID_ELSEWHERE = "uvicorn.access"
_GATHERED_SECONDS = 0.01
# They log the address of each request, and the Hub signs those of large files.
_CLIENTS = ("httpx", "httpx2", "httpcore", "httpcore2", "urllib3")


def configure_logs(level: str) -> None:
    """Send all logs of this process to standard error, from this level on."""
    shared: list[Processor] = [
        _with_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    # Ours go straight to the stream, by one processor that does what the shared ones do: every request has a line, and
    # by way of `logging`, or of one processor after the other, it takes three times as long.
    structlog.configure(
        processors=[_line],
        logger_factory=structlog.BytesLoggerFactory(file=_gathered(sys.stderr.buffer)),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json_text),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for name in _CLIENTS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger(_SAID_ELSEWHERE).disabled = True


def _line(logger: Any, method: str, event: EventDict) -> bytes:  # noqa: ANN401 - structlog's, with a name
    """Write an event as a line: what it says, then the request, the level, who says it, and when."""
    event["level"] = method
    event["logger"] = logger.name
    # A request's line is written some time after the request.
    if "timestamp" not in event:
        event["request_id"] = request_id.get()
        event["timestamp"] = datetime.now(UTC)
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, method, event)
    return orjson.dumps(event, default=repr, option=orjson.OPT_UTC_Z)


class _Gathered:
    """A stream whose lines are written together, a hundred times a second: under load, one system call for dozens.

    Outside of an event loop, each line is written at once.

    Args:
        stream: Where they go.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: list[bytes] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._writing = Lock()

    def write(self, line: bytes) -> int:
        """Take a line."""
        with self._writing:
            self._lines.append(line)
        return len(line)

    def flush(self) -> None:
        """See that it is written in a moment."""
        # Which loop runs is a system call to find out; that a known one still runs in this thread is none.
        if self._loop is None or self._thread != get_ident() or not self._loop.is_running():
            try:
                self._loop, self._thread = asyncio.get_running_loop(), get_ident()
            except RuntimeError:
                self.write_out()
                return
        if len(self._lines) == 1:
            self._loop.call_later(_GATHERED_SECONDS, self.write_out)

    def write_out(self) -> None:
        """Write what was taken."""
        with self._writing:  # a thread that reads a raw file says so, too
            lines, self._lines = self._lines, []
            if lines:
                self._stream.write(b"".join(lines))
                self._stream.flush()


def _gathered(stream: BinaryIO) -> BinaryIO:
    gathered = _Gathered(stream)
    # A loop that is stopped calls nothing later; a worker's process knows no `atexit`.
    Finalize(None, gathered.write_out, exitpriority=0)
    return cast("BinaryIO", gathered)  # all of one that structlog uses


def _json_text(event: EventDict, **options: Any) -> str:  # noqa: ANN401 - structlog's signature
    return orjson.dumps(event, **options).decode()


def _with_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["request_id"] = request_id.get()
    return event


def startup_log(provenance: Provenance) -> None:
    """Say which data is served; loudly where it is made up, or not the revision that was asked for."""
    log = structlog.get_logger("server")
    served = {"dataset": provenance.name, "source": provenance.source, "revision": provenance.revision}
    log.info("serving", **served, synthetic=provenance.synthetic)
    if provenance.synthetic:
        log.warning("the sample is served: made-up numbers, no measurements", **served)
    if provenance.stale_because:
        log.warning("a cached revision is served", because=provenance.stale_because, **served)
