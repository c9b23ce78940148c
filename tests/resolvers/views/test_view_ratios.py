"""Ratios of runs to their group, and comparisons of groups, against naive oracles and pandas."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, field_of, run_datasets, selected, selections, up_to_a_hundred
from tests.resolvers.views.pandas_rows import nodes_of
from tests.resolvers.views.view_oracles import about, groups_of, key_of, statistics_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd  # type: ignore[import-untyped]  # no type information installed
    from strawberry.federation import Schema

    from tests.naive_oracle import Row

ENERGY = "energy_per_token_joules"
AGGREGATES = ("MIN", "MAX", "MEAN", "MEDIAN", "SUM")
each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_ratios_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Value over reference, at the root and below GPUs; null if either is null or the reference is 0."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    columns = data.draw(st.lists(st.sampled_from(of.metrics), max_size=3, unique=True))
    keys = data.draw(st.lists(st.sampled_from(of.keys), max_size=2, unique=True))
    aggregate = data.draw(st.sampled_from(AGGREGATES))
    stability = ", stability: ANY" if kind == "llm" else ""
    view = f"""ratios(of: [{", ".join(columns)}], to: {aggregate}, per: [{", ".join(keys)}]) {{
        key {{ field value number }} references {{ metric value }}
        runs {{ run {{ id }} ratios {{ metric value ratio }} }}
      }}"""
    order = f"orderBy: [{{field: {of.metrics[0]}, direction: DESC}}]"
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{
          {of.list}(where: $where, first: 0, {order}{stability}) {{ {view} }}
          gpus {{ model {of.list}(where: $where, first: 0, {order}{stability}) {{ {view} }} }}
        }}""",
        where=where,
    )

    first = field_of(of.metrics[0])
    rows = sorted(selected(dataset, kind, where), key=lambda row: (row[first] is None, -(row[first] or 0), row["id"]))
    of_gpus = [([row for row in rows if row["gpuModel"] == gpu["model"]], gpu[of.list]) for gpu in answer["gpus"]]
    for part, found in [(rows, answer[of.list]), *of_gpus]:
        groups = groups_of(part, keys) if part else {}
        assert [group["key"] for group in found["ratios"]] == [key_of(keys, key) for key in groups]
        for group, runs in zip(found["ratios"], groups.values(), strict=True):
            references = [{"metric": column, "value": figure_of(runs, column, aggregate)} for column in columns]
            assert group["references"] == references
            assert [each["run"]["id"] for each in group["runs"]] == [row["id"] for row in runs]
            for each, row in zip(group["runs"], runs, strict=True):
                assert [ratio["metric"] for ratio in each["ratios"]] == columns
                for ratio, reference in zip(each["ratios"], group["references"], strict=True):
                    check_ratio(ratio, row[field_of(ratio["metric"])], reference["value"])


def check_ratio(ratio: dict[str, Any], value: float | None, reference: float | None) -> None:
    """Check one ratio against the answer's own reference, which has been checked before."""
    assert ratio["value"] == value
    exact = None if value is None or not reference else value / reference
    assert ratio["ratio"] == (exact if exact is not None and isfinite(exact) else None)


def figure_of(rows: Sequence[Row], column: str, aggregate: str) -> Any:  # noqa: ANN401 - what compares with a number
    """Return a figure of the rows' values; of no values the sum is 0 and all others are None."""
    return statistics_of(rows, column)[aggregate.lower()]


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_comparisons_of_groups_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Aggregate of each side, their ratio and change, at the root and below models; null where undefined."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    columns = data.draw(st.lists(st.sampled_from(of.metrics), min_size=1, max_size=3, unique=True))
    aggregate = data.draw(st.sampled_from(AGGREGATES))
    by, sides = data.draw(st.sampled_from((("NUM_GPUS", ("1", "8")), ("TOTAL_PARAMS_BILLIONS", ("0.5", "7")))))
    stability = ", stability: ANY" if kind == "llm" else ""
    view = f"""compareGroups(by: {by}, baseline: "{sides[0]}", candidate: "{sides[1]}", of: [{", ".join(columns)}],
        aggregate: {aggregate}) {{ metric baseline candidate ratio relativeChange }}"""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{
          {of.list}(where: $where, first: 0{stability}) {{ {view} }}
          gpus {{ model {of.list}(where: $where, first: 0{stability}) {{ {view} }} }}
        }}""",
        where=where,
    )

    rows = selected(dataset, kind, where)
    of_gpus = [([row for row in rows if row["gpuModel"] == gpu["model"]], gpu[of.list]) for gpu in answer["gpus"]]
    for part, found in [(rows, answer[of.list]), *of_gpus]:
        assert [each["metric"] for each in found["compareGroups"]] == columns
        for each in found["compareGroups"]:
            on = [[row for row in part if row[field_of(by)] == float(side)] for side in sides]
            baseline, candidate = (each["baseline"], each["candidate"])
            assert [baseline, candidate] == [figure_of(side, each["metric"], aggregate) for side in on]
            defined = baseline not in {None, 0} and candidate is not None
            assert each["ratio"] == (candidate / baseline if defined else None)
            change = about((candidate - baseline) / baseline, [1.0]) if defined else None
            assert each["relativeChange"] == change


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (
            "ratios(of: NUM_GPUS, to: COUNT) { key { value } }",
            "to: COUNT counts runs and does not aggregate a column; allowed values: MIN, MAX, MEAN, MEDIAN, SUM.",
        ),
        (
            'compareGroups(by: NUM_GPUS, baseline: "1", candidate: "2", of: NUM_GPUS, aggregate: COUNT) { ratio }',
            (
                "aggregate: COUNT counts runs and does not aggregate a column; allowed values: MIN, MAX, MEAN, MEDIAN, "
                "SUM."
            ),
        ),
        (
            'compareGroups(by: NUM_GPUS, baseline: "1", candidate: "two", of: NUM_GPUS) { ratio }',
            (
                "numGpus: 'two' is not a value of this column; allowed: a finite number, or true and false for a "
                "boolean column."
            ),
        ),
        (
            'compareGroups(by: TASK, baseline: "gpqa", candidate: "gpqa", of: NUM_GPUS) { ratio }',
            "baseline and candidate are both 'gpqa'; pass two different values.",
        ),
    ],
)
def test_invalid_ratios_are_refused(any_graph: Graph, view: str, message: str) -> None:
    """The message names the argument, its value and what is allowed."""
    error = any_graph.refusal(f"{{ llmRuns(first: 0) {{ {view} }} }}")
    assert error.message == message
    assert error.extensions["code"] == "BAD_USER_INPUT"


def test_a_batch_sweep_as_shares_of_the_maximum(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Energy, throughput and latency over their maximum, power over GPUs times their thermal design power."""
    columns = (ENERGY, "output_throughput_tokens_per_sec", "median_itl_ms")
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, orderBy: [{{field: MAX_NUM_SEQS}}], where: {{
        task: {{eq: "lm-arena-chat"}}, nickname: {{eq: "Qwen 3 32B"}}, gpuModel: {{eq: "B200"}}, numGpus: {{eq: 1}},
        maxNumSeqs: {{gte: 16}}
      }}) {{
        ratios(of: [{", ".join(columns).upper()}]) {{
          references {{ value }} runs {{ run {{ maxNumSeqs powerUtilization }} ratios {{ ratio }} }}
        }}
      }}
    }}""")["llmRuns"]["ratios"]
    sweep = llm[
        (llm["task"] == "lm-arena-chat")
        & (llm["nickname"] == "Qwen 3 32B")
        & (llm["gpu_model"] == "B200")
        & (llm["num_gpus"] == 1)
        & (llm["max_num_seqs"] >= 16)
    ].sort_values("max_num_seqs")
    assert len(sweep) > 4
    [group] = answer
    assert [each["value"] for each in group["references"]] == [sweep[column].max() for column in columns]
    assert [each["run"]["maxNumSeqs"] for each in group["runs"]] == sweep["max_num_seqs"].tolist()
    power = (sweep["avg_power_watts"] / 1000).tolist()  # one B200: 1,000 W
    assert [each["run"]["powerUtilization"] for each in group["runs"]] == pytest.approx(power, rel=1e-9)
    for number, column in enumerate(columns):
        shares = (sweep[column] / sweep[column].max()).tolist()
        assert [each["ratios"][number]["ratio"] for each in group["runs"]] == pytest.approx(shares, rel=1e-9)


def test_a_vision_model_compared_with_its_text_model(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Per GPU count that both have on B200, the ratio of their least energies per token."""
    twins = ("Qwen/Qwen3-VL-30B-A3B-Instruct", "Qwen/Qwen3-30B-A3B-Instruct-2507")
    chosen = llm[llm["model_id"].isin(twins) & (llm["gpu_model"] == "B200")]
    assert set(chosen["model_id"]) == set(twins)
    answer = real_graph.ask(
        """query ($twins: [String!]!, $text: String!, $vision: String!) {
          llmRuns(first: 0, where: {modelId: {in: $twins}, gpuModel: {eq: "B200"}}) {
            groups(by: NUM_GPUS) {
              key { number }
              runs(first: 0) {
                compareGroups(by: MODEL_ID, baseline: $text, candidate: $vision, of: ENERGY_PER_TOKEN_JOULES,
                              aggregate: MIN) { ratio }
              }
            }
          }
        }""",
        twins=list(twins),
        vision=twins[0],
        text=twins[1],
    )["llmRuns"]["groups"]
    found = {group["key"][0]["number"]: group["runs"]["compareGroups"][0]["ratio"] for group in answer}
    least = chosen.groupby(["model_id", "num_gpus"])[ENERGY].min()
    ratios = least[twins[0]] / least[twins[1]]
    expected = {count: None if ratio != ratio else pytest.approx(ratio, rel=1e-9) for count, ratio in ratios.items()}  # noqa: PLR0124 - NaN
    assert found == expected
    assert any(ratio is not None for ratio in found.values())


@pytest.mark.parametrize("task", ["text-to-image", "text-to-video"])
def test_ratios_between_best_runs(real_graph: Graph, diffusion: pd.DataFrame, task: str) -> None:
    """Each nickname's best run on B200 as a multiple of the best of all."""
    fields = "nickname energyPerGenerationJoules"
    answer = real_graph.ask(
        f"""query ($task: String!) {{
          diffusionRuns(first: 0, where: {{gpuModel: {{eq: "B200"}}, task: {{eq: $task}}}}) {{
            bestRuns(by: ENERGY_PER_GENERATION_JOULES, per: NICKNAME, first: 0,
                     orderBy: [{{field: ENERGY_PER_GENERATION_JOULES, direction: DESC}}]) {{
              ratios(of: ENERGY_PER_GENERATION_JOULES, to: MIN) {{ runs {{ run {{ {fields} }} ratios {{ ratio }} }} }}
            }}
          }}
        }}""",
        task=task,
    )["diffusionRuns"]["bestRuns"]["ratios"][0]["runs"]
    chosen = diffusion[(diffusion["gpu_model"] == "B200") & (diffusion["task"] == task)]
    rows = chosen.loc[chosen.groupby("nickname")["energy_per_generation_joules"].idxmin()]
    rows = rows.sort_values("energy_per_generation_joules", ascending=False)
    assert [each["run"] for each in answer] == nodes_of(rows, fields)
    energies = rows["energy_per_generation_joules"]
    ratios = (energies / energies.min()).tolist()
    assert [each["ratios"][0]["ratio"] for each in answer] == pytest.approx(ratios, rel=1e-9)
    assert answer[0]["ratios"][0]["ratio"] > 2
