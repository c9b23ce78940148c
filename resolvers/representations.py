"""Entities for a federation gateway: its representations in, our rows out, never its own values back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from errors import BadUserInput, QueryTooComplex
from resolvers.look_ups import row_of_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resolvers.context import RequestContext
    from tables.dataset import Dataset
    from tables.row_set import RowSet
    from tables.table import Table

# By the entity's name on the wire: the name of its table, and its key.
_KEYS = {
    "LLMRun": ("LLMRun", "id"),
    "DiffusionRun": ("DiffusionRun", "id"),
    "Model": ("Model", "modelId"),
    "GPU": ("GPU", "model"),
    "MLEnergyTask": ("Task", "name"),
    "MLEnergyDataset": ("Dataset", "name"),
}


def resolve_representations(
    context: RequestContext, representations: Sequence[Any]
) -> list[RowSet | Dataset | BadUserInput]:
    """Return each representation's entity, or the error that says why there is none.

    Raises:
        QueryTooComplex: There are more representations than one request may have.
    """
    cap = context.limits.max_representations
    if len(representations) > cap:
        raise QueryTooComplex(
            f"_entities was asked for {len(representations)} representations; at most {cap} are allowed.",
            limit="max_representations",
            asked=len(representations),
            allowed=cap,
        )
    tables = _tables(context.dataset)
    return [_resolve(context.dataset, tables, representation) for representation in representations]


def _tables(dataset: Dataset) -> dict[str, Table]:
    return {table.name: table for table in (*dataset.runs.values(), dataset.models, dataset.gpus, dataset.tasks)}


def _resolve(
    dataset: Dataset,
    tables: dict[str, Table],
    representation: Any,  # noqa: ANN401 - whatever a client sent
) -> RowSet | Dataset | BadUserInput:
    type_name = representation.get("__typename") if isinstance(representation, dict) else None
    entity = _KEYS.get(type_name) if isinstance(type_name, str) else None
    if entity is None:
        return BadUserInput(
            f"representation with __typename {type_name!r} is no entity of this graph; allowed: {', '.join(_KEYS)}."
        )
    table, field = entity
    key = representation.get(field)
    if table == "Dataset":
        if key == dataset.provenance.name:
            return dataset
    elif isinstance(key, str) and (row := row_of_key(tables[table], key)) is not None:
        return row
    return BadUserInput(f"{type_name} with {field} {key!r} is not in this dataset.", type=type_name, key=key)
