"""Shared fixtures: the sample, the published figures if available, graphs over them, and a server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from documentation.__main__ import build
from sample import open_sample
from schema.build import build_schema
from tables.directory import open_directory
from tests.browser import chromium
from tests.graph import Graph
from tests.server_process import ROOT, running_server
from tests.toolkit_directory import Written, written_by_the_toolkit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tables.dataset import Dataset

REAL_FIGURES = Path(__file__).parent.parent.parent / "shared" / "data" / "leaderboard-v3"


def pytest_configure() -> None:
    """Configure property tests: 100 examples in CI, 50 elsewhere."""
    in_ci = os.environ.get("CI") == "true"
    settings.register_profile(
        "mlenergy",
        max_examples=100 if in_ci else 50,
        derandomize=False,
        print_blob=True,
        # Drawing a dataset is slow, and timings on a shared machine vary.
        deadline=None,
        # No phase `explain`: it varies each part of a failing example, which takes minutes for a dataset.
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    settings.load_profile("mlenergy")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the servers of a test run a temporary cache directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def sample() -> Dataset:
    """The bundled sample."""
    return open_sample()


@pytest.fixture(scope="session")
def real_figures() -> Path:
    """The directory of the published figures; tests that use it are skipped without it."""
    if not REAL_FIGURES.is_dir():
        # .ci/run recognizes this skip by the prefix of its message.
        pytest.skip(f"real figures: {REAL_FIGURES} does not exist")
    return REAL_FIGURES


@pytest.fixture(scope="session")
def real(real_figures: Path) -> Dataset:
    """The published figures, loaded."""
    return open_directory(real_figures)


@pytest.fixture(scope="session")
def graph(sample: Dataset) -> Graph:
    """The graph over the sample, executed as over HTTP."""
    return Graph(build_schema(), sample)


@pytest.fixture(scope="session")
def reference_graph(sample: Dataset) -> Graph:
    """The graph over the sample, executed row by row by graphql-core."""
    return Graph(build_schema(), sample, row_by_row=True)


@pytest.fixture(scope="session")
def real_graph(real: Dataset) -> Graph:
    """The graph over the published figures, executed as over HTTP."""
    return Graph(build_schema(), real)


@pytest.fixture(scope="session")
def live_server() -> Iterator[str]:
    """URL of a real server process over the sample."""
    with running_server("--source", "sample") as address:
        yield address


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation site, built as `make docs` builds it, in about 3 s."""
    site = tmp_path_factory.mktemp("site") / "site"
    assert build(ROOT, site) == []
    return site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine.

    Not for the session: while it runs, Playwright's event loop does, and `asyncio.run` of other tests is refused.
    """
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A directory of raw files with tables from the toolkit and a run with unsynchronized samples on eight GPUs."""
    return written_by_the_toolkit(tmp_path_factory.mktemp("toolkit") / "dataset")


@pytest.fixture(scope="session")
def written_graph(written: Written) -> Graph:
    """The graph over `written`, executed as over HTTP."""
    return Graph(build_schema(), open_directory(written.root))
