"""A dataset of the Hub, loaded at one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.dataset import Provenance, build_dataset
from tables.hub import open_hub
from tables.run_tables import read_run_tables

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tables.hub import HubSettings


def open_hub_dataset(settings: HubSettings) -> Dataset:
    """Load the tables of a Hub repository.

    Raises:
        DatasetError: The dataset is neither available nor cached, or it is not valid.
    """
    snapshot = open_hub(settings)
    tables = read_run_tables(snapshot.tables, dataset=f"dataset {snapshot.repo} at {snapshot.revision}")
    provenance = Provenance(
        name=snapshot.repo,
        source="hub",
        revision=snapshot.revision,
        synthetic=tables.synthetic,
        url=settings.page,
        stale_because=snapshot.stale_because,
    )
    return build_dataset(tables.columns, provenance=provenance, raw=snapshot.raw, notes=tables.notes)
