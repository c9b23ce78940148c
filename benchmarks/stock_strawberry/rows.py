"""Reads row objects from Parquet, and groups them into models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import strawberry

from benchmarks.stock_strawberry.schema import LLMRun, Model

if TYPE_CHECKING:
    from pathlib import Path

_INTEGERS = (
    *("num_gpus", "max_num_seqs", "seed", "num_request_repeats"),
    *("tensor_parallel", "expert_parallel", "data_parallel"),
)


def read_runs(directory: Path) -> list[LLMRun]:
    """Read `runs/llm.parquet` of a dataset directory."""
    table = pq.read_table(directory / "runs" / "llm.parquet", columns=list(LLMRun.__annotations__))
    for index, name in enumerate(table.column_names):
        if pa.types.is_floating(table.schema.field(name).type):
            table = table.set_column(index, name, _without_nan(table.column(name), whole=name in _INTEGERS))
    return [LLMRun(**row) for row in table.to_pylist()]


def _without_nan(column: pa.ChunkedArray[Any], *, whole: bool) -> pa.ChunkedArray[Any]:
    """Replace NaN by null; cast integer columns back that pandas wrote as float because of missing values."""
    cleaned: pa.ChunkedArray[Any] = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return cleaned.cast(pa.int64()) if whole else cleaned


def models_of(runs: list[LLMRun]) -> list[Model]:
    """Return the models of the runs in order of id, each with its runs by GPU model."""
    grouped: dict[str, list[LLMRun]] = {}
    for run in runs:
        grouped.setdefault(run.model_id, []).append(run)
    return [_model(grouped[model_id]) for model_id in sorted(grouped)]


def _model(runs: list[LLMRun]) -> Model:
    first = runs[0]
    by_gpu = {gpu: [run for run in runs if run.gpu_model == gpu] for gpu in sorted({run.gpu_model for run in runs})}
    return Model(
        model_id=strawberry.ID(first.model_id),
        nickname=first.nickname,
        architecture=first.architecture,
        total_params_billions=first.total_params_billions,
        activated_params_billions=first.activated_params_billions,
        weight_precision=first.weight_precision,
        runs=by_gpu,
    )
