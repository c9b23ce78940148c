"""Limits of a request's variables, checked before they are coerced: number, nesting and length of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from errors import shown
from web.parsing import too_complex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from errors import QueryTooComplex

# Coercion takes up to 1.2 µs per value, twice if one is invalid, and recurses, in Python. A gateway's longest list of
# references has some 9,000 values; filters nest a few levels.
MAX_VALUES = 20_000
# Coercion takes 8 µs for an input object, because it visits every field of its type. A filter with the maximum number
# of conditions has 2,001 objects. References of a gateway, which name their type, are not coerced.
MAX_OBJECTS = 3_000
MAX_DEPTH = 20
MAX_CHARACTERS = 10_000


def check_variables(variables: Mapping[str, Any]) -> None:
    """Check the variables of a request.

    Raises:
        QueryTooComplex: They have too many values or objects, or a value is nested too deeply or is too long a text.
    """
    count = objects = 0
    for name, variable in variables.items():
        level: list[Any] = [variable]
        depth = 0
        while level:
            count += len(level)
            if count > MAX_VALUES:
                raise too_complex("The variables have too many values", "variable_values", count, MAX_VALUES)
            if depth > MAX_DEPTH:
                raise _refused(name, "is nested too deeply", "variable_depth", depth, MAX_DEPTH)
            following: list[Any] = []
            for value in level:
                if isinstance(value, list):
                    following += value
                elif isinstance(value, dict):
                    following += value.values()
                    objects += "__typename" not in value
                elif isinstance(value, str) and len(value) > MAX_CHARACTERS:
                    problem = f"has a text of {len(value)} characters"
                    raise _refused(name, problem, "variable_characters", len(value), MAX_CHARACTERS)
            if objects > MAX_OBJECTS:
                raise too_complex("The variables have too many input objects", "variable_objects", objects, MAX_OBJECTS)
            level = following
            depth += 1


def _refused(name: str, problem: str, limit: str, actual: int, allowed: int) -> QueryTooComplex:
    return too_complex(f"The variable {shown(f'${name}')} {problem}", limit, actual, allowed)
