"""Questions of the toolkit's users: one request each over the published figures, against pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.naive_oracle import is_stable, rows_of
from tests.resolvers.views.pandas_rows import greatest, least, nodes_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # no type information installed

    from tests.graph import Graph

ENERGY, THROUGHPUT = "energy_per_token_joules", "output_throughput_tokens_per_sec"
ROW = "modelId gpuModel numGpus maxNumSeqs architecture energyPerTokenJoules medianItlMs"


def test_the_run_at_least_energy_overall_per_gpu_and_per_architecture(real_graph: Graph, llm: pd.DataFrame) -> None:
    """For gpqa; the same per GPU; the same per architecture on B200."""
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{task: {{eq: "gpqa"}}}}) {{
        best(by: ENERGY_PER_TOKEN_JOULES) {{ run {{ {ROW} }} }}
        perGpu: best(by: ENERGY_PER_TOKEN_JOULES, per: GPU_MODEL) {{ run {{ {ROW} }} }}
      }}
      b200: llmRuns(first: 0, where: {{task: {{eq: "gpqa"}}, gpuModel: {{eq: "B200"}}}}) {{
        perArchitecture: best(by: ENERGY_PER_TOKEN_JOULES, per: ARCHITECTURE) {{ run {{ {ROW} }} }}
      }}
    }}""")
    gpqa = llm[llm["task"] == "gpqa"]
    b200 = gpqa[gpqa["gpu_model"] == "B200"]
    found = {name: [best["run"] for best in view] for part in answer.values() for name, view in part.items()}
    assert found == {
        "best": nodes_of(least(gpqa, ENERGY), ROW),
        "perGpu": nodes_of(least(gpqa, ENERGY, "gpu_model"), ROW),
        "perArchitecture": nodes_of(least(b200, ENERGY, "architecture"), ROW),
    }
    assert len(found["perArchitecture"]) == 3


def test_the_least_energy_per_model_and_batch(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Per (model, batch), the run and, as a figure, its energy."""
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0) {{
        best(by: ENERGY_PER_TOKEN_JOULES, per: [MODEL_ID, MAX_NUM_SEQS]) {{ run {{ {ROW} }} }}
        groups(by: [MODEL_ID, MAX_NUM_SEQS]) {{ statistics(of: ENERGY_PER_TOKEN_JOULES) {{ min }} }}
      }}
    }}""")["llmRuns"]
    best = least(llm, ENERGY, "model_id", "max_num_seqs")
    assert [best["run"] for best in answer["best"]] == nodes_of(best, ROW)
    assert [group["statistics"]["min"] for group in answer["groups"]] == best[ENERGY].tolist()


def test_the_highest_and_lowest_throughput_per_gpu(real_graph: Graph, llm: pd.DataFrame) -> None:
    """On chat, each GPU's run with the highest and the lowest output throughput."""
    fields = f"{ROW} outputThroughputTokensPerSec"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{task: {{eq: "lm-arena-chat"}}}}) {{
        highest: best(by: OUTPUT_THROUGHPUT_TOKENS_PER_SEC, goal: MAXIMIZE, per: GPU_MODEL) {{ run {{ {fields} }} }}
        lowest: best(by: OUTPUT_THROUGHPUT_TOKENS_PER_SEC, per: GPU_MODEL) {{ run {{ {fields} }} }}
      }}
    }}""")["llmRuns"]
    chat = llm[llm["task"] == "lm-arena-chat"]
    assert [best["run"] for best in answer["highest"]] == nodes_of(greatest(chat, THROUGHPUT, "gpu_model"), fields)
    assert [best["run"] for best in answer["lowest"]] == nodes_of(least(chat, THROUGHPUT, "gpu_model"), fields)


def test_ranges_of_batches_and_gpus(real_graph: Graph, llm: pd.DataFrame) -> None:
    """Batches from 16 to 128 on two GPUs or more; the published figures hold no unstable run."""
    answer = real_graph.ask(f"""{{
      ranges: llmRuns(first: 2000, where: {{maxNumSeqs: {{gte: 16, lte: 128}}, numGpus: {{gte: 2}}}}) {{
        totalCount nodes {{ {ROW} }}
      }}
      unstable: llmRuns(first: 2000, stability: UNSTABLE) {{
        totalCount nodes {{ modelId unstableReason }}
        groups(by: TASK) {{ count }} best(by: ENERGY_PER_TOKEN_JOULES) {{ run {{ id }} }}
        statistics(of: ENERGY_PER_TOKEN_JOULES) {{ count mean }}
      }}
    }}""")
    chosen = llm[llm["max_num_seqs"].between(16, 128) & (llm["num_gpus"] >= 2)]
    assert answer["ranges"] == {"totalCount": len(chosen), "nodes": nodes_of(chosen, ROW)}
    assert len(chosen) > 50
    nothing = {"groups": [], "best": [], "statistics": {"count": 0, "mean": None}}
    assert answer["unstable"] == {"totalCount": 0, "nodes": [], **nothing}


def test_unstable_runs_alone_with_their_reason(graph: Graph) -> None:
    """On the sample, which has unstable runs: these and no other, each with its reason."""
    answer = graph.ask(
        "{ llmRuns(first: 2000, stability: UNSTABLE) { totalCount nodes { id isStable unstableReason } } }"
    )["llmRuns"]
    unstable = [row for row in rows_of(graph.dataset, "llmRuns") if is_stable(row, "UNSTABLE")]
    assert answer["nodes"] == [
        {"id": row["id"], "isStable": False, "unstableReason": row["unstableReason"]} for row in unstable
    ]
    assert answer["totalCount"] == len(unstable) > 0
    assert all(node["unstableReason"] for node in answer["nodes"])
