"""`...UnavailableBecause` states why a field from a raw file has no value, without an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample import write_sample
from schema.build import build_schema
from tables.directory import open_directory
from tests.graph import Graph
from tests.naive_oracle import rows_of

if TYPE_CHECKING:
    from pathlib import Path

VALUES = {
    "timeline": "timeline(maxPoints: 2) { unit }",
    "outputLengths": "outputLengths { count }",
    "interTokenLatencies": "interTokenLatencies { count }",
}
NO_FILE = "this dataset does not contain the raw file of this run"


def test_the_reason_is_the_message_of_the_error(tmp_path: Path) -> None:
    """With a file that is missing, damaged or empty: the text of the field's error, null where it has a value."""
    write_sample(tmp_path, runs=8, seed=1)
    dataset = open_directory(tmp_path)
    rows = [row for name in ("llmRuns", "diffusionRuns") for row in rows_of(dataset, name)]
    llm = [row for row in rows if row["domain"] == "llm"]
    (tmp_path / llm[0]["resultsPath"]).unlink()
    (tmp_path / llm[1]["resultsPath"]).write_text("{", encoding="utf-8")
    (tmp_path / llm[2]["resultsPath"]).write_text("{}", encoding="utf-8")
    graph = Graph(build_schema(), dataset)
    reasons = {}
    for row in rows:
        lookup = f'run: {"llmRun" if row in llm else "diffusionRun"}(id: "{row["id"]}")'
        for name, selected in VALUES.items() if row in llm else [*VALUES.items()][:1]:
            value = graph.answer(f"{{ {lookup} {{ value: {selected} }} }}")
            reason = graph.ask(f"{{ {lookup} {{ reason: {name}UnavailableBecause }} }}")["run"]["reason"]
            assert reason == (value.errors[0].message if value.errors else None)
            reasons[row["id"], name] = reason
    for row in llm[:3]:
        assert all(reasons[row["id"], name] for name in VALUES)
    assert None in reasons.values()


def test_a_window_that_a_run_lacks_is_a_reason(graph: Graph) -> None:
    """Diffusion runs have no steady state: an error of the timeline, and its text as the reason."""
    lookup = f'run: diffusionRun(id: "{rows_of(graph.dataset, "diffusionRuns")[0]["id"]}")'
    error = graph.answer(f"{{ {lookup} {{ timeline(window: STEADY_STATE) {{ unit }} }} }}").errors
    reason = graph.ask(f"{{ {lookup} {{ timelineUnavailableBecause(window: STEADY_STATE) }} }}")
    assert error
    assert reason == {"run": {"timelineUnavailableBecause": error[0].message}}


def test_a_run_without_a_raw_file_says_so(real_graph: Graph) -> None:
    """The published tables alone name no raw file; no run opens one, so their number is not limited."""
    fields = " ".join(f"{name} {{ __typename }} {name}UnavailableBecause" for name in VALUES)
    answer = real_graph.ask(
        f"{{ llmRuns(first: 100) {{ nodes {{ {fields} }} }} "
        "diffusionRuns(first: 100) { nodes { timeline { unit } timelineUnavailableBecause } } }"
    )
    for row in answer["llmRuns"]["nodes"]:
        assert row == {key: None if key in VALUES else NO_FILE for key in row}
    for row in answer["diffusionRuns"]["nodes"]:
        assert row == {"timeline": None, "timelineUnavailableBecause": NO_FILE}
