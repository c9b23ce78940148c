"""A dataset repository of the Hub: its commits and files, each call with a deadline."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from huggingface_hub import HfApi, RepoFile, constants, get_session, get_token, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import DeviceCodeError, OIDCError
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented, not in its __all__

from tables.blob_digest import DamagedBlob, read_blob
from tables.hub.client import call_within_timeout, configure
from tables.hub.request_errors import HubRequestError, Request, library_errors
from tables.hub_cache import COMMIT

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from httpx2 import Response

    from tables.file_bytes import FileBytes, ReadBuffer
    from tables.hub.settings import HubSettings

# Names that git and the Hub allow for a branch, a tag or a pull request, without those that leave a directory.
_REF = re.compile(r"(?!.*\.\.)(?!.*//)[A-Za-z0-9][A-Za-z0-9._/+@-]*(?<!/)")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_PROGRAM = "mlenergy-graph"
_TREE_PAGE = 1000  # entries in one response of the Hub


def token_found() -> bool:
    """Return whether there is a token: `HF_TOKEN`, or a stored login."""
    try:
        return get_token() is not None
    except (DeviceCodeError, OIDCError):
        return True  # a failed login counts as a request for the Hub, whose error then explains it


class Repository:
    """The dataset repository of the settings; errors of the Hub, the network and the disk are a HubRequestError."""

    def __init__(self, settings: HubSettings) -> None:
        configure()
        self._settings = settings
        self._token = settings.token or None
        self._with_token = True
        self._api = HfApi(endpoint=settings.endpoint, token=self._token, user_agent=_PROGRAM)
        request = self.request(settings.ref)
        token = self._token or call_within_timeout(request, get_token)
        self._with_token = token is not None
        if token is not None and not _TOKEN.fullmatch(token):
            advice = "set HF_TOKEN without quotes, spaces and line breaks"
            raise HubRequestError(request, "the token contains invalid characters", advice)
        if not _REF.fullmatch(settings.ref):
            raise HubRequestError(request, "this is not a valid revision name", "use a branch, a tag or a commit")

    def __reduce__(self) -> tuple[type[Repository], tuple[HubSettings]]:
        """Pickle the settings only: the connections belong to this process."""
        return Repository, (self._settings,)

    def resolve(self) -> str:
        """Return the commit, 40 hex digits, that the revision of the settings currently points to."""
        ref = self._settings.ref
        if COMMIT.fullmatch(ref):
            return ref
        request = self.request(ref)
        commit = call_within_timeout(request, lambda: self._api.dataset_info(self._settings.repo, revision=ref).sha)
        with library_errors(request):
            if commit is None or not COMMIT.fullmatch(commit):
                raise ValueError(commit)
        return commit

    def files(self, commit: str) -> list[RepoFile]:
        """Return every file of the commit with its size in bytes and its digest."""
        request, found = self.request(commit), []
        tree = iter(self._api.list_repo_tree(self._settings.repo, recursive=True, revision=commit, repo_type="dataset"))
        while page := call_within_timeout(request, lambda: list(islice(tree, _TREE_PAGE))):
            found += [entry for entry in page if isinstance(entry, RepoFile)]
        return found

    def read(self, file: str, commit: str, buffer: ReadBuffer | None = None) -> FileBytes:
        """Return the content of a file after checking its digest; download it if it is not cached, or is damaged.

        A damaged copy stays in the cache until the new one is complete. `buffer` is memory for a large file.
        """
        request = self.request(commit, file)
        try:
            return _content(self.download(file, commit), request, buffer)
        except DamagedBlob as damage:
            damaged = f"its cached copy is damaged: {damage}"
        try:
            return _content(self.download(file, commit, force=True), request, buffer)
        except HubRequestError as error:
            raise replace(error, reason=f"{damaged}; downloading it again failed: {error.reason}") from None
        except DamagedBlob as damage:
            reason = f"the downloaded copy is damaged: {damage}"
            raise HubRequestError(request, reason, "check the proxy and the disk, then retry", "unavailable") from None

    def download(self, file: str, commit: str, *, force: bool = False) -> Path:
        """Return the path of the file in the cache, after downloading it if it is not cached or if `force` is set."""
        return call_within_timeout(
            self._inside(file, commit),
            lambda: Path(
                self._api.hf_hub_download(
                    self._settings.repo,
                    file,
                    repo_type="dataset",
                    revision=commit,
                    cache_dir=self._settings.cache_dir,
                    force_download=force,
                )
            ),
        )

    def size(self, file: str, commit: str) -> int:
        """Return the size of the file in bytes: of the cached copy, else as the Hub states it."""
        request, url = self._inside(file, commit), self._url(file, commit)
        with library_errors(request):
            if cached := self.cached(file, commit):
                return cached.stat().st_size
            size = call_within_timeout(request, lambda: self._api.get_hf_file_metadata(url=url).size)
            if size is None:
                raise ValueError(size)
            return size

    def cached(self, file: str, revision: str) -> Path | None:
        """Return the path of the file in the cache, or None; does not contact the Hub."""
        with library_errors(self.request(revision, file)):
            path = try_to_load_from_cache(self._settings.repo, file, self._settings.cache_dir, revision, "dataset")
        return Path(path) if isinstance(path, str) else None

    def stream(self, file: str, commit: str, *, start: int = 0) -> AbstractContextManager[Response]:
        """Request the uncompressed content of a file from byte `start` on."""
        headers = build_hf_headers(token=self._token, user_agent=_PROGRAM) | {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        return get_session().stream("GET", self._url(file, commit), headers=headers)

    def request(self, revision: str, file: str | None = None, *, folder: Path | None = None) -> Request:
        """Return the description of a request, for its errors."""
        return Request(
            settings=self._settings,
            revision=revision,
            file=file,
            with_token=self._with_token,
            folder=folder or self._settings.cache_dir or Path(constants.HF_HUB_CACHE),
        )

    def _inside(self, file: str, commit: str) -> Request:
        """Return the description of a request for a file below the dataset's root."""
        request = self.request(commit, file)
        if {"", ".", ".."} & set(file.split("/")) or {"\\", "\0"} & set(file):
            raise HubRequestError(request, "this is not a path inside the dataset", "use a relative path without `..`")
        return request

    def _url(self, file: str, commit: str) -> str:
        return hf_hub_url(self._settings.repo, file, repo_type="dataset", revision=commit, endpoint=self._api.endpoint)


def _content(path: Path, request: Request, buffer: ReadBuffer | None) -> FileBytes:
    try:
        return read_blob(path, buffer)
    except OSError as error:
        reason = f"its cached copy cannot be read: {error.strerror}"
        raise HubRequestError(request, reason, f"check the files below {request.folder}", "disk") from None
