"""Small run tables drawn by hypothesis: with nulls, ties, a single row, and filters that match nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from tables.catalogue import ColumnType
from tables.run_kinds import RUN_KINDS
from tests.drawn_datasets import dataset_of
from tests.naive_oracle import graph_name, is_stable, rows_of, satisfies

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tests.naive_oracle import Input, Row

# Enough examples for kernels of a few lines; the profile of CI has more.
up_to_a_hundred = settings(max_examples=min(settings().max_examples, 100))
_MAX_ROWS = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """Columns and names of one kind of run that the tests of views use.

    Args:
        list: The list of the graph.
        prefix: What the names of its types begin with.
        metrics: Numeric columns that are drawn, the first three nullable floats, the last an integer.
        keys: Configuration columns that are drawn: texts, integers, booleans, a float, nulls among them.
        bounded: A column that filters set bounds on.
    """

    list: str
    prefix: str
    metrics: tuple[str, ...]
    keys: tuple[str, ...]
    bounded: str


KINDS = {
    "llm": Kind(
        "llmRuns",
        "LLMRun",
        ("ENERGY_PER_TOKEN_JOULES", "MEDIAN_ITL_MS", "AVG_POWER_WATTS", "NUM_GPUS"),
        ("TASK", "GPU_MODEL", "NUM_GPUS", "SEED", "IS_STABLE", "TOTAL_PARAMS_BILLIONS"),
        "maxNumSeqs",
    ),
    "diffusion": Kind(
        "diffusionRuns",
        "DiffusionRun",
        ("ENERGY_PER_GENERATION_JOULES", "BATCH_LATENCY_S", "AVG_POWER_WATTS", "NUM_GPUS"),
        ("TASK", "GPU_MODEL", "NUM_GPUS", "FPS", "USE_TORCH_COMPILE", "TOTAL_PARAMS_BILLIONS"),
        "batchSize",
    ),
}

_NUMBER = st.sampled_from((0.0, 1.0, 2.5, -3.0, 0.1)) | st.integers(-(10**9), 10**9).map(lambda number: number / 1000)
_DRAWN: dict[str, st.SearchStrategy[Any]] = {
    "task": st.sampled_from(("chat", "Chat", "é")),
    "gpu_model": st.sampled_from(("H100", "B200")),
    "num_gpus": st.sampled_from((1, 2, 8, 16)),
    "seed": st.none() | st.sampled_from((0, -1, 7)),
    "fps": st.none() | st.sampled_from((16, 24)),
    "is_stable": st.sampled_from((True, True, False)),
    "use_torch_compile": st.none() | st.booleans(),
    "total_params_billions": st.sampled_from((7.0, 0.5)),
    "max_num_seqs": st.integers(1, 6),
    "batch_size": st.integers(1, 6),
}
_CONSTANT = {ColumnType.STRING: "same", ColumnType.INT: 1, ColumnType.FLOAT: 1.0, ColumnType.BOOLEAN: True}


@st.composite
def run_datasets(draw: st.DrawFn, kind: str) -> Dataset:
    """Draw a dataset whose runs of one kind differ only in the columns of `KINDS`."""
    metrics = [metric.lower() for metric in KINDS[kind].metrics[:3]]
    # A few values per metric, so that runs tie in one objective, and in all.
    values = {
        metric: st.sampled_from(draw(st.lists(st.none() | _NUMBER, min_size=1, max_size=6))) for metric in metrics
    }
    names = [column.name for column in RUN_KINDS[kind].columns if column.name in _DRAWN]
    row = st.fixed_dictionaries({**{name: _DRAWN[name] for name in names}, **values})
    rows = draw(st.lists(row, min_size=1, max_size=_MAX_ROWS))
    varied = {name: [given[name] for given in rows] for name in rows[0]}
    return dataset_of(
        {each: plain_cells(each, 1) for each in RUN_KINDS} | {kind: plain_cells(kind, len(rows)) | varied}
    )


def selections(kind: str) -> st.SearchStrategy[Input]:
    """Draw a filter that matches all runs, some, or none."""
    bounded = KINDS[kind].bounded
    return st.sampled_from(({}, {}, {bounded: {"lte": 3}}, {bounded: {"gt": 4}}, {bounded: {"gt": 6}}))


def selected(dataset: Dataset, kind: str, where: Input | None = None, *, stability: str = "ANY") -> list[Row]:
    """Return the runs that a filter selects, in file order, by the graph's names of their columns."""
    rows = rows_of(dataset, KINDS[kind].list)
    return [row for row in rows if satisfies(row, where) and is_stable(row, stability)]


def field_of(column: str) -> str:
    """Return the field of an enum's value: `NUM_GPUS` is `numGpus`."""
    return graph_name(column.lower())


def plain_cells(kind: str, num_rows: int) -> dict[str, list[Any]]:
    """Return the cells of runs that differ in nothing but their path."""
    cells = {column.name: [_CONSTANT[column.type]] * num_rows for column in RUN_KINDS[kind].columns}
    cells["domain"] = [kind] * num_rows
    cells["results_path"] = [f"{kind}/{number}" for number in range(num_rows)]
    return cells
