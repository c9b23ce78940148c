"""The costs in the documentation are those of the schema."""

from __future__ import annotations

import json

from defaults import MAX_ANSWER_MIB, MAX_COST
from tests.cost_table import PAGE, page_with_table


def test_the_page_has_the_costs_of_the_schema() -> None:
    """`python -m tests.cost_table` writes the table."""
    page = PAGE.read_text()
    assert page_with_table(page) == page


def test_the_page_states_the_default_limits() -> None:
    """In the table of limits, and in the example of a refusal."""
    page = PAGE.read_text()
    assert f"| cost | {MAX_COST:,} units (`--max-cost`) |" in page
    assert f"| length of the answer | {MAX_ANSWER_MIB} MiB (`--max-answer-mib`) |" in page
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    assert example["errors"][0]["extensions"]["limit"] == MAX_COST
