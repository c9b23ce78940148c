"""Errors of the Hub, the network and the disk, each as one line with its reason and the remedy."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import constants, is_offline_mode
from huggingface_hub import errors as library

from errors import HubError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tables.hub.settings import HubSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to the Hub, as error messages describe it."""

    settings: HubSettings
    revision: str
    file: str | None
    with_token: bool
    folder: Path  # that downloads are written to

    @property
    def host(self) -> str:
        """Host and port of the Hub, without the credentials that a URL can contain."""
        return urlsplit(self.settings.endpoint or constants.ENDPOINT).netloc.rpartition("@")[2] or "no address"


@dataclass(eq=False, repr=False)
class HubRequestError(HubError):
    """A failed request. Texts of a library or of the Hub are left out: they can contain the token.

    Args:
        reason: Cause, in words that clients of the server may read.
        advice: Remedy for the operator of the server; may contain a local path.
        kind: `refused` and `missing` (the revision does not have the file) are answers of the Hub. `unavailable` and
            `disk` say nothing about the dataset, so that the cached commit may be served.
    """

    request: Request
    reason: str
    advice: str
    kind: Literal["refused", "missing", "unavailable", "disk"] = "refused"
    retry_after: float | None = None  # seconds

    def __post_init__(self) -> None:
        dataset = f"dataset {self.request.settings.repo} at {self.request.revision}"
        dataset = dataset if dataset.isprintable() else repr(dataset)
        super().__init__(f"{dataset}: {self.reason}; {self.advice}", file=self.request.file)


def unavailable(request: Request, problem: str, retry_after: float | None = None) -> HubRequestError:
    """Return the error for a Hub that does not deliver; `problem` ends a sentence that begins with the Hub."""
    offline = "unset HF_HUB_OFFLINE, or fill the cache with it unset first, or serve a directory"
    advice = offline if is_offline_mode() else "retry later"
    return HubRequestError(request, f"the Hub ({request.host}) {problem}", advice, "unavailable", retry_after)


def connection_lost(request: Request) -> HubRequestError:
    """Return the error for a response that ended before it was complete."""
    return unavailable(request, "closed the connection before the response was complete")


@contextmanager
def library_errors(request: Request) -> Iterator[None]:
    """Convert the errors that huggingface_hub, httpx2 and the disk raise in this block to HubRequestError."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, library.DeviceCodeError, library.OIDCError) as error:
        raise _converted(error, request) from None
    except (ValueError, TypeError, KeyError) as error:  # not JSON, or JSON without the Hub's fields
        raise _converted(error, request) from None


def _converted(error: BaseException, request: Request) -> HubRequestError:
    match error:
        case library.HfHubHTTPError():
            return _refused(error.response.status_code, error.response.headers.get("X-Error-Code"), request)
        # Wrappers of the library; ValueError stands for a cached file that it could not replace.
        case library.LocalEntryNotFoundError() | library.FileMetadataError() | ValueError() if error.__cause__:
            return _converted(error.__cause__, request)
        case library.HFValidationError():
            return HubRequestError(request, "this is not a valid dataset name", "use the form OWNER/NAME")
        case library.DeviceCodeError() | library.OIDCError():
            return HubRequestError(request, "the login failed", "log in again with `hf auth login`, or set HF_TOKEN")
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return HubRequestError(request, "the address of the Hub is not a URL", "set HF_ENDPOINT to https://...")
        case _:
            return _undelivered(error, request)


def _undelivered(error: BaseException, request: Request) -> HubRequestError:
    match error:
        case library.OfflineModeIsEnabled():
            return unavailable(request, "is not contacted, because HF_HUB_OFFLINE is set")
        case httpx2.TransportError() | ConnectionError() | TimeoutError():
            return connection_lost(request)
        case OSError(errno=int(number)):
            reason = f"the download cannot be written: {os.strerror(number)}"
            advice = f"free disk space, or use another directory than {request.folder}"
            return HubRequestError(request, reason, advice, "disk")
        case OSError() if type(error) is OSError:  # the library's error for a download of an unexpected size
            return connection_lost(request)
        case _:
            reason = f"the response of {request.host} is not that of a Hugging Face Hub"
            return HubRequestError(request, reason, "check HF_ENDPOINT and the proxy", "unavailable")


def _refused(status: int, code: str | None, request: Request) -> HubRequestError:
    page = request.settings.page
    match status, code:
        case _, "GatedRepo" if request.with_token:
            reason = "access is gated, and the token's account does not have it"
            advice = f"request access with that account at {page}"
        case _, "GatedRepo":
            reason = "access is gated"
            advice = f"request access at {page}, then set HF_TOKEN to a token of the account that was granted it"
        case _, "RevisionNotFound":
            reason = "there is no such revision"
            advice = f"use a branch, a tag or a commit of {page}/commits/main"
        case _, "EntryNotFound":
            reason = "there is no such file"
            advice = f"see the list of files at {page}/tree/main"
        case 401, _ if request.with_token:
            reason = "the Hub does not accept the token"
            advice = "set HF_TOKEN to a valid token of https://huggingface.co/settings/tokens, or unset it"
        case (401, _) | (_, "RepoNotFound"):
            reason = "there is no such dataset, or it is private or gated"
            advice = f"check the name, request access at {page}, and set HF_TOKEN to a token that may read it"
        case 403, _:
            reason = "access is forbidden"
            advice = f"give the token the permission to read gated repositories, and request access at {page}"
        case _:
            reason = f"{request.host} refused the request"
            advice = f"check the name, HF_ENDPOINT and {page}"
    kind: Literal["missing", "refused"] = "missing" if code == "EntryNotFound" else "refused"
    return HubRequestError(request, f"{reason} (HTTP {status})", advice, kind)
