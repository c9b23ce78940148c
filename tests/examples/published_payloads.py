"""The leaderboard's payloads, computed from the Parquet files and the toolkit: the reference of `examples/leaderboard`.

The rules are those of the leaderboard's own build: stable runs, a fixed order, no rounding, objects with sorted keys.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
from mlenergy.data.records import LLMRuns

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Row = dict[str, Any]
# Of each model and task, the output lengths of each run by its path.
Lengths = dict[str, "np.ndarray[Any, Any]"]

_TASK_NAMES = {
    "gpqa": "GPQA Diamond",
    "lm-arena-chat": "LLM Chat (LM Arena)",
    "sourcegraph-fim": "Fill-in-the-Middle (Sourcegraph)",
    "image-chat": "Image Chat",
    "video-chat": "Video Chat",
    "text-to-image": "Text to Image",
    "text-to-video": "Text to Video",
}
_KINDS = {
    "diffusion": {"text-to-image", "text-to-video"},
    "llm": {"gpqa", "lm-arena-chat", "sourcegraph-fim"},
    "mllm": {"image-chat", "video-chat"},
}
_MODEL = ("activated_params_billions", "nickname", "total_params_billions", "weight_precision")
_LLM = (
    *("avg_batch_size", "avg_output_len", "avg_power_watts", "energy_per_request_joules", "energy_per_token_joules"),
    *("gpu_model", "max_num_seqs", "median_itl_ms", "num_gpus", "output_throughput_tokens_per_sec"),
    *("p90_itl_ms", "p95_itl_ms", "p99_itl_ms"),
)
_LLM_DEGREES = ("data_parallel", "expert_parallel", "tensor_parallel")
_DIFFUSION = ("avg_power_watts", "batch_latency_s", "batch_size", "gpu_model", "inference_steps", "num_gpus")
_DIFFUSION_DEGREES = ("ring_degree", "ulysses_degree")


def stable_rows(file: Path) -> list[Row]:
    """Return the stable runs of a Parquet file in file order, with NaN as null."""
    rows = [
        {name: None if value != value else value for name, value in row.items()}  # noqa: PLR0124 - NaN
        for row in pq.read_table(file).to_pylist()
    ]
    return [row for row in rows if row.get("is_stable", True)]


def llm_order(row: Row) -> tuple[Any, ...]:
    """Return the key by which the leaderboard orders LLM runs of a task."""
    configuration = (row["model_id"], row["gpu_model"], row["num_gpus"], row["max_num_seqs"])
    return (*configuration, row["num_request_repeats"] or 1, row["seed"] or 0, row["results_path"] or "")


def diffusion_order(row: Row) -> tuple[Any, ...]:
    """Return the key by which the leaderboard orders diffusion runs of a task."""
    configuration = (row["model_id"], row["gpu_model"], row["num_gpus"], row["batch_size"], row["height"], row["width"])
    degrees = (row["inference_steps"] or 0, row["ulysses_degree"] or 0, row["ring_degree"] or 0)
    return (*configuration, *degrees, row["use_torch_compile"] or False, row["results_path"] or "")


def payloads(root: Path, *, with_lengths: bool, last_updated: str) -> dict[str, Row]:
    """Return the payload of each file of the static site, by its path.

    Args:
        root: A dataset directory.
        with_lengths: Whether the directory has raw files, from which the distributions of output lengths come. Without,
            the distributions are empty.
        last_updated: The date of the data.
    """
    llm = sorted(stable_rows(root / "runs" / "llm.parquet"), key=llm_order)
    diffusion = sorted(stable_rows(root / "runs" / "diffusion.parquet"), key=diffusion_order)
    lengths = _output_lengths(root) if with_lengths else {}
    files: dict[str, Row] = {"index.json": _index(root, last_updated)}
    for rows, task_payload in ((llm, _llm_task), (diffusion, _diffusion_task)):
        for (task,), group in _groups(rows, "task"):
            files[f"tasks/{task}.json"] = task_payload(task, group)
    for (model, task), group in _groups(llm, "model_id", "task"):
        files[f"models/{model.replace('/', '__')}__{task}.json"] = _llm_model(group, lengths)
    for (model, task), group in _groups(diffusion, "model_id", "task"):
        files[f"models/{model.replace('/', '__')}__{task}.json"] = _diffusion_model(group)
    return {file: _sorted_keys(payload) for file, payload in files.items()}


def first_difference(actual: object, expected: object, path: str = "$") -> str | None:
    """Return where two payloads first differ, with both values; None if they are equal, order included."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        if list(actual) != list(expected):
            return f"{path}: keys {list(actual)}, expected {list(expected)}"
        pairs = [(f"{path}.{key}", actual[key], expected[key]) for key in expected]
    elif isinstance(actual, list) and isinstance(expected, list):
        if len(actual) != len(expected):
            return f"{path}: {len(actual)} entries, expected {len(expected)}"
        pairs = [(f"{path}[{at}]", actual[at], expected[at]) for at in range(len(expected))]
    else:
        # 30 and 30.0 are the same JSON number; true and 1 are not.
        same = actual == expected and isinstance(actual, bool) == isinstance(expected, bool)
        return None if same else f"{path}: {actual!r}, expected {expected!r}"
    return next((found for at, one, other in pairs if (found := first_difference(one, other, at))), None)


def _groups(rows: Iterable[Row], *keys: str) -> list[tuple[tuple[str, ...], list[Row]]]:
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return list(groups.items())


def _index(root: Path, last_updated: str) -> Row:
    rows = [row for name in ("llm", "diffusion") for row in stable_rows(root / "runs" / f"{name}.parquet")]
    tasks = sorted({row["task"] for row in rows})
    models: dict[str, Row] = {}
    for row in rows:
        architecture = {"architecture": row["architecture"]} if "architecture" in row else {}
        models.setdefault(row["model_id"], _picked(row, _MODEL) | architecture)
    return {
        "architectures": {kind: [task for task in tasks if task in names] for kind, names in _KINDS.items()},
        "last_updated": last_updated,
        "models": models,
        "tasks": tasks,
    }


def _llm_task(task: str, rows: list[Row]) -> Row:
    columns = ("model_id", "architecture", *_MODEL, *_LLM, *_LLM_DEGREES)
    return {
        "configurations": [_picked(row, columns) for row in rows],
        "task": task,
        "task_display_name": _TASK_NAMES[task],
    }


def _diffusion_task(task: str, rows: list[Row]) -> Row:
    columns = ("model_id", *_MODEL, *_DIFFUSION, *_DIFFUSION_DEGREES)
    return {
        "architecture": "diffusion",
        "configurations": [_picked(row, columns) | _generation(row) for row in rows],
        "task": task,
        "task_display_name": _TASK_NAMES[task],
    }


def _llm_model(rows: list[Row], lengths: Lengths) -> Row:
    pooled, per_run = _distributions([lengths[row["results_path"]] for row in rows] if lengths else [])
    configurations = []
    for at, row in enumerate(rows):
        degrees = _picked(row, _LLM_DEGREES)
        both = degrees["data_parallel"] > 1 and degrees["expert_parallel"] > 1
        notes = "DP for attention, EP for MLP experts" if both else ""
        configurations.append(
            _picked(row, _LLM)
            | {"output_length_distribution": per_run[at] if per_run else pooled}
            | {"parallelization": degrees | {"notes": notes}}
        )
    columns = ("activated_params_billions", "architecture", "model_id", "task")
    return _picked(rows[0], (*columns, "total_params_billions", "weight_precision")) | {
        "configurations": configurations,
        "output_length_distribution": pooled,
    }


def _distributions(lengths: list[np.ndarray[Any, Any]]) -> tuple[Row, list[Row]]:
    """Return the distribution of all runs, and of each, in common bins; without lengths an empty one, and none."""
    if not lengths:
        return {"bins": [], "counts": []}, []
    pooled = np.concatenate(lengths)
    edges = np.histogram(pooled, bins=50)[1]
    rows = [
        {"bins": edges.tolist(), "counts": np.histogram(values, bins=edges)[0].tolist()}
        for values in (pooled, *lengths)
    ]
    return rows[0], rows[1:]


def _diffusion_model(rows: list[Row]) -> Row:
    configurations = [
        _picked(row, _DIFFUSION) | _generation(row) | {"parallelization": _picked(row, _DIFFUSION_DEGREES)}
        for row in rows
    ]
    return _picked(rows[0], (*_MODEL, "model_id", "task")) | {"configurations": configurations}


def _generation(row: Row) -> Row:
    """Return the columns whose names say what a diffusion run generates."""
    noun = "image" if row["task"] == "text-to-image" else "video"
    return {
        f"energy_per_{noun}_joules": row["energy_per_generation_joules"],
        f"throughput_{noun}s_per_sec": row["throughput_generations_per_sec"],
        f"{noun}_height": row["height"],
        f"{noun}_width": row["width"],
        **({} if noun == "image" else _picked(row, ("fps", "num_frames"))),
    }


def _picked(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names}


def _sorted_keys(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_sorted_keys(each) for each in value]
    return {key: _sorted_keys(value[key]) for key in sorted(value)} if isinstance(value, dict) else value


def _output_lengths(root: Path) -> Lengths:
    """Return the toolkit's output lengths of each stable LLM run, by the run's path in the table."""
    return {
        run._results_path.removeprefix(f"{root}/"): np.array(run.output_lengths(), int)  # noqa: SLF001 - no public name
        for run in LLMRuns.from_directory(root)
    }
