"""Settings of a dataset on the Hub."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Repository, revision, access and timeout of a dataset on the Hub.

    Args:
        repo: The dataset repository, `owner/name`.
        revision: A branch, a tag or a commit; None is `main`.
        token: The access token; None is `HF_TOKEN` or the stored login.
        cache_dir: Directory of downloaded files; None is huggingface_hub's own cache.
        timeout_seconds: Limit of one file's download, or of one API request, in seconds.
        endpoint: URL of the Hub; None is `HF_ENDPOINT` or the public Hub.
    """

    repo: str
    revision: str | None = None
    token: str | None = field(default=None, repr=False)
    cache_dir: Path | None = None
    timeout_seconds: float
    endpoint: str | None = None

    @property
    def ref(self) -> str:
        """The requested branch, tag or commit."""
        return self.revision or "main"

    @property
    def page(self) -> str:
        """The dataset's page on the public Hub, where access is requested; mirrors do not have such a page."""
        return f"https://huggingface.co/datasets/{self.repo}"
