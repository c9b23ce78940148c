"""What the Hub, the network and the disk can do to us, each as one line that says what to do about it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import constants, is_offline_mode
from huggingface_hub.errors import (
    DeviceCodeError,
    FileMetadataError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    OIDCError,
)

from errors import HubError
from tables.hub.deadline import HubAway, cut

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tables.hub.settings import HubSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked of the Hub.

    Args:
        settings: Where, and how.
        revision: The revision by the name or commit it was asked for.
        file: The file, if it was one.
        with_token: Whether a token went along.
        kept_in: Where what is downloaded is kept.
    """

    settings: HubSettings
    revision: str
    file: str | None
    with_token: bool
    kept_in: Path


class Trouble(Exception):  # noqa: N818 - on its way to be a HubError, a RawDataUnavailable or a stale snapshot
    """Why a request failed. None of its text is a library's or the Hub's: a token can stand in those.

    Args:
        request: What was asked.
        reason: What happened, in words that clients of the server may read.
        advice: What to do about it, for who runs the server; may name a path.
        kind: `away` and `disk` say nothing about the dataset, so that the cache may answer; `refused` is an answer, and
            so is `missing`: the revision has no such file.
        retry_after: How long the Hub asks to be left alone, in seconds, if it says so.
    """

    def __init__(
        self,
        request: Request,
        reason: str,
        advice: str,
        *,
        kind: Literal["refused", "missing", "away", "disk"] = "refused",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.request = request
        self.reason = reason
        self.advice = advice
        self.kind = kind
        self.retry_after = retry_after

    def hub_error(self) -> HubError:
        """Return it as the error for who runs the server."""
        where = f"dataset {self.request.settings.repo} at {self.request.revision}"
        where = where if where.isprintable() else repr(where)
        return HubError(f"{where}: {self.reason}; {self.advice}", file=self.request.file)


@contextmanager
def explained(request: Request) -> Iterator[None]:
    """Turn what huggingface_hub and httpx2 raise in this block into a Trouble.

    Raises:
        Trouble: For everything that the Hub, the network or the disk can do.
    """
    try:
        yield
    except (
        HubAway,
        httpx2.HTTPError,
        httpx2.InvalidURL,
        OSError,
        DeviceCodeError,
        OIDCError,
        # Of an answer that is no Hub's: not JSON, or JSON without the fields of the Hub's.
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise _diagnosed(error, request) from None


@contextmanager
def client_explained(request: Request) -> Iterator[None]:
    """Turn what the HTTP client raises when it is made, by what the environment says, into a Trouble.

    Raises:
        Trouble: Names the variables that can be to blame, not their values: an address can hold a password.
    """
    proxies = "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY"
    try:
        yield
    except ImportError:
        reason = f"{proxies} or their lower-case forms name a SOCKS proxy, for which a package is not installed"
        raise Trouble(request, reason, "pip install socksio, or use an HTTP proxy") from None
    except OSError as error:
        reason = f"the HTTP client's certificates or key log cannot be opened: {error.strerror or type(error).__name__}"
        raise Trouble(request, reason, "check SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE") from None
    except (ValueError, httpx2.InvalidURL):
        reason = "the address of a proxy is not a web address"
        raise Trouble(request, reason, f"check {proxies}, NO_PROXY and their lower-case forms") from None


def _diagnosed(error: BaseException, request: Request) -> Trouble:
    match error:
        case LocalEntryNotFoundError() | FileMetadataError() if error.__cause__ is not None:
            return _diagnosed(error.__cause__, request)
        case HfHubHTTPError():
            return _refused(error.response.status_code, error.response.headers.get("X-Error-Code"), request)
        case HFValidationError():
            return Trouble(request, "this is not the name of a dataset", "a name is owner/name")
        case DeviceCodeError() | OIDCError():
            return Trouble(request, "the login failed", "log in again with `hf auth login`, or set HF_TOKEN")
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return Trouble(request, "the address of the Hub is not a web address", "set HF_ENDPOINT to https://...")
        case _:
            return _undelivered(error, request)


def _undelivered(error: BaseException, request: Request) -> Trouble:
    match error:
        case HubAway():
            return _away(error, request)
        case OfflineModeIsEnabled():
            return _away(HubAway("is not asked, because HF_HUB_OFFLINE is set"), request)
        case httpx2.TransportError() | ConnectionError() | TimeoutError():
            return _away(cut(), request)
        case OSError(errno=int(number)):
            return _disk(number, request)
        case OSError() if not isinstance(error, FileMetadataError | LocalEntryNotFoundError | httpx2.HTTPError):
            # What huggingface_hub raises for a download of another size than the one announced has no number.
            return _away(cut(), request)
        case _:
            reason = f"{_address(request)} does not answer as a Hub does"
            return Trouble(request, reason, "check HF_ENDPOINT and the proxy", kind="away")


def _away(error: HubAway, request: Request) -> Trouble:
    reason = f"the Hub ({_address(request)}) {error}"
    # Nothing changes by waiting for a Hub that is not asked.
    offline = "unset HF_HUB_OFFLINE, or fill the cache with it unset first, or serve a directory"
    advice = offline if is_offline_mode() else "try again later"
    return Trouble(request, reason, advice, kind="away", retry_after=error.retry_after)


def _refused(status: int, code: str | None, request: Request) -> Trouble:
    page = request.settings.page
    match status, code:
        case _, "GatedRepo" if request.with_token:
            reason = f"access is gated, and the account of the token has none (HTTP {status})"
            advice = f"request access with that account at {page}"
        case _, "GatedRepo":
            reason = f"access is gated (HTTP {status})"
            advice = f"request access at {page}, then set HF_TOKEN to a token of the account that was granted it"
        case _, "RevisionNotFound":
            reason = f"there is no such revision (HTTP {status})"
            advice = f"give a branch, a tag or a commit of {page}/commits/main"
        case _, "EntryNotFound":
            reason = f"there is no such file (HTTP {status})"
            return Trouble(request, reason, f"see {page}/tree/main for what there is", kind="missing")
        case 401, _ if request.with_token:
            reason = "the Hub does not accept the token (HTTP 401)"
            advice = "set HF_TOKEN to a valid one of https://huggingface.co/settings/tokens, or unset it"
        case (401, _) | (_, "RepoNotFound"):
            reason = f"there is no such dataset, or it is private or gated (HTTP {status})"
            advice = f"check the name, request access at {page}, and set HF_TOKEN to a token that may read it"
        case 403, _:
            reason = "access is forbidden (HTTP 403)"
            advice = f"give the token the permission to read gated repositories, and request access at {page}"
        case _:
            reason = f"{_address(request)} answered HTTP {status}"
            advice = f"check the name, HF_ENDPOINT and {page}"
    return Trouble(request, reason, advice)


def _disk(number: int, request: Request) -> Trouble:
    reason = f"the download cannot be kept on this disk: {os.strerror(number)}"
    return Trouble(request, reason, f"make room, or have it kept elsewhere than {request.kept_in}", kind="disk")


def _address(request: Request) -> str:
    """Name the Hub without the credentials that can stand in an address."""
    return urlsplit(request.settings.endpoint or constants.ENDPOINT).netloc.rpartition("@")[2] or "no address"
