"""Questions of the leaderboard: one request each over the published figures, against pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pytest

from tests.resolvers.views.pandas_rows import least, nodes_of

if TYPE_CHECKING:
    from tests.graph import Graph

ENERGY, LATENCY = "energy_per_token_joules", "median_itl_ms"
TASKS = {"gpqa": 187, "lm-arena-chat": 328, "sourcegraph-fim": 50, "image-chat": 173, "video-chat": 100}
DIFFUSION_TASKS = {"text-to-image": 638, "text-to-video": 382}


def test_the_index_has_every_task_and_model(real_graph: Graph, llm: pd.DataFrame, diffusion: pd.DataFrame) -> None:
    """The tasks; every model with nickname, architecture, parameters and precision."""
    fields = "modelId nickname architecture totalParamsBillions activatedParamsBillions weightPrecision"
    answer = real_graph.ask(f"""{{
      tasks {{ name }}
      models(first: 2000) {{ totalCount nodes {{ {fields} }} }}
    }}""")
    runs = pd.concat([llm, diffusion])
    models = runs.drop_duplicates("model_id").sort_values("model_id")
    assert {task["name"] for task in answer["tasks"]} == set(runs["task"])
    assert answer["models"] == {"totalCount": 46, "nodes": nodes_of(models, fields)}


@pytest.mark.parametrize(("task", "count"), TASKS.items())
def test_a_task_table_of_llm_runs(real_graph: Graph, llm: pd.DataFrame, task: str, count: int) -> None:
    """All runs of a task by model, GPU, GPU count, batch, repeats and seed."""
    order = "modelId gpuModel numGpus maxNumSeqs numRequestRepeats seed"
    fields = f"{order} energyPerTokenJoules medianItlMs outputThroughputTokensPerSec avgPowerWatts"
    answer = real_graph.ask(
        f"""query ($task: String!) {{
          llmRuns(first: 2000, where: {{task: {{eq: $task}}}}, orderBy: [
            {{field: MODEL_ID}}, {{field: GPU_MODEL}}, {{field: NUM_GPUS}}, {{field: MAX_NUM_SEQS}},
            {{field: NUM_REQUEST_REPEATS}}, {{field: SEED}}
          ]) {{ totalCount nodes {{ {fields} }} }}
        }}""",
        task=task,
    )["llmRuns"]
    keys = ["model_id", "gpu_model", "num_gpus", "max_num_seqs", "num_request_repeats", "seed"]
    assert answer["totalCount"] == count
    check_table(answer["nodes"], nodes_of(llm[llm["task"] == task].sort_values(keys), fields), order)


@pytest.mark.parametrize(("task", "count"), DIFFUSION_TASKS.items())
def test_a_task_table_of_diffusion_runs(real_graph: Graph, diffusion: pd.DataFrame, task: str, count: int) -> None:
    """All runs of a task by model, GPU, GPU count, batch, height, width, steps, ulysses, ring and compile."""
    order = "modelId gpuModel numGpus batchSize height width inferenceSteps ulyssesDegree ringDegree useTorchCompile"
    fields = f"{order} numFrames fps energyPerGenerationJoules batchLatencyS throughputGenerationsPerSec"
    answer = real_graph.ask(
        f"""query ($task: String!) {{
          diffusionRuns(first: 2000, where: {{task: {{eq: $task}}}}, orderBy: [
            {{field: MODEL_ID}}, {{field: GPU_MODEL}}, {{field: NUM_GPUS}}, {{field: BATCH_SIZE}}, {{field: HEIGHT}},
            {{field: WIDTH}}, {{field: INFERENCE_STEPS}}, {{field: ULYSSES_DEGREE}}, {{field: RING_DEGREE}},
            {{field: USE_TORCH_COMPILE}}
          ]) {{ totalCount nodes {{ {fields} }} }}
        }}""",
        task=task,
    )["diffusionRuns"]
    parallel = ["ulysses_degree", "ring_degree"]
    keys = ["model_id", "gpu_model", "num_gpus", "batch_size", "height", "width", "inference_steps", *parallel]
    assert answer["totalCount"] == count
    check_table(answer["nodes"], nodes_of(diffusion[diffusion["task"] == task].sort_values(keys), fields), order)


def check_table(nodes: list[dict[str, Any]], expected: list[dict[str, Any]], order: str) -> None:
    """Compare rows in order; rows with equal order keys may be swapped."""

    def keys(rows: list[dict[str, Any]]) -> list[list[Any]]:
        return [[row[field] for field in order.split()] for row in rows]

    assert keys(nodes) == keys(expected)
    assert sorted(map(repr, nodes)) == sorted(map(repr, [floats_as_counts(row) for row in expected]))


def floats_as_counts(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with whole numbers where pandas had to write floats, because others of the column are missing."""
    return {name: int(cell) if name in {"numFrames", "fps"} and cell else cell for name, cell in row.items()}


def test_the_best_run_of_each_model_within_a_deadline_and_a_budget(real_graph: Graph, llm: pd.DataFrame) -> None:
    """On these GPUs, with latency and energy bounded, each model's run at least energy, by energy."""
    fields = "modelId nickname gpuModel numGpus maxNumSeqs energyPerTokenJoules medianItlMs avgPowerWatts"
    answer = real_graph.ask(f"""{{
      llmRuns(first: 0, where: {{
        task: {{eq: "lm-arena-chat"}}, gpuModel: {{in: ["H100", "B200"]}},
        medianItlMs: {{lte: 40}}, energyPerTokenJoules: {{lte: 0.5}}
      }}) {{
        groups(by: MODEL_ID, orderBy: {{aggregate: MIN, of: ENERGY_PER_TOKEN_JOULES}}) {{
          best(by: ENERGY_PER_TOKEN_JOULES) {{ {fields} }}
        }}
      }}
    }}""")["llmRuns"]["groups"]
    chosen = llm[(llm["task"] == "lm-arena-chat") & (llm[LATENCY] <= 40) & (llm[ENERGY] <= 0.5)]
    best = least(chosen, ENERGY, "model_id").sort_values(ENERGY)
    assert 5 < len(best) < chosen["model_id"].size
    assert [group["best"] for group in answer] == nodes_of(best, fields)


def test_the_bounds_of_the_sliders(real_graph: Graph, llm: pd.DataFrame, diffusion: pd.DataFrame) -> None:
    """The greatest energy and latency of a task, and its GPU models."""
    answer = real_graph.ask("""{
      gpqa: llmRuns(first: 0, where: {task: {eq: "gpqa"}}) {
        energy: statistics(of: ENERGY_PER_TOKEN_JOULES) { max }
        latency: statistics(of: MEDIAN_ITL_MS) { max }
        facets(of: GPU_MODEL) { values { value } }
      }
      images: diffusionRuns(first: 0, where: {task: {eq: "text-to-image"}}) {
        energy: statistics(of: ENERGY_PER_GENERATION_JOULES) { max }
        latency: statistics(of: BATCH_LATENCY_S) { max }
        facets(of: GPU_MODEL) { values { value } }
      }
    }""")
    tables = {
        "gpqa": llm[llm["task"] == "gpqa"][[ENERGY, LATENCY, "gpu_model"]],
        "images": diffusion[diffusion["task"] == "text-to-image"][
            ["energy_per_generation_joules", "batch_latency_s", "gpu_model"]
        ],
    }
    for name, table in tables.items():
        energy, latency, gpus = (table[column] for column in table.columns)
        assert answer[name] == {
            "energy": {"max": energy.max()},
            "latency": {"max": latency.max()},
            "facets": [{"values": [{"value": gpu} for gpu in sorted(gpus.unique())]}],
        }


def staircase(runs: pd.DataFrame, latency: str, energy: str) -> list[float]:
    """Return the energies on a time-energy frontier, by latency: each is less than all at less latency."""
    energies = runs.sort_values([latency, energy])[energy]
    found: list[float] = energies[energies < energies.cummin().shift(fill_value=float("inf"))].tolist()
    return found


@pytest.mark.parametrize("latency", ["p50_itl_ms", "p90_itl_ms", "p95_itl_ms", "p99_itl_ms"])
def test_the_time_energy_frontier_of_a_task(real_graph: Graph, llm: pd.DataFrame, latency: str) -> None:
    """Over all models and for each, by one inter-token latency."""
    answer = real_graph.ask(
        """query ($latency: LLMRunMetric!) {
          llmRuns(first: 0, where: {task: {eq: "gpqa"}}) {
            all: paretoFrontier(minimize: [$latency, ENERGY_PER_TOKEN_JOULES]) { ...frontier }
            models: paretoFrontier(minimize: [$latency, ENERGY_PER_TOKEN_JOULES], per: MODEL_ID) { ...frontier }
          }
        }
        fragment frontier on LLMParetoFrontier { key { value } nullCount runs { energyPerTokenJoules } }""",
        latency=latency.upper(),
    )["llmRuns"]
    gpqa = llm[llm["task"] == "gpqa"]

    def frontier(key: list[str], runs: pd.DataFrame) -> dict[str, Any]:
        steps = [{"energyPerTokenJoules": energy} for energy in staircase(runs, latency, ENERGY)]
        return {"key": [{"value": value} for value in key], "nullCount": 0, "runs": steps}

    assert answer["all"] == [frontier([], gpqa)]
    assert answer["models"] == [frontier([model], runs) for model, runs in gpqa.groupby("model_id")]


def test_the_time_energy_frontier_of_a_diffusion_task(real_graph: Graph, diffusion: pd.DataFrame) -> None:
    """Over all models and for each, by batch latency."""
    answer = real_graph.ask("""{
      diffusionRuns(first: 0, where: {task: {eq: "text-to-video"}}) {
        all: paretoFrontier(minimize: [BATCH_LATENCY_S, ENERGY_PER_GENERATION_JOULES]) { ...frontier }
        models: paretoFrontier(minimize: [BATCH_LATENCY_S, ENERGY_PER_GENERATION_JOULES], per: MODEL_ID) { ...frontier }
      }
    }
    fragment frontier on DiffusionParetoFrontier { runs { energyPerGenerationJoules } }""")["diffusionRuns"]
    videos = diffusion[diffusion["task"] == "text-to-video"]
    energies = {
        name: [[run["energyPerGenerationJoules"] for run in frontier["runs"]] for frontier in answer[name]]
        for name in answer
    }
    columns = ("batch_latency_s", "energy_per_generation_joules")
    assert energies["all"] == [staircase(videos, *columns)]
    assert energies["models"] == [staircase(runs, *columns) for _, runs in videos.groupby("model_id")]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_a_comparison_of_models_counts_rows_and_models(real_graph: Graph, llm: pd.DataFrame, direction: str) -> None:
    """Models, GPUs and GPU counts in sets, by batch with ties by model id; row and model counts."""
    models = ["Qwen/Qwen3-8B", "Qwen/Qwen3-14B", "Qwen/Qwen3-32B", "openai/gpt-oss-20b", "openai/gpt-oss-120b"]
    fields = "maxNumSeqs modelId gpuModel numGpus energyPerTokenJoules"
    answer = real_graph.ask(
        f"""query ($models: [String!], $direction: MLEnergySortDirection!) {{
          llmRuns(first: 2000, orderBy: [{{field: MAX_NUM_SEQS, direction: $direction}}, {{field: MODEL_ID}}], where: {{
            modelId: {{in: $models}}, gpuModel: {{in: ["B200", "H100"]}}, numGpus: {{in: [1, 2]}}
          }}) {{ totalCount nodes {{ {fields} }} groups(by: MODEL_ID) {{ key {{ value }} count }} }}
        }}""",
        models=models,
        direction=direction,
    )["llmRuns"]
    chosen = llm[llm["model_id"].isin(models) & llm["gpu_model"].isin(["B200", "H100"]) & llm["num_gpus"].isin([1, 2])]
    chosen = chosen.sort_values(["max_num_seqs", "model_id"], ascending=[direction == "ASC", True])
    assert answer["totalCount"] == len(chosen) > 100
    check_table(answer["nodes"], nodes_of(chosen, fields), "maxNumSeqs modelId")
    counts = chosen["model_id"].value_counts().sort_index()
    assert answer["groups"] == [{"key": [{"value": model}], "count": count} for model, count in counts.items()]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_a_comparison_keeps_missing_values_last(real_graph: Graph, diffusion: pd.DataFrame, direction: str) -> None:
    """Images have no frames and come after the videos in both directions; ties are ordered by model id."""
    order = "numFrames modelId"
    answer = real_graph.ask(
        f"""query ($direction: MLEnergySortDirection!) {{
          diffusionRuns(first: 2000, orderBy: [{{field: NUM_FRAMES, direction: $direction}}, {{field: MODEL_ID}}]) {{
            totalCount nodes {{ {order} energyPerGenerationJoules }} facets(of: MODEL_ID) {{ values {{ value }} }}
          }}
        }}""",
        direction=direction,
    )["diffusionRuns"]
    by = diffusion.sort_values(["num_frames", "model_id"], ascending=[direction == "ASC", True], na_position="last")
    check_table(answer["nodes"], nodes_of(by, f"{order} energyPerGenerationJoules"), order)
    assert [node["numFrames"] for node in answer["nodes"]][-638:] == [None] * 638
    assert len(answer["facets"][0]["values"]) == diffusion["model_id"].nunique() == 12


def test_the_labels_of_configurations(real_graph: Graph, llm: pd.DataFrame, diffusion: pd.DataFrame) -> None:
    """The degrees above 1, as `TP8 DP2 EP8` and `U4 R2`."""
    answer = real_graph.ask("""{
      llmRuns(first: 2000) { nodes { energyPerTokenJoules parallelism } }
      diffusionRuns(first: 2000) { nodes { energyPerGenerationJoules parallelism } }
    }""")
    degrees: dict[str, tuple[pd.DataFrame, dict[str, str]]] = {
        "llmRuns": (llm, {"TP": "tensor_parallel", "DP": "data_parallel", "EP": "expert_parallel"}),
        "diffusionRuns": (diffusion, {"U": "ulysses_degree", "R": "ring_degree"}),
    }
    for name, (runs, letters) in degrees.items():
        labels = [
            " ".join(f"{letter}{run[column]}" for letter, column in letters.items() if run[column] > 1)
            for run in runs.to_dict("records")
        ]
        assert [node["parallelism"] for node in answer[name]["nodes"]] == labels
        assert len(set(labels)) > 5
