"""Views that read the raw files of a selection, compared with the toolkit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from mlenergy.data.records import LLMRuns

from tests.runs_by_path import llm_runs

if TYPE_CHECKING:
    from tests.graph import Graph
    from tests.toolkit_directory import Written


def test_item_6_output_lengths_of_a_selection_have_common_bins(written: Written, written_graph: Graph) -> None:
    """For every model and task: 50 bins over all runs, per run and pooled, and the edges as energies."""
    query = """query($where: LLMRunFilter) { llmRuns(where: $where, stability: ANY, first: 0) {
      totalCount outputLengthDistribution { edges count counts runsWithoutFile runs {
        run { resultsPath } count counts energyEdgesJoules } } } }"""
    runs = llm_runs(written)
    selections = {(run.model_id, run.task) for run in runs.values()}
    for model, task in sorted(selections):
        where = {"modelId": {"eq": model}, "task": {"eq": task}}
        actual = written_graph.ask(query, where=where)["llmRuns"]["outputLengthDistribution"]
        chosen = {path: run for path, run in runs.items() if (run.model_id, run.task) == (model, task)}
        lengths = {path: run.output_lengths() for path, run in chosen.items()}
        pooled = [length for each in lengths.values() for length in each]
        counts, edges = np.histogram(pooled, 50)
        np.testing.assert_allclose(actual["edges"], edges, rtol=1e-12)
        assert actual["counts"] == counts.tolist()
        assert [actual["count"], actual["runsWithoutFile"]] == [len(pooled), 0]
        assert {each["run"]["resultsPath"] for each in actual["runs"]} == set(chosen)
        for each in actual["runs"]:
            path = each["run"]["resultsPath"]
            assert each["count"] == len(lengths[path])
            assert each["counts"] == np.histogram(lengths[path], edges)[0].tolist()
            energies = edges * chosen[path].energy_per_token_joules
            np.testing.assert_allclose(each["energyEdgesJoules"], energies, rtol=1e-12)


def test_item_28_power_traces_have_a_common_grid(written: Written, written_graph: Graph) -> None:
    """Per model, GPUs and batch: 0.1 s from 0 to the median duration, linear, the median over runs, per GPU."""
    query = """query($where: LLMRunFilter) { llmRuns(where: $where, stability: ANY, first: 0) {
      commonTimelines(per: [MODEL_ID, NUM_GPUS, MAX_NUM_SEQS]) {
        key { field value } runCount runsWithoutFile unit durationS relativeTimeS value valuePerGpu } } }"""
    runs = written.llm
    several = 0
    for task in sorted({run.task for run in runs}):
        where = {"task": {"eq": task}}
        for actual in written_graph.ask(query, where=where)["llmRuns"]["commonTimelines"]:
            key = {each["field"]: each["value"] for each in actual["key"]}
            chosen = LLMRuns(
                [
                    run
                    for run in runs.task(task).model_id(key["modelId"])
                    if (f"{run.num_gpus}", f"{run.max_num_seqs}") == (key["numGpus"], key["maxNumSeqs"])
                ]
            )
            traces = [run.timelines(metric="power.device_instant") for run in chosen]
            several += len(traces) > 1
            duration = float(np.median([trace["relative_time_s"].iloc[-1] for trace in traces]))
            grid = np.arange(0.0, duration + 1e-12, 0.1)
            values = np.vstack([np.interp(grid, trace["relative_time_s"], trace["value"]) for trace in traces])
            assert [actual["runCount"], actual["runsWithoutFile"], actual["unit"]] == [len(traces), 0, "W"]
            assert actual["durationS"] == pytest.approx(duration, rel=1e-9)
            np.testing.assert_allclose(actual["relativeTimeS"], grid, rtol=0, atol=1e-9)
            median = np.median(values, axis=0)
            np.testing.assert_allclose(actual["value"], median, rtol=1e-9)
            np.testing.assert_allclose(actual["valuePerGpu"], median / int(key["numGpus"]), rtol=1e-9)
    assert several > 0
