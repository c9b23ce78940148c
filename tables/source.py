"""Which data to serve: reads `auto`, `sample`, `hub[:REPO][@REVISION]` or a directory, and opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from defaults import HUB_REPOSITORY, HUB_TIMEOUT_SECONDS
from errors import DatasetError
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.dataset import Dataset

_ALLOWED = "auto, sample, hub[:ORG/NAME][@REVISION], or a dataset's directory"
_HUB = re.compile(r"hub(:(?P<repo>[\w.-]+/[\w.-]+))?(@(?P<revision>[\w./-]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source as it was asked for.

    Args:
        kind: What it is; `auto` is decided when it is opened.
        repo: The Hub's dataset repository.
        revision: The branch, tag or commit asked for, or None for the main branch.
        directory: The dataset's root.
    """

    kind: Literal["auto", "sample", "hub", "directory"]
    repo: str = HUB_REPOSITORY
    revision: str | None = None
    directory: Path | None = None


def parse_source(text: str) -> Source:
    """Read a source as it is written on the command line.

    Raises:
        DatasetError: It is empty, or starts like a Hub source and is none.
    """
    if not text.strip():
        raise DatasetError(f"source {text!r} is empty; allowed: {_ALLOWED}")
    if text in ("auto", "sample"):
        return Source(kind="auto" if text == "auto" else "sample")
    if re.match(r"hub([:@]|$)", text) and not Path(text).is_dir():
        match = _HUB.fullmatch(text)
        if match is None:
            raise DatasetError(f"source {text!r} is not understood; allowed: {_ALLOWED}")
        return Source(kind="hub", repo=match["repo"] or HUB_REPOSITORY, revision=match["revision"])
    return Source(kind="directory", directory=Path(text).expanduser())


def open_source(
    source: Source,
    *,
    sample: Callable[[], Dataset],
    hub_cache: Path | None = None,
    hub_timeout_seconds: float = HUB_TIMEOUT_SECONDS,
    allow_links_to: Path | None = None,
) -> Dataset:
    """Load a source; `auto` is the Hub if a token is found, otherwise the sample.

    Args:
        source: Source to load.
        sample: Opens the sample; called only if that is the source.
        hub_cache: Directory of the Hub client's cache; None for the client's default.
        hub_timeout_seconds: Limit of each request to the Hub.
        allow_links_to: Directory outside the dataset's that links to raw files may lead to.

    Raises:
        DatasetError: The source is unavailable or invalid; there is no fallback to another source.
    """
    if source.kind == "directory" and source.directory is not None:
        return open_directory(source.directory, allow_links_to=allow_links_to)
    if source.kind == "sample":
        return sample()
    # The Hub's client is imported only where it may be asked: it takes a third of a second, and reads the environment.
    from tables.hub import HubSettings, token_found  # noqa: PLC0415 - see above
    from tables.hub_dataset import open_hub_dataset  # noqa: PLC0415 - see above

    if source.kind == "auto" and not token_found():
        return sample()
    return open_hub_dataset(
        HubSettings(
            repo=source.repo, revision=source.revision, cache_dir=hub_cache, timeout_seconds=hub_timeout_seconds
        )
    )
