"""Questions that combine views: one request each over the published figures, against pandas."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from math import ceil
from typing import TYPE_CHECKING

import pytest

from tests.resolvers.views.pandas_rows import greatest, least, nodes_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # no type information installed

    from tests.graph import Graph

ENERGY, LATENCY = "energy_per_token_joules", "median_itl_ms"
PERCENTILES = ("p50_itl_ms", "p90_itl_ms", "p95_itl_ms", "p99_itl_ms")


def test_the_best_of_each_model_in_the_order_of_energy(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Within a deadline and a budget, each model's run at least energy, by energy; a page and a count."""
    fields = "modelId nickname gpuModel numGpus maxNumSeqs energyPerTokenJoules medianItlMs"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{
        task: {{eq: "lm-arena-chat"}}, gpuModel: {{in: ["H100", "B200"]}},
        medianItlMs: {{lte: 40}}, energyPerTokenJoules: {{lte: 0.5}}
      }}) {{
        bestRuns(by: ENERGY_PER_TOKEN_JOULES, per: MODEL_ID, first: 10, orderBy: {{field: ENERGY_PER_TOKEN_JOULES}}) {{
          totalCount nodes {{ {fields} }}
        }}
      }}
    }}""")["llmRuns"]["bestRuns"]
    chosen = llm[(llm["task"] == "lm-arena-chat") & (llm[LATENCY] <= 40) & (llm[ENERGY] <= 0.5)]
    best = least(chosen, ENERGY, "model_id").sort_values(ENERGY)
    assert answer["totalCount"] == len(best) > 10
    assert answer["nodes"] == nodes_of(best.head(10), fields)


def test_one_frontier_per_latency_percentile(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Energy against each of four percentiles of the inter-token latency, over all models and for each."""
    frontier = "against key { value } runs { energyPerTokenJoules p50ItlMs p90ItlMs p95ItlMs p99ItlMs }"
    against = f"minimize: ENERGY_PER_TOKEN_JOULES, against: [{', '.join(PERCENTILES).upper()}]"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{task: {{eq: "gpqa"}}}}) {{
        all: paretoFrontier({against}) {{ {frontier} }}
        models: paretoFrontier({against}, per: MODEL_ID) {{ {frontier} }}
      }}
    }}""")["llmRuns"]
    gpqa = llm[llm["task"] == "gpqa"]
    fields = "energyPerTokenJoules p50ItlMs p90ItlMs p95ItlMs p99ItlMs"

    def frontier_of(runs: pd.DataFrame, latency: str) -> list[dict[str, float]]:
        ordered = runs.sort_values([latency, ENERGY])
        return nodes_of(ordered[ordered[ENERGY] < ordered[ENERGY].cummin().shift(fill_value=float("inf"))], fields)

    assert answer["all"] == [
        {"against": latency.upper(), "key": [], "runs": frontier_of(gpqa, latency)} for latency in PERCENTILES
    ]
    assert answer["models"] == [
        {"against": latency.upper(), "key": [{"value": model}], "runs": frontier_of(runs, latency)}
        for latency in PERCENTILES
        for model, runs in gpqa.groupby("model_id")
    ]


def test_means_over_the_best_runs_and_their_ratio(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Of each nickname's run at least energy on B200, the mean length and energy of a request, by task."""
    columns = ("avg_output_len", "energy_per_request_joules")
    mean = "count nullCount mean"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{gpuModel: {{eq: "B200"}}, task: {{in: ["gpqa", "lm-arena-chat"]}}}}) {{
        bestRuns(by: ENERGY_PER_TOKEN_JOULES, per: [TASK, NICKNAME], first: 0) {{
          groups(by: TASK) {{
            key {{ value }}
            length: statistics(of: AVG_OUTPUT_LEN) {{ {mean} }}
            energy: statistics(of: ENERGY_PER_REQUEST_JOULES) {{ {mean} }}
          }}
          compareGroups(by: TASK, baseline: "lm-arena-chat", candidate: "gpqa",
                        of: [AVG_OUTPUT_LEN, ENERGY_PER_REQUEST_JOULES], aggregate: MEAN) {{
            metric baseline candidate ratio
          }}
        }}
      }}
    }}""")["llmRuns"]["bestRuns"]
    chosen = llm[(llm["gpu_model"] == "B200") & llm["task"].isin(["gpqa", "lm-arena-chat"])]
    best = least(chosen, ENERGY, "task", "nickname")
    means = {task: rows[list(columns)].mean() for task, rows in best.groupby("task")}
    for group, task in zip(answer["groups"], ("gpqa", "lm-arena-chat"), strict=True):
        assert group["key"] == [{"value": task}]
        for name, column in zip(("length", "energy"), columns, strict=True):
            values = best.loc[best["task"] == task, column]
            counts = {"count": values.count(), "nullCount": values.isna().sum()}
            assert group[name] == {**counts, "mean": pytest.approx(means[task][column], rel=1e-9)}
    for comparison, column in zip(answer["compareGroups"], columns, strict=True):
        chat, reasoning = means["lm-arena-chat"][column], means["gpqa"][column]
        assert comparison == {
            "metric": column.upper(),
            "baseline": pytest.approx(chat, rel=1e-9),
            "candidate": pytest.approx(reasoning, rel=1e-9),
            "ratio": pytest.approx(reasoning / chat, rel=1e-9),
        }


def test_each_task_at_the_largest_batch_as_a_selection(real_graph: Graph, llm: pd.DataFrame) -> None:
    """The runs at the largest batch per task, as rows of a selection."""
    fields = "task maxNumSeqs energyPerTokenJoules"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{nickname: {{eq: "Qwen 3 32B"}}, gpuModel: {{eq: "B200"}}, numGpus: {{eq: 1}}}}) {{
        bestRuns(by: MAX_NUM_SEQS, goal: MAXIMIZE, per: TASK, orderBy: [{{field: TASK}}]) {{ nodes {{ {fields} }} }}
      }}
    }}""")["llmRuns"]["bestRuns"]["nodes"]
    chosen = llm[(llm["nickname"] == "Qwen 3 32B") & (llm["gpu_model"] == "B200") & (llm["num_gpus"] == 1)]
    assert answer == nodes_of(greatest(chosen, "max_num_seqs", "task"), fields)


@pytest.mark.parametrize(("low", "high"), [(1, 16), (17, 128), (129, 4096)])
def test_eight_bit_weights_against_sixteen(real_graph: Graph, llm: pd.DataFrame, low: int, high: int) -> None:
    """Same task, GPU, count and batch, nicknames alike but for " FP8"; changes by band of batch."""
    match = ("task", "gpu_model", "num_gpus", "max_num_seqs", "base_nickname")
    answer = real_graph.ask(
        f"""query ($low: Int!, $high: Int!) {{
          llmRuns(first: 0, where: {{maxNumSeqs: {{gte: $low, lte: $high}}}}) {{
            pairs(match: [{", ".join(match).upper()}], differ: WEIGHT_PRECISION, baseline: "bfloat16", candidate: "fp8",
                  pick: {{by: ENERGY_PER_TOKEN_JOULES}}, compare: [ENERGY_PER_TOKEN_JOULES, MEDIAN_ITL_MS]) {{
              count pairs {{ key {{ value }} baseline {{ nickname }} candidate {{ nickname }} }}
              summary {{ metric decreased increased min median max }}
            }}
          }}
        }}""",
        low=low,
        high=high,
    )["llmRuns"]["pairs"]
    band = llm[llm["max_num_seqs"].between(low, high)].assign(base_nickname=llm["nickname"].str.removesuffix(" FP8"))
    keys = list(match)
    sixteen = band[band["weight_precision"] == "bfloat16"].sort_values(ENERGY).drop_duplicates(keys)
    eight = band[band["weight_precision"] == "fp8"].sort_values(ENERGY).drop_duplicates(keys)
    both = sixteen.merge(eight, on=keys, suffixes=("", "_fp8")).sort_values(keys)
    assert answer["count"] == len(both) > 0
    assert [pair["key"][-1]["value"] for pair in answer["pairs"]] == both["base_nickname"].tolist()
    assert [pair["candidate"]["nickname"] for pair in answer["pairs"]] == both["nickname_fp8"].tolist()
    for summary, column in zip(answer["summary"], (ENERGY, LATENCY), strict=True):
        change = (both[f"{column}_fp8"] - both[column]) / both[column]
        figures = {name: pytest.approx(getattr(change, name)(), rel=1e-9) for name in ("min", "median", "max")}
        signs = {"decreased": (change < 0).sum(), "increased": (change > 0).sum()}
        assert summary == {"metric": column.upper(), **signs, **figures}


def test_replicas_of_the_configurations_within_a_deadline(real_graph: Graph, llm: pd.DataFrame) -> None:
    """At the least and the largest batch that meets the deadline, how many replicas draw 1 MW."""
    fields = "maxNumSeqs avgPowerWatts replicas(powerTargetWatts: 1000000)"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, stability: ANY, where: {{
        task: {{eq: "lm-arena-chat"}}, modelId: {{eq: "Qwen/Qwen3-32B"}}, gpuModel: {{eq: "B200"}}, numGpus: {{eq: 1}},
        medianItlMs: {{lte: 40}}
      }}) {{
        least: best(by: MAX_NUM_SEQS) {{ run {{ {fields} }} }}
        largest: best(by: MAX_NUM_SEQS, goal: MAXIMIZE) {{ run {{ {fields} }} }}
      }}
    }}""")["llmRuns"]
    chosen = llm[
        (llm["task"] == "lm-arena-chat")
        & (llm["model_id"] == "Qwen/Qwen3-32B")
        & (llm["gpu_model"] == "B200")
        & (llm["num_gpus"] == 1)
        & (llm[LATENCY] <= 40)
    ]
    for name, row in (("least", least(chosen, "max_num_seqs")), ("largest", greatest(chosen, "max_num_seqs"))):
        power = row["avg_power_watts"].item()
        expected = {"maxNumSeqs": row["max_num_seqs"].item(), "avgPowerWatts": power, "replicas": ceil(1e6 / power)}
        assert answer[name] == [{"run": expected}]


def test_an_answer_identifies_its_data(real_graph: Graph) -> None:
    """The revision, the toolkit's version, and a digest of the selected runs."""
    answer = real_graph.ask("""{
      dataset { revision toolkitVersion }
      llmRuns(first: 2000, where: {task: {eq: "gpqa"}}) { digest nodes { id } }
    }""")
    revision = answer["dataset"]["revision"]
    assert revision == real_graph.dataset.provenance.revision
    assert answer["dataset"]["toolkitVersion"] == version("mlenergy-data")
    ids = sorted(node["id"] for node in answer["llmRuns"]["nodes"])
    digest = hashlib.sha256("".join(f"{line}\n" for line in (revision, *ids)).encode()).hexdigest()
    assert answer["llmRuns"]["digest"] == digest
