"""Derived columns, computed once per dataset from the columns of the file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from tables.catalogue import Column, ColumnKind, measured, text
from tables.facts import gpu_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class DerivedColumn:
    """Column of a run table, with the function that computes its cells from the table's columns by name."""

    column: Column
    compute: Callable[[Mapping[str, pa.Array[Any]]], pa.Array[Any]]


def _base_nickname(columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    nicknames = columns["nickname"].dictionary_encode()
    return pc.replace_substring_regex(nicknames.dictionary, r" FP8$", "").take(nicknames.indices)


def _parallelism(degrees: Mapping[str, str], columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    labels = []
    for letters, name in degrees.items():
        encoded = columns[name].fill_null(1).dictionary_encode()
        words = [f"{letters}{degree} " if degree > 1 else "" for degree in encoded.dictionary.to_pylist()]
        labels.append(pa.array(words, pa.string()).take(encoded.indices))
    return pc.ascii_rtrim(pc.binary_join_element_wise(*labels, ""), " ")


def _power_utilization(columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    gpus = columns["gpu_model"].dictionary_encode()
    facts = gpu_facts(gpus.dictionary.to_pylist())
    tdp = pa.array([fact.tdp_watts for fact in facts], pa.float64()).take(gpus.indices)
    return _ratio(columns["avg_power_watts"], pc.multiply(columns["num_gpus"].cast(pa.float64()), tdp))


def _ratio(dividend: pa.Array[Any], divisor: pa.Array[Any]) -> pa.Array[Any]:
    """Divide; null if either is null, the divisor is 0, or the quotient overflows."""
    quotient = pc.divide(dividend, divisor)
    return pc.if_else(pc.is_finite(quotient), quotient, pa.scalar(None, pa.float64()))


def _parallelism_column(example: str, degrees: Mapping[str, str]) -> DerivedColumn:
    column = text(
        "parallelism", f"Parallelism degrees above 1, as in `{example}`; empty without any.", kind=ColumnKind.NOTE
    )
    return DerivedColumn(column, partial(_parallelism, degrees))


_POWER_UTILIZATION = DerivedColumn(
    measured(
        "power_utilization",
        None,
        "Average power divided by the thermal design power of all GPUs; null for a GPU model without known data.",
    ),
    _power_utilization,
)

LLM_DERIVED: tuple[DerivedColumn, ...] = (
    DerivedColumn(
        text(
            "base_nickname",
            "Nickname without the ` FP8` suffix of a quantized model; models that were trained in FP8 have none.",
        ),
        _base_nickname,
    ),
    _parallelism_column("TP8 DP2 EP8", {"TP": "tensor_parallel", "DP": "data_parallel", "EP": "expert_parallel"}),
    DerivedColumn(
        measured("tokens_per_second_per_watt", "token/s/W", "Output throughput divided by average power."),
        lambda columns: _ratio(columns["output_throughput_tokens_per_sec"], columns["avg_power_watts"]),
    ),
    _POWER_UTILIZATION,
)
DIFFUSION_DERIVED: tuple[DerivedColumn, ...] = (
    _parallelism_column("U4 R2", {"U": "ulysses_degree", "R": "ring_degree"}),
    _POWER_UTILIZATION,
)
