"""Limits of variables: values beyond a limit are refused before they are coerced."""

from __future__ import annotations

from typing import Any

import pytest

from errors import QueryTooComplex
from web.variable_limits import MAX_CHARACTERS, MAX_DEPTH, MAX_OBJECTS, MAX_VALUES, check_variables


def nested(levels: int) -> Any:  # noqa: ANN401 - any JSON
    """Return a filter with this many levels below the variable."""
    value: Any = {}
    for _ in range(levels):
        value = {"not": value}
    return value


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"a": [1] * (MAX_VALUES - 1)},
        {"a": [1] * (MAX_VALUES // 2 - 1), "b": [None] * (MAX_VALUES // 2 - 1)},
        {"a": nested(MAX_DEPTH)},
        {"a": "x" * MAX_CHARACTERS},
        {"a": {"or": [{}] * (MAX_OBJECTS - 1)}},
        {"a": [{"__typename": "LLMRun", "id": "x"}] * 6_000},
    ],
)
def test_variables_at_the_limits_are_accepted(variables: dict[str, Any]) -> None:
    """Each limit itself is allowed."""
    check_variables(variables)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"a": [1] * MAX_VALUES}, "The variables have too many values; allowed: 20000."),
        ({"a": nested(MAX_DEPTH + 1)}, "The variable '$a' is nested too deeply; allowed: 20."),
        ({"a": [{}] * (MAX_OBJECTS + 1)}, "The variables have too many input objects; allowed: 3000."),
        ({"a": [{}] * 2_000, "b": [{}] * 2_000}, "The variables have too many input objects; allowed: 3000."),
        ({"a": ["x" * (MAX_CHARACTERS + 1)]}, "The variable '$a' has a text of 10001 characters; allowed: 10000."),
    ],
)
def test_variables_beyond_a_limit_are_refused(variables: dict[str, Any], message: str) -> None:
    """The error names the variable and the allowed maximum."""
    with pytest.raises(QueryTooComplex) as caught:
        check_variables(variables)
    assert str(caught.value) == message
