"""Columns computed from others, once per dataset: labels of a configuration and of a model, and two ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tables.facts import gpu_facts
from tables.relations import distinct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.catalogue import TableName

_DEGREES: dict[TableName, dict[str, str]] = {
    "llm": {"TP": "tensor_parallel", "DP": "data_parallel", "EP": "expert_parallel"},
    "diffusion": {"U": "ulysses_degree", "R": "ring_degree"},
}


def derived_columns(table: TableName, columns: Mapping[str, pa.Array[Any]]) -> dict[str, pa.Array[Any]]:
    """Return the derived columns of the catalogue, by name."""
    derived = {
        "parallelism": _parallelism(_DEGREES[table], columns),
        "power_utilization": _power_utilization(columns),
    }
    if table == "llm":
        derived["base_nickname"] = pc.replace_substring_regex(columns["nickname"], r" FP8$", "")
        derived["tokens_per_second_per_watt"] = _ratio(
            columns["output_throughput_tokens_per_sec"], columns["avg_power_watts"]
        )
    return derived


def _parallelism(degrees: Mapping[str, str], columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    """Label each distinct combination of degrees once, and give each run its label."""
    code, possible = np.zeros(len(columns["domain"]), np.int64), 1
    cells = [columns[name].fill_null(1) for name in degrees.values()]
    for column in cells:
        encoded = column.dictionary_encode()
        code = code * len(encoded.dictionary) + encoded.indices.to_numpy()
        possible *= len(encoded.dictionary)
    combinations = distinct(code, possible)
    of_run = np.searchsorted(combinations, code)
    one_of_each = np.empty(len(combinations), np.int64)
    one_of_each[of_run] = np.arange(len(code))
    rows = zip(*(column.take(pa.array(one_of_each)).to_pylist() for column in cells), strict=True)
    labels = [
        " ".join(f"{letter}{degree}" for letter, degree in zip(degrees, row, strict=True) if degree > 1) for row in rows
    ]
    return pa.array(labels, pa.string()).take(pa.array(of_run))


def _power_utilization(columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    gpus = columns["gpu_model"].dictionary_encode()
    facts = [gpu_facts(name) for name in gpus.dictionary.to_pylist()]
    tdp = pa.array([fact.tdp_watts if fact else None for fact in facts], pa.float64()).take(gpus.indices)
    return _ratio(columns["avg_power_watts"], pc.multiply(columns["num_gpus"].cast(pa.float64()), tdp))


def _ratio(of: pa.Array[Any], to: pa.Array[Any]) -> pa.Array[Any]:
    """Divide; null where either is missing, the divisor is 0, or float64 does not hold the quotient."""
    divisor = pc.if_else(pc.equal(to, pa.scalar(0.0)), pa.scalar(None, pa.float64()), to)
    quotient = pc.divide(of, divisor)
    return pc.if_else(pc.is_finite(quotient), quotient, pa.scalar(None, pa.float64()))
