"""A third kind of run: the five files that docs/architecture.md names, changed on a copy of the project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.project_copy import copy_project, insert, run_python

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = """SPEECH_COLUMNS: tuple[Column, ...] = (
    text("domain", "Always `speech`.", kind=ColumnKind.NOTE),
    text("task", "Benchmark task.", vocabulary=True),
    _MODEL_ID,
    _NICKNAME,
    _TOTAL_PARAMS,
    _ACTIVATED_PARAMS,
    _WEIGHT_PRECISION,
    _GPU_MODEL,
    _NUM_GPUS,
    count("batch_size", "clips", "Number of clips per batch."),
    measured("avg_power_watts", "W", "Average total power of all GPUs."),
    measured("batch_latency_s", "s", "Average latency of a batch."),
    measured("audio_seconds_per_sec", "s/s", "Seconds of audio per second."),
    measured("energy_per_audio_second_joules", "J/s", "Energy per second of audio."),
    _RESULTS_PATH,
)

"""
KIND = """SPEECH = RunKind(
    name="speech",
    label="speech",
    qualifier="speech",
    type_name="SpeechRun",
    columns=SPEECH_COLUMNS,
    derived=(),
    task_kinds={"SPEECH": "Speech models."},
    batch_column="batch_size",
    throughput_column="audio_seconds_per_sec",
    latency_column="batch_latency_s",
    energy_column="energy_per_audio_second_joules",
    configuration=("task", "num_gpus", "batch_size"),
    id_columns=("task", "model_id", "gpu_model", "num_gpus", "batch_size"),
)

"""
TYPES = '''"""Speech runs."""

import strawberry

from schema.run_types import run_fields, run_types
from schema.runs import Run
from tables.run_kinds import SPEECH


@strawberry.federation.type(name=SPEECH.type_name, keys=["id"], description="Measured run of a speech model.")
@run_fields(SPEECH)
class SpeechRun(Run):
    """Measured run of a speech model."""


SPEECH_RUNS = run_types(SPEECH, SpeechRun, module=__name__)
SpeechRunConnection = SPEECH_RUNS.connection
'''
QUERY = """{
  speechRuns(where: {batchSize: {gt: 1}}, orderBy: [{field: BATCH_SIZE}]) {
    totalCount
    nodes { model { nickname } taskInfo { kind } timeline { unit } }
    groups(by: [GPU_MODEL]) { key { value } count }
  }
  models {
    nodes {
      bestSpeechRun(by: ENERGY_PER_AUDIO_SECOND_JOULES) { batchSize }
      speechSpeedup(baseline: "H100", candidate: "B200") { median pairCount }
      runsByGpu(speechWhere: {batchSize: {gt: 2}}) { gpu { model } speechRuns { totalCount } }
    }
  }
  dataset { speechRunCount llmRunCount }
}"""
PROGRAM = """
import json, pathlib, sys
from schema.build import build_schema
from tables.directory import open_directory
from tests.graph import Graph
print(json.dumps(Graph(build_schema(), open_directory(pathlib.Path(sys.argv[1]))).ask(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a kind of run more."""
    copy = copy_project(tmp_path_factory.mktemp("project") / "copy")
    insert(copy / "tables" / "catalogue.py", "MODEL_COLUMNS: tuple", COLUMNS)
    kinds = copy / "tables" / "run_kinds.py"
    insert(kinds, "LLM_COLUMNS, Column,", "SPEECH_COLUMNS, ")
    insert(kinds, "# By name, in the order", KIND)
    insert(kinds, ")}\n", ", SPEECH")
    insert(copy / "timelines" / "formats.py", "    LLM.name: ", '    "speech": ResultsFormat(),\n')
    (copy / "schema" / "speech_runs.py").write_text(TYPES, encoding="utf-8")
    all_runs = copy / "schema" / "all_runs.py"
    insert(all_runs, "\nRUN_TYPES", "from schema.speech_runs import SPEECH_RUNS\n")
    insert(all_runs, ")\n", ", SPEECH_RUNS")
    return copy


def run_of(gpu_model: str, batch_size: int) -> dict[str, Any]:
    """Return a run; B200 is twice as fast as H100."""
    return {
        "domain": "speech",
        "task": "transcription",
        "model_id": "org/speech",
        "nickname": "Speech",
        "total_params_billions": 1.0,
        "activated_params_billions": 1.0,
        "weight_precision": "bfloat16",
        "gpu_model": gpu_model,
        "num_gpus": 1,
        "batch_size": batch_size,
        "avg_power_watts": 300.0,
        "batch_latency_s": 1.0,
        "audio_seconds_per_sec": 10.0 * batch_size * (2 if gpu_model == "B200" else 1),
        "energy_per_audio_second_joules": 30.0 / batch_size,
    }


def test_a_kind_of_run_is_a_descriptor_its_columns_and_its_types(project: Path, tmp_path: Path) -> None:
    """Loading, filters, orders, views, counts and the fields of models and GPUs follow from the descriptor."""
    (tmp_path / "runs").mkdir()
    runs = [run_of(gpu_model, batch_size) for gpu_model in ("B200", "H100") for batch_size in (1, 2, 4)]
    pq.write_table(pa.Table.from_pylist(runs), tmp_path / "runs" / "speech.parquet")
    answered = run_python(project, "-c", PROGRAM, str(tmp_path), QUERY)
    assert answered.returncode == 0, answered.stderr
    node = {"model": {"nickname": "Speech"}, "taskInfo": {"kind": "SPEECH"}, "timeline": None}
    assert json.loads(answered.stdout) == {
        "speechRuns": {
            "totalCount": 4,
            "nodes": [node] * 4,
            "groups": [{"key": [{"value": gpu_model}], "count": 2} for gpu_model in ("B200", "H100")],
        },
        "models": {
            "nodes": [
                {
                    "bestSpeechRun": {"batchSize": 4},
                    "speechSpeedup": {"median": 2.0, "pairCount": 3},
                    "runsByGpu": [
                        {"gpu": {"model": gpu_model}, "speechRuns": {"totalCount": 1}} for gpu_model in ("B200", "H100")
                    ],
                }
            ]
        },
        "dataset": {"speechRunCount": 6, "llmRunCount": 0},
    }


def test_the_types_of_the_kind_are_described(project: Path) -> None:
    """The tests of the schema accept the new types but for the list of names and the committed SDL."""
    exported = run_python(project, "server.py", "export-schema")
    assert exported.returncode == 0, exported.stderr
    tested = run_python(
        project, "-m", "pytest", "-q", "-k", "described", "-p", "no:cacheprovider", "tests/test_schema.py"
    )
    assert tested.returncode == 0, tested.stdout[-3000:]
