"""Matched pairs of the published figures against pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from errors import BadUserInput

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # no type information installed

    from tests.graph import Graph

PAIRS = """
query ($match: [LLMRunKey!]!, $differ: LLMRunKey!, $baseline: String!, $candidate: String!) {
  llmRuns(first: 0, where: { task: { in: ["gpqa", "lm-arena-chat"] } }) {
    pairs(
      match: $match, differ: $differ, baseline: $baseline, candidate: $candidate
      pick: { by: ENERGY_PER_TOKEN_JOULES }, compare: [ENERGY_PER_TOKEN_JOULES, MEDIAN_ITL_MS, MEAN_ITL_MS]
    ) {
      count
      unmatched
      pairs {
        key { field value }
        baseline { energyPerTokenJoules medianItlMs }
        candidate { energyPerTokenJoules medianItlMs }
        changes { metric baseline candidate relativeChange }
      }
      summary { metric decreased unchanged increased min median mean max }
    }
  }
}
"""
ENERGY, LATENCY = "energy_per_token_joules", "median_itl_ms"


def least(frame: pd.DataFrame, match: list[str], differ: str, value: object) -> pd.DataFrame:
    """Return the row of least energy of each group on one side, by group."""
    side = frame[frame[differ] == value]
    return side.loc[side.groupby(match)[ENERGY].idxmin()].set_index(match)


@pytest.mark.parametrize(
    ("match", "differ", "baseline", "candidate"),
    [
        (["task", "nickname", "weight_precision"], "gpu_model", "H100", "B200"),
        (["task", "model_id", "gpu_model", "max_num_seqs"], "num_gpus", 1, 2),
        (["model_id", "gpu_model", "num_gpus", "max_num_seqs"], "task", "gpqa", "lm-arena-chat"),
    ],
)
def test_pairs_equal_those_of_pandas(
    real_graph: Graph, llm: pd.DataFrame, match: list[str], differ: str, baseline: object, candidate: object
) -> None:
    """Least energy of each side per group, changes between them, and groups without a pair."""
    frame = llm[llm["task"].isin(["gpqa", "lm-arena-chat"])]
    one, other = least(frame, match, differ, baseline), least(frame, match, differ, candidate)
    both = one.join(other, how="inner", suffixes=("_one", "_other")).sort_index()

    answer = real_graph.ask(
        PAIRS,
        match=[column.upper() for column in match],
        differ=differ.upper(),
        baseline=str(baseline),
        candidate=str(candidate),
    )["llmRuns"]["pairs"]

    assert answer["count"] == len(both) > 0
    assert answer["unmatched"] == len(one.index.symmetric_difference(other.index))
    assert [tuple(part["value"] for part in pair["key"]) for pair in answer["pairs"]] == [
        tuple(str(value) for value in key) for key in both.index
    ]
    for metric, column in (("ENERGY_PER_TOKEN_JOULES", ENERGY), ("MEDIAN_ITL_MS", LATENCY)):
        changes = (both[f"{column}_other"] - both[f"{column}_one"]) / both[f"{column}_one"]
        given = [change(pair, metric)["relativeChange"] for pair in answer["pairs"]]
        assert given == pytest.approx(list(changes), rel=1e-9)
        summary = change(answer, metric, among="summary")
        assert summary["decreased"] == (changes < 0).sum()
        assert summary["unchanged"] == (changes == 0).sum()
        assert summary["increased"] == (changes > 0).sum()
        for name in ("min", "median", "mean", "max"):
            assert summary[name] == pytest.approx(getattr(changes, name)(), rel=1e-9)


def change(holder: dict[str, Any], metric: str, *, among: str = "changes") -> dict[str, Any]:
    """Return what is said of one column."""
    return next(each for each in holder[among] if each["metric"] == metric)


def test_a_column_without_values_has_no_changes(real_graph: Graph) -> None:
    """The published figures have no mean latency: no pair has a change in it, and its summary is empty."""
    answer = real_graph.ask(PAIRS, match=["TASK", "MODEL_ID"], differ="GPU_MODEL", baseline="H100", candidate="B200")
    pairs = answer["llmRuns"]["pairs"]

    assert all(each["metric"] != "MEAN_ITL_MS" for pair in pairs["pairs"] for each in pair["changes"])
    assert change(pairs, "MEAN_ITL_MS", among="summary") == {
        "metric": "MEAN_ITL_MS",
        "decreased": 0,
        "unchanged": 0,
        "increased": 0,
        "min": None,
        "median": None,
        "mean": None,
        "max": None,
    }


def test_pairs_below_models_are_of_that_model(real_graph: Graph) -> None:
    """The pairs of all models together equal the pairs at the root that are matched by model too."""
    arguments = """match: [MODEL_ID, TASK], differ: GPU_MODEL, baseline: "H100", candidate: "B200"
      pick: { by: ENERGY_PER_TOKEN_JOULES }, compare: [ENERGY_PER_TOKEN_JOULES]"""
    selected = f"pairs({arguments}) {{ count unmatched pairs {{ key {{ value }} changes {{ relativeChange }} }} }}"
    of_models = real_graph.ask(f"{{ models(first: 2000) {{ nodes {{ llmRuns {{ {selected} }} }} }} }}")
    whole = real_graph.ask(f"{{ llmRuns {{ {selected} }} }}")["llmRuns"]["pairs"]
    each = [node["llmRuns"]["pairs"] for node in of_models["models"]["nodes"]]

    assert sum(one["count"] for one in each) == whole["count"] > 0
    assert sum(one["unmatched"] for one in each) == whole["unmatched"] > 0
    assert [pair for one in each for pair in one["pairs"]] == whole["pairs"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"differ": "GPU_MODEL", "baseline": "H100", "candidate": "B20"}, "gpuModel 'B20' is not in this dataset"),
        ({"differ": "NUM_GPUS", "baseline": "one", "candidate": "2"}, "numGpus: 'one' is not a value"),
        ({"differ": "TASK", "baseline": "gpqa", "candidate": "lm-arena-chat"}, "TASK is in match too"),
        ({"differ": "GPU_MODEL", "baseline": "H100", "candidate": "H100"}, "are both 'H100'"),
    ],
)
def test_an_invalid_comparison_is_refused(real_graph: Graph, arguments: dict[str, str], says: str) -> None:
    """The message names the value."""
    refusal = real_graph.refusal(PAIRS, match=["TASK", "NICKNAME"], **arguments)

    assert isinstance(refusal.original_error, BadUserInput)
    assert says in refusal.message
