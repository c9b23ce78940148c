"""Assemble the ASGI application from the settings and a loaded dataset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import structlog

from agents.provenance import CitedSource
from caches import Caches
from errors import GraphError
from resolvers.context import Limits, RequestContext
from resolvers.dataset import CITATION
from resolvers.views.fitter import LogisticFitter
from schema.build import build_served_schema
from schema.sizes import cost_limit
from tables.order import OrderCache
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.reader import RawReader
from timelines.store import open_store
from web.app import GRAPH_PATH, build_app
from web.graphql_responder import GraphQLResponder
from web.persisted import open_persisted
from web.release import project_version, release_digest
from web.table_responder import TableResponder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.applications import Starlette

    from schema.field_directives import GraphSchema
    from settings import Settings
    from tables.dataset import Dataset
    from web.app import Endpoint

_ROOT = Path(__file__).parent
MCP_PATH = "/mcp"


def application(settings: Settings, dataset: Dataset) -> Starlette:
    """Return the application over a loaded dataset."""
    limits = Limits(
        default_page=min(settings.default_page, settings.max_page),
        max_page=settings.max_page,
        max_raw_files=settings.max_raw_files,
        max_representations=max(settings.max_representations, settings.max_page),
        max_fits=settings.max_fits,
        max_cost=settings.max_cost,
        max_answer_bytes=settings.max_answer_mib * 2**20,
    )
    caches = Caches(settings.cache_mib * 2**20)
    orders = OrderCache(caches.orders)
    loader = raw_loader(settings, dataset)
    raw = RawReader(
        loader,
        workers=settings.timeline_workers,
        queue=settings.timeline_queue,
        deadline_seconds=settings.timeline_deadline_seconds,
        cache=caches.timelines,
    )
    fitter = LogisticFitter(queue=settings.fit_queue, cache=caches.fits)

    def close() -> None:
        raw.close()
        fitter.close()

    schema = build_served_schema(dataset, limits, root_field=settings.root_field)
    responder = GraphQLResponder(
        schema,
        new_context=lambda: RequestContext(dataset=dataset, orders=orders, raw=raw, fitter=fitter, limits=limits),
        cost_limit=cost_limit(dataset, limits),
        revision=dataset.provenance.revision,
        release=f"{release_digest(_ROOT)} {limits} {loader.edition}",
        max_body_bytes=settings.max_body_kib * 2**10,
        caches=caches,
        persisted=open_persisted(
            caches.persisted_queries, settings.persisted_documents, allow_others=settings.allow_documents == "any"
        ),
        fresh_seconds=settings.fresh_seconds,
    )
    table_limits = replace(limits, max_page=settings.max_table_rows)
    provenance = dataset.provenance
    tables = TableResponder(
        responder,
        new_context=lambda: RequestContext(dataset=dataset, orders=orders, raw=raw, fitter=fitter, limits=table_limits),
        cost_limit=cost_limit(dataset, table_limits),
        provenance={"dataset": provenance.name, "revision": provenance.revision, "citation": CITATION},
    )
    origins = [origin.strip() for origin in settings.allow_origins.split(",") if origin.strip()]
    endpoints = {MCP_PATH: _mcp_endpoint(settings, dataset, responder, schema, origins)} if settings.mcp else {}
    version = project_version(_ROOT)
    return build_app(
        responder,
        tables,
        root=_ROOT,
        close=close,
        allow_origins=origins,
        version=version,
        root_field=settings.root_field,
        endpoints=endpoints,
    )


def _mcp_endpoint(
    settings: Settings, dataset: Dataset, responder: GraphQLResponder, schema: GraphSchema, origins: Sequence[str]
) -> Endpoint:
    """Return the endpoint for assistants.

    Raises:
        GraphError: The package `mcp` is not installed, or the cookbook is missing.
    """
    try:
        # The import takes 0.8 s, which servers without this endpoint save.
        from agents.build import build_endpoint  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise GraphError(
            "--mcp needs the package mcp, which is not installed; run `make setup`, or install requirements.lock"
        ) from error
    return build_endpoint(
        responder,
        schema,
        source=CitedSource(dataset.provenance, CITATION, GRAPH_PATH),
        cookbook=_ROOT / "docs" / "cookbook.md",
        root_field=settings.root_field,
        hosts=[host.strip() for host in settings.mcp_hosts.split(",") if host.strip()],
        origins=origins,
    )


def raw_loader(settings: Settings, dataset: Dataset) -> Loader:
    """Return the loader of the dataset's raw files, which logs each file that it loads.

    Raises:
        DatasetError: The timeline store is missing, or belongs to another dataset.
    """
    log = structlog.get_logger("raw")
    provenance = dataset.provenance
    disk = None
    if settings.raw_cache_mib:
        directory = settings.raw_cache or platformdirs.user_cache_path("mlenergy-graph") / "raw"
        disk = DiskCache(directory, max_bytes=settings.raw_cache_mib * 2**20)
    store = None
    if settings.timeline_store is not None:
        store = open_store(settings.timeline_store, dataset=provenance.name, revision=provenance.revision)
    return Loader(
        dataset.raw,
        revision=f"{provenance.name}@{provenance.revision}",
        disk=disk,
        store=store,
        max_file_bytes=settings.max_raw_file_mib * 2**20,
        on_start=lambda path: log.info("raw_file_loading", path=path),
        on_loaded=lambda loaded: log.info(
            "raw_file_loaded",
            path=loaded.path,
            origin=loaded.origin,
            seconds=round(loaded.seconds, 4),
            bytes=loaded.raw_bytes,
        ),
        on_damaged=lambda damaged: log.warning(
            "raw_cache_damaged" if damaged.origin == "cache" else "timeline_store_damaged",
            path=damaged.path,
            reason=damaged.reason,
        ),
    )
