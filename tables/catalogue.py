"""Catalogue of the run tables' columns, each declared once: SDL, filters, orders, metrics and docs read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class ColumnType(Enum):
    """Type of a cell, independent of its Parquet type."""

    STRING = "string"
    INT = "int"
    FLOAT = "float"
    BOOLEAN = "boolean"


class ColumnKind(Enum):
    """Role of a column."""

    KEY = "key"  # configuration of a run: runs are grouped and matched by these columns
    METRIC = "metric"  # measurement: statistics are computed over these columns
    NOTE = "note"  # text about the run: labels and reasons
    RAW_FILE = "raw_file"  # path of a raw file, relative to the dataset's root


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a run table.

    Args:
        name: Name of the Parquet column, in the toolkit's spelling; GraphQL shows it in camelCase.
        type: Type of a cell.
        unit: Unit of a cell, or None if it has none.
        description: Meaning, in one sentence.
        kind: Role of the column.
        nullable: Whether a cell may be null.
        vocabulary: Whether the values are an open vocabulary of the dataset. An unknown value in a filter is then
            reported as a likely typing error.
        whole: Whether a cell is a whole number although the type is FLOAT, because it may exceed GraphQL's Int (32 bits
            and a sign).
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
    """Return a column's name in the graph: `energy_per_token_joules` becomes `energyPerTokenJoules`."""
    first, *others = column.split("_")
    return first + "".join(word.capitalize() for word in others)


def text(name: str, description: str, kind: ColumnKind = ColumnKind.KEY, **flags: bool) -> Column:
    """Return a column of text."""
    return Column(name, ColumnType.STRING, None, description, kind, **flags)


def count(name: str, unit: str | None, description: str, **flags: bool) -> Column:
    """Return a configuration column of whole numbers."""
    return Column(name, ColumnType.INT, unit, description, ColumnKind.KEY, **flags)


def measured(name: str, unit: str | None, description: str, *, nullable: bool = True) -> Column:
    """Return a column of measurements."""
    return Column(name, ColumnType.FLOAT, unit, description, ColumnKind.METRIC, nullable=nullable)


def boolean(name: str, description: str, **flags: bool) -> Column:
    """Return a configuration column of truth values."""
    return Column(name, ColumnType.BOOLEAN, None, description, ColumnKind.KEY, **flags)


def _params(name: str, description: str) -> Column:
    return Column(name, ColumnType.FLOAT, "10⁹ parameters", description, ColumnKind.KEY)


_MODEL_ID = text("model_id", "Id of the model on the Hugging Face Hub, `org/model`.")
_NICKNAME = text("nickname", "Display name of the model.")
_ARCHITECTURE = text(
    "architecture",
    "Architecture of the model, such as `Dense Transformer`, `MoE` or `Mamba-Transformer Hybrid`; filters need the "
    "dataset's spelling.",
    vocabulary=True,
)
_TOTAL_PARAMS = _params("total_params_billions", "Number of parameters of the model.")
_ACTIVATED_PARAMS = _params(
    "activated_params_billions", "Number of parameters active per token; equal to the total for a dense model."
)
_WEIGHT_PRECISION = text(
    "weight_precision",
    "Number format of the weights, such as `bfloat16`, `fp8` or `mxfp4`. Models that were trained in FP8 do not have "
    "` FP8` in their nickname.",
    vocabulary=True,
)
_GPU_MODEL = text("gpu_model", "GPU model, such as `H100`.", vocabulary=True)
_NUM_GPUS = count("num_gpus", "GPUs", "Number of GPUs that the run used.")
_RESULTS_PATH = text(
    "results_path",
    "Path of the run's raw `results.json`, relative to the dataset's root.",
    kind=ColumnKind.RAW_FILE,
    nullable=True,
)

LLM_COLUMNS: tuple[Column, ...] = (
    text("domain", "Always `llm`.", kind=ColumnKind.NOTE),
    text("task", "Benchmark task, such as `gpqa`.", vocabulary=True),
    _MODEL_ID,
    _NICKNAME,
    _ARCHITECTURE,
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
    _GPU_MODEL,
    _NUM_GPUS,
    count(
        "max_num_seqs",
        "sequences",
        "Maximum batch size: the configured maximum number of concurrent sequences. `avg_batch_size` is the batch size "
        "that was achieved.",
    ),
    Column(
        "seed",
        ColumnType.FLOAT,
        None,
        "Random seed of the benchmark: a whole number, as a Float because seeds up to 2³² - 1 exceed an Int.",
        ColumnKind.KEY,
        nullable=True,
        whole=True,
    ),
    count("num_request_repeats", "repeats", "Number of repetitions of the request set.", nullable=True),
    count("tensor_parallel", "GPUs", "Tensor parallelism degree."),
    count("expert_parallel", "GPUs", "Expert parallelism degree."),
    count("data_parallel", "GPUs", "Data parallelism degree."),
    measured(
        "steady_state_energy_joules",
        "J",
        "Energy of all GPUs over the steady state. It starts when `max_num_seqs` requests have returned their first "
        "token and ends when all but `max_num_seqs` requests have. Prefill of requests that start in it is included.",
    ),
    measured("steady_state_duration_seconds", "s", "Duration of the steady state."),
    measured("energy_per_token_joules", "J/token", "Energy of all GPUs per output token in steady state."),
    measured("energy_per_request_joules", "J/request", "Energy per token times the average output length."),
    measured("output_throughput_tokens_per_sec", "token/s", "Output tokens per second in steady state."),
    measured("request_throughput_req_per_sec", "request/s", "Output throughput divided by the average output length."),
    measured("avg_power_watts", "W", "Average total power of all GPUs in steady state."),
    measured("total_output_tokens", "token", "Number of output tokens over the whole benchmark."),
    measured("completed_requests", "request", "Number of requests completed over the whole benchmark."),
    measured("avg_output_len", "token/request", "Average output length."),
    measured("mean_itl_ms", "ms", "Mean inter-token latency."),
    measured("median_itl_ms", "ms", "Median inter-token latency."),
    measured("p50_itl_ms", "ms", "50th percentile of the inter-token latency."),
    measured("p90_itl_ms", "ms", "90th percentile of the inter-token latency."),
    measured("p95_itl_ms", "ms", "95th percentile of the inter-token latency."),
    measured("p99_itl_ms", "ms", "99th percentile of the inter-token latency."),
    measured(
        "avg_batch_size",
        "sequences",
        "Mean number of concurrent sequences in steady state: the batch size that was achieved, mostly slightly below "
        "the configured `max_num_seqs`.",
    ),
    boolean(
        "is_stable",
        "Whether the run reached a trustworthy steady state. The toolkit excludes unstable runs by default.",
    ),
    text(
        "unstable_reason",
        "Reason why the run is unstable; empty for a stable run.",
        kind=ColumnKind.NOTE,
        nullable=True,
    ),
    _RESULTS_PATH,
    text(
        "prometheus_path",
        "Path of the run's raw `prometheus.json`, relative to the dataset's root.",
        kind=ColumnKind.RAW_FILE,
        nullable=True,
    ),
)

DIFFUSION_COLUMNS: tuple[Column, ...] = (
    text("domain", "Always `diffusion`.", kind=ColumnKind.NOTE),
    text("task", "Benchmark task: `text-to-image` or `text-to-video`.", vocabulary=True),
    _MODEL_ID,
    _NICKNAME,
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
    _GPU_MODEL,
    _NUM_GPUS,
    count("batch_size", "generations", "Number of images or videos generated per batch."),
    count("inference_steps", "steps", "Number of denoising steps.", nullable=True),
    count("height", "pixels", "Height of the output."),
    count("width", "pixels", "Width of the output."),
    count("num_frames", "frames", "Number of frames of a video; null for images.", nullable=True),
    count("fps", "frames/s", "Frame rate of a video; null for images.", nullable=True),
    count("ulysses_degree", "GPUs", "Ulysses sequence parallelism degree.", nullable=True),
    count("ring_degree", "GPUs", "Ring attention parallelism degree.", nullable=True),
    boolean("use_torch_compile", "Whether `torch.compile` was on.", nullable=True),
    measured("batch_latency_s", "s", "Average latency of a batch."),
    measured("avg_power_watts", "W", "Average total power of all GPUs."),
    measured("energy_per_generation_joules", "J/generation", "Energy of all GPUs per generated image or video."),
    measured("throughput_generations_per_sec", "generation/s", "Number of images or videos generated per second."),
    _RESULTS_PATH,
)

MODEL_COLUMNS: tuple[Column, ...] = (
    _MODEL_ID,
    _NICKNAME,
    text("org", "Organisation: the part of the model id before the slash."),
    # Null for a diffusion model: only the LLM table has this column.
    replace(_ARCHITECTURE, nullable=True),
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
)
