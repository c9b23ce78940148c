"""LLM runs: the object type with the fields that only these runs have, and the types built around it."""

from typing import Any

import strawberry

from resolvers.raw_files import (
    read_inter_token_latencies,
    read_latencies,
    read_output_lengths,
    read_server_metrics,
    unavailable_because,
)
from schema.context import Context
from schema.raw_fields import raw_field, unavailable_text
from schema.raw_figures import RequestLatencies
from schema.raw_samples import InterTokenLatencies, OutputLengths
from schema.run_types import run_fields, run_types
from schema.runs import Run
from schema.server_metrics import ServerMetrics
from tables.row_set import RowSet
from tables.run_kinds import LLM


def output_lengths(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's output lengths."""
    return read_output_lengths(context, runs)


def inter_token_latencies(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's inter-token latencies."""
    return read_inter_token_latencies(context, runs)


def output_lengths_unavailable_because(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Return why each run has no output lengths."""
    return unavailable_because(read_output_lengths(context, runs))


def inter_token_latencies_unavailable_because(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Return why each run has no inter-token latencies."""
    return unavailable_because(read_inter_token_latencies(context, runs))


def latencies(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's latency statistics."""
    return read_latencies(context, runs)


def server_metrics(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read the metrics of each run's inference server."""
    return read_server_metrics(context, runs)


@strawberry.federation.type(
    name=LLM.type_name, keys=["id"], description="Measured run of a language model: its configuration and figures."
)
@run_fields(LLM)
class LLMRun(Run):
    """Measured run of a language model."""

    output_lengths = raw_field(
        output_lengths,
        OutputLengths | None,
        "Output lengths of the requests, from the run's raw file; null if the source has none.",
    )
    inter_token_latencies = raw_field(
        inter_token_latencies,
        InterTokenLatencies | None,
        "Latency of every token, from the run's raw file; null if the source has none.",
    )
    output_lengths_unavailable_because = raw_field(
        output_lengths_unavailable_because, str | None, unavailable_text("outputLengths")
    )
    inter_token_latencies_unavailable_because = raw_field(
        inter_token_latencies_unavailable_because, str | None, unavailable_text("interTokenLatencies")
    )
    latencies = raw_field(
        latencies,
        RequestLatencies | None,
        "Latency statistics of the requests as stated in the run's raw file; null if the source has none.",
    )
    server_metrics = raw_field(
        server_metrics,
        ServerMetrics | None,
        "Metrics of the inference server, from the run's `prometheus.json`; null if the source has none.",
    )


LLM_RUNS = run_types(LLM, LLMRun, module=__name__)
LLMRunConnection = LLM_RUNS.connection
LLMRunFilter = LLM_RUNS.filter
llm_runs = LLM_RUNS.runs
