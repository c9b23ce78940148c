"""The first view: the best run of each model within a deadline, and the plane of latency and energy."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import PHONE
from tests.explorer.boxes import overlapping_texts

if TYPE_CHECKING:
    from tests.browser import Visit, Visits

LLM_TASKS = ("gpqa", "lm-arena-chat", "sourcegraph-fim", "image-chat", "video-chat")
DIFFUSION_TASKS = ("text-to-image", "text-to-video")
_LATENCIES = {"p50": "MEDIAN_ITL_MS", "p90": "P90_ITL_MS", "p95": "P95_ITL_MS", "p99": "P99_ITL_MS"}
_ENERGIES = {"token": "ENERGY_PER_TOKEN_JOULES", "request": "ENERGY_PER_REQUEST_JOULES"}


def field_of(name: str) -> str:
    """Return the field of a column, such as `medianItlMs` of `MEDIAN_ITL_MS`."""
    first, *others = name.lower().split("_")
    return first + "".join(map(str.capitalize, others))


def drawn_state(chance: random.Random) -> dict[str, str]:
    """Return the parameters of a random state."""
    state = {"task": chance.choice((*LLM_TASKS, *DIFFUSION_TASKS))}
    if state["task"] in LLM_TASKS:
        state |= {"latency": chance.choice(list(_LATENCIES)), "energy": chance.choice(list(_ENERGIES))}
        deadline = f"{10 ** chance.uniform(0.9, 2.6):.3g}"
        filters = {"gpu_model": ["B200", "H100"], "num_gpus": ["1", "1,2", "2..8"], "weight_precision": ["fp8"]}
    else:
        deadline = f"{10 ** chance.uniform(0.5, 3):.3g}"
        filters = {"gpu_model": ["B200", "H100"], "num_gpus": ["1", "2..8"], "batch_size": ["1..4"]}
    state["deadline"] = chance.choice([deadline, deadline, "none"])
    for column in chance.sample(list(filters), chance.choice([0, 1, 1, 2])):
        state[column] = chance.choice(filters[column])
    return state


def expected(base: str, state: dict[str, str]) -> dict[str, Any]:
    """Return what the graph answers for a state: count, best run of each model, and frontier."""
    is_llm = state["task"] in LLM_TASKS
    latency = _LATENCIES[state["latency"]] if is_llm else "BATCH_LATENCY_S"
    energy = _ENERGIES[state["energy"]] if is_llm else "ENERGY_PER_GENERATION_JOULES"
    where: dict[str, Any] = {"task": {"eq": state["task"]}}
    if state["deadline"] != "none":
        where[field_of(latency)] = {"lte": float(state["deadline"])}
    for column in ("gpu_model", "num_gpus", "weight_precision", "batch_size"):
        if column in state:
            where[field_of(column.upper())] = condition(state[column], is_number=column in {"num_gpus", "batch_size"})
    name, kind = ("llmRuns", "LLMRun") if is_llm else ("diffusionRuns", "DiffusionRun")
    query = f"""query ($where: {kind}Filter) {{ {name}(where: $where, first: 0) {{
      totalCount
      bestRuns(by: {energy}, per: [MODEL_ID], orderBy: [{{field: {energy}}}], first: 2000) {{ nodes {{ id }} }}
      paretoFrontier(minimize: [{latency}, {energy}]) {{ runs {{ id }} }}
    }} }}"""
    answer = httpx.post(f"{base}/graphql", json={"query": query, "variables": {"where": where}}).json()
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"][name]
    return found


def condition(text: str, *, is_number: bool) -> dict[str, Any]:
    """Return the condition of the graph for a filter in the address."""
    if ".." in text:
        low, high = text.split("..")
        return {"gte": int(low), "lte": int(high)}
    return {"in": [int(each) if is_number else each for each in text.split(",")]}


def ranking(visit: Visit) -> list[str]:
    """Return the ids of the ranked runs, in order."""
    ids: list[str] = visit.page.locator("tr[data-run]").evaluate_all("rows => rows.map((row) => row.dataset.run)")
    return ids


@pytest.mark.parametrize("source", ["explorer", "published"])
def test_ranking_and_frontier_equal_the_graphs(open_view: Visits, request: pytest.FixtureRequest, source: str) -> None:
    """For random tasks, deadlines, statistics and filters; the frontier is drawn beyond the deadline too."""
    base: str = request.getfixturevalue(source)
    chance = random.Random(19)  # noqa: S311 - not a secret
    visit = open_view(base)
    tasks = {
        task["name"]
        for task in httpx.post(f"{base}/graphql", json={"query": "{ tasks { name } }"}).json()["data"]["tasks"]
    }
    states = [state for state in (drawn_state(chance) for _ in range(30)) if state["task"] in tasks][:12]
    for state in states:
        answer = expected(base, state)
        visit.open("/?" + "&".join(f"{name}={value}" for name, value in state.items()))
        visit.page.locator("h1").wait_for()
        best = [run["id"] for run in answer["bestRuns"]["nodes"]]
        assert ranking(visit) == best, state
        if best:
            visit.page.locator(".plane-rank").first.wait_for()
            drawn = set(
                visit.page.locator("[data-frontier]").evaluate_all("marks => marks.map((m) => m.dataset.frontier)")
            )
            [frontier] = answer["paretoFrontier"]
            assert {run["id"] for run in frontier["runs"]} <= drawn, state
            count = visit.page.locator(".explore-count").inner_text()
            assert count.startswith(f"{answer['totalCount']:,} "), state


def test_a_gesture_on_the_slider_is_one_decision(open_view: Visits, explorer: str) -> None:
    """Keys change headline, table and address without a request; Back undoes them together."""
    visit = open_view(explorer)
    before = (visit.headline, ranking(visit), visit.search)
    sent = len(visit.graph_requests)
    length = visit.page.evaluate("history.length")
    slider = visit.page.get_by_role("slider")
    slider.focus()
    visit.page.keyboard.down("ArrowLeft")
    for _ in range(80):
        visit.page.keyboard.down("ArrowLeft")
    visit.page.keyboard.up("ArrowLeft")
    expect(visit.page.locator("h1")).not_to_have_text(before[0])
    assert "deadline=" in visit.search
    assert ranking(visit) != before[1]
    assert visit.page.evaluate("history.length") == length + 1
    assert len(visit.graph_requests) == sent
    assert "of" in (slider.get_attribute("aria-valuetext") or "")

    visit.page.go_back()
    expect(visit.page.locator("h1")).to_have_text(before[0])
    assert (visit.headline, ranking(visit), visit.search) == before


def test_presets_filters_and_back(open_view: Visits, explorer: str) -> None:
    """Each click is one decision, and the address alone shows the same."""
    visit = open_view(explorer, "/?task=gpqa")
    states = [(visit.search, ranking(visit))]
    for button in ("20", "No deadline", "H100"):
        visit.page.get_by_role("button", name=button).first.click()
        expect(visit.page).not_to_have_url(f"{explorer}/{states[-1][0]}")
        states.append((visit.search, ranking(visit)))
    for search, ids in reversed(states[:-1]):
        visit.page.go_back()
        expect(visit.page).to_have_url(f"{explorer}/{search}")
        assert ranking(visit) == ids
    search, ids = states[-1]
    visit.open(f"/{search}")
    assert ranking(visit) == ids


def test_no_run_meets_the_deadline(open_view: Visits, explorer: str) -> None:
    """The headline names the fastest run; a button sets the deadline that it meets, another removes it."""
    visit = open_view(explorer, "/?task=gpqa&deadline=0.5")
    assert visit.headline.startswith("No run meets 0.500 ms. The fastest takes ")
    visit.page.get_by_role("button", name="Set ").click()
    expect(visit.page.locator("tr[data-run]")).to_have_count(1)
    visit.page.go_back()
    visit.page.locator(".nothing").get_by_role("button", name="No deadline").click()
    expect(visit.page.locator("h1")).to_contain_text("Without a deadline")
    assert "deadline=none" in visit.search


def test_marks_are_reached_by_keyboard(open_view: Visits, explorer: str) -> None:
    """One tab stop; arrows follow the ranks, Enter opens the run."""
    visit = open_view(explorer)
    marks = visit.page.locator("a.plane-rank")
    assert visit.page.locator('a.plane-rank[tabindex="0"]').count() == 1
    ids = ranking(visit)
    visit.page.locator(f'a.plane-rank[data-run="{ids[0]}"]').focus()
    for expected_id in ids[1:]:
        visit.page.keyboard.press("ArrowDown")
        assert visit.page.evaluate("document.activeElement.dataset.run") == expected_id
    assert marks.count() == len(ids)
    assert "Open run." in (marks.first.get_attribute("aria-label") or "")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"**/run?id={ids[-1]}")


def test_one_frontier_per_model(open_view: Visits, explorer: str) -> None:
    """A link beneath the plane switches, and the address says so."""
    visit = open_view(explorer)
    visit.page.locator("[data-frontier]").first.wait_for()
    overall = visit.page.locator("[data-frontier]").count()
    visit.page.get_by_role("button", name="Frontier per model").click()
    expect(visit.page.get_by_role("button", name="Overall frontier")).to_be_visible()
    assert "frontier=model" in visit.search
    assert visit.page.locator("[data-frontier]").count() > overall


@pytest.mark.parametrize("width", [1440, 1280, 1000])
def test_labels_do_not_overlap(open_view: Visits, published: str, width: int) -> None:
    """For every task of the published figures: labels of models, ticks, batch sizes and the note."""
    visit = open_view(published, size=(width, 900))
    for task in (*LLM_TASKS, *DIFFUSION_TASKS):
        visit.open(f"/?task={task}")
        visit.page.locator(".plane-label").first.wait_for()
        assert overlapping_texts(visit.page, ".plane svg text") == [], task
        assert visit.overflow <= 0, task


def test_a_phone_has_ranks_in_the_marks(open_view: Visits, published: str) -> None:
    """Nothing is wider than the screen; a tap shows the run, whose link opens it."""
    visit = open_view(published, size=PHONE)
    for task in (*LLM_TASKS, *DIFFUSION_TASKS):
        visit.open(f"/?task={task}")
        visit.page.locator(".plane-rank").first.wait_for()
        assert visit.overflow <= 0, task
    box = visit.page.locator(".plane-rank path").last.bounding_box()
    assert box is not None
    visit.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.locator(".plane-tooltip").get_by_role("link", name="Open run").wait_for()


def test_an_unknown_task_and_another_revision_are_named(open_view: Visits, explorer: str) -> None:
    """With a link to the task that was meant."""
    visit = open_view(explorer, "/?task=gpka&revision=abc1234")
    main = visit.page.get_by_role("main")
    expect(main).to_contain_text("This dataset has no task “gpka”. Did you mean gpqa?")
    expect(main).to_contain_text("This link was made for revision abc1234; the server has ")
    main.get_by_role("link", name="gpqa", exact=True).click()
    expect(visit.page).to_have_url(f"{explorer}/?task=gpqa")


def test_a_task_is_loaded_when_its_tab_is_pointed_at(open_view: Visits, explorer: str) -> None:
    """So that it is there when it is clicked."""
    visit = open_view(explorer)
    sent = len(visit.graph_requests)
    tab = visit.page.get_by_role("navigation", name="Tasks").get_by_role("link").nth(1)
    tab.hover()
    visit.settle()
    assert len(visit.graph_requests) == sent + 1
    tab.click()
    visit.settle()
    assert len(visit.graph_requests) == sent + 1
