"""The view of batch sizes: what each line says, its four panels, and its controls."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE
from tests.explorer.boxes import overlapping_texts
from tests.explorer.typescript import evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser import Visits

_RUNS = """{ llmRuns(first: 2000) {
  nodes { id nickname modelId task gpuModel numGpus maxNumSeqs energyPerTokenJoules }
} }"""
_PANELS = (
    "Energy per token (J/token, log)",
    "Median inter-token latency (ms, log)",
    "Output throughput (token/s, log)",
)


def runs_of(base: str) -> list[dict[str, Any]]:
    """Return the stable LLM runs of a server."""
    rows: list[dict[str, Any]] = httpx.post(f"{base}/graphql", json={"query": _RUNS}).json()["data"]["llmRuns"]["nodes"]
    return rows


def sentence(name: str, energies: dict[int, float]) -> str:
    """Return what a sweep says, from its least energy at each batch size."""
    batches = sorted(energies)
    largest, least = batches[-1], min(energies.values())
    if energies[largest] > least:
        lowest = next(batch for batch in batches if energies[batch] == least)
        return f"{name}: lowest at batch {lowest:,}; higher at {largest:,}."
    above = [batch for batch in batches if energies[batch] > 1.05 * least]
    flat_from = next(batch for batch in batches if not above or batch > above[-1])
    if flat_from < largest:
        return f"{name}: within 5% of its minimum from batch {flat_from:,}."
    return f"{name}: still falling at batch {largest:,}, the largest measured."


def test_sentences_of_all_published_sweeps(published: str, tmp_path: Path) -> None:
    """Those of three or more batch sizes: 11 turn up, 13 are flat earlier, 88 still fall."""
    sweeps: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for run in runs_of(published):
        sweeps[run["modelId"], run["task"]].append(run)
    body = """
    const { energy, batch } = measures.measuresOf({ name: 'gpqa', kind: 'LLM' });
    return given.map((runs) => sweep.sweepOf(runs, { energy, batch }, { oneSplit: false })
      .map((line) => sweep.trendSentence(line, { energy, batch })));
    """
    modules = {"sweep": "data/sweep.ts", "measures": "data/measures.ts"}
    kinds: Counter[str] = Counter()
    for runs, said in zip(sweeps.values(), evaluate(tmp_path, modules, body, list(sweeps.values())), strict=True):
        lines: dict[str, dict[int, float]] = defaultdict(dict)
        for run in runs:
            line, batch = lines[f"{run['numGpus']}×{run['gpuModel']}"], run["maxNumSeqs"]
            line[batch] = min(run["energyPerTokenJoules"], line.get(batch, float("inf")))
        long = {name: sentence(name, energies) for name, energies in lines.items() if len(energies) > 2}
        assert {text for text in said if "only" not in text} == set(long.values())
        kinds.update(re.sub(r"^.*?: (lowest|within|still).*$", r"\1", text) for text in long.values())
    assert kinds == {"lowest": 11, "within": 13, "still": 88}


def test_panels_controls_and_back(open_view: Visits, explorer: str) -> None:
    """Four panels with units in their titles; each choice is in the address, and Back undoes it."""
    visit = open_view(explorer, "/sweep?task=gpqa")
    for title in _PANELS:
        expect(visit.page.get_by_role("main")).to_contain_text(title)
    headline = visit.headline
    model = visit.page.get_by_role("combobox", name=re.compile("^Model"))
    chosen = model.locator("option").last.get_attribute("value")
    assert chosen
    model.select_option(chosen)
    expect(visit.page.locator("h1")).not_to_have_text(headline)
    assert f"model={chosen}" in visit.search
    other = visit.headline
    visit.page.get_by_role("combobox", name=re.compile("^ITL")).select_option(label="p99")
    expect(visit.page.get_by_role("main")).to_contain_text("99th percentile of the inter-token latency (ms, log)")
    visit.page.go_back()
    expect(visit.page.get_by_role("main")).to_contain_text(_PANELS[1])
    assert visit.headline == other
    visit.page.go_back()
    expect(visit.page.locator("h1")).to_have_text(headline)
    assert visit.complaints == []


def test_the_table_has_the_drawn_runs(open_view: Visits, explorer: str) -> None:
    """Each drawn point is a link to its run, and has a row in the table."""
    visit = open_view(explorer, "/sweep?task=gpqa")
    links = visit.page.locator(".sweep-picture svg a[href*='run?id=']")
    drawn = set(links.evaluate_all("links => links.map((link) => link.getAttribute('href'))"))
    assert len(drawn) > 5
    visit.page.get_by_role("button", name="Chart as table").click()
    rows = visit.page.locator(".table-scroll tbody a[href*='run?id=']")
    assert set(rows.evaluate_all("links => links.map((link) => link.getAttribute('href'))")) == drawn
    assert "as=table" in visit.search


def test_an_unknown_model_is_named(open_view: Visits, explorer: str) -> None:
    """With models that share words with its name."""
    visit = open_view(explorer, "/sweep?task=gpqa&model=delta-example/Delta-13B")
    expect(visit.page.get_by_role("main")).to_contain_text("delta-example/Delta-13B")
    visit.page.get_by_role("main").get_by_role("link", name=re.compile("Delta")).or_(
        visit.page.get_by_role("main").get_by_role("button", name=re.compile("Delta"))
    ).first.click()
    expect(visit.page.locator("h1")).to_contain_text("Delta")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_labels_do_not_overlap(open_view: Visits, published: str, size: tuple[int, int]) -> None:
    """For models with several lines, and for diffusion with eight."""
    visit = open_view(published, size=size)
    for search in (
        "?task=gpqa&model=openai/gpt-oss-120b",
        "?task=gpqa&model=Qwen/Qwen3-32B",
        "?task=lm-arena-chat",
        "?task=image-chat",
        "?task=text-to-image",
        "?task=text-to-video",
    ):
        visit.open(f"/sweep{search}")
        visit.page.locator(".sweep-picture svg text").first.wait_for()
        assert overlapping_texts(visit.page, ".sweep-picture svg text") == [], search
        assert visit.overflow <= 0, search
