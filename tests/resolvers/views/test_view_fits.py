"""Logistic fits beside the toolkit's own, called on medians that were taken naively; and how they are made."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from math import fsum, log2, sqrt
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlenergy.data.modeling import LogisticModel

from caches import ENTRY_OVERHEAD, ByteCache
from errors import Overloaded
from resolvers.context import Limits
from resolvers.views.fit_quality import percent_text
from resolvers.views.fitter import Curve, LogisticFitter
from tests.drawn_datasets import dataset_of
from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, field_of, plain_cells, run_datasets, selected, selections
from tests.resolvers.views.view_oracles import groups_of, key_of
from tests.server_process import ROOT

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
    """Per key, without excluded batches, nulls counted; without a value there is no fit."""
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
    """Check what a fit says of its own quality against its points, naively, and return the rest of it."""
    points = fit["points"]
    values, fitted = [point["value"] for point in points], [point["fitted"] for point in points]
    relative = [abs(value - fit) / abs(value) if value else None for value, fit in zip(values, fitted, strict=True)]
    assert [point["relativeResidual"] for point in points] == relative
    worst = max((each for each in relative if each is not None), default=None)
    assert fit["maxRelativeResidual"] == worst
    squares = fsum((value - fit) ** 2 for value, fit in zip(values, fitted, strict=True))
    variation = fsum((value - fsum(values) / len(values)) ** 2 for value in values)
    # What is left of equal values is their rounding.
    r_squared = None if len(set(values)) == 1 else pytest.approx(1 - squares / variation, rel=1e-6, abs=1e-6)
    assert fit["rSquared"] == r_squared

    of_shape = [text for text in fit["warnings"] if not text.startswith(("the fit is", "the measured value is 0"))]
    of_residuals = [text for text in fit["warnings"] if text.startswith("the fit is")]
    assert bool(of_residuals) == (worst is not None and worst > 0.15)
    if of_residuals and worst is not None:
        at = relative.index(worst)
        (text,) = of_residuals
        assert text == (
            f"the fit is {percent_text(worst)} off at batch {points[at]['batch']}: measured {values[at]:g}, fitted "
            f"{fitted[at]:g}; above 15%, interpolate between the measured points instead"
        )
    at_zero = [abs(point["fitted"]) for point in points if not point["value"]]
    missed = any(each > 1e-9 * max(map(abs, values)) for each in at_zero)
    assert any(text.startswith("the measured value is 0 at batch ") for text in fit["warnings"]) == missed
    plain = [{name: value for name, value in point.items() if name != "relativeResidual"} for point in points]
    rest = {name: value for name, value in fit.items() if name not in {"rSquared", "maxRelativeResidual"}}
    return rest | {"warnings": of_shape, "points": plain}


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
def test_a_share_is_written_as_a_percentage(share: float, text: str) -> None:
    """With three digits, or in whole percents where these would need an exponent; a large one is no long number."""
    assert percent_text(share) == text


def test_a_fit_with_a_high_r_squared_may_be_far_off_at_small_values(schema: Schema) -> None:
    """R² weighs absolute residuals: a curve may miss the least value by a third and still look nearly perfect."""
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


def test_equal_values_and_values_of_zero_have_no_share(schema: Schema) -> None:
    """R² of values without variance is null, as is a residual relative to 0, which a warning names instead."""
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
    """Return the answer's fields for the runs of a group, as batch and value."""
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
        "warnings": [f"{start}{rest}" for start, rest in said_against(model, len(batches))],
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


def said_against(model: LogisticModel, points: int) -> list[tuple[str, str]]:
    """Return the warnings, in two parts: item 27's, and that of too few points."""
    found = [(f"made from {points} points", "; a logistic has 4 parameters")] if points < 4 else []
    found += [(f"k = {model.k:g} is under 0.3", ": nearly flat over the batches measured")] if model.k < 0.3 else []
    found += [(f"k = {model.k:g} is over 3", ": a step between two batches")] if model.k > 3 else []
    found += [(f"L = {model.L:g} is negative", ": it falls with the batch size")] if model.L < 0 else []
    return found + ([(f"b0 = {model.b0:g} is negative", ": below what can be measured")] if model.b0 < 0 else [])


@pytest.mark.parametrize("metric", ["avg_power_watts", "median_itl_ms", "output_throughput_tokens_per_sec"])
def test_the_simulators_fits(real_graph: Graph, llm: pd.DataFrame, metric: str) -> None:
    """Item 27: power, latency and throughput over the batches of one task, per model, GPU and count; some excluded."""
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
        ("values(at: [0])", "at: 0 is no batch size; allowed are 1 and more."),
        (f"values(at: {[1] * 1001})", "at: 1001 batches were given; allowed are up to 1000."),
    ],
)
def test_a_fit_has_values_at_batch_sizes_only(any_graph: Graph, fit: str, message: str) -> None:
    """One and more, up to a thousand of them."""
    query = f"{{ llmRuns(first: 0) {{ logisticFits(of: NUM_GPUS, per: []) {{ {fit} }} }} }}"
    assert any_graph.refusal(query).message == message


def test_too_many_fits_are_refused_before_the_first(schema: Schema, sample: Dataset) -> None:
    """The whole request is refused, with the figures; fields count together."""
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


def curve(seed: float) -> Curve:
    """Return some curve, another for each seed."""
    x = np.array([log2(batch) for batch in (1, 2, 4, 8)])
    return Curve(x, seed + x * 2)


def test_a_curve_is_fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask for it at once or later."""
    calls = counted_fits(monkeypatch)

    async def ask() -> None:
        fitter = LogisticFitter()
        await asyncio.gather(*(fitter.fit(curve(0)) for _ in range(10)))
        assert await fitter.fit(curve(0)) == await fitter.fit(curve(0))
        assert fitter.remembers(curve(0))
        assert not fitter.remembers(curve(1))
        fitter.close()

    asyncio.run(ask())
    assert len(calls) == 1


def test_what_was_asked_for_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for two, those requested last stay."""
    calls = counted_fits(monkeypatch)

    async def ask() -> None:
        fitter = LogisticFitter(cache=ByteCache(2 * (ENTRY_OVERHEAD + 300), largest_share=1))
        for seed in (0, 1, 0, 2, 0, 1):
            await fitter.fit(curve(seed))
        fitter.close()

    asyncio.run(ask())
    assert calls == [0, 1, 2, 1]


def counted_fits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the first value of each curve that the toolkit is called with."""
    calls: list[float] = []
    fit = LogisticModel.fit

    def noted(x: Any, y: Any) -> Any:  # noqa: ANN401 - the toolkit is untyped
        calls.append(float(y[0]))
        return fit(x, y)

    monkeypatch.setattr(LogisticModel, "fit", noted)
    return calls


def test_the_loop_goes_on_while_fits_are_made_and_the_queue_is_bounded() -> None:
    """Other work runs in between; beyond the queue a request is told to come back; leaving gives up what waits."""

    async def ask() -> None:
        fitter = LogisticFitter(queue=20)
        fits = [asyncio.create_task(fitter.fit(curve(seed))) for seed in range(20)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="20 fits are being made or waiting to be; allowed: 20"):
            await fitter.fit(curve(99))
        turns = 0
        while not fits[0].done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 3
        for fit in fits[2:]:
            fit.cancel()
        await asyncio.gather(*fits, return_exceptions=True)
        await fitter.fit(curve(99))
        assert sum(fitter.remembers(curve(seed)) for seed in range(20)) < 6
        fitter.close()

    asyncio.run(ask())


def test_closing_waits_for_no_fit() -> None:
    """A server that ends does not finish what nobody will read."""

    async def ask() -> float:
        fitter = LogisticFitter(queue=100)
        fits = [asyncio.create_task(fitter.fit(curve(seed))) for seed in range(100)]
        await asyncio.sleep(0)
        begun = time.monotonic()
        fitter.close()
        await asyncio.gather(*fits, return_exceptions=True)
        return time.monotonic() - begun

    assert asyncio.run(ask()) < 2.5  # a hundred fits take three times as long


def test_a_server_that_fits_nothing_imports_no_toolkit() -> None:
    """Pandas is a second and tens of megabytes that only those who fit shall pay."""
    program = (
        "import sys, server; from tests.graph import Graph; from schema.build import build_schema\n"
        "from tables.source import open_sample; from tables.pandas_free import keep_pandas_out\n"
        "keep_pandas_out(); graph = Graph(build_schema(), open_sample())\n"
        "graph.ask('{ llmRuns { nodes { id } groups(by: TASK) { count } } dataset { toolkitVersion } }')\n"
        "assert not {'pandas', 'mlenergy'} & set(sys.modules)\n"
        "assert graph.ask('{ llmRuns(first: 0) { logisticFits(of: AVG_POWER_WATTS, per: []) { k } } }')\n"
        "assert {'pandas', 'mlenergy'} <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)  # noqa: S603 - our own program
