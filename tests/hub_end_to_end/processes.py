"""Environment and waiting of the processes that use a LoopbackHub."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.loopback_dataset import CANARY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.loopback_hub import LoopbackHub


def hub_environment(hub: LoopbackHub, home: Path, **more: str) -> dict[str, str]:
    """Return the variables of a process that uses the Hub with a token and caches of its own."""
    caches = {"HF_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return {"HF_ENDPOINT": hub.url, "HF_TOKEN": CANARY, "NO_PROXY": "127.0.0.1", **caches, **more}


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until the condition holds.

    Raises:
        AssertionError: It does not hold within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not hold within {seconds} s"
        time.sleep(0.02)
