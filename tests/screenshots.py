"""Writes screenshots of every view over the sample to docs/img: `make screenshots`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser import DESKTOP, PHONE, Visits, chromium
from tests.explorer.addresses import VIEWS, address
from tests.server_process import ROOT, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTORY = ROOT / "docs" / "img"


@dataclass(frozen=True)
class Shot:
    """A screenshot: its file, the view and the window."""

    name: str
    path: str
    size: tuple[int, int]
    dark: bool


def shots(base: str) -> Iterator[Shot]:
    """Yield the screenshots of a server: each view in a window, in dark, on a phone, and with diffusion runs."""
    for path in VIEWS:
        view = path.strip("/") or "explore"
        llm, diffusion = (address(base, path, kind=kind) for kind in ("llm", "diffusion"))
        yield Shot(f"{view}-desktop", llm, DESKTOP, dark=False)
        yield Shot(f"{view}-dark", llm, DESKTOP, dark=True)
        yield Shot(f"{view}-phone", llm, PHONE, dark=False)
        if diffusion != llm:
            yield Shot(f"{view}-diffusion", diffusion, DESKTOP, dark=False)
            yield Shot(f"{view}-diffusion-phone", diffusion, PHONE, dark=False)
    yield Shot("graphiql-desktop", "/graphql", DESKTOP, dark=False)
    yield Shot("graphiql-phone", "/graphql", PHONE, dark=False)


def write(base: str, directory: Path) -> None:
    """Take all screenshots of a server."""
    directory.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for shot in shots(base):
            visits = Visits(browser)
            visit = visits(base, shot.path, size=shot.size, dark=shot.dark, still=True)
            visit.page.screenshot(path=directory / f"{shot.name}.png")
            visits.close()


if __name__ == "__main__":
    # Optional arguments: URL of a running server, and a directory.
    if len(sys.argv) > 1:
        write(sys.argv[1], Path(sys.argv[2]))
    else:
        with running_server("--source", "sample") as started:
            write(started, DIRECTORY)
