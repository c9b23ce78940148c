"""The files under `configs/`: what the toolkit reads about a model and its parallelism, made from the tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def configuration_files(llm: pa.Table, diffusion: pa.Table) -> dict[str, str]:
    """Return path → text of each `model_info.json` and `monolithic.config.yaml`.

    The YAML states what the toolkit turns into degrees of parallelism for any number of GPUs: experts are spread over
    all GPUs where that is enabled, `data-parallel-size: 0` means all of them, tensors are split over all otherwise.
    """
    files: dict[str, str] = {}
    described = [
        "task",
        "model_id",
        "nickname",
        "total_params_billions",
        "activated_params_billions",
        "weight_precision",
    ]
    for row in _distinct(llm, [*described, "architecture"]):
        files[f"configs/vllm/{row['task']}/{row['model_id']}/model_info.json"] = _model_info(row)
    for row in _distinct(diffusion, described):
        files[f"configs/xdit/{row['task']}/{row['model_id']}/model_info.json"] = _model_info(row)
    settings = ["task", "model_id", "gpu_model", "architecture", "weight_precision"]
    grouped = llm.group_by(settings).aggregate([("data_parallel", "max")])
    for row in grouped.to_pylist():
        path = f"configs/vllm/{row['task']}/{row['model_id']}/{row['gpu_model']}/monolithic.config.yaml"
        files[path] = _monolithic_config(row)
    return files


def _distinct(table: pa.Table, columns: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.group_by(columns).aggregate([]).to_pylist()
    return rows


def _model_info(row: dict[str, Any]) -> str:
    info = {
        "nickname": row["nickname"],
        "total_parameters_billion": row["total_params_billions"],
        "active_parameters_billion": row["activated_params_billions"],
        "weight_precision": row["weight_precision"],
    }
    if "architecture" in row:
        info["architecture"] = row["architecture"]
    return json.dumps(info, indent=2) + "\n"


def _monolithic_config(row: dict[str, Any]) -> str:
    lines = ["max-model-len: 32768", f"dtype: {'auto' if row['weight_precision'] != 'bfloat16' else 'bfloat16'}"]
    if row["architecture"] == "MoE":
        lines.append("enable-expert-parallel: true")
    if row["data_parallel_max"] > 1:
        lines.append("data-parallel-size: 0")
    return "\n".join(lines) + "\n"
