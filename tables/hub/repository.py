"""One dataset repository of the Hub: its commits and files, each question within its deadline."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from huggingface_hub import (
    HfApi,
    RepoFile,
    constants,
    get_hf_file_metadata,
    get_token,
    hf_hub_url,
    try_to_load_from_cache,
)
from huggingface_hub.errors import DeviceCodeError, OIDCError
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # documented, not in its __all__

from tables.hub.client import prepare
from tables.hub.deadline import within
from tables.hub.trouble import Request, Trouble, client_explained, explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tables.hub.settings import HubSettings

T = TypeVar("T")

COMMIT = re.compile(r"[0-9a-f]{40}")

# What git and the Hub allow in a branch, a tag or a pull request's ref, without what leads out of a directory.
_REF = re.compile(r"(?!.*\.\.)(?!.*//)[A-Za-z0-9][A-Za-z0-9._/+@-]*(?<!/)")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_PROGRAM = "mlenergy-graph"
_TREE_PAGE = 1000  # entries that the Hub lists in one answer


def token_found() -> bool:
    """Return whether there is a token: `HF_TOKEN`, or a stored login."""
    try:
        return get_token() is not None
    except (DeviceCodeError, OIDCError):
        return True  # a login that fails is still one that somebody wants: opening the Hub says what is wrong with it


class Repository:
    """The dataset repository that the settings name.

    Raises:
        Trouble: From every method, if the Hub, the network or the disk does not do what is asked.
    """

    def __init__(self, settings: HubSettings) -> None:
        self._settings = settings
        self._token = settings.token or None
        self._with_token = self._token is not None
        with client_explained(self.request(settings.ref)):
            prepare()
        self._api = HfApi(endpoint=settings.endpoint, token=self._token, user_agent=_PROGRAM)
        self._with_token = True
        token = self._token or self._ask(self.request(settings.ref), get_token)
        self._with_token = token is not None
        if token is not None and not _TOKEN.fullmatch(token):
            reason = "the token holds characters that no token has"
            raise Trouble(self.request(settings.ref), reason, "set HF_TOKEN without quotes, spaces and line breaks")
        if not _REF.fullmatch(settings.ref):
            reason = "this is not the name of a revision"
            raise Trouble(self.request(settings.ref), reason, "give a branch, a tag or a commit")

    def __reduce__(self) -> tuple[type[Repository], tuple[HubSettings]]:
        """Let another process open the repository for itself: the client's connections stay here."""
        return Repository, (self._settings,)

    def resolve(self) -> str:
        """Return the commit, 40 hex digits, that the revision of the settings stands for now."""
        ref = self._settings.ref
        request = self.request(ref)
        if COMMIT.fullmatch(ref):
            return ref
        commit = self._ask(request, lambda: self._api.dataset_info(self._settings.repo, revision=ref).sha)
        with explained(request):
            if commit is None or not COMMIT.fullmatch(commit):
                raise ValueError(commit)
        return commit

    def download(self, file: str, commit: str, *, anew: bool = False) -> Path:
        """Return where the file of that commit lies in the cache, after downloading it if it does not yet.

        With `anew` it is downloaded in any case, and replaces the cached one once it is complete.
        """
        request = self.request(commit, file)
        if not is_inside(file):
            raise Trouble(request, "this is not a path inside the dataset", "a path is relative and holds no `..`")
        settings = self._settings

        def download() -> Path:
            try:
                return Path(
                    self._api.hf_hub_download(
                        settings.repo,
                        file,
                        repo_type="dataset",
                        revision=commit,
                        cache_dir=settings.cache_dir,
                        force_download=anew,
                    )
                )
            except ValueError as error:
                if anew and error.__cause__ is not None:  # the library wraps what keeps it from a forced download
                    raise error.__cause__ from None
                raise

        return self._ask(request, download)

    def size(self, file: str, commit: str) -> int:
        """Return the bytes of the file of that commit: of its copy in the cache, else as the Hub says."""
        request = self.request(commit, file)
        if not is_inside(file):
            raise Trouble(request, "this is not a path inside the dataset", "a path is relative and holds no `..`")
        copy = self.cached(file, commit)
        if copy is not None:
            with explained(request):
                return copy.stat().st_size
        address = self.address(file, commit)
        found = self._ask(request, lambda: get_hf_file_metadata(address, token=self._token)).size
        with explained(request):
            if found is None:
                raise ValueError(found)
        return found

    def cached(self, file: str, revision: str) -> Path | None:
        """Return where the file of that revision lies in the cache, if it does; asks nobody."""
        settings = self._settings
        with explained(self.request(revision, file)):
            found = try_to_load_from_cache(
                settings.repo, file, cache_dir=settings.cache_dir, revision=revision, repo_type="dataset"
            )
        return Path(found) if isinstance(found, str) else None

    def files(self, commit: str) -> Iterator[RepoFile]:
        """Yield every file of that commit with its size in bytes and its digest."""
        request = self.request(commit)
        tree = iter(self._api.list_repo_tree(self._settings.repo, recursive=True, revision=commit, repo_type="dataset"))
        while page := self._ask(request, lambda: list(islice(tree, _TREE_PAGE))):
            for entry in page:
                if isinstance(entry, RepoFile):
                    if not is_inside(entry.path):
                        request = self.request(commit, entry.path)
                        raise Trouble(request, "the dataset lists a path outside of itself", "do not trust this source")
                    yield entry

    def address(self, file: str, commit: str) -> str:
        """Return the web address of the file at that commit."""
        settings = self._settings
        return hf_hub_url(settings.repo, file, repo_type="dataset", revision=commit, endpoint=settings.endpoint)

    def headers(self) -> dict[str, str]:
        """Return the headers that a request for an address carries, the token among them."""
        return build_hf_headers(token=self._token, user_agent=_PROGRAM)

    def request(self, revision: str, file: str | None = None, *, kept_in: Path | None = None) -> Request:
        """Return what a failure is told about, for who asks without the help of this class."""
        return Request(
            settings=self._settings,
            revision=revision,
            file=file,
            with_token=self._with_token,
            kept_in=kept_in or self._settings.cache_dir or Path(constants.HF_HUB_CACHE),
        )

    def _ask(self, request: Request, call: Callable[[], T]) -> T:
        with explained(request):
            return within(self._settings.timeout_seconds, call)


def is_inside(path: str) -> bool:
    """Return whether the path, as the dataset spells paths, names a file below the root."""
    return not {"", ".", ".."} & set(path.split("/")) and not {"\\", "\0"} & set(path)
