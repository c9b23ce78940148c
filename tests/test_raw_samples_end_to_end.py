"""Output lengths, inter-token latencies and their mixtures in the graph, compared with the toolkit."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import numpy as np
import pytest
from mlenergy.data.modeling import ITLMixtureModel

from tests.runs_by_path import fields_by_path, llm_runs
from tests.timelines.mixture_oracle import kolmogorov_smirnov

if TYPE_CHECKING:
    from tests.graph import Graph
    from tests.toolkit_directory import Written

_PERCENTS = [0, 10, 50, 99, 100]
MIXTURE = """loc piSteady sigmaSteady scaleSteady piStall sigmaStall scaleStall mean variance sampleCount
  sampleMean sampleStddev ksDistance warnings"""


def test_output_lengths_equal_the_toolkits(written: Written, written_graph: Graph) -> None:
    """Every run's lengths in the file's order; the statistics are numpy's."""
    fields = f"""outputLengths {{ count values min max mean percentiles(p: {_PERCENTS})
      histogram(bins: 7) {{ edges counts outside nullCount }} }}"""
    nodes = fields_by_path(written_graph, "llm", fields)
    for path, run in llm_runs(written).items():
        actual, expected = nodes[path]["outputLengths"], run.output_lengths()
        assert actual["values"] == expected
        assert actual["count"] == len(expected)
        assert [actual["min"], actual["max"]] == [min(expected), max(expected)]
        assert actual["mean"] == pytest.approx(np.mean(expected), rel=1e-12)
        np.testing.assert_allclose(actual["percentiles"], np.percentile(expected, _PERCENTS), rtol=1e-12)
        counts, edges = np.histogram(expected, 7)
        np.testing.assert_allclose(actual["histogram"]["edges"], edges, rtol=1e-12)
        assert actual["histogram"]["counts"] == counts.tolist()
        assert [actual["histogram"]["outside"], actual["histogram"]["nullCount"]] == [0, 0]
    assert len(nodes) == len(written.llm)


def test_inter_token_latencies_equal_the_toolkits(written: Written, written_graph: Graph) -> None:
    """Every run's smoothed latencies: count, extremes, mean, percentiles and bins."""
    fields = f"""interTokenLatencies {{ count min max mean percentiles(p: {_PERCENTS})
      histogram {{ edges counts }} }}"""
    nodes = fields_by_path(written_graph, "llm", fields)
    for path, run in llm_runs(written).items():
        actual, expected = nodes[path]["interTokenLatencies"], run.inter_token_latencies()
        assert actual["count"] == len(expected)
        assert [actual["min"], actual["max"]] == [min(expected), max(expected)]
        assert actual["mean"] == pytest.approx(np.mean(expected), rel=1e-12)
        np.testing.assert_allclose(actual["percentiles"], np.percentile(expected, _PERCENTS), rtol=1e-12)
        counts, edges = np.histogram(expected, 50)
        np.testing.assert_allclose(actual["histogram"]["edges"], edges, rtol=1e-12)
        assert actual["histogram"]["counts"] == counts.tolist()


@pytest.mark.parametrize(("arguments", "most", "seed"), [("", 2048, 0), ("(maxSamples: 100, seed: 7)", 100, 7)])
def test_item_29_mixtures_equal_the_toolkits(
    written: Written, written_graph: Graph, arguments: str, most: int, seed: int
) -> None:
    """`maxSamples` smoothed samples, drawn with the seed, give the toolkit's parameters."""
    nodes = fields_by_path(written_graph, "llm", f"interTokenLatencies {{ mixture{arguments} {{ {MIXTURE} }} }}")
    for path, run in list(llm_runs(written).items())[::5]:
        samples = np.array(run.inter_token_latencies())
        model = ITLMixtureModel.fit(samples, max_samples=most, seed=seed)
        mean, variance = model.mean_var()
        expected = {
            "loc": model.loc,
            "piSteady": model.pi_steady,
            "sigmaSteady": model.sigma_steady,
            "scaleSteady": model.scale_steady,
            "piStall": model.pi_stall,
            "sigmaStall": model.sigma_stall,
            "scaleStall": model.scale_stall,
            "mean": mean,
            "variance": variance,
            "sampleCount": min(most, samples.size),
            "sampleMean": fmean(samples),
            "sampleStddev": stdev(samples),
            "ksDistance": kolmogorov_smirnov(samples.tolist(), model),
        }
        actual = nodes[path]["interTokenLatencies"]["mixture"]
        warned = [text.split(" is ")[0].removeprefix("the mixture's ") for text in actual.pop("warnings")]
        assert actual == pytest.approx(expected, rel=1e-9)
        off = {"mean": mean / fmean(samples), "standard deviation": sqrt(variance) / stdev(samples)}
        assert warned == [figure for figure, ratio in off.items() if abs(ratio - 1) > 0.15]
