"""The page of a run: its curve, distributions, siblings and columns, and the reasons where a run lacks them."""

from __future__ import annotations

import re
import statistics
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.browser import PHONE
from tests.server_process import run_server, running_server

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.browser import Visits

_CURVE = "timeline(window: FULL, maxPoints: null) { mean relativeTimeS value devices { index value } }"


def graph(base: str, query: str) -> dict[str, Any]:
    """Return the data of a query's answer."""
    data: dict[str, Any] = httpx.post(f"{base}/graphql", json={"query": query}).json()["data"]
    return data


def llm_run(base: str, *, gpus: int = 1, stability: str = "STABLE") -> dict[str, Any]:
    """Return a run with its timeline."""
    fields = f"id nickname gpuModel numGpus maxNumSeqs unstableReason resultsPath {_CURVE}"
    arguments = f"first: 1, stability: {stability}, where: {{numGpus: {{eq: {gpus}}}}}"
    run: dict[str, Any] = graph(base, f"{{ llmRuns({arguments}) {{ nodes {{ {fields} }} }} }}")["llmRuns"]["nodes"][0]
    return run


def diffusion_run(base: str) -> dict[str, Any]:
    """Return the first run of a diffusion model."""
    run: dict[str, Any] = graph(base, "{ diffusionRuns(first: 1) { nodes { id resultsPath } } }")["diffusionRuns"][
        "nodes"
    ][0]
    return run


def cells(table: Locator) -> list[list[str]]:
    """Return the texts of the cells of a table's body."""
    rows: list[list[str]] = table.evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return rows


def shown(value: float | None) -> str:
    """Return a measured value as the page writes it."""
    if value is None:
        return "–"
    exact = Decimal(value)
    last_digit = Decimal(1).scaleb(exact.adjusted() - 2)
    return f"{exact.quantize(min(last_digit, Decimal(1)), ROUND_HALF_UP):,}"


def colors(canvas: Locator) -> int:
    """Return the number of different opaque colours of a canvas."""
    count: int = canvas.evaluate(
        """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const found = new Set();
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] === 255) found.add(data.slice(at, at + 3).join());
          }
          return found.size;
        }"""
    )
    return count


def test_curves_are_drawn_with_the_steady_state(open_view: Visits, explorer: str) -> None:
    """The panel of two GPUs and that of their sum are not blank, and the shade has the stated bounds."""
    run = llm_run(explorer, gpus=2)
    visit = open_view(explorer, f"/run?id={run['id']}")
    panels = visit.page.locator(".power-panel")
    panels.locator("canvas").nth(1).wait_for()
    assert panels.count() == 2
    assert all(colors(panels.nth(position).locator("canvas")) > 1 for position in range(2))
    shade = panels.first.locator(".power-steady")
    assert shade.inner_text() == "Steady state"
    spans = graph(
        explorer,
        f'{{ llmRun(id: "{run["id"]}") {{ timeline(window: FULL) {{ steadyState {{ start end }} relativeTimeS }} }} }}',
    )
    timeline = spans["llmRun"]["timeline"]
    steady, last = timeline["steadyState"], timeline["relativeTimeS"][-1]
    width = shade.bounding_box()["width"] / panels.first.locator(".u-over").bounding_box()["width"]  # type: ignore[index]
    assert width == pytest.approx((steady["end"] - steady["start"]) / last, abs=0.02)
    assert visit.complaints == []


def test_tables_state_the_numbers_of_the_server(open_view: Visits, explorer: str) -> None:
    """Figures of each GPU and 50 samples are those of the server's timeline with all samples."""
    run = llm_run(explorer, gpus=2)
    timeline = run["timeline"]
    visit = open_view(explorer, f"/run?id={run['id']}&as=table")
    figures, samples = visit.page.locator(".power-tables table").all()
    series = [device["value"] for device in timeline["devices"]] + [timeline["value"]]
    present = [[value for value in values if value is not None] for values in series]
    assert [row[2:] for row in cells(figures)] == [
        [shown(statistics.fmean(values)), shown(min(values)), shown(max(values))] for values in present
    ]
    assert cells(figures)[-1][2] == shown(timeline["mean"])
    times = timeline["relativeTimeS"]
    positions = [int(step * (len(times) - 1) / 49 + 0.5) for step in range(50)]
    assert cells(samples) == [[f"{times[at]:.2f}", *(shown(values[at]) for values in series)] for at in positions]


def test_the_metric_is_part_of_the_address(open_view: Visits, explorer: str) -> None:
    """Choosing another metric changes the address, loads it alone, and Back undoes it."""
    visit = open_view(explorer, f"/run?id={llm_run(explorer)['id']}")
    visit.requests.clear()
    visit.page.get_by_label("Metric").select_option("temperature")
    visit.page.get_by_text("Temperature of the GPU").wait_for()
    assert "metric=temperature" in visit.search
    assert visit.graph_requests == ["Power"]
    visit.page.go_back()
    visit.page.get_by_text("Power of the GPU").wait_for()
    assert "metric" not in visit.search


def test_the_theme_redraws_the_canvas(open_view: Visits, explorer: str) -> None:
    """The axes have other colours in the dark theme, chosen or of the system."""
    visit = open_view(explorer, f"/run?id={llm_run(explorer)['id']}")
    canvas = visit.page.locator(".power-panel canvas").first
    picture = "canvas => canvas.toDataURL()"
    light = canvas.evaluate(picture)
    visit.page.get_by_role("button", name="Use the dark theme").click()
    visit.page.wait_for_function(
        "light => document.querySelector('.power-panel canvas').toDataURL() !== light", arg=light
    )
    visit.page.get_by_role("button", name="Use the light theme").click()
    visit.page.wait_for_function(
        "light => document.querySelector('.power-panel canvas').toDataURL() === light", arg=light
    )


def test_diffusion_runs_have_power_and_no_distributions(open_view: Visits, explorer: str) -> None:
    """The page of a diffusion run names neither inter-token latency nor a steady state, and asks for neither."""
    visit = open_view(explorer, f"/run?id={diffusion_run(explorer)['id']}")
    assert re.search(
        r" on \d×\w+ at batch \d+: [\d.,]+ k?J per (image|video), batch latency [\d.]+ s\.$", visit.headline
    )
    assert colors(visit.page.locator(".power-panel canvas").first) > 1
    assert not visit.page.get_by_text("nter-token latency").count()
    assert not visit.page.locator(".power-steady").count()
    assert "Distributions" not in visit.graph_requests
    assert visit.complaints == []


def test_an_unstable_run_states_why(open_view: Visits, explorer: str) -> None:
    """An unstable run has its reason above the figures."""
    run = llm_run(explorer, stability="UNSTABLE")
    visit = open_view(explorer, f"/run?id={run['id']}")
    assert run["unstableReason"] in visit.page.locator(".run-unstable").inner_text()


def test_an_unknown_run_is_named(open_view: Visits, explorer: str) -> None:
    """The page names the id and the revision, without an error."""
    revision = graph(explorer, "{ dataset { revision } }")["dataset"]["revision"]
    visit = open_view(explorer, "/run?id=abc123")
    assert visit.headline == f"This dataset has no run abc123 (revision {revision[:12]})."
    assert visit.complaints == []


def test_without_raw_files_the_reason_stands_in_place_of_the_curve(open_view: Visits, published: str) -> None:
    """The published figures have no raw files: the rest of the page is there, on a phone too."""
    run = graph(published, "{ llmRuns(first: 1, where: {numGpus: {eq: 8}}) { nodes { id } } }")["llmRuns"]["nodes"][0]
    visit = open_view(published, f"/run?id={run['id']}", size=PHONE)
    visit.page.get_by_text("No power curve: this dataset does not contain the raw file of this run.").wait_for()
    assert not visit.page.get_by_role("button", name="Retry").count()
    assert visit.page.locator(".run-siblings svg").count() == 2
    assert visit.page.locator(".run-configuration tbody tr").count() > 30
    assert visit.overflow <= 0


def test_an_unreadable_file_can_be_read_again(open_view: Visits, tmp_path: Path) -> None:
    """A damaged file has its error and a retry in place of the curve; the figures of the run are there."""
    directory = tmp_path / "sample"
    run_server("sample", str(directory), "--runs", "12")
    with running_server("--source", str(directory)) as base:
        run = diffusion_run(base)
        (directory / run["resultsPath"]).write_text("{", encoding="utf-8")
        visit = open_view(base, f"/run?id={run['id']}", size=PHONE)
        sentence = "No power curve: the raw file could not be read. RAW_DATA_UNAVAILABLE: "
        visit.page.get_by_text(sentence).wait_for()
        assert visit.page.locator(".run-facts dd").count() > 5
        assert visit.overflow <= 0
        visit.requests.clear()
        visit.page.get_by_role("button", name="Retry").click()
        visit.settle()
        visit.page.get_by_text(sentence).wait_for()
        assert visit.graph_requests == ["Power"]


def test_all_columns_are_listed(open_view: Visits, explorer: str) -> None:
    """In the dataset's order, unrounded; null is read as `not available`."""
    run_id = diffusion_run(explorer)["id"]
    listed = graph(explorer, "{ dataset { columns { name field table } } }")["dataset"]["columns"]
    columns = [column for column in listed if column["table"] == "diffusion"]
    fields = " ".join(column["field"] for column in columns)
    run = graph(explorer, f'{{ diffusionRun(id: "{run_id}") {{ {fields} }} }}')["diffusionRun"]
    visit = open_view(explorer, f"/run?id={run_id}")
    rows = cells(visit.page.locator(".run-configuration table"))
    assert [row[0] for row in rows] == [column["name"] for column in columns]
    for row, column in zip(rows, columns, strict=True):
        value = run[column["field"]]
        if isinstance(value, float):
            assert float(row[1]) == value
        else:
            assert row[1] == (
                "–not available" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            )


def test_siblings_are_links(open_view: Visits, explorer: str) -> None:
    """The mini sweep has a mark per sibling; arrow keys move between them, and Enter opens one."""
    run = llm_run(explorer)
    visit = open_view(explorer, f"/run?id={run['id']}")
    marks = visit.page.locator(".run-siblings svg").first.locator("a")
    assert marks.count() > 1
    assert visit.page.locator(".run-siblings svg").first.locator("a[tabindex='0']").count() == 1
    marks.first.focus()
    visit.page.keyboard.press("ArrowRight")
    target = visit.page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.href.baseVal")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("target => location.href.endsWith(target.slice(1))", arg=target)


@pytest.mark.parametrize("suffix", ["", "&as=table", "&metric=temperature"])
def test_the_page_fits_a_phone(open_view: Visits, explorer: str, suffix: str) -> None:
    """With curves or tables of two GPUs, nothing is wider than the window."""
    visit = open_view(explorer, f"/run?id={llm_run(explorer, gpus=2)['id']}{suffix}", size=PHONE)
    assert visit.overflow <= 0
    assert visit.complaints == []
