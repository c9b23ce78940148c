"""A digest of the code that decides answers, so that entity tags change with it."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FOLDERS = ("tables", "sample", "timelines", "execution", "writers", "resolvers", "schema", "web")
# The packages whose arithmetic ends up in answers.
_PACKAGES = ("mlenergy-data", "numpy", "pyarrow")


def release_digest(root: Path) -> str:
    """Return a digest of our own sources and of the versions of the packages that compute; some milliseconds.

    A version number would have to be raised with every change of an answer, and nobody would notice where it was not.

    Args:
        root: The folder that the sources lie in.
    """
    digest = hashlib.blake2b(digest_size=16)
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\0".encode())
    return digest.hexdigest()
