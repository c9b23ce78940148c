"""Charts of the cookbook, each drawn from the answer to its recipe; `python -m tests.cookbook_charts` draws them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from sample import open_sample
from schema.build import build_schema
from tests.cookbook import PAGE, recipes
from tests.graph import Graph
from tests.server_process import ROOT
from tests.svg_plot import COLOURS, Axis, Series, plot

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.svg_plot import Colour

FOLDER = ROOT / "docs" / "img"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# A pixel, to which a number that differs in its last digits may be rounded differently.
_PIXEL = 0.11
_CURVE_POINTS = 60


def charts(graph: Graph) -> dict[str, str]:
    """Return the SVG of each chart by its file name."""
    queries = {recipe.number: recipe.query for recipe in recipes(PAGE.read_text(encoding="utf-8"))}
    return {
        f"cookbook-{number}.svg": draw(graph.ask(change(queries[number]))["llmRuns"])
        for number, (change, draw) in _CHARTS.items()
    }


def write(graph: Graph) -> None:
    """Write the charts that have changed by more than a pixel."""
    FOLDER.mkdir(exist_ok=True)
    for name, svg in charts(graph).items():
        path = FOLDER / name
        if not (path.exists() and same(path.read_text(encoding="utf-8"), svg)):
            path.write_text(svg, encoding="utf-8")


def same(one: str, other: str) -> bool:
    """Return whether two charts are equal up to a pixel."""
    numbers, others = _NUMBER.findall(one), _NUMBER.findall(other)
    return _NUMBER.split(one) == _NUMBER.split(other) and all(
        abs(float(a) - float(b)) <= _PIXEL for a, b in zip(numbers, others, strict=True)
    )


def _frontier(answer: dict[str, Any]) -> str:
    names: dict[str, tuple[str, str, Colour]] = {
        "P50_ITL_MS": ("p50ItlMs", "median", "a"),
        "P99_ITL_MS": ("p99ItlMs", "99th percentile", "b"),
    }
    series = []
    for frontier in answer["paretoFrontier"]:
        field, name, colour = names[frontier["against"]]
        points = sorted((run[field], run["energyPerTokenJoules"]) for run in frontier["runs"])
        series.append(Series(name, points, colour, "steps"))
    return plot(
        "Energy and latency: frontier of gpqa on B200 (sample data)",
        Axis("inter-token latency, ms (log)", "log"),
        Axis("energy, J/token (log)", "log"),
        series,
    )


def _more_points(query: str) -> str:
    return query.replace("maxPoints: 4", "maxPoints: 300")


def _power(answer: dict[str, Any]) -> str:
    series = [
        Series(
            f"{run['numGpus']} B200, batch {run['maxNumSeqs']}",
            list(zip(run["timeline"]["relativeTimeS"], run["timeline"]["value"], strict=True)),
            colour,
            "curve",
        )
        for run, colour in zip(answer["nodes"], COLOURS, strict=False)
    ]
    return plot(
        "Power in steady state, Aurora 30B on gpqa (sample data)",
        Axis("time from the start of the steady state, s"),
        Axis("power of all GPUs, W", zero=True),
        series,
    )


def _sweep(answer: dict[str, Any]) -> str:
    (view,) = answer["ratios"]
    names = ("energy per token", "output throughput", "median ITL")
    series = [
        Series(
            name,
            sorted((row["run"]["maxNumSeqs"], row["ratios"][place]["ratio"]) for row in view["runs"]),
            colour,
            "line",
        )
        for place, (name, colour) in enumerate(zip(names, COLOURS, strict=True))
    ]
    return plot(
        "Batch sweep, Aurora 30B on one B200, lm-arena-chat (sample data)",
        Axis("maximum batch size, sequences (log)", "log2"),
        Axis("fraction of the maximum", zero=True),
        series,
    )


def _fit(answer: dict[str, Any]) -> str:
    series: list[Series] = []
    for fit, colour in zip(answer["logisticFits"], COLOURS, strict=False):
        points = [(float(point["batch"]), point["value"]) for point in fit["points"]]
        first, last = math.log2(points[0][0]), math.log2(points[-1][0])
        curve = [first + (last - first) * step / _CURVE_POINTS for step in range(_CURVE_POINTS + 1)]
        values = [fit["b0"] + fit["L"] / (1 + math.exp(-fit["k"] * (at - fit["x0"]))) for at in curve]
        gpu = fit["key"][1]["value"]
        fitted = [(2**at, value) for at, value in zip(curve, values, strict=True)]
        series += [Series(f"{gpu}, fit", fitted, colour, "curve"), Series(f"{gpu}, measured", points, colour, "marks")]
    return plot(
        "Power and logistic fit, Aurora 30B on one GPU, lm-arena-chat (sample data)",
        Axis("maximum batch size, sequences (log)", "log2"),
        Axis("average power, W", zero=True),
        series,
    )


_CHARTS: dict[int, tuple[Callable[[str], str], Callable[[dict[str, Any]], str]]] = {
    5: (str, _frontier),
    13: (_more_points, _power),
    18: (str, _sweep),
    27: (str, _fit),
}


if __name__ == "__main__":
    write(Graph(build_schema(), open_sample()))
