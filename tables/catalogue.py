"""The columns of the two run tables, each declared once: SDL, filters, orders, metrics and docs read them here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

TableName = Literal["llm", "diffusion"]


class ColumnType(Enum):
    """What a cell is, whichever Parquet type carried it."""

    STRING = "string"
    INT = "int"
    FLOAT = "float"
    BOOLEAN = "boolean"


class ColumnKind(Enum):
    """What a column is for."""

    KEY = "key"  # configuration: what was run; runs are grouped and matched by these
    METRIC = "metric"  # measurement: what came out; statistics are taken of these
    NOTE = "note"  # text about the run: labels, reasons, paths


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a run table.

    Args:
        name: The Parquet column, in the toolkit's spelling; GraphQL shows it in camelCase.
        type: What a cell is.
        unit: The unit of a cell, or None where there is none to state.
        description: What it means, in one sentence.
        kind: What it is for.
        nullable: Whether a cell may be missing.
        vocabulary: Whether the values are an open vocabulary of the dataset, so that an unknown one in a filter is
            more likely a typing mistake than a question.
        whole: Whether a cell is a whole number although the type is FLOAT: one that may exceed GraphQL's Int, which has
            32 bits and a sign.
    """

    name: str
    type: ColumnType
    unit: str | None
    description: str
    kind: ColumnKind
    nullable: bool = False
    vocabulary: bool = False
    whole: bool = False


def graph_name(column: str) -> str:
    """Return how the graph spells a column: `energy_per_token_joules` is `energyPerTokenJoules`."""
    first, *others = column.split("_")
    return first + "".join(word.capitalize() for word in others)


def _text(name: str, description: str, kind: ColumnKind = ColumnKind.KEY, **flags: bool) -> Column:
    return Column(name, ColumnType.STRING, None, description, kind, **flags)


def _count(name: str, unit: str | None, description: str, **flags: bool) -> Column:
    return Column(name, ColumnType.INT, unit, description, ColumnKind.KEY, **flags)


def _measured(name: str, unit: str, description: str, *, nullable: bool = True) -> Column:
    return Column(name, ColumnType.FLOAT, unit, description, ColumnKind.METRIC, nullable=nullable)


def _params(name: str, description: str) -> Column:
    return Column(name, ColumnType.FLOAT, "10⁹ parameters", description, ColumnKind.KEY)


_MODEL_ID = _text("model_id", "The model's id on the Hugging Face Hub, `org/model`.")
_NICKNAME = _text("nickname", "The model's display name.")
_ARCHITECTURE = _text("architecture", "Such as `Dense Transformer` or `MoE`.", vocabulary=True)
_TOTAL_PARAMS = _params("total_params_billions", "Parameters of the model.")
_ACTIVATED_PARAMS = _params("activated_params_billions", "Parameters active for a token; equal to the total if dense.")
_WEIGHT_PRECISION = _text("weight_precision", "The number format of the weights, such as `bfloat16`.", vocabulary=True)
_GPU_MODEL = _text("gpu_model", "The GPU model, such as `H100`.", vocabulary=True)
_NUM_GPUS = _count("num_gpus", "GPUs", "How many GPUs the run used.")
_RESULTS_PATH = _text(
    "results_path",
    "The run's raw `results.json`, relative to the dataset's root.",
    kind=ColumnKind.NOTE,
    nullable=True,
)

LLM_COLUMNS: tuple[Column, ...] = (
    _text("domain", "Always `llm`.", kind=ColumnKind.NOTE),
    _text("task", "The benchmark task, such as `gpqa`.", vocabulary=True),
    _MODEL_ID,
    _NICKNAME,
    _ARCHITECTURE,
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
    _GPU_MODEL,
    _NUM_GPUS,
    _count("max_num_seqs", "sequences", "Maximum batch size: how many sequences run concurrently."),
    Column(
        "seed",
        ColumnType.FLOAT,
        None,
        "The random seed of the benchmark: a whole number, as a Float because seeds up to 2³² - 1 exceed an Int.",
        ColumnKind.KEY,
        nullable=True,
        whole=True,
    ),
    _count("num_request_repeats", "repeats", "How often the request set was repeated.", nullable=True),
    _count("tensor_parallel", "GPUs", "Tensor parallelism degree."),
    _count("expert_parallel", "GPUs", "Expert parallelism degree."),
    _count("data_parallel", "GPUs", "Data parallelism degree."),
    _measured(
        "steady_state_energy_joules",
        "J",
        "Energy of all GPUs over the steady state: from the moment `max_num_seqs` requests have returned their first "
        "token until all but that many have; prefill of requests that start inside it is included.",
    ),
    _measured("steady_state_duration_seconds", "s", "How long the steady state lasted."),
    _measured("energy_per_token_joules", "J/token", "Energy of all GPUs per output token in steady state."),
    _measured("energy_per_request_joules", "J/request", "Energy per token times the average output length."),
    _measured("output_throughput_tokens_per_sec", "token/s", "Output tokens per second in steady state."),
    _measured("request_throughput_req_per_sec", "request/s", "Output throughput divided by the average output length."),
    _measured("avg_power_watts", "W", "Average power of all GPUs together in steady state."),
    _measured("total_output_tokens", "token", "Output tokens over the whole benchmark."),
    _measured("completed_requests", "request", "Requests completed over the whole benchmark."),
    _measured("avg_output_len", "token/request", "Average output length."),
    _measured("mean_itl_ms", "ms", "Mean inter-token latency."),
    _measured("median_itl_ms", "ms", "Median inter-token latency."),
    _measured("p50_itl_ms", "ms", "50th percentile of the inter-token latency."),
    _measured("p90_itl_ms", "ms", "90th percentile of the inter-token latency."),
    _measured("p95_itl_ms", "ms", "95th percentile of the inter-token latency."),
    _measured("p99_itl_ms", "ms", "99th percentile of the inter-token latency."),
    _measured("avg_batch_size", "sequences", "Mean number of concurrent sequences in steady state."),
    Column(
        "is_stable",
        ColumnType.BOOLEAN,
        None,
        "Whether the run reached a trustworthy steady state; the toolkit leaves unstable runs out unless asked.",
        ColumnKind.KEY,
    ),
    _text("unstable_reason", "Why the run is unstable; empty where it is stable.", kind=ColumnKind.NOTE, nullable=True),
    _RESULTS_PATH,
    _text(
        "prometheus_path",
        "The run's raw `prometheus.json`, relative to the dataset's root.",
        kind=ColumnKind.NOTE,
        nullable=True,
    ),
)

DIFFUSION_COLUMNS: tuple[Column, ...] = (
    _text("domain", "Always `diffusion`.", kind=ColumnKind.NOTE),
    _text("task", "The benchmark task: `text-to-image` or `text-to-video`.", vocabulary=True),
    _MODEL_ID,
    _NICKNAME,
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
    _GPU_MODEL,
    _NUM_GPUS,
    _count("batch_size", "generations", "How many images or videos one batch generates."),
    _count("inference_steps", "steps", "Denoising steps.", nullable=True),
    _count("height", "pixels", "Height of the output."),
    _count("width", "pixels", "Width of the output."),
    _count("num_frames", "frames", "Frames of a video; null for images.", nullable=True),
    _count("fps", "frames/s", "Frame rate of a video; null for images.", nullable=True),
    _count("ulysses_degree", "GPUs", "Ulysses sequence parallelism degree.", nullable=True),
    _count("ring_degree", "GPUs", "Ring attention parallelism degree.", nullable=True),
    Column(
        "use_torch_compile",
        ColumnType.BOOLEAN,
        None,
        "Whether `torch.compile` was on.",
        ColumnKind.KEY,
        nullable=True,
    ),
    _measured("batch_latency_s", "s", "Average time of a batch."),
    _measured("avg_power_watts", "W", "Average power of all GPUs together."),
    _measured("energy_per_generation_joules", "J/generation", "Energy of all GPUs per image or video."),
    _measured("throughput_generations_per_sec", "generation/s", "Images or videos generated per second."),
    _RESULTS_PATH,
)

_POWER_UTILIZATION = Column(
    "power_utilization",
    ColumnType.FLOAT,
    None,
    "Average power over GPUs times thermal design power; null for a GPU whose data sheet we do not know.",
    ColumnKind.METRIC,
    nullable=True,
)

# Computed from the columns above, once per dataset (tables/derived.py).
DERIVED_COLUMNS: dict[TableName, tuple[Column, ...]] = {
    "llm": (
        _text("base_nickname", "The nickname without the ` FP8` that tells a quantized model from its original."),
        _text(
            "parallelism",
            "The parallelism degrees above 1, as `TP8 DP2 EP8`; empty where there are none.",
            kind=ColumnKind.NOTE,
        ),
        _measured("tokens_per_second_per_watt", "token/s/W", "Output throughput over average power."),
        _POWER_UTILIZATION,
    ),
    "diffusion": (
        _text(
            "parallelism",
            "The parallelism degrees above 1, as `U4 R2`; empty where there are none.",
            kind=ColumnKind.NOTE,
        ),
        _POWER_UTILIZATION,
    ),
}

COLUMNS: dict[TableName, tuple[Column, ...]] = {"llm": LLM_COLUMNS, "diffusion": DIFFUSION_COLUMNS}

MODEL_COLUMNS: tuple[Column, ...] = (
    _MODEL_ID,
    _NICKNAME,
    _text("org", "The organisation: what stands before the slash of the model id."),
    # Only the LLM table has an architecture, so that a diffusion model has none.
    replace(_ARCHITECTURE, nullable=True),
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
)
