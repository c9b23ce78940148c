"""JSON logs on standard error, those of libraries included, with the id of the request."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import orjson
import structlog

from web.log_batch import LogBatch
from web.request_id import request_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from structlog.typing import EventDict

# They log the URL of each request, and URLs of large files on the Hub are signed.
_CLIENTS = ("httpx", "httpx2", "httpcore", "httpcore2", "urllib3")


def configure_logs(level: str) -> None:
    """Write all log messages of this process, from this level on, to standard error."""
    stream = _BatchedStream(sys.stderr)
    # Our loggers bypass `logging` and have a single processor, because each request has a line: through `logging`, or
    # with one processor after another, it takes three times as long.
    structlog.configure(
        processors=[_line],
        logger_factory=structlog.BytesLoggerFactory(file=cast("BinaryIO", stream)),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler(stream)]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    for name in _CLIENTS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # The SDK of MCP logs each request, and headers of refused ones.
    logging.getLogger("mcp").setLevel(logging.ERROR)
    # `web/request_log.py` logs requests, with their id.
    logging.getLogger("uvicorn.access").disabled = True


def _line(logger: Any, method: str, event: EventDict) -> bytes:  # noqa: ANN401 - anything with a name
    """Return an event as a line of JSON, with level, logger, request id and time."""
    event["level"] = method
    event["logger"] = logger.name
    # The line of a request has its own: it is logged some time after the request.
    if "timestamp" not in event:
        event["request_id"] = request_id.get()
        event["timestamp"] = datetime.now(UTC)
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, method, event)
    return orjson.dumps(event, default=repr, option=orjson.OPT_UTC_Z)


class _BatchedStream:
    """The part of a binary stream that structlog uses: under load, one system call writes dozens of lines."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines = LogBatch(self._write)
        self.write = self._lines.add
        # A loop that stops runs no timer, and worker processes do not run `atexit`.
        Finalize(None, self._lines.flush, exitpriority=0)

    def flush(self) -> None:
        """Do nothing: the batch flushes."""

    def _write(self, lines: Sequence[bytes]) -> None:
        self._stream.buffer.write(b"".join(lines))
        self._stream.buffer.flush()


class _LibraryHandler(logging.Handler):
    """Writes records of `logging` in the form of our own lines."""

    def __init__(self, stream: _BatchedStream) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            event: EventDict = {"event": record.getMessage()}
            if record.exc_info:
                event["exc_info"] = record.exc_info
            self._stream.write(_line(record, record.levelname.lower(), event) + b"\n")
        except Exception:  # noqa: BLE001 - as in all handlers of `logging`
            self.handleError(record)
