"""What a first visit costs: sizes of scripts, requests, and the time until the page can be used."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import DIST, Visit, lacking
from tests.multiplied_dataset import multiplied_sample
from tests.npm_packages import path_of
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser import Visits

# Bytes, compressed; kB as in the tools that report bundle sizes.
_SHELL = 120_000
_CHARTS = 110_000
_RUN_VIEW = 60_000  # the view, uPlot and its styles

_INTERACTIVE_MILLISECONDS = 1_500
_UPDATE_MILLISECONDS = 100
_ATTEMPTS = 5

# Milliseconds from an event until the frame after the one that it changed.
_UNTIL_PAINTED = """(act) => new Promise((resolve) => {
  const start = performance.now();
  act();
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
})"""


def compressed(*names: str) -> int:
    """Return the size of files of the built pages, each compressed as by a server with gzip -9."""
    return sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in names)


@pytest.fixture(scope="module")
def scripts() -> list[str]:
    """Scripts that the page names, which a first visit loads before anything is shown."""
    path_of("node")
    index = DIST / "index.html"
    if not index.is_file():
        lacking("the pages are not built (`make ui`)")
    return re.findall(r'"\./(static/[^"]+\.js)"', index.read_text(encoding="utf-8"))


def test_the_shell_is_small(scripts: list[str]) -> None:
    """With the first view and its table; without the charts and GraphiQL."""
    assert not [name for name in scripts if re.search("charts|graphiql|monaco", name)]
    assert 50_000 < compressed(*scripts) <= _SHELL


def test_the_charts_are_small() -> None:
    """Observable Plot with the parts of D3 that it uses, in one file."""
    charts = [path.relative_to(DIST).as_posix() for path in (DIST / "static").glob("charts-*.js")]
    assert len(charts) == 1
    assert 20_000 < compressed(*charts) <= _CHARTS


def test_the_power_curve_loads_on_its_page_only(open_view: Visits, explorer: str) -> None:
    """No other view has uPlot."""
    visit = open_view(explorer)
    loaded = {urlsplit(url).path for url in visit.requests}
    assert not [path for path in loaded if re.search("RunView|uplot", path, re.IGNORECASE)]


def test_the_first_view_sends_few_requests(open_view: Visits, explorer: str) -> None:
    """The page, its scripts and styles, and two queries: what all views need, and the runs of the task."""
    visit = open_view(explorer)
    assert visit.graph_requests == ["Shell", "Task"]
    assert len(visit.requests) <= 22, visit.requests


def test_the_first_view_is_soon_interactive(open_view: Visits, explorer: str) -> None:
    """From the navigation until the headline is shown; the best of a few attempts, since machines are noisy."""
    visit = open_view(explorer)
    shown = """() => new Promise((resolve) => {
      const look = () => document.querySelector('h1') && document.querySelector('input[type="range"]')
        ? resolve(performance.now()) : requestAnimationFrame(look);
      look();
    })"""
    milliseconds = []
    for _ in range(_ATTEMPTS):
        visit.page.goto(f"{explorer}/", wait_until="commit")
        milliseconds.append(visit.page.evaluate(shown))
    assert min(milliseconds) < _INTERACTIVE_MILLISECONDS, milliseconds


@pytest.fixture
def largest(open_view: Visits, published: str) -> Visit:
    """The first view of the task with the most runs of the published figures."""
    return open_view(published, "/?task=text-to-image")


def test_the_slider_follows(largest: Visit) -> None:
    """Each step is painted within 100 ms, and none sends a request."""
    slider = largest.page.get_by_role("slider")
    slider.focus()
    sent = len(largest.requests)
    headline = largest.headline
    milliseconds = []
    for step in range(60, 120, 4):
        act = f"""() => {{
          const slider = document.querySelector('input[type="range"]');
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, '{step}');
          slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }}"""
        milliseconds.append(largest.page.evaluate(f"() => ({_UNTIL_PAINTED})({act})"))
    assert sorted(milliseconds)[len(milliseconds) // 2] < _UPDATE_MILLISECONDS, milliseconds
    assert largest.headline != headline
    assert [url for url in largest.requests[sent:] if "/graphql" in url] == []


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server with 1,060 runs of a task: ten copies of the sample."""
    root = multiplied_sample(tmp_path_factory.mktemp("thousand") / "dataset", copies=10)
    with running_server("--source", str(root)) as address:
        yield address


def test_a_table_of_a_thousand_runs_is_sorted_at_once(open_view: Visits, thousand: str) -> None:
    """From the click to the painted table; the best of several, since machines are noisy."""
    visit = open_view(thousand, "/runs?task=lm-arena-chat")
    assert visit.headline.startswith("1,060 runs")
    milliseconds = []
    for _ in range(3 * _ATTEMPTS):
        first = visit.page.locator("tbody tr").first.inner_text()
        act = "() => [...document.querySelectorAll('th button')].find((b) => /Median/.test(b.textContent)).click()"
        milliseconds.append(visit.page.evaluate(f"() => ({_UNTIL_PAINTED})({act})"))
        expect(visit.page.locator("tbody tr").first).not_to_have_text(first)
    assert min(milliseconds) < _UPDATE_MILLISECONDS, milliseconds
