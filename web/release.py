"""Version of the project, and the digest of the code that decides answers, for entity tags."""

from __future__ import annotations

import hashlib
import tomllib
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FOLDERS = ("commands", "tables", "sample", "timelines", "execution", "writers", "resolvers", "schema", "web", "agents")
# Packages that compute answers.
_PACKAGES = ("mlenergy-data", "numpy", "pyarrow")


def project_version(root: Path) -> str:
    """Return the version in `pyproject.toml`, the only place that states it for the server."""
    version_text: str = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version_text


def release_digest(root: Path) -> str:
    """Return a digest of our sources and of package versions; takes some milliseconds.

    A version number would have to change with every answer, and a forgotten change would go unnoticed.
    """
    digest = hashlib.blake2b(digest_size=16)
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\0".encode())
    return digest.hexdigest()
