"""The content of a file of one commit, checked against its digest; a damaged file is downloaded once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.blob_digest import DamagedBlob, read_blob
from tables.hub.trouble import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from tables.file_bytes import FileBytes, Room
    from tables.hub.repository import Repository
    from tables.hub.trouble import Request


def read_file_of(
    repository: Repository, file: str, commit: str, *, room: Room | None = None, replace: bool = True
) -> FileBytes:
    """Return the content of a file, after downloading it if it is not in the cache.

    Args:
        repository: The dataset.
        file: Its path, relative to the dataset's root.
        commit: 40 hex digits.
        room: Memory for a large file, see `read_file`.
        replace: Whether to download a damaged file once more. The damaged one stays until the new one is complete.

    Raises:
        Trouble: The file is damaged and not replaced, or it cannot be downloaded or read.
    """
    request = repository.request(commit, file)
    try:
        return _content(repository.download(file, commit), request, room)
    except DamagedBlob as damage:
        damaged = f"its cached copy is damaged: {damage}"
    if not replace:
        raise Trouble(request, damaged, "start again when the Hub can be reached, to download it anew", kind="away")
    try:
        path = repository.download(file, commit, anew=True)
    except Trouble as trouble:
        reason = f"{damaged}; it cannot be downloaded again: {trouble.reason}"
        raise Trouble(request, reason, trouble.advice, kind=trouble.kind, retry_after=trouble.retry_after) from None
    try:
        return _content(path, request, room)
    except DamagedBlob as damage:
        reason = f"it arrived damaged: {damage}"
        raise Trouble(request, reason, "check the proxy and the disk, and try again", kind="away") from None


def _content(path: Path, request: Request, room: Room | None) -> FileBytes:
    try:
        return read_blob(path, room)
    except OSError as error:
        reason = f"its cached copy cannot be read: {error.strerror}"
        raise Trouble(request, reason, f"check the files below {request.kept_in}", kind="disk") from None
