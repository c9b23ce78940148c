"""Five questions of a person who knows no GraphQL, each answered by at most five clicks from the first page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser import Visit, Visits

_MOST_CLICKS = 5
_BEST = """{ llmRuns(where: {task: {eq: "gpqa"}, medianItlMs: {lte: 50}}, first: 0) {
  best(by: ENERGY_PER_TOKEN_JOULES) { run { nickname numGpus gpuModel maxNumSeqs energyPerTokenJoules } } } }"""
_GAIN = """{ llmRuns(where: {task: {eq: "gpqa"}, medianItlMs: {lte: 50}}, first: 0) { pairs(
  match: [TASK, NICKNAME, WEIGHT_PRECISION], differ: GPU_MODEL, baseline: "H100", candidate: "B200",
  pick: {by: ENERGY_PER_TOKEN_JOULES}, compare: [ENERGY_PER_TOKEN_JOULES]
) { count summary { decreased median } } } }"""


class Reader:
    """Clicks through the pages, and counts the clicks."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.clicks = 0

    def click(self, target: Locator) -> None:
        """Click, and wait until the page is loaded."""
        self.clicks += 1
        target.click()
        self.visit.settle()


@pytest.fixture(params=["explorer", "published"])
def base(request: pytest.FixtureRequest) -> str:
    """URL of a server over the sample, and over the published figures."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
def reader(open_view: Visits, base: str) -> Reader:
    """A reader on the first page of a server."""
    return Reader(open_view(base))


def answer(base: str, query: str) -> Any:  # noqa: ANN401 - JSON
    """Return what the graph answers."""
    return httpx.post(f"{base}/graphql", json={"query": query}).json()["data"]["llmRuns"]


def test_which_model_uses_the_least_energy_on_gpqa_within_50_ms(reader: Reader, base: str) -> None:
    """No click: the headline of the first page says so."""
    [best] = answer(base, _BEST)["best"]
    run = best["run"]
    headline = reader.visit.headline
    assert headline.startswith(f"Within 50 ms per token, {run['nickname']} uses the least energy: ")
    assert f" on {run['numGpus']}×{run['gpuModel']} at batch {run['maxNumSeqs']:,}." in headline
    stated = re.search(r"([\d.]+) J per token", headline)
    assert stated is not None
    assert float(stated[1]) == float(f"{run['energyPerTokenJoules']:.3g}")


def test_what_b200_saves_over_h100_at_equal_latency(reader: Reader, base: str) -> None:
    """One click in the navigation."""
    reader.click(reader.visit.page.get_by_role("link", name="H100 vs B200"))
    pairs = answer(base, _GAIN)["pairs"]
    [summary] = pairs["summary"]
    change = f"{summary['median']:+.0%}".replace("-", "−")
    headline = reader.visit.page.get_by_role("heading", level=1)
    expect(headline).to_contain_text(
        f"B200 uses less energy than H100 for {summary['decreased']} of {pairs['count']} models; "
        f"the median change is {change}"
    )
    assert reader.clicks <= _MOST_CLICKS


def test_the_power_curve_of_a_run(open_view: Visits, explorer: str) -> None:
    """One click on the run of the first row; the sample has raw files."""
    reader = Reader(open_view(explorer))
    reader.click(reader.visit.page.get_by_role("row").nth(1).get_by_role("link", name=re.compile("^Run")))
    curve = reader.visit.page.locator("canvas").first
    curve.wait_for()
    box = curve.bounding_box()
    assert box is not None
    assert box["width"] > 300
    reader.visit.page.get_by_text(re.compile("steady state", re.IGNORECASE)).first.wait_for()
    assert reader.clicks <= _MOST_CLICKS


def test_at_which_batch_size_energy_stops_falling(reader: Reader, base: str) -> None:
    """One click on the model of the first row; a sentence for each number of GPUs."""
    [best] = answer(base, _BEST)["best"]
    reader.click(
        reader.visit.page.get_by_role("row").nth(1).get_by_role("link", name=best["run"]["nickname"], exact=True)
    )
    sentence = reader.visit.page.get_by_text(
        re.compile(
            r"\d×\w+: (still falling at batch [\d,]+, the largest measured|within 5% of its minimum from batch [\d,]+"
            r"|lowest at batch [\d,]+; higher at [\d,]+)"
        )
    )
    sentence.first.wait_for()
    assert reader.clicks <= _MOST_CLICKS


def test_the_rows_on_screen_as_csv(reader: Reader, base: str) -> None:
    """Two clicks; rows in the order on screen, unrounded."""
    shown = reader.visit.page.get_by_role("row").get_by_role("link", name=re.compile("^Run"))
    ids = [href.rpartition("id=")[2] for href in shown.evaluate_all("links => links.map(link => link.href)")]
    reader.click(reader.visit.page.get_by_role("button", name="Take it away"))
    with reader.visit.page.expect_download() as caught:
        reader.click(reader.visit.page.get_by_role("link", name=re.compile("CSV")))
    rows = list(csv.DictReader(io.StringIO(Path(caught.value.path()).read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows] == ids
    [best] = answer(base, _BEST)["best"]
    assert str(best["run"]["energyPerTokenJoules"]) in rows[0].values()
    assert reader.clicks <= _MOST_CLICKS
