"""Questions of the blog post and the simulator: one request each over the published figures, against pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.resolvers.views.pandas_rows import greatest, least, nodes_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # no type information installed

    from tests.graph import Graph

ENERGY = "energy_per_token_joules"


def test_reasoning_against_chat(real_graph: Graph, llm: pd.DataFrame) -> None:
    """On B200, per task and nickname, the run at least energy."""
    fields = "task nickname gpuModel energyPerTokenJoules avgOutputLen energyPerRequestJoules"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{gpuModel: {{eq: "B200"}}, task: {{in: ["gpqa", "lm-arena-chat"]}}}}) {{
        best(by: ENERGY_PER_TOKEN_JOULES, per: [TASK, NICKNAME]) {{ run {{ {fields} }} }}
      }}
    }}""")["llmRuns"]["best"]
    chosen = llm[(llm["gpu_model"] == "B200") & llm["task"].isin(["gpqa", "lm-arena-chat"])]
    assert [best["run"] for best in answer] == nodes_of(least(chosen, ENERGY, "task", "nickname"), fields)
    assert {best["run"]["task"] for best in answer} == {"gpqa", "lm-arena-chat"}


def test_a_model_at_its_largest_batch(real_graph: Graph, llm: pd.DataFrame) -> None:
    """On one B200, each task's run at its largest batch, and the chat run at the largest batch of gpqa."""
    fields = "task maxNumSeqs energyPerTokenJoules avgPowerWatts medianItlMs"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{nickname: {{eq: "Qwen 3 32B"}}, gpuModel: {{eq: "B200"}}, numGpus: {{eq: 1}}}}) {{
        best(by: MAX_NUM_SEQS, goal: MAXIMIZE, per: TASK) {{ run {{ {fields} }} }}
        pairs(match: MAX_NUM_SEQS, differ: TASK, baseline: "gpqa", candidate: "lm-arena-chat",
              pick: {{by: ENERGY_PER_TOKEN_JOULES}}, compare: []) {{
          pairs {{ baseline {{ {fields} }} candidate {{ {fields} }} }}
        }}
      }}
    }}""")["llmRuns"]
    chosen = llm[(llm["nickname"] == "Qwen 3 32B") & (llm["gpu_model"] == "B200") & (llm["num_gpus"] == 1)]
    largest = greatest(chosen, "max_num_seqs", "task")
    gpqa, chat = nodes_of(largest, fields)
    assert [best["run"] for best in answer["best"]] == [gpqa, chat]
    same_batch = chosen[(chosen["task"] == "lm-arena-chat") & (chosen["max_num_seqs"] == gpqa["maxNumSeqs"])]
    assert answer["pairs"]["pairs"][-1] == {"baseline": gpqa, "candidate": nodes_of(same_batch, fields)[0]}
    assert (gpqa["maxNumSeqs"], chat["maxNumSeqs"]) == (128, 512)


@pytest.mark.parametrize("task", ["text-to-image", "text-to-video"])
def test_the_range_of_diffusion_models(real_graph: Graph, diffusion: pd.DataFrame, task: str) -> None:
    """On B200, each nickname's least energy, the greatest first, so that the ends give the ratio."""
    answer = real_graph.ask(
        """query ($task: String!) {
          diffusionRuns(first: 0, where: {gpuModel: {eq: "B200"}, task: {eq: $task}}) {
            groups(by: NICKNAME, orderBy: {aggregate: MIN, of: ENERGY_PER_GENERATION_JOULES, direction: DESC}) {
              key { value } statistics(of: ENERGY_PER_GENERATION_JOULES) { min }
            }
          }
        }""",
        task=task,
    )["diffusionRuns"]["groups"]
    chosen = diffusion[(diffusion["gpu_model"] == "B200") & (diffusion["task"] == task)]
    least_of = chosen.groupby("nickname")["energy_per_generation_joules"].min().sort_values(ascending=False)
    assert [(group["key"][0]["value"], group["statistics"]["min"]) for group in answer] == list(least_of.items())
    ratio = answer[0]["statistics"]["min"] / answer[-1]["statistics"]["min"]
    assert ratio == pytest.approx(least_of.max() / least_of.min(), rel=1e-9)


def test_mixtures_of_experts_against_dense_models(real_graph: Graph, llm: pd.DataFrame) -> None:
    """At bfloat16, each model's least energy beside its activated parameters, by architecture."""
    fields = "architecture nickname activatedParamsBillions totalParamsBillions energyPerTokenJoules"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{
        weightPrecision: {{eq: "bfloat16"}}, architecture: {{in: ["MoE", "Dense Transformer"]}},
        task: {{eq: "lm-arena-chat"}}
      }}) {{ best(by: ENERGY_PER_TOKEN_JOULES, per: [ARCHITECTURE, ACTIVATED_PARAMS_BILLIONS, NICKNAME]) {{
        run {{ {fields} }}
      }} }}
    }}""")["llmRuns"]["best"]
    chosen = llm[
        (llm["weight_precision"] == "bfloat16")
        & llm["architecture"].isin(["MoE", "Dense Transformer"])
        & (llm["task"] == "lm-arena-chat")
    ]
    best = least(chosen, ENERGY, "architecture", "activated_params_billions", "nickname")
    assert [best["run"] for best in answer] == nodes_of(best, fields)
    assert best["architecture"].nunique() == 2


def test_batch_sizes_by_gpu_count(real_graph: Graph, llm: pd.DataFrame) -> None:
    """The batches of a model by GPU count."""
    answer = real_graph.ask("""{
      llmRuns(first: 0, where: {nickname: {eq: "GPT OSS 120B"}, gpuModel: {eq: "B200"}, numGpus: {in: [1, 2]}}) {
        groups(by: NUM_GPUS) { key { number } runs(first: 0) { facets(of: MAX_NUM_SEQS) { values { number } } } }
      }
    }""")["llmRuns"]["groups"]
    chosen = llm[(llm["nickname"] == "GPT OSS 120B") & (llm["gpu_model"] == "B200") & llm["num_gpus"].isin([1, 2])]
    found = {
        group["key"][0]["number"]: [value["number"] for value in group["runs"]["facets"][0]["values"]]
        for group in answer
    }
    assert found == {count: sorted(runs.unique()) for count, runs in chosen.groupby("num_gpus")["max_num_seqs"]}
    assert len(found) == 2


def test_tokens_per_second_per_watt_by_batch(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Of one task on each GPU, by batch; the runs of a batch as their statistics."""
    answer = real_graph.ask("""{
      llmRuns(first: 0, where: {task: {eq: "lm-arena-chat"}}) {
        groups(by: [GPU_MODEL, MAX_NUM_SEQS]) {
          key { value number }
          statistics(of: TOKENS_PER_SECOND_PER_WATT) {
            count nullCount min max mean median stddev sum percentiles(p: [5, 95])
          }
        }
      }
    }""")["llmRuns"]["groups"]
    chosen = llm[llm["task"] == "lm-arena-chat"]
    ratio = chosen["output_throughput_tokens_per_sec"] / chosen["avg_power_watts"]
    by_batch = ratio.groupby([chosen["gpu_model"], chosen["max_num_seqs"]])
    assert by_batch.size().max() > 2
    assert len(answer) == by_batch.ngroups
    for group, ((gpu, batch), values) in zip(answer, by_batch, strict=True):
        assert (group["key"][0]["value"], group["key"][1]["number"]) == (gpu, batch)
        found = group["statistics"]
        assert found.pop("percentiles") == pytest.approx(values.quantile([0.05, 0.95]).tolist(), rel=1e-9)
        assert found.pop("stddev") == (None if len(values) < 2 else pytest.approx(values.std(), rel=1e-9))
        figures = {name: getattr(values, name)() for name in ("min", "max", "mean", "median", "sum")}
        assert found == pytest.approx({"count": len(values), "nullCount": 0, **figures}, rel=1e-9)


def test_a_selection_for_the_simulator_may_be_empty(real_graph: Graph, llm: pd.DataFrame) -> None:
    """By task, model, GPU, count and batches, stable or not; a selection without runs is empty and has a count of 0."""
    fields = "maxNumSeqs avgPowerWatts medianItlMs outputThroughputTokensPerSec"
    selection = f"""{{
      totalCount nodes {{ {fields} }}
      groups(by: MAX_NUM_SEQS) {{ count }} best(by: AVG_POWER_WATTS) {{ run {{ id }} }}
      statistics(of: AVG_POWER_WATTS) {{ count sum median }}
    }}"""
    where = 'task: {eq: "gpqa"}, modelId: {eq: "Qwen/Qwen3-32B"}, gpuModel: {eq: "B200"}, numGpus: {eq: 1}'
    answer = real_graph.ask(f"""{{
      found: llmRuns(first: 2000, stability: ANY, where: {{{where}, maxNumSeqs: {{in: [16, 64, 128]}}}}) {selection}
      none: llmRuns(first: 2000, stability: ANY, where: {{{where}, maxNumSeqs: {{in: [3, 5]}}}}) {selection}
    }}""")
    chosen = llm[
        (llm["task"] == "gpqa")
        & (llm["model_id"] == "Qwen/Qwen3-32B")
        & (llm["gpu_model"] == "B200")
        & (llm["num_gpus"] == 1)
        & llm["max_num_seqs"].isin([16, 64, 128])
    ]
    power = chosen["avg_power_watts"]
    assert answer["found"]["nodes"] == nodes_of(chosen, fields)
    assert answer["found"]["totalCount"] == len(chosen) == 3
    assert answer["found"]["statistics"] == pytest.approx({"count": 3, "sum": power.sum(), "median": power.median()})
    nothing = {"totalCount": 0, "nodes": [], "groups": [], "best": []}
    assert answer["none"] == {**nothing, "statistics": {"count": 0, "sum": 0.0, "median": None}}


def test_batches_that_meet_a_deadline_and_their_power(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Batches within a latency, and the power at the least and the largest of them."""
    fields = "maxNumSeqs avgPowerWatts medianItlMs"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, stability: ANY, where: {{
        task: {{eq: "lm-arena-chat"}}, modelId: {{eq: "Qwen/Qwen3-32B"}}, gpuModel: {{eq: "B200"}}, numGpus: {{eq: 1}},
        medianItlMs: {{lte: 40}}
      }}) {{
        facets(of: MAX_NUM_SEQS) {{ values {{ number }} }}
        least: best(by: MAX_NUM_SEQS) {{ run {{ {fields} }} slack {{ field limit value margin }} }}
        largest: best(by: MAX_NUM_SEQS, goal: MAXIMIZE) {{ run {{ {fields} }} slack {{ field limit value margin }} }}
      }}
    }}""")["llmRuns"]
    model = llm[
        (llm["task"] == "lm-arena-chat")
        & (llm["model_id"] == "Qwen/Qwen3-32B")
        & (llm["gpu_model"] == "B200")
        & (llm["num_gpus"] == 1)
    ]
    within = model[model["median_itl_ms"] <= 40]
    assert 1 < len(within) < len(model)
    assert [value["number"] for value in answer["facets"][0]["values"]] == sorted(within["max_num_seqs"])
    for name, rows in (("least", least(within, "max_num_seqs")), ("largest", greatest(within, "max_num_seqs"))):
        latency = rows["median_itl_ms"].item()
        margin = pytest.approx(40 - latency, rel=1e-9)
        slack = {"field": "medianItlMs", "limit": 40.0, "value": latency, "margin": margin}
        assert answer[name] == [{"run": nodes_of(rows, fields)[0], "slack": [slack]}]
