"""The page of a model: its facts, the tasks that it was measured on, its sweep and its runs by GPU model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import PHONE

if TYPE_CHECKING:
    from tests.browser import Visits

_MODEL = """query ($id: ID!) { model(modelId: $id) {
  nickname org architecture tasks { name displayName } runsByGpu(stability: ANY) { gpu { model } runCount }
} }"""


def facts(base: str, model_id: str) -> dict[str, Any]:
    """Return what the graph says of a model."""
    body = {"query": _MODEL, "variables": {"id": model_id}}
    found: dict[str, Any] = httpx.post(f"{base}/graphql", json=body).json()["data"]["model"]
    return found


@pytest.mark.parametrize("model_id", ["delta-example/Delta-Hybrid-12B", "fjord-example/Fjord-Image-2.5B"])
def test_facts_tasks_and_runs(open_view: Visits, explorer: str, model_id: str) -> None:
    """Also of a diffusion model; each task has a tab, each GPU model its runs."""
    model = facts(explorer, model_id)
    visit = open_view(explorer, f"/model?id={model_id}")
    main = visit.page.get_by_role("main")
    expect(main).to_contain_text(model["nickname"])
    expect(main).to_contain_text(model["org"])
    tabs = visit.page.get_by_role("navigation", name="Tasks").get_by_role("link")
    names = [re.sub(r"\s*[\d,]+$", "", text.strip()) for text in tabs.all_inner_texts()]
    assert sorted(names) == sorted(task["displayName"] for task in model["tasks"])
    for each in model["runsByGpu"]:
        expect(main).to_contain_text(each["gpu"]["model"])
    assert visit.complaints == []


def test_another_task_is_one_decision(open_view: Visits, explorer: str) -> None:
    """Its tab changes headline and address, and Back returns."""
    model_id = "basalt-example/Basalt-30B-A3B"
    tasks = facts(explorer, model_id)["tasks"]
    assert len(tasks) > 1
    visit = open_view(explorer, f"/model?id={model_id}&task={tasks[0]['name']}")
    headline = visit.headline
    tab = visit.page.get_by_role("navigation", name="Tasks").get_by_role("link", name=tasks[1]["displayName"])
    tab.click()
    expect(visit.page.locator("h1")).not_to_have_text(headline)
    assert f"task={tasks[1]['name']}" in visit.search
    visit.page.go_back()
    expect(visit.page.locator("h1")).to_have_text(headline)


def test_an_unknown_model_is_named(open_view: Visits, explorer: str) -> None:
    """With the revision, and links to models with a similar name."""
    visit = open_view(explorer, "/model?id=delta-example/Delta-Hybrid-13B")
    main = visit.page.get_by_role("main")
    expect(main).to_contain_text("This dataset has no model delta-example/Delta-Hybrid-13B (revision ")
    main.get_by_role("link", name=re.compile("Delta")).first.click()
    expect(visit.page).to_have_url(re.compile(r"/model\?"))
    expect(visit.page.locator("h1")).to_contain_text("Delta")


def test_a_phone_shows_it_without_scrolling_sideways(open_view: Visits, published: str) -> None:
    """A language model with many runs, and a diffusion model."""
    visit = open_view(published, size=PHONE)
    for model_id in ("openai/gpt-oss-120b", "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "black-forest-labs/FLUX.1-dev"):
        visit.open(f"/model?id={model_id}")
        visit.page.locator("svg").first.wait_for()
        assert visit.overflow <= 0, model_id
        assert visit.complaints == []
