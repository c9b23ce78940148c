"""Logistic fits equal the toolkit's own fits of naively computed medians."""

from __future__ import annotations

from math import fsum, sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlenergy.data.modeling import LogisticModel

from resolvers.context import Limits
from resolvers.views.fit_quality import percent_text
from tests.drawn_datasets import dataset_of
from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, field_of, plain_cells, run_datasets, selected, selections
from tests.resolvers.views.view_oracles import groups_of, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd  # type: ignore[import-untyped]  # no type information installed
    from strawberry.federation import Schema

    from tables.dataset import Dataset

FIT = """L x0 k b0 warnings rmse rSquared maxRelativeResidual nullCount
  points { batch runCount value fitted residual relativeResidual } values(at: [1, 24])"""
BATCH = {"llm": "maxNumSeqs", "diffusion": "batchSize"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(data=st.data())
def test_fits_are_the_toolkits_through_medians(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Per key, without excluded batch sizes, with nulls counted; a group without values has no fit."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    keys = data.draw(st.lists(st.sampled_from(of.keys), max_size=1))
    metric = data.draw(st.sampled_from(of.metrics))
    exclude = data.draw(st.lists(st.integers(1, 3), max_size=2))
    stability = ", stability: ANY" if kind == "llm" else ""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{ {of.list}(where: $where, first: 0{stability}) {{
          logisticFits(of: {metric}, per: [{", ".join(keys)}], exclude: {exclude}) {{
            key {{ field value number }} {FIT}
          }}
        }} }}""",
        where=where,
    )[of.list]["logisticFits"]

    expected = []
    for key, rows in groups_of(selected(dataset, kind, where), keys).items():
        included = [row for row in rows if row[BATCH[kind]] not in exclude]
        points = [(row[BATCH[kind]], row[field_of(metric)]) for row in included]
        if any(value is not None for _, value in points):
            expected.append({"key": key_of(keys, key), **fit_of(points)})
    assert [without_quality(fit) for fit in answer] == expected


def without_quality(fit: dict[str, Any]) -> dict[str, Any]:
    """Check a fit's quality fields against a naive computation from its points; return its other fields."""
    points = fit["points"]
    values, fitted = [point["value"] for point in points], [point["fitted"] for point in points]
    relative = [abs(value - fit) / abs(value) if value else None for value, fit in zip(values, fitted, strict=True)]
    assert [point["relativeResidual"] for point in points] == relative
    worst = max((each for each in relative if each is not None), default=None)
    assert fit["maxRelativeResidual"] == worst
    squares = fsum((value - fit) ** 2 for value, fit in zip(values, fitted, strict=True))
    variation = fsum((value - fsum(values) / len(values)) ** 2 for value in values)
    # The variation of equal values is only their rounding.
    r_squared = None if len(set(values)) == 1 else pytest.approx(1 - squares / variation, rel=1e-6, abs=1e-6)
    assert fit["rSquared"] == r_squared

    shape_warnings = [
        text for text in fit["warnings"] if not text.startswith(("the fit is", "the measured value is 0"))
    ]
    residual_warnings = [text for text in fit["warnings"] if text.startswith("the fit is")]
    assert bool(residual_warnings) == (worst is not None and worst > 0.15)
    if residual_warnings and worst is not None:
        at = relative.index(worst)
        (text,) = residual_warnings
        assert text == (
            f"the fit is {percent_text(worst)} off at batch {points[at]['batch']}: measured {values[at]:g}, fitted "
            f"{fitted[at]:g}; above 15%, interpolate between the measured points instead"
        )
    at_zero = [abs(point["fitted"]) for point in points if not point["value"]]
    missed = any(each > 1e-9 * max(map(abs, values)) for each in at_zero)
    assert any(text.startswith("the measured value is 0 at batch ") for text in fit["warnings"]) == missed
    plain = [{name: value for name, value in point.items() if name != "relativeResidual"} for point in points]
    rest = {name: value for name, value in fit.items() if name not in {"rSquared", "maxRelativeResidual"}}
    return rest | {"warnings": shape_warnings, "points": plain}


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.1512, "15.1%"),
        (1.5, "150%"),
        (9.996, "1,000%"),
        (12.345, "1,234%"),
        (1e5, "1e+07%"),
        (1e307, "more than 1e308%"),
        (float("inf"), "more than 1e308%"),
    ],
)
def test_a_percentage_has_three_significant_digits(share: float, text: str) -> None:
    """Three significant digits, or whole percents where these would need an exponent."""
    assert percent_text(share) == text


def test_a_fit_with_a_high_r_squared_may_be_far_off_at_small_values(schema: Schema) -> None:
    """R² weighs absolute residuals: it is above 0.98 although the least value is missed by a third."""
    llm = plain_cells("llm", 5) | {
        "max_num_seqs": [8, 16, 32, 64, 128],
        "median_itl_ms": [9.0, 60.0, 40.0, 300.0, 900.0],
    }
    dataset = dataset_of({"llm": llm, "diffusion": plain_cells("diffusion", 1)})
    (fit,) = Graph(schema, dataset).ask(f"""{{ llmRuns(first: 0, stability: ANY) {{
      logisticFits(of: MEDIAN_ITL_MS, per: []) {{ {FIT} }}
    }} }}""")["llmRuns"]["logisticFits"]
    assert fit["rSquared"] > 0.98
    assert fit["maxRelativeResidual"] > 0.3
    assert any("above 15%, interpolate between the measured points instead" in text for text in fit["warnings"])
    without_quality(fit)


def test_equal_values_have_no_r_squared_and_zeros_no_relative_residual(schema: Schema) -> None:
    """Both are null; a warning names the values of 0 that the fit misses."""
    llm = plain_cells("llm", 6) | {
        "num_gpus": [1, 1, 2, 2, 2, 2],
        "max_num_seqs": [8, 16, 8, 16, 32, 64],
        "median_itl_ms": [3.0, 3.0, 0.0, 10.0, 0.0, 10.0],
    }
    dataset = dataset_of({"llm": llm, "diffusion": plain_cells("diffusion", 1)})
    equal, zeros = Graph(schema, dataset).ask(f"""{{ llmRuns(first: 0, stability: ANY) {{
      logisticFits(of: MEDIAN_ITL_MS, per: [NUM_GPUS]) {{ {FIT} }}
    }} }}""")["llmRuns"]["logisticFits"]
    assert [equal["rSquared"], equal["maxRelativeResidual"], equal["rmse"]] == [None, 0.0, 0.0]
    assert [point["relativeResidual"] is None for point in zeros["points"]] == [True, False, True, False]
    assert any(text.startswith("the measured value is 0 at batch ") for text in zeros["warnings"])
    for fit in (equal, zeros):
        without_quality(fit)


def fit_of(points: Sequence[tuple[int, float | None]]) -> dict[str, Any]:
    """Return the expected fields for the runs of a group, given as batch size and value."""
    batches = sorted({batch for batch, value in points if value is not None})
    at = {batch: [value for each, value in points if each == batch and value is not None] for batch in batches}
    medians = [float(median(at[batch])) for batch in batches]
    with np.errstate(over="ignore"):
        model = LogisticModel.fit(np.log2(np.array(batches, float)), np.array(medians))
    fitted = [model.eval(batch) for batch in batches]
    scale = max(map(abs, [*medians, model.L, model.b0]))

    def about(value: float) -> Any:  # noqa: ANN401 - what pytest compares with
        return pytest.approx(value, rel=1e-9, abs=1e-9 * scale)

    residuals = [value - fit for value, fit in zip(medians, fitted, strict=True)]
    return {
        **{name: about(getattr(model, name)) for name in ("L", "x0", "k", "b0")},
        "warnings": [f"{start}{rest}" for start, rest in warnings_about(model, len(batches))],
        "rmse": about(sqrt(sum(residual**2 for residual in residuals) / len(batches))),
        "nullCount": sum(value is None for _, value in points),
        "points": [
            {
                "batch": batch,
                "runCount": len(at[batch]),
                "value": about(value),
                "fitted": about(fit),
                "residual": about(residual),
            }
            for batch, value, fit, residual in zip(batches, medians, fitted, residuals, strict=True)
        ],
        "values": [about(model.eval(1)), about(model.eval(24))],
    }


def warnings_about(model: LogisticModel, points: int) -> list[tuple[str, str]]:
    """Return the expected warnings about the parameters and the number of points, each in two parts."""
    found = [(f"made from {points} points", "; a logistic has 4 parameters")] if points < 4 else []
    found += [(f"k = {model.k:g} is under 0.3", ": nearly flat over the batches measured")] if model.k < 0.3 else []
    found += [(f"k = {model.k:g} is over 3", ": a step between two batches")] if model.k > 3 else []
    found += [(f"L = {model.L:g} is negative", ": it falls with the batch size")] if model.L < 0 else []
    return found + ([(f"b0 = {model.b0:g} is negative", ": below what can be measured")] if model.b0 < 0 else [])


@pytest.mark.parametrize("metric", ["avg_power_watts", "median_itl_ms", "output_throughput_tokens_per_sec"])
def test_the_simulators_fits(real_graph: Graph, llm: pd.DataFrame, metric: str) -> None:
    """Power, latency and throughput over batch size, per model, GPU and GPU count, as a simulator needs them."""
    where = (llm["task"] == "lm-arena-chat") & (llm["gpu_model"] == "B200") & (llm["activated_params_billions"] > 15)
    answer = real_graph.ask(
        f"""query ($of: LLMRunMetric!) {{
          llmRuns(first: 0, stability: ANY, where: {{
            task: {{eq: "lm-arena-chat"}}, gpuModel: {{eq: "B200"}}, activatedParamsBillions: {{gt: 15}}
          }}) {{
            logisticFits(of: $of, per: [MODEL_ID, GPU_MODEL, NUM_GPUS], exclude: [8, 16]) {{ key {{ value }} {FIT} }}
          }}
        }}""",
        of=metric.upper(),
    )["llmRuns"]["logisticFits"]
    chosen = llm[where & ~llm["max_num_seqs"].isin([8, 16])]
    groups = list(chosen.groupby(["model_id", "gpu_model", "num_gpus"]))
    assert len(answer) == len(groups) > 5
    for fit, (key, runs) in zip(answer, groups, strict=True):
        points = list(zip(runs["max_num_seqs"].tolist(), runs[metric].tolist(), strict=True))
        assert without_quality(fit) == {"key": [{"value": str(part)} for part in key], **fit_of(points)}


@pytest.mark.parametrize(
    ("fit", "message"),
    [
        ("values(at: [0])", "at: 0 is out of range; allowed: 1 or more."),
        (f"values(at: {[1] * 1001})", "at: received 1001 batch sizes; allowed: up to 1000."),
    ],
)
def test_batch_sizes_out_of_range_are_refused(any_graph: Graph, fit: str, message: str) -> None:
    """At least 1 each, at most 1,000 of them."""
    query = f"{{ llmRuns(first: 0) {{ logisticFits(of: NUM_GPUS, per: []) {{ {fit} }} }} }}"
    assert any_graph.refusal(query).message == message


def test_too_many_fits_are_refused_before_the_first(schema: Schema, sample: Dataset) -> None:
    """The error states the number of fits over all fields, and the limit."""
    graph = Graph(schema, sample, limits=Limits(max_fits=3))
    error = graph.refusal("""{ llmRuns(first: 0) {
      a: logisticFits(of: AVG_POWER_WATTS, per: []) { k }
      b: logisticFits(of: AVG_POWER_WATTS, per: MODEL_ID) { k }
    } }""")
    assert error.message.endswith(
        "new logistic fits; one request may make at most 3 (MLENERGY_MAX_FITS). Request fewer at a time with a "
        "filter; cached fits do not count."
    )
    assert error.extensions["code"] == "QUERY_TOO_COMPLEX"
    assert error.extensions["allowed"] == 3
