"""A dataset that lies on the Hub: one commit's tables, read through the same door as any other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.dataset import RUN_KINDS, Provenance, build_dataset
from tables.hub import open_hub
from tables.invented import has_invented_models
from tables.validation import read_run_table

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tables.hub import HubSettings


def open_hub_dataset(settings: HubSettings) -> Dataset:
    """Load a commit of a Hub repository.

    Raises:
        DatasetError: It cannot be had, nor is it in the cache, or it is not sound.
    """
    snapshot = open_hub(settings)
    columns = {kind: read_run_table(snapshot.tables[kind], kind, content=snapshot.contents[kind]) for kind in RUN_KINDS}
    provenance = Provenance(
        name=snapshot.repo,
        source="hub",
        revision=snapshot.revision,
        synthetic=has_invented_models(columns),
        url=settings.page,
        stale_because=snapshot.stale_because,
    )
    return build_dataset(columns, provenance=provenance, raw=snapshot.raw)
