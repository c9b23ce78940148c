"""Logs as JSON lines on standard error, ours and the libraries', each with the request's id where it has one."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import orjson
import structlog
from asgi_correlation_id import correlation_id

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

    from tables.dataset import Provenance

# Strawberry and uvicorn log what `web/masking.py` and `web/request_log.py` log with the request's id.
_SAID_ELSEWHERE = ("strawberry.execution", "uvicorn.access")


def configure_logs(level: str) -> None:
    """Send all logs of this process to standard error, from this level on."""
    shared = [
        structlog.contextvars.merge_contextvars,
        _with_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(
                    serializer=lambda event, **_: orjson.dumps(event, default=str).decode()
                ),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _SAID_ELSEWHERE:
        logging.getLogger(name).disabled = True


def _with_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    request_id = correlation_id.get()
    if request_id is not None:
        event.setdefault("request_id", request_id)
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
