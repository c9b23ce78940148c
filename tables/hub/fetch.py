"""The dataset of the Hub as a plain directory, which can be continued where it was broken off."""

from __future__ import annotations

import glob
import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx2
from huggingface_hub import get_session, hf_raise_for_status

from tables.hub.deadline import cut, deadline
from tables.hub.repository import Repository
from tables.hub.trouble import Request, Trouble, explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from huggingface_hub import RepoFile

    from tables.hub.settings import HubSettings

Progress = Callable[[str, int, int], None]
"""Is told the file, its bytes that are there, and its bytes altogether."""

# Raw files are large and some lines slow: beyond the time-out of the settings, a file has a second for each of these.
SLOWEST_BYTES_PER_SECOND = 64 * 1024
ATTEMPTS = 3  # in a row that bring no byte
_CHUNK_BYTES = 256 * 1024


def download_dataset(settings: HubSettings, directory: Path, *, raw: bool, on_progress: Progress | None = None) -> str:
    """Download the dataset into `directory`, in its own layout, and return its commit.

    A file that is there with the right size and digest is left alone. Others are written beside their place, as
    `.{name}.{digest}.part`, and moved there when size and digest are right, so that what was broken off is continued
    and nothing half-written ever stands under a file's name.

    Args:
        settings: Which dataset; a file may take `timeout_seconds`, and a second more for each 64 KiB of it.
        directory: Where to; is made if it is not there.
        raw: Whether to download the raw files too (some 100 GB); else the tables, configurations, README and LICENSE.
        on_progress: Is told about each file at least once, when it is complete.

    Raises:
        HubError: It cannot be had, or not be kept; what is complete stays, and asking again continues.
    """
    try:
        repository = Repository(settings)
        commit = repository.resolve()
        for entry in list(repository.files(commit)):
            if raw or not _is_raw(entry.path):
                request = repository.request(commit, entry.path, kept_in=directory)
                for done in _fetched(repository, request, entry):
                    if on_progress is not None:
                        on_progress(entry.path, done, entry.size)
    except Trouble as trouble:
        raise trouble.hub_error() from None
    return commit


def _is_raw(path: str) -> bool:
    return path.startswith(("llm/", "diffusion/"))


def _fetched(repository: Repository, request: Request, entry: RepoFile) -> Iterator[int]:
    """Yield how many bytes of the file are there, until all are there and in place."""
    directory = request.kept_in.resolve()
    target = directory / entry.path
    if not target.resolve().is_relative_to(directory):
        raise Trouble(request, "its place here leads out of the directory", "remove the symbolic link")
    with explained(request):
        there = _is_whole(target, entry)
    if not there:
        part = target.with_name(f".{target.name}.{_digest(entry)[:16]}.part")
        yield from _persistently(repository, request, entry, part)
        with explained(request):
            if not _is_whole(part, entry):
                part.unlink()
                raise Trouble(request, "it arrived damaged", "try again")
            part.replace(target)
            for older in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
                older.unlink()
    yield entry.size


def _persistently(repository: Repository, request: Request, entry: RepoFile, part: Path) -> Iterator[int]:
    """Yield how many bytes of the file are in the part, over as many attempts as bring it further."""
    in_vain = 0
    while True:
        before = _size(part)
        try:
            yield from _received(repository, request, entry, part)
        except Trouble as trouble:
            in_vain = 0 if _size(part) > before else in_vain + 1
            pause = trouble.retry_after or in_vain
            if trouble.kind != "away" or in_vain == ATTEMPTS or pause > request.settings.timeout_seconds:
                raise
            time.sleep(pause)
        else:
            return


def _received(repository: Repository, request: Request, entry: RepoFile, part: Path) -> Iterator[int]:
    """Yield how many bytes of the file are in the part, after each piece of what the part still lacks."""
    seconds = request.settings.timeout_seconds + entry.size / SLOWEST_BYTES_PER_SECOND
    with explained(request), deadline(seconds):
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file:
            done = file.tell()
            if done >= entry.size:
                return
            headers = repository.headers() | {"Accept-Encoding": "identity"}
            if done:
                headers["Range"] = f"bytes={done}-"
            address = repository.address(entry.path, request.revision)
            with get_session().stream("GET", address, headers=headers) as response:
                hf_raise_for_status(response)
                if response.status_code != httpx2.codes.PARTIAL_CONTENT:
                    file.truncate(0)
                    done = 0
                if int(response.headers.get("Content-Length", entry.size - done)) != entry.size - done:
                    raise ValueError(response.headers)  # another file, or a page about something else
                for piece in response.iter_bytes(_CHUNK_BYTES):
                    done += len(piece)
                    file.write(piece)
                    yield done
        if done < entry.size:
            raise cut()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _is_whole(path: Path, entry: RepoFile) -> bool:
    if not path.is_file() or path.stat().st_size != entry.size:
        return False
    # The Hub names a large file by its SHA-256, any other as git names a blob.
    digest = hashlib.sha256() if entry.lfs else hashlib.sha1(b"blob %d\0" % entry.size, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest() == _digest(entry)


def _digest(entry: RepoFile) -> str:
    return entry.lfs.sha256 if entry.lfs else entry.blob_id
