"""Earlier versions of the checkout's files, read from Git."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Commit:
    """A commit, with the name that led to it."""

    name: str
    digest: str

    def __str__(self) -> str:
        """Return both for a message."""
        return f"{self.name} ({self.digest[:10]})"


@dataclass(frozen=True)
class GitHistory:
    """The history of a checkout; without Git, or outside of a repository, nothing is found.

    Args:
        root: The root directory of the project, which may be below that of the repository.
    """

    root: Path

    def commit(self, name: str) -> Commit | None:
        """Return the commit of a branch, tag or expression."""
        digest = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return None if digest is None else Commit(name, digest.strip())

    def last_release(self) -> Commit | None:
        """Return the last commit with a tag such as `v1.0.0`."""
        tag = self._run("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
        return None if tag is None else self.commit(tag.strip())

    def merge_base(self, name: str) -> Commit | None:
        """Return the last commit that the checkout has in common with a branch or commit."""
        other = self.commit(name)
        digest = None if other is None else self._run("merge-base", other.digest, "HEAD")
        return None if digest is None else Commit(name, digest.strip())

    def text(self, commit: Commit, path: str) -> str | None:
        """Return a file of a commit; None if the commit has no such file."""
        return self._run("show", f"{commit.digest}:./{path}")

    def _run(self, *arguments: str) -> str | None:
        program = shutil.which("git")
        if program is None:
            return None
        done = subprocess.run(  # noqa: S603 - arguments are this class's, and names follow --end-of-options
            [program, *arguments], cwd=self.root, capture_output=True, encoding="utf-8", check=False
        )
        return done.stdout if done.returncode == 0 else None
