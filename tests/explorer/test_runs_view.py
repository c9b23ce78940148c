"""The table of runs: the server's rows in the server's order, sorted, filtered and selected by buttons."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import PHONE
from tests.multiplied_dataset import multiplied_sample
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser import Visits

# The graph's argument, the text in the URL.
Condition = tuple[dict[str, Any], str]
CONDITIONS: dict[str, dict[str, list[Condition]]] = {
    "LLM": {
        "gpu_model": [({"in": ["B200"]}, "B200"), ({"in": ["H100", "B200"]}, "H100,B200")],
        "num_gpus": [({"in": [1, 2]}, "1,2"), ({"gte": 2}, "2..")],
        "max_num_seqs": [({"gte": 16, "lte": 128}, "16..128"), ({"lte": 64}, "..64")],
        "weight_precision": [({"in": ["bfloat16"]}, "bfloat16")],
        "tensor_parallel": [({"in": [1]}, "1"), ({"lte": 2}, "..2")],
        "median_itl_ms": [({"lte": 40.5}, "..40.5")],
    },
    "DIFFUSION": {
        "gpu_model": [({"in": ["H100"]}, "H100")],
        "batch_size": [({"gte": 2}, "2.."), ({"in": [1, 4]}, "1,4")],
        "height": [({"in": [512, 1024]}, "512,1024")],
        "ring_degree": [({"lte": 2}, "..2")],
    },
}
SORTS = {
    "LLM": ("energy_per_token_joules", "max_num_seqs", "nickname", "avg_output_len", "unstable_reason", "seed"),
    "DIFFUSION": ("batch_latency_s", "num_frames", "use_torch_compile", "model_id", "ulysses_degree"),
}
TASKS = {"LLM": ("gpqa", "lm-arena-chat", "image-chat"), "DIFFUSION": ("text-to-image", "text-to-video")}
RUN_IDS = "links => links.map(link => new URL(link.href).searchParams.get('id'))"


def field_of(column: str) -> str:
    """Return the field of the graph for a column."""
    first, *others = column.split("_")
    return first + "".join(part.capitalize() for part in others)


def server_ids(base: str, kind: str, task: str, where: dict[str, Any], sort: str, stability: str) -> list[str]:
    """Return the ids of the runs that the server selects, in its order."""
    table, runs = ("LLMRun", "llmRuns") if kind == "LLM" else ("DiffusionRun", "diffusionRuns")
    default = ["MODEL_ID", "GPU_MODEL", "NUM_GPUS", "MAX_NUM_SEQS" if kind == "LLM" else "BATCH_SIZE"]
    order = [{"field": field} for field in default]
    if sort:
        order = [{"field": sort.removeprefix("-").upper(), "direction": "DESC" if sort.startswith("-") else "ASC"}]
    arguments = "where: $where, orderBy: $order, first: 2000" + (f", stability: {stability}" if kind == "LLM" else "")
    query = f"query ($where: {table}Filter, $order: [{table}Order!]) {{ {runs}({arguments}) {{ nodes {{ id }} }} }}"
    variables = {"where": {"task": {"eq": task}, **where}, "order": order}
    answer = httpx.post(f"{base}/graphql", json={"query": query, "variables": variables}).json()
    return [node["id"] for node in answer["data"][runs]["nodes"]]


def ids_on_screen(page: Page) -> list[str]:
    """Return the ids of the runs on the page of the table, from its links."""
    ids: list[str] = page.locator("tbody td:nth-child(2) a").evaluate_all(RUN_IDS)
    return ids


@pytest.mark.parametrize("kind", ["LLM", "DIFFUSION"])
def test_rows_are_those_of_the_server(open_view: Visits, explorer: str, kind: str) -> None:
    """In random states of filters, order and page; both sides have nulls last in either direction."""
    chance = random.Random(f"runs {kind}")  # noqa: S311 - not a secret
    visit = open_view(explorer, f"/runs?task={TASKS[kind][0]}")
    compared = 0
    for _ in range(8):
        task = chance.choice(TASKS[kind])
        columns = chance.sample(sorted(CONDITIONS[kind]), chance.randint(0, 2))
        conditions = {column: chance.choice(CONDITIONS[kind][column]) for column in columns}
        sort = chance.choice(["", "-"]) + chance.choice(SORTS[kind]) if chance.random() < 0.8 else ""
        stability = chance.choice(["STABLE", "ANY", "UNSTABLE"]) if kind == "LLM" else "STABLE"
        where = {field_of(column): condition for column, (condition, _) in conditions.items()}
        expected = server_ids(explorer, kind, task, where, sort, stability)
        page_number = chance.randint(1, max(1, -(-len(expected) // 100)))
        parameters = {"task": task, "stability": stability.lower(), "sort": sort, "page": page_number}
        parameters |= {column: text for column, (_, text) in conditions.items()}
        search = "&".join(f"{name}={value}" for name, value in parameters.items() if value)
        visit.open(f"/runs?{search}")
        visit.page.locator("h1").wait_for()
        assert ids_on_screen(visit.page) == expected[100 * (page_number - 1) :][:100], search
        compared += len(expected)
    assert compared > 200
    assert visit.complaints == []


def test_headers_sort(open_view: Visits, explorer: str) -> None:
    """Ascending, descending, and back to the default order; each click is undone by Back."""
    visit = open_view(explorer, "/runs?task=gpqa")
    page = visit.page
    header = page.get_by_role("columnheader", name="Energy per token")
    default = ids_on_screen(page)
    for direction, search in (
        ("ascending", "?task=gpqa&sort=energy_per_token_joules"),
        ("descending", "?task=gpqa&sort=-energy_per_token_joules"),
        ("none", "?task=gpqa"),
    ):
        header.get_by_role("button").click()
        expect(header).to_have_attribute("aria-sort", direction)
        assert visit.search == search
    assert ids_on_screen(page) == default
    page.go_back()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert visit.graph_requests.count("Task") == 1  # sorting is done by the page


def test_a_value_filters(open_view: Visits, explorer: str) -> None:
    """A button in the cell, also by keyboard; the chip removes the filter."""
    visit = open_view(explorer, "/runs?task=gpqa&page=1")
    page = visit.page
    page.get_by_role("button", name="Only precision fp8").first.press("Enter")
    assert visit.search == "?task=gpqa&weight_precision=fp8"
    expect(page.locator("h1")).to_contain_text("runs of GPQA Diamond match.")
    expect(page.get_by_role("button", name="Only precision fp8")).to_have_count(0)
    page.get_by_role("button", name="Only Aurora 30B FP8").first.press("Enter")
    assert "model_id=" in visit.search
    page.get_by_role("button", name="Remove model Aurora 30B FP8").click()
    page.get_by_role("button", name="Remove precision fp8").click()
    assert visit.search == "?task=gpqa"


def test_columns_can_be_chosen(open_view: Visits, explorer: str) -> None:
    """Those of the dataset that have values, with unit and description; the choice is in the address."""
    visit = open_view(explorer, "/runs?task=gpqa&cols=num_gpus,energy_per_token_joules")
    page = visit.page
    expect(page.locator("thead th")).to_have_text(["Model", "Run", "GPUs", "Energy per tokenJ/token"])
    page.get_by_role("button", name="Columns").click()
    panel = page.get_by_role("dialog", name="Columns")
    panel.get_by_role("checkbox", name="Average power W").check()
    assert visit.search.endswith("cols=num_gpus,energy_per_token_joules,avg_power_watts")
    panel.get_by_role("checkbox", name="Tensor parallelism").check()
    expect(page.locator("thead th").last).to_have_text("Tensor parallelismGPUs")
    panel.get_by_role("button", name="Show the default columns").click()
    assert visit.search == "?task=gpqa"


def test_columns_without_values_are_not_offered(open_view: Visits, explorer: str) -> None:
    """They are listed, with where they have no value: in the task, or in the dataset."""
    visit = open_view(explorer, "/runs?task=text-to-image")
    expect(visit.page.locator("thead th", has_text="Frames")).to_have_count(0)
    visit.page.get_by_role("button", name="Columns").click()
    panel = visit.page.get_by_role("dialog", name="Columns")
    expect(panel.get_by_text("(no values in Text to Image)")).to_have_count(2)  # frames and frame rate
    expect(panel.get_by_role("checkbox", name="Frames")).to_have_count(0)
    expect(panel.get_by_role("checkbox", name="Height")).to_be_checked()


def test_columns_without_values_of_the_published_figures(open_view: Visits, published: str) -> None:
    """The seed of the benchmark, for one."""
    visit = open_view(published, "/runs?task=gpqa")
    visit.page.get_by_role("button", name="Columns").click()
    panel = visit.page.get_by_role("dialog", name="Columns")
    expect(panel.get_by_text("Seed (no values in this dataset)")).to_be_visible()
    expect(panel.get_by_role("checkbox", name="Seed")).to_have_count(0)


def test_numbers_are_those_of_the_server(open_view: Visits, explorer: str) -> None:
    """Three digits on screen, all digits in the tooltip."""
    visit = open_view(explorer, "/runs?task=gpqa&sort=-energy_per_token_joules&cols=energy_per_token_joules")
    ids = ids_on_screen(visit.page)
    cells = visit.page.locator("tbody td:nth-child(3)")
    query = '{ llmRuns(first: 2000, where: { task: { eq: "gpqa" } }) { nodes { id energyPerTokenJoules } } }'
    nodes = httpx.post(f"{explorer}/graphql", json={"query": query}).json()["data"]["llmRuns"]["nodes"]
    values = {node["id"]: node["energyPerTokenJoules"] for node in nodes}
    titles = cells.evaluate_all("cells => cells.map(cell => cell.title)")
    for run, title, text in zip(ids, titles, cells.all_inner_texts(), strict=True):
        assert float(title.removesuffix(" J/token")) == values[run]
        assert float(text) == pytest.approx(values[run], rel=0.005)


def test_unstable_runs_state_their_reason(open_view: Visits, explorer: str) -> None:
    """Beside the name of the model, wherever they are shown."""
    visit = open_view(explorer, "/runs?task=gpqa&stability=unstable")
    rows = visit.page.locator("tbody tr")
    assert rows.count() > 0
    expect(visit.page.locator("h1")).to_have_text(f"{rows.count()} unstable runs of GPQA Diamond.")
    expect(visit.page.locator("tbody th .runs-badge")).to_have_count(rows.count())
    visit.page.get_by_role("button", name="Remove unstable runs").click()
    assert visit.search == "?task=gpqa"
    expect(visit.page.locator(".runs-badge")).to_have_count(0)


def test_two_to_four_runs_are_compared(open_view: Visits, explorer: str) -> None:
    """Their ids go to the view that compares, in the order of selection."""
    visit = open_view(explorer, "/runs?task=gpqa")
    page = visit.page
    ids = ids_on_screen(page)
    boxes = page.locator("tbody").get_by_role("checkbox")
    boxes.nth(3).check()
    selected = page.get_by_role("group", name="Selected runs")
    expect(selected.get_by_role("link")).to_have_count(0)  # one run is not compared
    for index in (1, 0, 2):
        boxes.nth(index).check()
    expect(boxes.nth(4)).to_be_disabled()
    selected.get_by_role("link", name="Compare").click()
    assert page.url.startswith(f"{explorer}/compare?")
    assert f"runs={ids[3]},{ids[1]},{ids[0]},{ids[2]}" in visit.search


def test_header_and_first_column_stay_in_view(open_view: Visits, explorer: str) -> None:
    """On a phone the table scrolls within its frame, and the page does not scroll sideways."""
    visit = open_view(explorer, "/runs?task=gpqa", size=PHONE)
    page = visit.page
    frame = page.get_by_role("region", name="Table of runs")
    frame.evaluate("frame => frame.scrollTo(400, 900)")
    corner = page.locator("thead th").first.bounding_box()
    around = frame.bounding_box()
    assert corner is not None
    assert around is not None
    assert abs(corner["x"] - around["x"]) <= 1
    assert abs(corner["y"] - around["y"]) <= 1
    assert frame.evaluate("frame => frame.scrollLeft") == 400
    assert visit.overflow <= 0


def test_a_print_has_all_rows(open_view: Visits, explorer: str) -> None:
    """Not only the page of the table that is on screen."""
    visit = open_view(explorer, "/runs?task=lm-arena-chat")
    rows = visit.page.locator("tbody tr")
    assert rows.count() == 100
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert rows.count() == len(server_ids(explorer, "LLM", "lm-arena-chat", {}, "", "STABLE"))
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(rows).to_have_count(100)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server over 100 copies of the sample, which has 106 stable chat runs."""
    root = multiplied_sample(tmp_path_factory.mktemp("large") / "dataset", copies=100)
    with running_server("--source", str(root)) as address:
        yield address


def test_a_task_that_is_not_loaded_whole(open_view: Visits, large: str) -> None:
    """Is filtered and ordered by the server, and the page says what is missing."""
    visit = open_view(large, "/runs?task=lm-arena-chat&sort=-median_itl_ms")
    page = visit.page
    expect(page.locator("h1")).to_have_text("10,600 runs of LLM Chat (LM Arena).")
    expect(page.get_by_text("The first 10,000 of 10,600 runs are shown; narrow the filters")).to_be_visible()
    assert ids_on_screen(page) == server_ids(large, "LLM", "lm-arena-chat", {}, "-median_itl_ms", "STABLE")[:100]
    chips = page.get_by_role("group", name="GPU models")
    chips.get_by_role("button", name="B200").click()
    visit.settle()
    expect(page.get_by_text("narrow the filters")).to_have_count(0)
    where = {"gpuModel": {"in": ["H100"]}}
    assert ids_on_screen(page) == server_ids(large, "LLM", "lm-arena-chat", where, "-median_itl_ms", "STABLE")[:100]
