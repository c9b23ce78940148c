"""The Hub client's cache on disk: which dataset and commit a snapshot directory in it holds.

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
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class CachedSnapshot:
    """A commit of a dataset in the Hub client's cache.

    Args:
        repo: The dataset repository, `owner/name`.
        commit: 40 hex digits.
        blobs: The directory of the files' content.
    """

    repo: str
    commit: str
    blobs: Path

    def has_blob(self, file: Path) -> bool:
        """Return whether a resolved path is a file of the cache's content, named by its digest."""
        return file.parent == self.blobs and DIGEST_NAME.fullmatch(file.name) is not None


def cached_snapshot(root: Path) -> CachedSnapshot | None:
    """Return which snapshot a resolved directory is, or None for one that does not lie in such a cache."""
    folder = _FOLDER.fullmatch(root.parents[1].name) if len(root.parents) > 1 else None
    if folder is None or root.parent.name != "snapshots" or not _COMMIT.fullmatch(root.name):
        return None
    return CachedSnapshot(f"{folder['owner']}/{folder['name']}", root.name, root.parents[1] / "blobs")
