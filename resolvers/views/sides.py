"""Sides of a comparison: the rows with one of two values in a column."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from errors import BadUserInput, clipped, shown
from resolvers.answer_warnings import UnknownValue
from tables.catalogue import graph_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.table import Table
    from tables.vocabulary import Vocabulary

Sides = tuple[str, str]


def check_sides(column: str, sides: Sides, vocabularies: Mapping[str, Vocabulary]) -> None:
    """Check that two sides can be compared.

    Raises:
        BadUserInput: They are equal, or one is not in the vocabulary of the column.
    """
    if column in vocabularies:
        vocabularies[column].check(sides)
    if sides[0] == sides[1]:
        raise BadUserInput(
            f"baseline and candidate are both {shown(sides[0])}; pass two different values.", argument="candidate"
        )


def checked_sides(context: RequestContext, column: str, baseline: str, candidate: str) -> Sides:
    """Return the sides, with a warning for each that does not occur in a column of names, such as nicknames.

    Raises:
        BadUserInput: They cannot be compared.
    """
    sides = (baseline, candidate)
    check_sides(column, sides, context.dataset.vocabularies)
    known = context.dataset.names.get(column)
    if known is not None:
        named = zip(("baseline", "candidate"), sides, strict=True)
        context.warnings.add(UnknownValue(argument, side, known) for argument, side in named if side not in known)
    return sides


def rows_of_side(table: Table, column: str, text: str) -> NDArray[np.bool_]:
    """Return for each row of a table whether it has this value, written like the `value` of a group's key.

    Raises:
        BadUserInput: The column holds numbers or booleans, and the text is neither.
    """
    if pa.types.is_string(table.columns[column].type):
        codes = table.codes(column)
        wanted = codes.code_of(text)
        return np.zeros(table.num_rows, np.bool_) if wanted is None else codes.array == wanted
    values = table.values(column)
    try:
        number = {"true": 1.0, "false": 0.0}[text] if values.array.dtype == np.bool_ else float(text)
        if not isfinite(number):  # `float` reads "nan", "inf" and "1e999"
            raise ValueError  # noqa: TRY301
    except (KeyError, ValueError):
        raise BadUserInput(
            f"{graph_name(column)}: {shown(text)} is not a value of this column; allowed: a finite number, or true and "
            "false for a boolean column.",
            value=clipped(text),
        ) from None
    has: NDArray[np.bool_] = values.array.astype(np.float64) == number
    return has if values.valid is None else has & values.valid
