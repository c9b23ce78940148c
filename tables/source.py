"""Sources: parses `auto`, `sample`, `hub[:REPO][@REVISION]` or a directory, and loads the dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from defaults import HUB_REPOSITORY, HUB_TIMEOUT_SECONDS
from errors import DatasetError
from tables.directory import ALLOWED_SOURCES, open_directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.dataset import Dataset

_HUB = re.compile(r"hub(:(?P<repo>[\w.-]+/[\w.-]+))?(@(?P<revision>[\w./-]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Source of a dataset.

    Args:
        kind: Kind of the source; `auto` is resolved when the source is opened.
        repo: Dataset repository on the Hub.
        revision: Branch, tag or commit; None for the main branch.
        directory: Root directory of the dataset.
    """

    kind: Literal["auto", "sample", "hub", "directory"]
    repo: str = HUB_REPOSITORY
    revision: str | None = None
    directory: Path | None = None


def parse_source(text: str) -> Source:
    """Parse a source from the command line.

    Raises:
        DatasetError: The text is empty, or starts like a Hub source but is not valid.
    """
    if not text.strip():
        raise DatasetError(f"source {text!r} is empty; allowed: {ALLOWED_SOURCES}")
    if text in ("auto", "sample"):
        return Source(kind="auto" if text == "auto" else "sample")
    if re.match(r"hub([:@]|$)", text) and not Path(text).is_dir():
        match = _HUB.fullmatch(text)
        if match is None:
            raise DatasetError(f"source {text!r} is not a valid Hub source; allowed: {ALLOWED_SOURCES}")
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
        allow_links_to: Directory outside the dataset that links to raw files may lead to.

    Raises:
        DatasetError: The source is unavailable or invalid; there is no fallback to another source.
    """
    if source.kind == "directory" and source.directory is not None:
        return open_directory(source.directory, allow_links_to=allow_links_to)
    if source.kind == "sample":
        return sample()
    # The Hub's client is imported only if it is needed: it takes a third of a second, and reads the environment.
    from tables.hub import HubSettings, token_found  # noqa: PLC0415 - see above
    from tables.hub_dataset import open_hub_dataset  # noqa: PLC0415 - see above

    if source.kind == "auto" and not token_found():
        return sample()
    return open_hub_dataset(
        HubSettings(
            repo=source.repo, revision=source.revision, cache_dir=hub_cache, timeout_seconds=hub_timeout_seconds
        )
    )
