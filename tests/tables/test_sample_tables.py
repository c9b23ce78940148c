from __future__ import annotations

import re

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pyarrow as pa
import pytest

from errors import DatasetError
from tables.casting import ARROW_TYPES
from tables.run_kinds import RUN_KINDS
from tables.sample import DEFAULT_RUNS, sample_revision, sample_tables


@pytest.fixture(scope="module")
def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables of the default sample."""
    llm, diffusion = sample_tables()
    return llm.to_pandas(), diffusion.to_pandas()


def test_the_same_figures_give_the_same_tables() -> None:
    """Two calls with equal arguments give equal tables."""
    assert all(one.equals(other) for one, other in zip(sample_tables(seed=3), sample_tables(seed=3), strict=True))


def test_another_seed_gives_other_measurements_of_the_same_configurations() -> None:
    """The seed moves what was measured and not what was run."""
    for one, other in zip(sample_tables(seed=1), sample_tables(seed=2), strict=True):
        assert one["results_path"].equals(other["results_path"])
        assert not one["avg_power_watts"].equals(other["avg_power_watts"])


def test_a_run_does_not_depend_on_how_many_there_are() -> None:
    """A larger sample repeats a smaller one's measurements, run by run."""
    small, large = (sample_tables(runs=runs)[0].to_pandas().set_index("results_path") for runs in (60, 2_000))
    measured = ["energy_per_token_joules", "p99_itl_ms", "avg_batch_size"]
    pd.testing.assert_frame_equal(small[measured], large.loc[small.index, measured], rtol=1e-12)


def test_the_columns_are_the_catalogues() -> None:
    """Names, order and Arrow types are those of the column catalogue, and only nullable columns have nulls."""
    for name, table in zip(("llm", "diffusion"), sample_tables(), strict=True):
        columns = RUN_KINDS[name].columns
        assert table.column_names == [column.name for column in columns]
        types = [pa.int64() if column.whole else ARROW_TYPES[column.type] for column in columns]
        assert table.schema.types == types
        assert not [column.name for column in columns if table[column.name].null_count and not column.nullable]


@pytest.mark.parametrize("runs", [60, DEFAULT_RUNS])
def test_every_task_gpu_and_reason_appears(runs: int) -> None:
    """Even a small sample has all seven tasks, both GPUs, several counts and each reason to be unstable."""
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


def test_models_and_organisations_are_invented_and_pairs_are_there(
    frames: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    """A dozen models, each of an example organisation, among them an FP8 twin and a vision twin."""
    llm, diffusion = frames
    model_ids = {*llm.model_id, *diffusion.model_id}
    assert len(model_ids) > 12
    assert all(re.fullmatch(r"[a-z]+-example/[A-Za-z0-9.-]+", model_id) for model_id in model_ids)
    assert {"Aurora 30B", "Aurora 30B FP8", "Basalt 30B A3B", "Basalt VL 30B A3B"} <= set(llm.nickname)
    assert set(llm.architecture) == {"Dense Transformer", "MoE", "Mamba-Transformer Hybrid"}
    assert set(llm.weight_precision) == {"bfloat16", "fp8", "mxfp4"}


def test_nulls_appear_where_the_real_tables_have_them(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Repeats, batch size and energy per request are sometimes unknown; frames are null for images alone."""
    llm, diffusion = frames
    for column in ("num_request_repeats", "avg_batch_size", "energy_per_request_joules"):
        assert 0 < llm[column].isna().sum() < len(llm) / 2
    assert (diffusion.num_frames.isna() == (diffusion.task == "text-to-image")).all()


def test_no_configuration_is_a_key() -> None:
    """The default sample repeats configurations, apart only in their benchmark seed."""
    llm, diffusion = (table.to_pandas() for table in sample_tables())
    assert llm.duplicated(["task", "model_id", "gpu_model", "num_gpus", "max_num_seqs"]).any()
    keys = ["task", "model_id", "gpu_model", "ulysses_degree", "ring_degree", "height", "batch_size"]
    assert diffusion.duplicated([*keys, "use_torch_compile"]).any()


def test_energy_falls_and_latency_grows_with_the_batch(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Over each stable sweep: less energy per token, later tokens, more power but never beyond the GPUs' limit."""
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
def test_newer_smaller_and_more_gpus_are_faster(
    frames: tuple[pd.DataFrame, pd.DataFrame], column: str, first: object, second: object
) -> None:
    """A B200, 8-bit weights and a second GPU each lower the latency of the same configuration; only the last costs."""
    llm, _ = frames
    aurora = llm[llm.nickname.isin(["Aurora 30B", "Aurora 30B FP8"]) & llm.is_stable & (llm.seed == 1001)]
    keys = [name for name in ("task", "gpu_model", "weight_precision", "num_gpus", "max_num_seqs") if name != column]
    one, other = aurora[aurora[column] == first], aurora[aurora[column] == second]
    both = one.merge(other, on=keys, suffixes=("", "_second"))
    assert len(both) > 5
    assert (both.mean_itl_ms < both.mean_itl_ms_second).all()
    cheaper = both.energy_per_token_joules < both.energy_per_token_joules_second
    assert (~cheaper).mean() > 0.9 if column == "num_gpus" else cheaper.all()


def test_diffusion_follows_pixels_frames_and_gpus(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Larger pictures and batches take longer; more GPUs take less time and more energy; compiling helps."""
    _, diffusion = frames
    keys = ["model_id", "gpu_model", "num_gpus", "batch_size", "height", "use_torch_compile"]
    mean = diffusion.groupby(keys, as_index=False)[["batch_latency_s", "energy_per_generation_joules"]].mean()
    for column, slower in (("height", 1), ("batch_size", 1), ("num_gpus", -1), ("use_torch_compile", -1)):
        for _, sweep in mean.groupby([key for key in keys if key != column]):
            change = np.diff(sweep.sort_values(column).batch_latency_s)
            assert (change * slower > 0).all()


def test_paths_are_unique_in_a_large_sample() -> None:
    """20,000 runs have 20,000 results paths; more models and more seeds make the difference."""
    llm, diffusion = sample_tables(runs=20_000)
    paths = [*llm["results_path"].to_pylist(), *diffusion["results_path"].to_pylist()]
    assert len(set(paths)) == 20_000
    assert len(set(llm["prometheus_path"].to_pylist())) == llm.num_rows
    assert len(set(llm["model_id"].to_pylist())) > 50
    assert len(set(llm["seed"].to_pylist())) == 8


@pytest.mark.parametrize(("runs", "seed", "named"), [(1, 0, "1 runs"), (60, -1, "seed -1"), (60, 2**32, "4294967296")])
def test_impossible_figures_are_refused(runs: int, seed: int, named: str) -> None:
    """A figure outside its range is named, with what is allowed."""
    with pytest.raises(DatasetError, match=named):
        sample_tables(runs=runs, seed=seed)


def test_two_runs_are_one_of_each() -> None:
    """The smallest sample leaves no table empty."""
    llm, diffusion = sample_tables(runs=2)
    assert (llm.num_rows, diffusion.num_rows) == (1, 1)


def test_the_revision_tells_samples_apart() -> None:
    """The revision is stable, and other figures have another."""
    assert sample_revision(60, 1) == sample_revision(60, 1)
    assert len({sample_revision(60, 1), sample_revision(60, 2), sample_revision(61, 1)}) == 3
