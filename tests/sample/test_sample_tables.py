from __future__ import annotations

import re

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pyarrow as pa
import pytest

from errors import DatasetError
from sample import DEFAULT_RUNS, sample_revision, sample_tables
from tables.casting import ARROW_TYPES
from tables.run_kinds import RUN_KINDS


@pytest.fixture(scope="module")
def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of the default sample."""
    llm, diffusion = sample_tables()
    return llm.to_pandas(), diffusion.to_pandas()


def test_equal_arguments_give_equal_tables() -> None:
    """The generator is deterministic."""
    assert all(first.equals(second) for first, second in zip(sample_tables(seed=3), sample_tables(seed=3), strict=True))


def test_another_seed_gives_other_measurements_of_the_same_configurations() -> None:
    """Paths are equal and power differs."""
    for first, second in zip(sample_tables(seed=1), sample_tables(seed=2), strict=True):
        assert first["results_path"].equals(second["results_path"])
        assert not first["avg_power_watts"].equals(second["avg_power_watts"])


def test_a_run_does_not_depend_on_the_number_of_runs() -> None:
    """A larger sample has the measurements of a smaller one."""
    small, large = (sample_tables(runs=runs)[0].to_pandas().set_index("results_path") for runs in (60, 2_000))
    measured = ["energy_per_token_joules", "p99_itl_ms", "avg_batch_size"]
    pd.testing.assert_frame_equal(small[measured], large.loc[small.index, measured], rtol=1e-12)


def test_the_columns_are_those_of_the_catalogue() -> None:
    """Names, order and Arrow types are equal, and only nullable columns have nulls."""
    for name, table in zip(("llm", "diffusion"), sample_tables(), strict=True):
        columns = RUN_KINDS[name].columns
        assert table.column_names == [column.name for column in columns]
        types = [pa.int64() if column.whole else ARROW_TYPES[column.type] for column in columns]
        assert table.schema.types == types
        assert not [column.name for column in columns if table[column.name].null_count and not column.nullable]


@pytest.mark.parametrize("runs", [60, DEFAULT_RUNS])
def test_a_small_sample_has_the_variety_of_a_large_one(runs: int) -> None:
    """It has all seven tasks, both GPUs, several GPU counts and each reason to be unstable."""
    llm, diffusion = (table.to_pandas() for table in sample_tables(runs=runs))
    assert len(llm) + len(diffusion) == runs
    assert set(llm.task) == {"gpqa", "lm-arena-chat", "sourcegraph-fim", "image-chat", "video-chat"}
    assert set(diffusion.task) == {"text-to-image", "text-to-video"}
    assert set(llm.gpu_model) == set(diffusion.gpu_model) == {"H100", "B200"}
    assert len(set(llm.num_gpus)) > 1
    assert len(set(diffusion.num_gpus)) > 1
    reasons = set(llm.unstable_reason.str.partition(":")[0])
    assert reasons == {
        "",
        "short_steady_state",
        "low_batch_utilization",
        "invalid_energy_per_token",
        "cascade_from_unstable_batch",
    }
    assert ((llm.unstable_reason == "") == llm.is_stable).all()
    assert 0.8 < llm.is_stable.mean() < 0.97


def test_models_and_organisations_are_invented(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """More than a dozen models of example organisations, with quantized and vision variants of some."""
    llm, diffusion = frames
    model_ids = {*llm.model_id, *diffusion.model_id}
    assert len(model_ids) > 12
    assert all(re.fullmatch(r"[a-z]+-example/[A-Za-z0-9.-]+", model_id) for model_id in model_ids)
    assert {"Aurora 30B", "Aurora 30B FP8", "Basalt 30B A3B", "Basalt VL 30B A3B"} <= set(llm.nickname)
    assert set(llm.architecture) == {"Dense Transformer", "MoE", "Mamba-Transformer Hybrid"}
    assert set(llm.weight_precision) == {"bfloat16", "fp8", "mxfp4"}


def test_columns_have_nulls_as_in_the_real_tables(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Repeats, batch size and energy per request are sometimes null; frames are null for images only."""
    llm, diffusion = frames
    for column in ("num_request_repeats", "avg_batch_size", "energy_per_request_joules"):
        assert 0 < llm[column].isna().sum() < len(llm) / 2
    assert (diffusion.num_frames.isna() == (diffusion.task == "text-to-image")).all()


def test_configurations_repeat() -> None:
    """The default sample has runs that differ only in the benchmark's seed."""
    llm, diffusion = (table.to_pandas() for table in sample_tables())
    assert llm.duplicated(["task", "model_id", "gpu_model", "num_gpus", "max_num_seqs"]).any()
    keys = ["task", "model_id", "gpu_model", "ulysses_degree", "ring_degree", "height", "batch_size"]
    assert diffusion.duplicated([*keys, "use_torch_compile"]).any()


def test_energy_falls_and_latency_grows_with_the_batch(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """In each stable sweep, energy per token falls; latency and power grow, up to the GPUs' power limit."""
    llm, _ = frames
    limit = llm.gpu_model.map({"H100": 700.0, "B200": 1000.0}) * llm.num_gpus
    assert (llm.avg_power_watts < limit).all()
    stable = llm[llm.is_stable & (llm.seed == 1001)]
    for _, sweep in stable.groupby(["task", "model_id", "gpu_model", "num_gpus"]):
        ordered = sweep.sort_values("max_num_seqs")
        assert (np.diff(ordered.energy_per_token_joules) < 0).all()
        assert (np.diff(ordered.mean_itl_ms) > 0).all()
        assert ordered.avg_power_watts.iloc[-1] > ordered.avg_power_watts.iloc[0]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [("gpu_model", "B200", "H100"), ("weight_precision", "fp8", "bfloat16"), ("num_gpus", 2, 1)],
)
def test_newer_and_more_gpus_and_smaller_weights_are_faster(
    frames: tuple[pd.DataFrame, pd.DataFrame], column: str, first: object, second: object
) -> None:
    """A B200, 8-bit weights and a second GPU lower the latency; only the second GPU takes more energy."""
    llm, _ = frames
    aurora = llm[llm.nickname.isin(["Aurora 30B", "Aurora 30B FP8"]) & llm.is_stable & (llm.seed == 1001)]
    keys = [name for name in ("task", "gpu_model", "weight_precision", "num_gpus", "max_num_seqs") if name != column]
    both = aurora[aurora[column] == first].merge(aurora[aurora[column] == second], on=keys, suffixes=("", "_second"))
    assert len(both) > 5
    assert (both.mean_itl_ms < both.mean_itl_ms_second).all()
    cheaper = both.energy_per_token_joules < both.energy_per_token_joules_second
    assert (~cheaper).mean() > 0.9 if column == "num_gpus" else cheaper.all()


def test_diffusion_latency_depends_on_size_batch_and_gpus(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Larger images and batches take longer; more GPUs and compilation take less time."""
    _, diffusion = frames
    keys = ["model_id", "gpu_model", "num_gpus", "batch_size", "height", "use_torch_compile"]
    mean = diffusion.groupby(keys, as_index=False)[["batch_latency_s", "energy_per_generation_joules"]].mean()
    for column, slower in (("height", 1), ("batch_size", 1), ("num_gpus", -1), ("use_torch_compile", -1)):
        for _, sweep in mean.groupby([key for key in keys if key != column]):
            change = np.diff(sweep.sort_values(column).batch_latency_s)
            assert (change * slower > 0).all()


def test_paths_are_unique_in_a_large_sample() -> None:
    """20,000 runs have 20,000 results paths, with more models and more seeds than the default sample."""
    llm, diffusion = sample_tables(runs=20_000)
    paths = [*llm["results_path"].to_pylist(), *diffusion["results_path"].to_pylist()]
    assert len(set(paths)) == 20_000
    assert len(set(llm["prometheus_path"].to_pylist())) == llm.num_rows
    assert len(set(llm["model_id"].to_pylist())) > 50
    assert len(set(llm["seed"].to_pylist())) == 8


@pytest.mark.parametrize(
    ("runs", "seed", "message"),
    [
        (1, 0, "runs: 1 is out of range; allowed values: 2 and more"),
        (60, -1, "seed: -1 is out of range; allowed values: 0 to 4294967295"),
        (60, 2**32, "seed: 4294967296 is out of range; allowed values: 0 to 4294967295"),
    ],
)
def test_arguments_out_of_range_are_errors(runs: int, seed: int, message: str) -> None:
    """The message names the argument, its value and the allowed values."""
    with pytest.raises(DatasetError) as error:
        sample_tables(runs=runs, seed=seed)
    assert str(error.value) == message


def test_the_smallest_sample_has_a_run_in_each_table() -> None:
    """Two runs are one LLM run and one diffusion run."""
    llm, diffusion = sample_tables(runs=2)
    assert (llm.num_rows, diffusion.num_rows) == (1, 1)


def test_the_revision_identifies_the_arguments() -> None:
    """Equal arguments have equal revisions, other arguments another."""
    assert sample_revision(60, 1) == sample_revision(60, 1)
    assert len({sample_revision(60, 1), sample_revision(60, 2), sample_revision(61, 1)}) == 3
