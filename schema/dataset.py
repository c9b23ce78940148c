"""The dataset itself: which data this is, how much of it, and how to cite it."""

import strawberry

from resolvers.dataset import CITATION, LICENSE, counts_of
from schema.columns import graphql_name
from tables.catalogue import COLUMNS
from tables.dataset import Dataset as Snapshot


@strawberry.type(description="A column of a run table: what the graph's fields, filters and orders are made from.")
class ColumnInfo:
    """A column of a run table."""

    name: str = strawberry.field(description="As the Parquet file and the toolkit spell it.")
    field: str = strawberry.field(description="As the graph spells it.")
    type: str = strawberry.field(description="string, int, float or boolean.")
    unit: str | None
    description: str
    table: str = strawberry.field(description="llm or diffusion.")
    nullable: bool


@strawberry.federation.type(keys=["name"], description="What is being served: source, revision, counts, citation.")
class Dataset:
    """What is being served."""

    @strawberry.field(description="Such as `ml-energy/benchmark-v3`, or `sample`.")
    @staticmethod
    def name(dataset: strawberry.Parent[Snapshot]) -> strawberry.ID:
        """Return what the dataset is called."""
        return strawberry.ID(dataset.provenance.name)

    @strawberry.field(description="hub, directory or sample.")
    @staticmethod
    def source(dataset: strawberry.Parent[Snapshot]) -> str:
        """Return where it was read from."""
        return dataset.provenance.source

    @strawberry.field(description="The Hub's commit, or a digest of the files.")
    @staticmethod
    def revision(dataset: strawberry.Parent[Snapshot]) -> str:
        """Return which revision it is."""
        return dataset.provenance.revision

    @strawberry.field(description="True where the numbers are made up: the sample's are.")
    @staticmethod
    def synthetic(dataset: strawberry.Parent[Snapshot]) -> bool:
        """Say whether the numbers are made up."""
        return dataset.provenance.synthetic

    @strawberry.field(description="Why a cached revision serves in place of what was asked for; null where none does.")
    @staticmethod
    def stale_because(dataset: strawberry.Parent[Snapshot]) -> str | None:
        """Return why a cached revision serves."""
        return dataset.provenance.stale_because

    @strawberry.field(description="When it was loaded, ISO 8601 in UTC.")
    @staticmethod
    def loaded_at(dataset: strawberry.Parent[Snapshot]) -> str:
        """Return when it was loaded."""
        return dataset.loaded_at

    @strawberry.field(description="All LLM runs, stable or not.")
    @staticmethod
    def llm_run_count(dataset: strawberry.Parent[Snapshot]) -> int:
        """Count the LLM runs."""
        return counts_of(dataset).llm_runs

    @strawberry.field(description="The stable LLM runs.")
    @staticmethod
    def stable_llm_run_count(dataset: strawberry.Parent[Snapshot]) -> int:
        """Count the stable LLM runs."""
        return counts_of(dataset).stable_llm_runs

    @strawberry.field(description="All diffusion runs.")
    @staticmethod
    def diffusion_run_count(dataset: strawberry.Parent[Snapshot]) -> int:
        """Count the diffusion runs."""
        return counts_of(dataset).diffusion_runs

    @strawberry.field(description="All models.")
    @staticmethod
    def model_count(dataset: strawberry.Parent[Snapshot]) -> int:
        """Count the models."""
        return counts_of(dataset).models

    @strawberry.field(description="The data's licence, as an SPDX identifier.")
    @staticmethod
    def license() -> str:
        """Return the data's licence."""
        return LICENSE

    @strawberry.field(description="Where a person finds it; null for a directory and the sample.")
    @staticmethod
    def url(dataset: strawberry.Parent[Snapshot]) -> str | None:
        """Return where a person finds it."""
        return dataset.provenance.url

    @strawberry.field(description="BibTeX of the benchmark's paper.")
    @staticmethod
    def citation() -> str:
        """Return how to cite the benchmark."""
        return CITATION

    @strawberry.field(description="Every column of the run tables, from the one catalogue.")
    @staticmethod
    def columns() -> list[ColumnInfo]:
        """List the columns."""
        return [
            ColumnInfo(
                name=column.name,
                field=graphql_name(column),
                type=column.type.value,
                unit=column.unit,
                description=column.description,
                table=table,
                nullable=column.nullable,
            )
            for table, columns in COLUMNS.items()
            for column in columns
        ]
