"""Objects by id: the ids of models, GPUs, tasks and the dataset, and lookups by the ids of all types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from errors import BadUserInput, shown
from resolvers.entity_references import MAX_KEY, References, check_count, is_key
from tables.batch import MixedListColumn, MixedPart
from tables.ids import is_run_id
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from resolvers.context import RequestContext
    from tables.row_set import RowSet

SEPARATOR = ":"  # no run id has it
_RUNS = [kind.type_name for kind in RUN_KINDS.values()]


def ids_of_entities(rows: RowSet, type_name: str) -> pa.Array[Any]:
    """Return the ids of models, GPUs or tasks: the type's name in the graph and the key."""
    return pc.binary_join_element_wise(type_name, rows.column(rows.table.key).array(), SEPARATOR)


def resolve_node(context: RequestContext, node_id: str, wire_name: Callable[[str], str]) -> MixedPart | None:
    """Return the object with this id, or None.

    Raises:
        BadUserInput: It is not the id of any object of this graph.
    """
    found = resolve_nodes(context, [node_id], wire_name)
    if found.errors:
        raise found.errors[0]
    return found.parts[0] if found.parts else None


def resolve_nodes(context: RequestContext, ids: Sequence[str], wire_name: Callable[[str], str]) -> MixedListColumn:
    """Return the object of each id, in their order: null for an unknown id, an error for a malformed one.

    Args:
        context: The request's context.
        ids: The ids.
        wire_name: Returns an entity's type name in the graph.

    Raises:
        QueryTooComplex: The ids refer to too many objects.
    """
    references = References.by_type(wire_name)
    of_runs = [references[wire_name(name)] for name in _RUNS]
    errors: dict[int, Exception] = {}
    for position, each in enumerate(ids):
        type_name, separator, key = each.partition(SEPARATOR)
        if is_run_id(each):  # the id does not tell the kind of run
            for runs in of_runs:
                runs.add(each, position)
        elif separator and type_name in references and references[type_name] not in of_runs and is_key(key):
            references[type_name].add(key, position)
        else:
            errors[position] = _malformed(each, [name for name in references if references[name] not in of_runs])
    well_formed = {each for position, each in enumerate(ids) if position not in errors}
    check_count(context, "nodes", len(well_formed) + len(errors))
    parts = [part for each in references.values() for part in each.parts(context.dataset, unmeasured=False)]
    return MixedListColumn(len(ids), [part for part in parts if len(part.positions)], errors)


def _malformed(node_id: str, types: Sequence[str]) -> BadUserInput:
    return BadUserInput(
        f"{shown(node_id)} is not an id of this graph; allowed: the id of a run, or {', '.join(types)} followed by "
        f"`{SEPARATOR}` and a key of 1 to {MAX_KEY} printable characters."
    )
