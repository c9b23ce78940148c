"""The view of GPU pairs shows what the graph computes, in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.browser import PHONE
from tests.explorer.boxes import overlapping_texts

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Visits

LLM_TASKS = ("gpqa", "lm-arena-chat", "sourcegraph-fim", "image-chat", "video-chat")
DIFFUSION_TASKS = ("text-to-image", "text-to-video")
KIND = {
    "llm": ("medianItlMs", "ENERGY_PER_TOKEN_JOULES", "TASK, NICKNAME, WEIGHT_PRECISION"),
    "diffusion": (
        "batchLatencyS",
        "ENERGY_PER_GENERATION_JOULES",
        "TASK, NICKNAME, WEIGHT_PRECISION, HEIGHT, WIDTH, NUM_FRAMES, INFERENCE_STEPS",
    ),
}


def pairs_of(base: str, task: str, deadline: float | None) -> dict[str, Any]:
    """Return the pairs that the graph computes for a task."""
    kind = "diffusion" if task in DIFFUSION_TASKS else "llm"
    latency, energy, match = KIND[kind]
    condition = "" if deadline is None else f", {latency}: {{lte: {deadline}}}"
    query = f"""{{ {kind}Runs(first: 0, where: {{task: {{eq: "{task}"}}{condition}}}) {{
        pairs(match: [{match}], differ: GPU_MODEL, baseline: "H100", candidate: "B200", pick: {{by: {energy}}},
              compare: [{energy}]) {{
          unmatched summary {{ decreased median }}
          pairs {{ baseline {{ id }} candidate {{ id }} changes {{ relativeChange }} }} }} }} }}"""
    answer: dict[str, Any] = httpx.post(f"{base}/graphql", json={"query": query}).json()["data"][f"{kind}Runs"]["pairs"]
    answer["pairs"].sort(key=lambda pair: pair["changes"][0]["relativeChange"])
    return answer


def drawn_ids(page: Page) -> list[tuple[str, str]]:
    """Return the ids of candidate and baseline of each row on screen, from top to bottom."""
    marks = page.locator(".pairs-mark").evaluate_all(
        "links => links.map(link => new URL(link.href).searchParams.get('id'))"
    )
    return list(zip(marks[::2], marks[1::2], strict=True))


@pytest.mark.parametrize("task", [*LLM_TASKS, *DIFFUSION_TASKS])
@pytest.mark.parametrize("deadline", ["", "&deadline=none", "&deadline=30"])
def test_the_pairs_are_those_of_the_graph(open_view: Visits, published: str, task: str, deadline: str) -> None:
    """The same runs in the order of the saving, and the headline states the summary of the answer."""
    default = {"text-to-image": 10, "text-to-video": 300}.get(task, 50)
    limit = {"": default, "&deadline=none": None, "&deadline=30": 30}[deadline]
    expected = pairs_of(published, task, limit)
    visit = open_view(published, f"/gpus?task={task}{deadline}")
    visit.page.locator("h1").wait_for()
    assert drawn_ids(visit.page) == [(pair["candidate"]["id"], pair["baseline"]["id"]) for pair in expected["pairs"]]
    if expected["pairs"]:
        [summary] = expected["summary"]
        assert f"for {summary['decreased']} of {len(expected['pairs'])} model" in visit.headline
        change = round(summary["median"] * 100)
        assert f"{'−' if change < 0 else '+' if change > 0 else ''}{abs(change)}%" in visit.headline
    else:
        assert "no model has a run on both H100 and B200" in visit.headline
    one_sided = visit.page.locator(".gpus-unpaired li").filter(has_not_text=";").count()
    assert one_sided == expected["unmatched"]
    assert visit.complaints == []


def test_losses_are_drawn_as_well_as_gains(open_view: Visits, published: str) -> None:
    """The first row is the greatest saving, the last the greatest loss, each with its change in words."""
    changes = [pair["changes"][0]["relativeChange"] for pair in pairs_of(published, "gpqa", 50)["pairs"]]
    page = open_view(published, "/gpus?task=gpqa").page
    texts = page.locator(".pairs-chart svg text, .pairs-chart svg tspan").all_text_contents()
    assert changes[0] < 0 < changes[-1]
    assert f"{round(-changes[0] * 100)}% less on B200" in texts
    assert f"{round(changes[-1] * 100)}% more on B200" in texts


def test_all_tasks_are_groups_of_their_own(open_view: Visits, published: str) -> None:
    """With `task=all`, each task has its chart and its sentence; the headline pools nothing."""
    visit = open_view(published, "/gpus?task=all")
    for task in LLM_TASKS:
        group = visit.page.locator(f'.gpus-group[data-task="{task}"]')
        assert group.locator(".pairs-rows li").count() == len(pairs_of(published, task, 50)["pairs"])
    assert "lies between" in visit.headline
    assert " of " not in visit.headline.replace("change of energy", "")


def test_a_deadline_is_one_history_entry(open_view: Visits, explorer: str) -> None:
    """A typed deadline applies on Enter, and Back undoes it; the request is sent once."""
    visit = open_view(explorer, "/gpus?task=gpqa")
    before = visit.headline
    field = visit.page.get_by_role("spinbutton")
    field.fill("20")
    assert visit.search == "?task=gpqa"
    field.press("Enter")
    visit.page.get_by_role("heading", level=1, name="Within 20 ms").wait_for()
    assert visit.search == "?task=gpqa&deadline=20"
    visit.page.go_back()
    visit.page.get_by_role("heading", level=1, name=before).wait_for()
    assert visit.search == "?task=gpqa"


def test_an_unknown_gpu_is_named_with_a_suggestion(open_view: Visits, explorer: str) -> None:
    """The message of the server, and a button for the GPU model that it suggests."""
    visit = open_view(explorer, "/gpus?task=gpqa&baseline=H10")
    assert "'H10' is not in this dataset" in visit.page.get_by_role("alert").inner_text()
    visit.page.get_by_role("button", name="Use H100").click()
    visit.page.locator(".pairs-rows li").first.wait_for()
    assert "baseline=H100" in visit.search


def test_no_pair_offers_the_least_deadline(open_view: Visits, explorer: str) -> None:
    """Its button leads to a pair."""
    visit = open_view(explorer, "/gpus?task=gpqa&deadline=0.001")
    visit.page.get_by_role("button", name="Set ").click()
    visit.page.locator(".pairs-rows li").first.wait_for()


def test_the_table_has_the_drawn_pairs(open_view: Visits, explorer: str) -> None:
    """One row per pair, reached by the address as well."""
    visit = open_view(explorer, "/gpus?task=gpqa")
    drawn = visit.page.locator(".pairs-rows li").count()
    visit.page.get_by_role("button", name="Chart as table").click()
    assert visit.page.locator(".gpus-group tbody tr").count() == drawn
    assert "as=table" in visit.search


def test_arrow_keys_move_between_the_runs(open_view: Visits, explorer: str) -> None:
    """The chart is one tab stop; Enter opens the focused run."""
    page = open_view(explorer, "/gpus?task=gpqa").page
    assert page.locator(".pairs-mark[tabindex='0']").count() == 1
    page.locator(".pairs-mark[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.mark") == "1 baseline"
    page.keyboard.press("Enter")
    page.wait_for_url("**/run?id=*")


@pytest.mark.parametrize("size", [(1440, 900), PHONE], ids=["desktop", "phone"])
def test_no_labels_overlap(open_view: Visits, published: str, size: tuple[int, int]) -> None:
    """In the chart of every task, and the page does not scroll sideways."""
    visit = open_view(published, "/gpus?task=gpqa", size=size, dark=True)
    for task in (*LLM_TASKS, *DIFFUSION_TASKS):
        visit.open(f"/gpus?task={task}")
        visit.page.locator(".pairs-chart svg text").first.wait_for()
        assert overlapping_texts(visit.page, ".pairs-chart svg text") == [], task
        assert visit.overflow <= 0, task
