"""Snapshot directories in huggingface_hub's cache, whose path names the dataset and the commit.

    <cache>/datasets--<owner>--<name>/snapshots/<commit>/llm/.../results.json -> ../../../../blobs/<digest>

Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache. `snapshot_download` returns such a directory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tables.blob_digest import DIGEST_NAME

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = re.compile(r"datasets--(?P<owner>[\w.-]+?)--(?P<name>[\w.-]+)")
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class CachedSnapshot:
    """A commit of a dataset in huggingface_hub's cache."""

    repo: str  # owner/name
    commit: str  # 40 hex digits
    blobs: Path  # directory of the files' content

    def has_blob(self, file: Path) -> bool:
        """Return whether a resolved path is one of the cache's blobs, named by its digest."""
        return file.parent == self.blobs and DIGEST_NAME.fullmatch(file.name) is not None


def cached_snapshot(root: Path) -> CachedSnapshot | None:
    """Return the snapshot of a resolved directory, or None if the directory is not in such a cache."""
    folder = _FOLDER.fullmatch(root.parents[1].name) if len(root.parents) > 1 else None
    if folder is None or root.parent.name != "snapshots" or not COMMIT.fullmatch(root.name):
        return None
    return CachedSnapshot(f"{folder['owner']}/{folder['name']}", root.name, root.parents[1] / "blobs")
