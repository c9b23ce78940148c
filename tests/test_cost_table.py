"""The costs in the documentation are those of the schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from defaults import MAX_ANSWER_MIB, MAX_COST
from tests.cost_table import PAGE, page_with_table

if TYPE_CHECKING:
    from tests.graph import Graph


def test_the_page_has_the_costs_of_the_schema() -> None:
    """`python -m tests.cost_table` writes the table."""
    page = PAGE.read_text()
    assert page_with_table(page) == page


def test_the_page_states_the_default_limits() -> None:
    """The table of limits has the defaults of the settings."""
    page = PAGE.read_text()
    assert f"| cost | {MAX_COST:,} units (`--max-cost`) |" in page
    assert f"| length of the answer | {MAX_ANSWER_MIB} MiB (`--max-answer-mib`)" in page


def test_the_example_of_a_refusal_is_the_servers(graph: Graph) -> None:
    """The query of the page is refused on the sample with this message, cost and path."""
    page = PAGE.read_text()
    query = page.split("```text\n")[1].split("```")[0]
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    [error] = example["errors"]
    refusal = graph.refusal(query)
    assert (refusal.message, refusal.extensions) == (error["message"], error["extensions"])
