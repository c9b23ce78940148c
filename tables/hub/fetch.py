"""Download of a dataset of the Hub into a plain directory, resumed where an earlier run stopped.

Does not use `snapshot_download`, which neither checks digests nor resumes across runs: docs/adr/0024.
"""

from __future__ import annotations

import glob
import hashlib
import time
from typing import TYPE_CHECKING

import httpx2
from huggingface_hub import hf_raise_for_status

from tables.blob_digest import git_blob_header
from tables.hub.client import deadline
from tables.hub.repository import Repository
from tables.hub.request_errors import HubRequestError, Request, connection_lost, library_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from huggingface_hub import RepoFile

    from tables.hub.settings import HubSettings

_RAW_FOLDERS = ("llm/", "diffusion/")
# Raw files are large and some connections slow: one more second per this many bytes, beyond the timeout.
_SLOWEST_BYTES_PER_SECOND = 64 * 1024
_ATTEMPTS = 3  # in a row that receive nothing
_CHUNK_BYTES = 256 * 1024


def download_dataset(
    settings: HubSettings,
    directory: Path,
    *,
    raw: bool,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> str:
    """Download the dataset into `directory`, in its own layout, and return its commit.

    A file that is present with the right size and digest is left alone. Others are written to `.{name}.{digest}.part`
    next to their place and renamed once size and digest are right, so that an interrupted download can be resumed and
    no incomplete file has a file's name.

    Args:
        settings: Settings of the dataset. A file's timeout is `timeout_seconds` plus one second per 64 KiB.
        directory: Target directory; created if it does not exist.
        raw: Whether to include the raw files (about 100 GB) besides tables, configurations, README and LICENSE.
        on_progress: Called with a file's path, its bytes present and its size, at least when it is complete.

    Raises:
        HubError: The download failed. Complete files stay, and the next call resumes.
    """
    repository = Repository(settings)
    commit = repository.resolve()
    for entry in repository.files(commit):
        if raw or not entry.path.startswith(_RAW_FOLDERS):
            request = repository.request(commit, entry.path, folder=directory)
            for present in _fetch(repository, request, entry):
                on_progress(entry.path, present, entry.size)
    return commit


def _fetch(repository: Repository, request: Request, entry: RepoFile) -> Iterator[int]:
    """Yield the number of bytes present, until the file is complete and in its place."""
    with library_errors(request):
        directory = request.folder.resolve()
        target = directory / entry.path
        if directory not in target.resolve().parents:
            raise HubRequestError(request, "its path leads out of the directory", "remove the symbolic link")
        if not _is_complete(target, entry):
            part = target.with_name(f".{target.name}.{_digest(entry)[:16]}.part")
            part.parent.mkdir(parents=True, exist_ok=True)
            part.touch()
            yield from _resume(repository, request, entry, part)
            if not _is_complete(part, entry):
                part.unlink()
                raise HubRequestError(request, "the received file does not have the expected digest", "retry")
            part.replace(target)
            for outdated in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
                outdated.unlink()
        yield entry.size


def _resume(repository: Repository, request: Request, entry: RepoFile, part: Path) -> Iterator[int]:
    """Yield the number of bytes in `part`, until it is complete; retry while attempts receive bytes."""
    futile = 0
    while True:
        before = part.stat().st_size
        try:
            yield from _receive(repository, request, entry, part)
        except HubRequestError as error:
            futile = 0 if part.stat().st_size > before else futile + 1
            pause = error.retry_after or futile
            if error.kind != "unavailable" or futile == _ATTEMPTS or pause > request.settings.timeout_seconds:
                raise
            time.sleep(pause)
        else:
            return


def _receive(repository: Repository, request: Request, entry: RepoFile, part: Path) -> Iterator[int]:
    """Request the bytes that `part` lacks, and yield the number of bytes in it after each chunk."""
    seconds = request.settings.timeout_seconds + entry.size / _SLOWEST_BYTES_PER_SECOND
    with deadline(request, seconds), part.open("ab") as file:
        present = file.tell()
        if present >= entry.size:
            return
        with repository.stream(entry.path, request.revision, start=present) as response:
            hf_raise_for_status(response)
            if response.status_code != httpx2.codes.PARTIAL_CONTENT:
                file.truncate(0)
                present = 0
            if int(response.headers.get("Content-Length", entry.size - present)) != entry.size - present:
                raise ValueError(response.headers)  # another file, or the page of a proxy
            for chunk in response.iter_bytes(_CHUNK_BYTES):
                present += len(chunk)
                file.write(chunk)
                yield present
    if present < entry.size:
        raise connection_lost(request)


def _is_complete(path: Path, entry: RepoFile) -> bool:
    if not path.is_file() or path.stat().st_size != entry.size:
        return False
    with path.open("rb") as file:
        digest = hashlib.sha256() if entry.lfs else hashlib.sha1(git_blob_header(entry.size), usedforsecurity=False)
        return hashlib.file_digest(file, lambda: digest).hexdigest() == _digest(entry)


def _digest(entry: RepoFile) -> str:
    return entry.lfs.sha256 if entry.lfs else entry.blob_id
