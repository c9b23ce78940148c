"""The comparison of models and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.browser import PHONE
from tests.explorer.boxes import overlapping_texts

if TYPE_CHECKING:
    from tests.browser import Visits


def nodes_of(base: str, task: str) -> list[dict[str, Any]]:
    """Return the runs of a task of language models within 50 ms, by energy."""
    query = f"""{{ llmRuns(where: {{task: {{eq: "{task}"}}, medianItlMs: {{lte: 50}}}}, first: 400,
        orderBy: [{{field: ENERGY_PER_TOKEN_JOULES}}]) {{ nodes {{ id modelId energyPerTokenJoules }} }} }}"""
    nodes: list[dict[str, Any]] = httpx.post(f"{base}/graphql", json={"query": query}).json()["data"]["llmRuns"][
        "nodes"
    ]
    return nodes


@pytest.mark.parametrize("count", [2, 4])
def test_the_best_runs_are_those_of_the_graph(open_view: Visits, published: str, count: int) -> None:
    """Of each compared model, the run with the least energy within the deadline."""
    nodes = nodes_of(published, "gpqa")
    models = list(dict.fromkeys(node["modelId"] for node in nodes))[:count]
    best = [next(node["id"] for node in nodes if node["modelId"] == model) for model in models]
    visit = open_view(published, f"/compare?task=gpqa&models={','.join(models)}")
    links = visit.page.locator(".compare-table tbody a")
    links.first.wait_for()
    assert links.evaluate_all("all => all.map(link => new URL(link.href).searchParams.get('id'))") == best
    assert (
        visit.page.locator(".compare-plane path[stroke-width='2'], .compare-plane [stroke-width='2'] path").count()
        == count
    )
    assert visit.complaints == []


def test_fewer_than_two_models_ask_for_more(open_view: Visits, explorer: str) -> None:
    """The picker adds models of the task; each is one history entry."""
    visit = open_view(explorer, "/compare?task=gpqa")
    assert visit.headline == "Choose at least two models."
    for _ in range(2):
        visit.page.locator(".compare-offered .chip").first.click()
        visit.settle()
    visit.page.locator(".compare-plane svg").wait_for()
    assert visit.search.count(",") == 1
    visit.page.go_back()
    visit.page.get_by_role("heading", name="Choose at least two models.").wait_for()


def test_runs_are_compared_in_all_columns(open_view: Visits, explorer: str) -> None:
    """Rows that differ are marked; the columns are those of the dataset."""
    first, second = (node["id"] for node in nodes_of(explorer, "gpqa")[:2])
    visit = open_view(explorer, f"/compare?runs={first},{second}")
    query = "{ dataset { columns { table } } }"
    columns = httpx.post(f"{explorer}/graphql", json={"query": query}).json()["data"]["dataset"]["columns"]
    rows = visit.page.locator(".compare-table tbody tr")
    rows.first.wait_for()
    assert rows.count() == sum(column["table"] == "llm" for column in columns)
    for row in rows.all():
        one, other = row.locator("td").all_inner_texts()
        assert (one != other) == (row.get_attribute("data-differs") == "true")


def test_unknown_ids_are_named(open_view: Visits, explorer: str) -> None:
    """Of models and of runs."""
    visit = open_view(explorer, "/compare?task=gpqa&models=nobody/nothing")
    assert "This dataset has no model nobody/nothing (revision" in visit.page.locator(".notices").inner_text()
    visit.open("/compare?runs=abc123")
    assert "This dataset has no run abc123 (revision" in visit.page.locator(".notices").inner_text()


@pytest.mark.parametrize("size", [(1440, 900), PHONE], ids=["desktop", "phone"])
def test_no_labels_of_models_overlap(open_view: Visits, published: str, size: tuple[int, int]) -> None:
    """With four models, in the dark; the page does not scroll sideways."""
    models = list(dict.fromkeys(node["modelId"] for node in nodes_of(published, "lm-arena-chat")))[:4]
    visit = open_view(published, f"/compare?task=lm-arena-chat&models={','.join(models)}", size=size, dark=True)
    visit.page.locator(".compare-plane svg text").first.wait_for()
    assert overlapping_texts(visit.page, ".compare-plane svg text") == []
    assert visit.overflow <= 0


def test_a_model_without_runs_in_the_task_says_so(open_view: Visits, published: str) -> None:
    """Tasks stay open to choose; the column states the reason."""
    [other] = {node["modelId"] for node in nodes_of(published, "sourcegraph-fim")[:1]}
    model = nodes_of(published, "gpqa")[0]["modelId"]
    visit = open_view(published, f"/compare?task=gpqa&models={model},{other}")
    assert "not measured on this task" in visit.page.locator(".compare-table").inner_text()
