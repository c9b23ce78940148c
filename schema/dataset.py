"""The dataset itself: which data this is, how much of it, and how to cite it."""

from collections.abc import Callable
from typing import Any

import strawberry

from execution.field_metadata import CACHE_SCOPE, CacheScope
from execution.strawberry_internals import StrawberryField
from resolvers.dataset import CITATION, LICENSE, counts_of, toolkit_version
from tables.catalogue import COLUMNS, graph_name
from tables.dataset import Dataset as Snapshot


@strawberry.type(description="A column of a run table: what the graph's fields, filters and orders are made from.")
class ColumnInfo:
    """A column of a run table."""

    name: str = strawberry.field(description="As the Parquet file and the toolkit spell it.")
    field: str = strawberry.field(description="As the graph spells it.")
    type: str = strawberry.field(description="string, int, float or boolean.")
    unit: str | None = strawberry.field(description="The unit of a cell; null where there is none to state.")
    description: str = strawberry.field(description="What it means.")
    table: str = strawberry.field(description="llm or diffusion.")
    nullable: bool = strawberry.field(description="Whether a cell may be missing.")


def _of_the_snapshot(
    resolve: Callable[[Snapshot], Any],
    graphql_type: Any,
    description: str,
    *,
    scope: CacheScope = CacheScope.REVISION,
) -> StrawberryField:
    def resolver(dataset: strawberry.Parent[Snapshot]) -> Any:
        return resolve(dataset)

    field: StrawberryField = strawberry.field(
        resolver=resolver, graphql_type=graphql_type, description=description, metadata={CACHE_SCOPE: scope}
    )
    return field


@strawberry.federation.type(keys=["name"], description="What is being served: source, revision, counts, citation.")
class Dataset:
    """What is being served."""

    name = _of_the_snapshot(
        lambda dataset: dataset.provenance.name,
        strawberry.ID,
        "Such as `ml-energy/benchmark-v3`, or `sample`.",
        scope=CacheScope.PROCESS,
    )
    source = _of_the_snapshot(
        lambda dataset: dataset.provenance.source, str, "hub, directory or sample.", scope=CacheScope.PROCESS
    )
    revision = _of_the_snapshot(
        lambda dataset: dataset.provenance.revision, str, "The Hub's commit, or a digest of the files."
    )
    synthetic = _of_the_snapshot(
        lambda dataset: dataset.provenance.synthetic, bool, "True where the numbers are made up: the sample's are."
    )
    stale_because = _of_the_snapshot(
        lambda dataset: dataset.provenance.stale_because,
        str | None,
        "Why a cached revision serves in place of what was asked for; null where none does.",
        scope=CacheScope.PROCESS,
    )
    loaded_at = _of_the_snapshot(
        lambda dataset: dataset.loaded_at, str, "When it was loaded, ISO 8601 in UTC.", scope=CacheScope.PROCESS
    )
    llm_run_count = _of_the_snapshot(lambda dataset: counts_of(dataset).llm_runs, int, "All LLM runs, stable or not.")
    stable_llm_run_count = _of_the_snapshot(
        lambda dataset: counts_of(dataset).stable_llm_runs, int, "The stable LLM runs."
    )
    diffusion_run_count = _of_the_snapshot(
        lambda dataset: counts_of(dataset).diffusion_runs, int, "All diffusion runs."
    )
    model_count = _of_the_snapshot(lambda dataset: counts_of(dataset).models, int, "All models.")
    license = _of_the_snapshot(
        lambda _dataset: LICENSE, str, "The data's licence, as an SPDX identifier.", scope=CacheScope.RELEASE
    )
    url = _of_the_snapshot(
        lambda dataset: dataset.provenance.url,
        str | None,
        "Where a person finds it; null for the sample and a directory that is no snapshot of the Hub client's cache.",
        scope=CacheScope.PROCESS,
    )
    citation = _of_the_snapshot(
        lambda _dataset: CITATION, str, "BibTeX of the benchmark's paper.", scope=CacheScope.RELEASE
    )
    toolkit_version = _of_the_snapshot(
        lambda _dataset: toolkit_version(),
        str,
        "The version of `mlenergy-data`, the benchmark's own toolkit: fits call it, and other numbers are tested "
        "against it.",
        scope=CacheScope.RELEASE,
    )
    columns = _of_the_snapshot(
        lambda _dataset: _columns(),
        list[ColumnInfo],
        "Every column of the run tables, from the one catalogue.",
        scope=CacheScope.RELEASE,
    )


def _columns() -> list[ColumnInfo]:
    return [
        ColumnInfo(
            name=column.name,
            field=graph_name(column.name),
            type=column.type.value,
            unit=column.unit,
            description=column.description,
            table=table,
            nullable=column.nullable,
        )
        for table, columns in COLUMNS.items()
        for column in columns
    ]
