"""Kinds of run, one descriptor each: table, columns, tasks and defaults; the only module that tells them apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, Column, ColumnKind
from tables.derived import DIFFUSION_DERIVED, LLM_DERIVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.derived import DerivedColumn


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """Kind of run.

    Args:
        name: Value of the `domain` column, and name of the table's file and of the directory with the raw files.
        label: Adjective in descriptions and messages: "LLM" as in "LLM runs".
        type_name: Name of the GraphQL type, and prefix of the types that belong to it.
        columns: Columns of the file.
        derived: Columns computed from them.
        task_kinds: Description of each kind that a task with these runs can have, the default kind first.
        batch_column: Column with the batch size.
        throughput_column: Column with the throughput.
        latency_column: Column with the latency that deadlines apply to.
        energy_column: Column with the energy that runs of a task are compared by.
        configuration: Key columns in which runs on two GPU models are equal by default when their speed is compared.
        id_columns: Columns that identify a run without a `results_path` (`tables/ids.py`). The list is fixed: ids must
            not change when the catalogue gets another column.
        qualifier: Word in the names of fields that every kind has, such as `diffusion` in `diffusionSpeedup`; empty for
            LLM runs, which came first.
        stability_column: Column that is true for a run with a steady state; None if the kind has no steady state.
    """

    name: str
    label: str
    type_name: str
    columns: tuple[Column, ...]
    derived: tuple[DerivedColumn, ...]
    task_kinds: Mapping[str, str]
    batch_column: str
    throughput_column: str
    latency_column: str
    energy_column: str
    configuration: tuple[str, ...]
    id_columns: tuple[str, ...]
    qualifier: str
    stability_column: str | None = None
    all_columns: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_columns", (*self.columns, *(derived.column for derived in self.derived)))

    @property
    def table_file(self) -> str:
        """Path of the table's Parquet file, relative to the dataset's root."""
        return f"runs/{self.name}.parquet"

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.all_columns if column.name == name)

    def qualified(self, *words: str) -> str:
        """Return the name of a field that every kind has: the words, with the qualifier before the last one."""
        return "_".join(word for word in (*words[:-1], self.qualifier, words[-1]) if word)

    @property
    def has_stability(self) -> bool:
        """Whether runs of this kind are stable or unstable."""
        return self.stability_column is not None

    @property
    def root_field(self) -> str:
        """Name of the root field that lists these runs."""
        return f"{self.name}Runs"

    @property
    def raw_file_columns(self) -> tuple[str, ...]:
        """Names of the columns with paths of raw files."""
        return tuple(column.name for column in self.columns if column.kind is ColumnKind.RAW_FILE)


LLM = RunKind(
    name="llm",
    label="LLM",
    qualifier="",
    type_name="LLMRun",
    columns=LLM_COLUMNS,
    derived=LLM_DERIVED,
    task_kinds={
        "LLM": "Language models with text input, and tasks of LLM runs that the leaderboard does not list.",
        "MLLM": "Language models with image, video or audio input: image-chat, video-chat and audio-chat.",
    },
    batch_column="max_num_seqs",
    throughput_column="output_throughput_tokens_per_sec",
    latency_column="median_itl_ms",
    energy_column="energy_per_token_joules",
    configuration=("task", "num_gpus", "max_num_seqs"),
    id_columns=(
        "task",
        "model_id",
        "nickname",
        "architecture",
        "total_params_billions",
        "activated_params_billions",
        "weight_precision",
        "gpu_model",
        "num_gpus",
        "max_num_seqs",
        "seed",
        "num_request_repeats",
        "tensor_parallel",
        "expert_parallel",
        "data_parallel",
        "is_stable",
    ),
    stability_column="is_stable",
)
DIFFUSION = RunKind(
    name="diffusion",
    label="diffusion",
    qualifier="diffusion",
    type_name="DiffusionRun",
    columns=DIFFUSION_COLUMNS,
    derived=DIFFUSION_DERIVED,
    task_kinds={"DIFFUSION": "Image and video models."},
    batch_column="batch_size",
    throughput_column="throughput_generations_per_sec",
    latency_column="batch_latency_s",
    energy_column="energy_per_generation_joules",
    configuration=("task", "num_gpus", "batch_size", "height", "width", "num_frames", "inference_steps"),
    id_columns=(
        "task",
        "model_id",
        "nickname",
        "total_params_billions",
        "activated_params_billions",
        "weight_precision",
        "gpu_model",
        "num_gpus",
        "batch_size",
        "inference_steps",
        "height",
        "width",
        "num_frames",
        "fps",
        "ulysses_degree",
        "ring_degree",
        "use_torch_compile",
    ),
)

# By name, in the order of the graph's fields.
RUN_KINDS: dict[str, RunKind] = {kind.name: kind for kind in (LLM, DIFFUSION)}
