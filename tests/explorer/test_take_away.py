"""What is taken away from a view has the numbers that are on screen, in random states of every view."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from graphql import build_ast_schema, parse, validate

from tests.explorer.taken_away import (
    Pages,
    answer_of,
    drawn_address,
    lists_in,
    measured,
    opened_panel,
    rows_on_screen,
    runs_of,
)
from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLSchema
    from playwright.sync_api import Browser

    from tests.explorer.taken_away import ScreenRow

STATES_OF_A_VIEW = 4
WITH_RUNS = ("/", "/runs", "/gpus", "/sweep", "/model")
MEASURES = (
    *("energyPerTokenJoules", "energyPerRequestJoules", "medianItlMs", "p90ItlMs", "p95ItlMs", "p99ItlMs"),
    *("maxNumSeqs", "batchSize", "batchLatencyS", "energyPerGenerationJoules"),
)


@pytest.fixture(scope="module")
def sdl() -> GraphQLSchema:
    """The committed schema."""
    text = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    return build_ast_schema(parse(text), assume_valid_sdl=True)


@pytest.fixture(scope="module")
def show_view(browser: Browser) -> Iterator[Pages]:
    """Shows a state of a view of a server."""
    pages = Pages(browser)
    yield pages
    pages.close()


@pytest.mark.parametrize("source", ["explorer", "published"])
@pytest.mark.parametrize("path", [*WITH_RUNS, "/compare", "/run", "/models"])
def test_the_query_returns_the_numbers_on_screen(
    show_view: Pages, request: pytest.FixtureRequest, sdl: GraphQLSchema, source: str, path: str
) -> None:
    """Ids and order, and the measures of each run; the panel comes to the same result; every query is valid."""
    base: str = request.getfixturevalue(source)
    chance = random.Random(f"{source}{path}")  # noqa: S311 - not a secret
    runs = runs_of(base)
    for _ in range(STATES_OF_A_VIEW):
        address = drawn_address(chance, runs, path)
        visit = show_view(base, address)
        shown = rows_on_screen(visit.page)
        panel = opened_panel(visit)

        assert panel.agrees, (address, panel.verdict)
        assert validate(sdl, parse(panel.query)) == [], address
        data = answer_of(base, panel)
        if path in WITH_RUNS:
            compare(address, shown, data)
        elif path == "/compare":
            texts = visit.page.locator(".compare-table b").all_text_contents()
            compare_best(address, shown[-1], texts, data["best"]["bestRuns"]["nodes"])
        assert visit.complaints == []


def compare(address: str, shown: list[ScreenRow], data: Any) -> None:  # noqa: ANN401 - JSON
    """Assert that the rows on screen are a list of the answer, with the same numbers."""
    assert shown, address
    answered = next(rows for rows in lists_in(data) if ids_of(rows[0]))
    by_ids = {ids_of(row): row for row in answered}
    assert len(by_ids) == len(answered) == len(shown), address
    if address.startswith(("/?", "/runs")):
        assert [row.ids for row in shown] == list(by_ids), address
    for row in shown:
        answer = by_ids.get(row.ids) or by_ids[row.ids[::-1]]
        for run in (answer, answer.get("baseline"), answer.get("candidate")):
            for field in MEASURES:
                if run and field in run:
                    assert text_of(field, run[field], address) in row.cells, (address, field, run, row)


def compare_best(address: str, shown: ScreenRow, texts: list[str], answered: list[dict[str, Any]]) -> None:
    """Assert that the table with a column per model has the best runs of the answer."""
    assert sorted(shown.ids) == sorted(run["id"] for run in answered), address
    for run in answered:
        for field in {*MEASURES, "avgPowerWatts"} - {"maxNumSeqs", "batchSize"}:
            if field in run:
                assert text_of(field, run[field], address) in texts, (address, field, run, texts)


def ids_of(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the id of a run, or those of a pair."""
    if "baseline" in row:
        return (row["candidate"]["id"], row["baseline"]["id"])
    return (row["id"],) if "id" in row else ()


def text_of(field: str, value: float | None, address: str) -> str:
    """Return the text of a value on screen."""
    if field in {"maxNumSeqs", "batchSize"}:
        return f"{value:,}"
    if field == "energyPerGenerationJoules" and "text-to-video" in address and value is not None:
        return measured(value / 1000)
    return measured(value)
