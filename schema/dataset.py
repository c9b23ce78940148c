"""The dataset itself: source, revision, counts, columns and citation."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from execution.field_metadata import CACHE_SCOPE, CacheScope
from execution.strawberry_internals import StrawberryField
from resolvers.dataset import CITATION, LICENSE, stable_run_count, toolkit_version
from resolvers.nodes import SEPARATOR
from schema.batch_fields import resolver_field
from schema.column_info import ColumnInfo, column_info
from schema.names import wire_name
from schema.nodes import Node
from tables.dataset import Dataset as Snapshot
from tables.run_kinds import RUN_KINDS, RunKind

Class = TypeVar("Class", bound=type)
_TYPE_NAME = wire_name("Dataset")


def _of_the_snapshot(
    resolve: Callable[[Snapshot], Any],
    graphql_type: Any,
    description: str,
    *,
    scope: CacheScope = CacheScope.REVISION,
) -> StrawberryField:
    def resolver(dataset: strawberry.Parent[Snapshot]) -> Any:
        return resolve(dataset)

    return resolver_field(resolver, graphql_type, description, metadata={CACHE_SCOPE: scope})


def _run_counts(cls: Class) -> Class:
    """Give a class, before it becomes a Strawberry type, the number of runs of each kind."""
    for kind in RUN_KINDS.values():
        counts = {f"{kind.name}_run_count": _run_count(kind)}
        if kind.stability_column:
            counts[f"stable_{kind.name}_run_count"] = _stable_run_count(kind)
        for name, field in counts.items():
            setattr(cls, name, field)
    return cls


def _run_count(kind: RunKind) -> StrawberryField:
    return _of_the_snapshot(
        lambda dataset: dataset.runs[kind.name].num_rows,
        int,
        f"Number of {kind.label} runs{', stable or not' if kind.stability_column else ''}.",
    )


def _stable_run_count(kind: RunKind) -> StrawberryField:
    return _of_the_snapshot(
        lambda dataset: stable_run_count(dataset, kind), int, f"Number of stable {kind.label} runs."
    )


@strawberry.federation.type(
    keys=["name"], description="Dataset that the server has loaded: source, revision, counts, citation."
)
@_run_counts
class Dataset(Node):
    """Dataset that the server has loaded."""

    id = _of_the_snapshot(
        lambda dataset: f"{_TYPE_NAME}{SEPARATOR}{dataset.provenance.name}",
        strawberry.ID,
        f"Id for `node`, unique over all types: `{_TYPE_NAME}{SEPARATOR}` and the name.",
        scope=CacheScope.PROCESS,
    )
    name = _of_the_snapshot(
        lambda dataset: dataset.provenance.name,
        strawberry.ID,
        "Name of the dataset, such as `ml-energy/benchmark-v3`, or `sample`.",
        scope=CacheScope.PROCESS,
    )
    source = _of_the_snapshot(
        lambda dataset: dataset.provenance.source,
        str,
        "Origin of the data: hub, directory or sample.",
        scope=CacheScope.PROCESS,
    )
    revision = _of_the_snapshot(
        lambda dataset: dataset.provenance.revision, str, "Commit on the Hub, or a digest of the files."
    )
    synthetic = _of_the_snapshot(
        lambda dataset: dataset.provenance.synthetic, bool, "True if the numbers are made up, as in the sample."
    )
    stale_because = _of_the_snapshot(
        lambda dataset: dataset.provenance.stale_because,
        str | None,
        "Reason why a cached revision is served instead of the requested one; null if the requested one is served.",
        scope=CacheScope.PROCESS,
    )
    loaded_at = _of_the_snapshot(
        lambda dataset: dataset.loaded_at,
        str,
        "Time when the dataset was loaded, ISO 8601 in UTC.",
        scope=CacheScope.PROCESS,
    )
    model_count = _of_the_snapshot(lambda dataset: dataset.models.num_rows, int, "Number of models.")
    license = _of_the_snapshot(
        lambda _dataset: LICENSE, str, "Licence of the data, as an SPDX identifier.", scope=CacheScope.RELEASE
    )
    url = _of_the_snapshot(
        lambda dataset: dataset.provenance.url,
        str | None,
        "Address of the dataset's page; null for the sample, and for a directory outside the Hub client's cache.",
        scope=CacheScope.PROCESS,
    )
    citation = _of_the_snapshot(
        lambda _dataset: CITATION, str, "BibTeX entry of the benchmark's paper.", scope=CacheScope.RELEASE
    )
    toolkit_version = _of_the_snapshot(
        lambda _dataset: toolkit_version(),
        str,
        "Version of `mlenergy-data`, the benchmark's toolkit. Fits call it; all other numbers are tested against it.",
        scope=CacheScope.RELEASE,
    )
    columns = _of_the_snapshot(
        lambda _dataset: _columns(),
        list[ColumnInfo],
        "All columns of the run tables.",
        scope=CacheScope.RELEASE,
    )


def _columns() -> list[ColumnInfo]:
    return [column_info(kind, column) for kind in RUN_KINDS.values() for column in kind.columns]
