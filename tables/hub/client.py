"""Deadlines for calls of huggingface_hub.

The library alone waits as long as the server does: it sleeps for any `Retry-After`, its timeouts restart with each
received byte, and its file locks and name resolution have none. Here a call runs in a thread that is abandoned at the
deadline, and the HTTP client then ends that thread: past the deadline it neither sends nor reads.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import httpx2
from huggingface_hub import constants, get_session, set_client_factory
from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]  # documented, not in its __all__
from huggingface_hub.utils import logging as hub_logging

from errors import HubError
from tables.hub.request_errors import connection_lost, library_errors, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx2._client import UseClientDefault
    from httpx2._types import AuthTypes

    from tables.hub.request_errors import HubRequestError, Request

T = TypeVar("T")

# huggingface_hub sleeps for one second before it resumes a download; with less time left, it cannot.
_RESUME_SECONDS = 2
_PROXIES = "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY"


@dataclass(frozen=True, slots=True)
class _Deadline:
    request: Request
    seconds: float
    at: float  # on the monotonic clock

    def remaining(self) -> float:
        """Return the seconds left, greater than 0; raise HubRequestError past the deadline."""
        remaining = self.at - time.monotonic()
        if remaining <= 0:
            raise _timed_out(self.request, self.seconds)
        return remaining


_DEADLINE: ContextVar[_Deadline | None] = ContextVar("hub_deadline", default=None)


@contextmanager
def deadline(request: Request, seconds: float) -> Iterator[None]:
    """End the HTTP requests of this block within `seconds`; errors and timeouts raise HubRequestError."""
    token = _DEADLINE.set(_Deadline(request, seconds, time.monotonic() + seconds))
    try:
        with library_errors(request):
            yield
    finally:
        _DEADLINE.reset(token)


def call_within_timeout(request: Request, call: Callable[[], T]) -> T:
    """Return the result of `call`, within the timeout of the settings; errors and timeouts raise HubRequestError."""
    outcome: Future[T] = Future()
    seconds = request.settings.timeout_seconds

    def work() -> None:
        try:
            with deadline(request, seconds):
                outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
            outcome.set_exception(error)

    threading.Thread(target=work, name="hub", daemon=True).start()
    if not wait([outcome], seconds).done:
        raise _timed_out(request, seconds)
    return outcome.result()


def configure() -> None:
    """Install the client with deadlines in huggingface_hub, and switch off Xet, telemetry, progress bars and warnings.

    The library's constants are set instead of its variables, because another package may have imported it before. Xet
    downloads would bypass the client; errors are reported once, by `request_errors.py`. Repeated calls have no effect.

    Raises:
        HubError: A variable is not valid; its value is not shown, because an address can contain a password.
    """
    constants.HF_HUB_DISABLE_XET = True
    constants.HF_HUB_DISABLE_TELEMETRY = True
    if constants.HF_HUB_DISABLE_PROGRESS_BARS is None:
        disable_progress_bars()
    if hub_logging.get_verbosity() == logging.WARNING:
        hub_logging.set_verbosity(logging.ERROR)
    try:
        client = get_session()
    except ImportError:
        problem = f"{_PROXIES} or their lower-case forms name a SOCKS proxy, for which a package is not installed"
        raise HubError(f"{problem}; pip install socksio, or use an HTTP proxy") from None
    except OSError as error:
        problem = f"the HTTP client cannot open its certificates or key log: {error.strerror or type(error).__name__}"
        raise HubError(f"{problem}; check SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE") from None
    except (ValueError, httpx2.InvalidURL):
        problem = "the address of a proxy is not a URL"
        raise HubError(f"{problem}; check {_PROXIES}, NO_PROXY and their lower-case forms") from None
    if not isinstance(client, _Client):
        hooks = client.event_hooks
        set_client_factory(lambda: _Client(event_hooks=hooks, follow_redirects=True, timeout=None))


class _Client(httpx2.Client):
    """HTTP client that applies the current deadline; without a deadline it behaves like its base class."""

    def send(
        self,
        request: httpx2.Request,
        *,
        stream: bool = False,
        auth: AuthTypes | UseClientDefault | None = httpx2.USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = httpx2.USE_CLIENT_DEFAULT,
    ) -> httpx2.Response:
        limit = _DEADLINE.get()
        if limit is None:
            return super().send(request, stream=stream, auth=auth, follow_redirects=follow_redirects)
        request.extensions["timeout"] = httpx2.Timeout(limit.remaining()).as_dict()
        try:
            response = super().send(request, stream=True, auth=auth, follow_redirects=follow_redirects)
        except (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError, httpx2.ProxyError) as error:
            raise _undelivered(error, limit) from None
        status = response.status_code
        if response.is_server_error or status in {httpx2.codes.REQUEST_TIMEOUT, httpx2.codes.TOO_MANY_REQUESTS}:
            response.close()
            # Raised here, because huggingface_hub would sleep for the seconds of the header.
            header = response.headers.get("Retry-After", "").strip()
            seconds = float(header) if header.isdecimal() else None
            suffix = "" if seconds is None else f" with Retry-After: {seconds:g} s"
            raise unavailable(limit.request, f"answered HTTP {status}{suffix}", seconds)
        response.stream = _Body(cast("httpx2.SyncByteStream", response.stream), limit)
        if not stream:
            with closing(response):
                response.read()
        return response


class _Body(httpx2.SyncByteStream):
    """Response body that is read up to the deadline."""

    def __init__(self, stream: httpx2.SyncByteStream, limit: _Deadline) -> None:
        self._stream = stream
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                self._limit.remaining()
                yield chunk
        except (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            if self._limit.remaining() < _RESUME_SECONDS:
                raise _undelivered(error, self._limit) from None
            raise

    def close(self) -> None:
        self._stream.close()


def _undelivered(error: httpx2.TransportError, limit: _Deadline) -> HubRequestError:
    match error:
        case httpx2.TimeoutException():
            return _timed_out(limit.request, limit.seconds)
        case httpx2.ProxyError():
            return unavailable(limit.request, "cannot be reached: the proxy refused the connection")
        case httpx2.ConnectError():  # its message is the socket's: refused, unknown name, invalid certificate
            return unavailable(limit.request, f"cannot be reached: {' '.join(str(error).split())[:200]}")
        case _:
            return connection_lost(limit.request)


def _timed_out(request: Request, seconds: float) -> HubRequestError:
    return unavailable(request, f"timed out after {seconds:g} s")
