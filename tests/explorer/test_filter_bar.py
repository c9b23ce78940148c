"""The filter bar: chips, facets, active filters, and the state in which no run matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from playwright.sync_api import expect

from tests.browser import PHONE
from tests.explorer.typescript import evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser import Visits


def count(base: str, where: str) -> int:
    """Return the number of stable GPQA runs that match further conditions."""
    query = f'{{ llmRuns(first: 0, where: {{ task: {{ eq: "gpqa" }} {where} }}) {{ totalCount }} }}'
    total: int = httpx.post(f"{base}/graphql", json={"query": query}).json()["data"]["llmRuns"]["totalCount"]
    return total


def chip(page: Page, model: str) -> Any:  # noqa: ANN401 - a locator
    """Return the chip of a GPU model."""
    return page.get_by_role("group", name="GPU models").get_by_role("button", name=model)


def test_gpu_chips_filter(open_view: Visits, explorer: str) -> None:
    """All pressed is no filter; releasing the last one presses all again. Each click is one history entry."""
    visit = open_view(explorer, "/runs?task=gpqa")
    page = visit.page
    entries = page.evaluate("history.length")
    b200, h100 = chip(page, "B200"), chip(page, "H100")
    expect(b200).to_contain_text(str(count(explorer, 'gpuModel: { eq: "B200" }')))
    b200.click()
    assert visit.search == "?task=gpqa&gpu_model=H100"
    expect(b200).to_have_attribute("aria-pressed", "false")
    expect(h100).to_have_attribute("aria-pressed", "true")
    matching = count(explorer, 'gpuModel: { eq: "H100" }')
    expect(page.locator("h1")).to_have_text(f"{matching} of {count(explorer, '')} runs of GPQA Diamond match.")
    h100.click()
    assert visit.search == "?task=gpqa"
    expect(b200).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("history.length") == entries + 2
    page.go_back()
    expect(b200).to_have_attribute("aria-pressed", "false")


def test_facets_count_what_they_would_leave(open_view: Visits, explorer: str) -> None:
    """The count of a value is the number of runs with it and all filters on other columns."""
    visit = open_view(explorer, "/runs?task=gpqa&gpu_model=H100&max_num_seqs=..64")
    page = visit.page
    page.get_by_role("button", name="More filters").click()
    precision = page.get_by_role("group", name="Precision").get_by_role("checkbox")
    assert precision.count() >= 2
    for label in page.get_by_role("group", name="Precision").locator("label").all():
        value, number = label.inner_text().split()
        where = f'gpuModel: {{ eq: "H100" }} maxNumSeqs: {{ lte: 64 }} weightPrecision: {{ eq: "{value}" }}'
        assert int(number) == count(explorer, where)
    fp8 = precision.and_(page.get_by_role("checkbox", name="fp8"))
    fp8.check()
    assert visit.search == "?task=gpqa&gpu_model=H100&max_num_seqs=..64&weight_precision=fp8"
    (least,) = page.get_by_role("combobox", name="max. batch at least").select_option(index=2)
    assert f"max_num_seqs={least}..64" in visit.search
    fp8.uncheck()
    assert "weight_precision" not in visit.search


def test_the_dialog_closes_on_escape_and_returns_the_focus(open_view: Visits, explorer: str) -> None:
    """As the browser does for modal dialogs; on a phone it fits the window."""
    visit = open_view(explorer, "/runs?task=gpqa", size=PHONE)
    page = visit.page
    button = page.get_by_role("button", name="Filters")
    button.press("Enter")
    dialog = page.get_by_role("dialog", name="Filters")
    expect(dialog).to_be_visible()
    assert dialog.bounding_box()["width"] <= PHONE[0]  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_a_typed_range_is_one_decision(open_view: Visits, explorer: str) -> None:
    """Bounds of measured values apply on Enter, not on each digit."""
    visit = open_view(explorer, "/runs?task=gpqa")
    page = visit.page
    entries = page.evaluate("history.length")
    page.get_by_role("button", name="More filters").click()
    page.get_by_text("Ranges of measured values").click()
    bound = page.get_by_role("spinbutton", name="median ITL at most")
    bound.press_sequentially("42.5")
    assert visit.search == "?task=gpqa"
    bound.press("Enter")
    assert visit.search == "?task=gpqa&median_itl_ms=..42.5"
    assert page.evaluate("history.length") == entries + 1
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove median ITL at most 42.5 ms").click()
    assert visit.search == "?task=gpqa"


def test_filters_that_exclude_all_can_be_removed(open_view: Visits, explorer: str) -> None:
    """With the number of runs that match without each."""
    visit = open_view(explorer, "/runs?task=gpqa&num_gpus=1&weight_precision=fp8&max_num_seqs=9..15")
    page = visit.page
    expect(page.get_by_text("No run matches these filters.")).to_be_visible()
    left = count(explorer, 'numGpus: { eq: 1 } weightPrecision: { eq: "fp8" }')
    assert left > 0
    noun = "run" if left == 1 else "runs"
    page.get_by_role("button", name=f"Remove max. batch 9 to 15 ({left} {noun})").click()
    assert visit.search == "?task=gpqa&num_gpus=1&weight_precision=fp8"
    expect(page.locator("tbody tr")).to_have_count(left)


def test_an_unknown_value_has_a_suggestion(open_view: Visits, explorer: str) -> None:
    """The server's, which knows the values of the dataset."""
    visit = open_view(explorer, "/runs?task=gpqa&weight_precision=bfloat17")
    page = visit.page
    expect(page.get_by_text("'bfloat17' is not in this dataset")).to_be_visible()
    page.get_by_role("button", name="Use precision bfloat16").click()
    assert visit.search == "?task=gpqa&weight_precision=bfloat16"
    assert visit.graph_requests.count("UnknownValues") == 1


def test_a_filter_on_a_column_that_views_do_not_load(open_view: Visits, explorer: str) -> None:
    """Is loaded when the address names it."""
    visit = open_view(explorer, "/runs?task=gpqa&tensor_parallel=2")
    expected = count(explorer, "tensorParallel: { eq: 2 }")
    assert 0 < expected < count(explorer, "")
    expect(visit.page.locator("h1")).to_contain_text(f"{expected} of ")
    assert "LLMRunColumns" in visit.graph_requests


def test_facets_follow_the_columns_of_the_dataset(tmp_path: Path) -> None:
    """A column with 2 to 24 values is a facet, numbers are a range, whatever their names are."""
    body = """
    const shared = { unit: null, description: '', table: 'llm', nullable: true };
    const types = { flavour: 'string', share: 'float', steps: 'int', same: 'int', name: 'string',
      flag: 'boolean', many: 'int' };
    const columns = Object.entries(types).map(([name, type]) => ({ name, field: name, type, ...shared }));
    const shell = { dataset: { columns }, gpus: [], tasks: [] };
    const runs = Array.from({ length: 50 }, (_, index) => ({
      id: `${index}`, modelId: 'm', nickname: 'M', flavour: 'abc'[index % 3], share: index / 7, steps: index % 4,
      same: 1, name: `n${index}`, flag: index % 2 === 0, many: index % 20,
    }));
    const found = facets.facetsOf(shell, { name: 'new-task', kind: 'LLM' }, runs, {});
    return found.map(({ kind, column, values }) => [kind, column.name, values.length]);
    """
    assert evaluate(tmp_path, {"facets": "filters/facets.ts"}, body, None) == [
        ["values", "flavour", 3],
        ["range", "share", 0],
        ["values", "steps", 4],
        ["values", "flag", 2],
        ["range", "many", 20],
    ]


def test_texts_of_filters_are_read_back(tmp_path: Path) -> None:
    """Also a value that looks like a range."""
    lists = [{"in": ["1..2"]}, {"in": ["a,b", "c\\d"]}, {"in": [".."]}]
    cases = [*lists, {"from": 1, "to": None}, {"from": -5, "to": 1e-7}]
    body = "return given.map((filter) => filters.parseFilter(filters.formatFilter(filter)));"
    assert evaluate(tmp_path, {"filters": "state/filters.ts"}, body, cases) == cases
