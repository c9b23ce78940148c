"""Which dataset of the Hub is asked for, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from defaults import HUB_REPOSITORY, HUB_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSettings:
    """Where the dataset lies and how long it is waited for.

    Args:
        repo: The dataset repository, `owner/name`.
        revision: A branch, a tag or a commit; None is `main`.
        token: The access token; None is `HF_TOKEN` or the stored login.
        cache_dir: Where downloads are kept; None is huggingface_hub's own cache.
        timeout_seconds: How long one file, or one question about the repository, may take altogether, in seconds.
        endpoint: The address of the Hub; None is `HF_ENDPOINT` or the public Hub.
    """

    repo: str = HUB_REPOSITORY
    revision: str | None = None
    token: str | None = field(default=None, repr=False)
    cache_dir: Path | None = None
    timeout_seconds: float = HUB_TIMEOUT_SECONDS
    endpoint: str | None = None

    @property
    def ref(self) -> str:
        """The revision that is asked for, by its name."""
        return self.revision or "main"

    @property
    def page(self) -> str:
        """Where people read about the dataset and request access; a mirror named by `endpoint` has no such page."""
        return f"https://huggingface.co/datasets/{self.repo}"
