"""The list of an operation that becomes a table: found in its compiled steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from errors import BadUserInput
from execution.leaves import NotColumnarError
from execution.running import Level, Pending, PerParent, run
from execution.steps import Step
from writers.arrow_types import flattened, is_list_of_leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from execution.running import Env, Result
    from execution.steps import RootStep, Selection
    from tables.batch import Batch

_ONE_LIST = "a table is the one list below one root field, or the lists of numbers of one object"


@dataclass(slots=True)
class TableLocation:
    """The place of a table in an operation.

    Args:
        path: Steps from the root field to the rows.
        selection: The columns.
        has_parallel_lists: Whether the columns are lists of a single object, such as a timeline; otherwise, the last
            step is a list, and each of its objects is a row.
    """

    path: Sequence[Step]
    selection: Selection
    has_parallel_lists: bool

    async def rows(self, env: Env) -> tuple[Batch | None, Batch | None]:
        """Run the path; return the rows, or the object with the lists; and its parent. None for null.

        Raises:
            NotColumnarError: A step cannot be completed as a column.
            Exception: Any error of a resolver.
        """
        batch: Batch | None = None
        parent: Batch | None = None
        for step in self.path:
            result: Result = run(replace(step, selection=()), batch, 1, env)
            if env.pending:
                await env.settle()
            if isinstance(result, Pending):
                result = result.result
            if isinstance(result, PerParent):
                result = result.rows[0]
            if result is None:
                return None, batch
            if not isinstance(result, Level):
                raise NotColumnarError("rows")
            if result.present is not None and not result.present.all():
                return None, batch
            batch, parent = result.items, batch
        return batch, parent


def locate(roots: Sequence[RootStep]) -> TableLocation:
    """Find the table of an operation.

    Raises:
        BadUserInput: The operation selects no list, or several.
    """
    fields = list(_root_fields(roots))
    if len(fields) != 1:
        names = ", ".join(".".join(root.path) for root in fields)
        raise BadUserInput(f"The operation selects {len(fields)} root fields ({names}); {_ONE_LIST}.")
    step = fields[0].step
    if step is None or step.field.is_leaf:
        raise BadUserInput(f"{fields[0].path[-1]} has no list of objects; {_ONE_LIST}.")
    path = [step]
    while not step.field.is_list and not step.field.is_abstract:
        lists = [child for child in flattened(step.selection) if isinstance(child, Step) and _has_list(child)]
        if lists and all(map(is_list_of_leaves, lists)):
            return TableLocation(path, [(b"", each) for each in lists], has_parallel_lists=True)
        if len(lists) != 1:
            names = ", ".join(f"{step.name}.{each.name}" for each in lists)
            found = f"several lists ({names})" if lists else f"no list below {step.name}"
            raise BadUserInput(f"The operation selects {found}; {_ONE_LIST}.")
        step = lists[0]
        path.append(step)
    if step.field.is_abstract:
        raise BadUserInput(f"{step.name} has objects of several types, which no table can have.")
    if not step.selection:
        raise BadUserInput(f"No field below {step.name} is selected: each is excluded by a directive.")
    return TableLocation(path, step.selection, has_parallel_lists=False)


def _root_fields(roots: Sequence[RootStep]) -> Iterator[RootStep]:
    for root in roots:
        if root.children is None:
            yield root
        else:
            yield from _root_fields(root.children)


def _has_list(step: Step) -> bool:
    below = (child for child in flattened(step.selection) if isinstance(child, Step))
    return step.field.is_list or is_list_of_leaves(step) or any(map(_has_list, below))
