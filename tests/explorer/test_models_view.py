"""The table of models: all models of the dataset, found by name, with the least energy in a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Visits

MODELS = "{ models(first: 2000) { nodes { modelId nickname org totalParamsBillions runCount tasks { name } } } }"
LEAST = """query ($task: String!) { llmRuns(first: 0, where: { task: { eq: $task } }) {
  bestRuns(by: ENERGY_PER_TOKEN_JOULES, per: [MODEL_ID], orderBy: [{ field: ENERGY_PER_TOKEN_JOULES }], first: 2000) {
    nodes { id modelId } } } }"""
RUN_IDS = "links => links.map(link => new URL(link.href).searchParams.get('id'))"


def answer(base: str, query: str, **variables: str) -> Any:  # noqa: ANN401 - JSON
    """Return the data of the server's answer."""
    return httpx.post(f"{base}/graphql", json={"query": query, "variables": variables}).json()["data"]


def ids_on_screen(page: Page) -> list[str]:
    """Return the ids of the models in the table, from their links."""
    ids: list[str] = page.locator("tbody th a").evaluate_all(RUN_IDS)
    return ids


@pytest.mark.parametrize("source", ["explorer", "published"])
def test_all_models_are_listed(open_view: Visits, request: pytest.FixtureRequest, source: str) -> None:
    """Ordered by name, with the number of their runs."""
    base: str = request.getfixturevalue(source)
    models = answer(base, MODELS)["models"]["nodes"]
    visit = open_view(base, "/models")
    assert visit.headline == f"{len(models)} models."
    expected = sorted(models, key=lambda model: (model["nickname"], model["modelId"]))
    assert ids_on_screen(visit.page) == [model["modelId"] for model in expected]
    counts = visit.page.locator("tbody td:nth-child(7)").all_inner_texts()
    assert [int(text.replace(",", "")) for text in counts] == [model["runCount"] for model in expected]
    assert visit.complaints == []


@pytest.mark.parametrize("source", ["explorer", "published"])
def test_least_energy_is_that_of_the_server(open_view: Visits, request: pytest.FixtureRequest, source: str) -> None:
    """For the models of the chosen task; the value links to the run."""
    base: str = request.getfixturevalue(source)
    best = answer(base, LEAST, task="gpqa")["llmRuns"]["bestRuns"]["nodes"]
    visit = open_view(base, "/models")
    visit.page.get_by_label("Task").select_option("gpqa")
    visit.settle()
    header = visit.page.get_by_role("columnheader", name="Least energy per token")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert visit.search == "?task=gpqa&sort=energy_per_token_joules"
    assert visit.headline == f"{len(best)} models measured on GPQA Diamond."
    assert ids_on_screen(visit.page) == [run["modelId"] for run in best]
    assert visit.page.locator("tbody td.strong a").evaluate_all(RUN_IDS) == [run["id"] for run in best]


def test_a_search_is_one_history_entry(open_view: Visits, explorer: str) -> None:
    """Rows follow each letter; the address follows a pause. Each word is searched for in the name and the id."""
    models = answer(explorer, MODELS)["models"]["nodes"]
    names = {model["modelId"]: f"{model['nickname']} {model['modelId']}".lower() for model in models}
    matching = {model for model, name in names.items() if "b" in name and "fp8" in name}
    assert 0 < len(matching) < len(models)
    visit = open_view(explorer, "/models")
    page = visit.page
    entries = page.evaluate("history.length")
    field = page.get_by_role("searchbox", name="Name or id")
    field.press_sequentially("FP8 b")
    expect(page.locator("h1")).to_have_text(f"{len(matching)} of {len(models)} models match “FP8 b”.")
    page.wait_for_url("**/models?q=FP8+b")
    assert page.evaluate("history.length") == entries + 1
    assert set(ids_on_screen(page)) == matching
    page.go_back()
    expect(field).to_have_value("")
    expect(page.locator("tbody tr")).to_have_count(len(models))
    assert visit.graph_requests.count("Models") == 1  # the page searches


def test_a_search_without_a_match_can_be_removed(open_view: Visits, explorer: str) -> None:
    """And says what was searched for."""
    visit = open_view(explorer, "/models?q=no+such+model")
    expect(visit.page.get_by_text("No model matches “no such model”.")).to_be_visible()
    visit.page.get_by_role("button", name="Remove the search").click()
    assert visit.search == ""
    expect(visit.page.get_by_role("searchbox")).to_have_value("")


def test_headers_sort_with_missing_values_last(open_view: Visits, explorer: str) -> None:
    """In both directions: diffusion models have no architecture."""
    query = "{ models(first: 2000) { nodes { modelId architecture } } }"
    models = answer(explorer, query)["models"]["nodes"]
    missing = {model["modelId"] for model in models if model["architecture"] is None}
    assert missing
    visit = open_view(explorer, "/models?sort=architecture")
    assert set(ids_on_screen(visit.page)[-len(missing) :]) == missing
    visit.page.get_by_role("columnheader", name="Architecture").get_by_role("button").click()
    assert visit.search == "?sort=-architecture"
    assert set(ids_on_screen(visit.page)[-len(missing) :]) == missing


def test_models_link_to_their_tasks(open_view: Visits, explorer: str) -> None:
    """The name to the model, each task to the model on that task."""
    visit = open_view(explorer, "/models")
    row = visit.page.locator("tbody tr").first
    model = ids_on_screen(visit.page)[0]
    task = row.locator(".models-tasks a").first
    expect(task).to_have_attribute("href", f"./model?task={first_task(explorer, model)}&id={model}")
    row.locator("th a").click()
    assert visit.page.url.startswith(f"{explorer}/model?id=")


def first_task(base: str, model: str) -> str:
    """Return the first task of a model."""
    query = "query ($model: ID!) { model(modelId: $model) { tasks { name } } }"
    name: str = answer(base, query, model=model)["model"]["tasks"][0]["name"]
    return name
