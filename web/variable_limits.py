"""Limits of a request's variables, checked before they are coerced: number, nesting and length of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from errors import QueryTooComplex, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

# Coercion takes 5 to 20 µs per value and recurses, in Python. A gateway's longest list of references has some 9,000
# values; filters nest a few levels.
MAX_VALUES = 20_000
MAX_DEPTH = 20
MAX_CHARACTERS = 10_000


def check_variables(variables: Mapping[str, Any]) -> None:
    """Check the variables of a request.

    Raises:
        QueryTooComplex: They have too many values, or a value is nested too deeply or is too long a text.
    """
    count = 0
    for name, variable in variables.items():
        level: list[Any] = [variable]
        depth = 0
        while level:
            count += len(level)
            if count > MAX_VALUES:
                raise _too_complex("The variables have too many values", "variable_values", count, MAX_VALUES)
            if depth > MAX_DEPTH:
                raise _too_complex(
                    f"The variable {_dollar(name)} is nested too deeply", "variable_depth", depth, MAX_DEPTH
                )
            following: list[Any] = []
            for value in level:
                if isinstance(value, list):
                    following += value
                elif isinstance(value, dict):
                    following += value.values()
                elif isinstance(value, str) and len(value) > MAX_CHARACTERS:
                    raise _too_complex(
                        f"The variable {_dollar(name)} has a text of {len(value)} characters",
                        "variable_characters",
                        len(value),
                        MAX_CHARACTERS,
                    )
            level = following
            depth += 1


def _dollar(name: str) -> str:
    return shown(f"${name}")


def _too_complex(problem: str, limit: str, actual: int, allowed: int) -> QueryTooComplex:
    return QueryTooComplex(f"{problem}; allowed: {allowed}.", limit=limit, requested=actual, allowed=allowed)
