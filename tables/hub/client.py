"""The HTTP client that huggingface_hub is given: it keeps deadlines, and does not make the library wait."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx2
from huggingface_hub import constants, get_session, is_offline_mode, set_client_factory
from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]  # documented, not in its __all__
from huggingface_hub.utils import logging as hub_logging

from tables.hub.deadline import HubAway, current, cut, late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2._client import UseClientDefault
    from httpx2._types import AuthTypes

    from tables.hub.deadline import Deadline

# huggingface_hub resumes a cut body after sleeping for one second; with less than this left it cannot.
RESUME_SECONDS = 2


def prepare() -> None:
    """Give huggingface_hub the client that keeps deadlines, and make it plain and quiet; calling again changes nothing.

    Its constants are set rather than the environment they come from, because the library reads that at import, and
    who imports it first is anyone's guess (the toolkit does). Xet downloads would go past this client; telemetry asks
    the Hub for a list of programs that it looks for; and what goes wrong is said once, by `trouble.py`.
    """
    constants.HF_HUB_DISABLE_XET = True
    constants.HF_HUB_DISABLE_TELEMETRY = True
    if constants.HF_HUB_DISABLE_PROGRESS_BARS is None:
        disable_progress_bars()
    if hub_logging.get_verbosity() == logging.WARNING:
        hub_logging.set_verbosity(logging.ERROR)
    client = get_session()
    if not isinstance(client, _PunctualClient):
        hooks = client.event_hooks
        set_client_factory(lambda: _PunctualClient(event_hooks=hooks, follow_redirects=True, timeout=None))


class _PunctualClient(httpx2.Client):
    """An HTTP client that keeps the deadline it is called under; without one, it does what it always does."""

    def send(
        self,
        request: httpx2.Request,
        *,
        stream: bool = False,
        auth: AuthTypes | UseClientDefault | None = httpx2.USE_CLIENT_DEFAULT,
        follow_redirects: bool | UseClientDefault = httpx2.USE_CLIENT_DEFAULT,
    ) -> httpx2.Response:
        limit = current()
        if limit is None:
            return super().send(request, stream=stream, auth=auth, follow_redirects=follow_redirects)
        if is_offline_mode():
            raise HubAway("is not asked, because HF_HUB_OFFLINE is set")
        request.extensions["timeout"] = httpx2.Timeout(limit.remaining()).as_dict()
        try:
            response = super().send(request, stream=True, auth=auth, follow_redirects=follow_redirects)
        except (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError, httpx2.ProxyError) as error:
            raise _as_away(error, limit) from None
        if response.status_code in {httpx2.codes.REQUEST_TIMEOUT, httpx2.codes.TOO_MANY_REQUESTS} or (
            response.is_server_error
        ):
            response.close()
            raise _turned_away(response)
        if not isinstance(response.stream, httpx2.SyncByteStream):
            raise TypeError("a response of the blocking client has an asynchronous body")
        response.stream = _PunctualStream(response.stream, limit)
        if not stream:
            try:
                response.read()
            finally:
                response.close()
        return response


class _PunctualStream(httpx2.SyncByteStream):
    """The body of a response, up to the deadline."""

    def __init__(self, stream: httpx2.SyncByteStream, limit: Deadline) -> None:
        self._stream = stream
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                self._limit.remaining()
                yield chunk
        except (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError) as error:
            if self._limit.remaining() < RESUME_SECONDS:
                raise _as_away(error, self._limit) from None
            raise

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()


def _as_away(error: httpx2.TransportError, limit: Deadline) -> HubAway:
    match error:
        case httpx2.TimeoutException():
            return late(limit.seconds)
        case httpx2.ProxyError():
            return HubAway("cannot be reached: the proxy refuses")
        case httpx2.ConnectError():  # its text is the socket's: refused, unknown name, wrong certificate
            return HubAway(f"cannot be reached: {' '.join(str(error).split())[:200]}")
        case _:
            return cut()


def _turned_away(response: httpx2.Response) -> HubAway:
    asked = response.headers.get("Retry-After", "").strip()
    if not asked.isdecimal():
        return HubAway(f"answered HTTP {response.status_code}")
    wait = float(asked)
    return HubAway(f"answered HTTP {response.status_code} and asks to be left alone for {wait:g} s", retry_after=wait)
