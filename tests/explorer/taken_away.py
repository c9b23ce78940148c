"""Random states of views, the numbers on screen, and what the panel "Take it away" shows of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

from tests.browser import Visits

if TYPE_CHECKING:
    import random

    from playwright.sync_api import Browser, Page

    from tests.browser import Visit

_FIELDS = {
    "llm": """modelId numGpus weightPrecision architecture maxNumSeqs tensorParallel isStable
      medianItlMs p90ItlMs p95ItlMs p99ItlMs energyPerTokenJoules""",
    "diffusion": "modelId numGpus weightPrecision batchSize height batchLatencyS energyPerGenerationJoules",
}
_LATENCIES = {"p50": "medianItlMs", "p90": "p90ItlMs", "p95": "p95ItlMs", "p99": "p99ItlMs"}
# Rows of tables with the ids of the runs that they link to, and the text of each cell.
_ROWS = """() => [...document.querySelectorAll('main tr')].map((row) => ({
  ids: [...new Set([...row.querySelectorAll('a[href*="run?id="]')].map(({ href }) => new URL(href).search.slice(4)))],
  cells: [...row.querySelectorAll('th, td')].map((cell) => cell.innerText.trim()),
})).filter(({ ids }) => ids.length > 0)"""


def runs_of(base: str) -> list[dict[str, Any]]:
    """Return all runs of a server, stable or not."""
    runs: list[dict[str, Any]] = []
    for kind, fields in _FIELDS.items():
        stability = "stability: ANY, " if kind == "llm" else ""
        query = f"{{ {kind}Runs({stability}first: 2000) {{ nodes {{ id task gpuModel {fields} }} }} }}"
        nodes = httpx.post(f"{base}/graphql", json={"query": query}).json()["data"][f"{kind}Runs"]["nodes"]
        runs += [{**node, "isStable": node.get("isStable", True), "kind": kind} for node in nodes]
    return runs


def drawn_address(chance: random.Random, runs: list[dict[str, Any]], path: str) -> str:
    """Return the address of a view in a state that at least one run of the dataset meets."""
    stable = [run for run in runs if run["isStable"]]
    task = chance.choice(sorted({run["task"] for run in stable}))
    run = chance.choice([run for run in stable if run["task"] == task])
    models = sorted({each["modelId"] for each in stable if each["task"] == task})
    measures = _measures(chance, run)
    parameters = {"task": task} | {
        "/": measures | _deadline(chance, run, measures) | _filters(chance, run) | _frontier(chance),
        "/runs": measures | _filters(chance, run) | _order(chance, run),
        # A model may have a pair only without a deadline.
        "/gpus": measures | {"deadline": "none", "as": "table"},
        "/sweep": measures | {"model": run["modelId"], "as": "table"},
        "/compare": measures | _compared(chance, models) | _deadline(chance, run, measures),
        "/model": {"id": run["modelId"]},
        "/models": chance.choice(({}, measures | {"q": run["modelId"].split("/")[1][:4]})),
        "/run": {"id": run["id"]},
    }[path]
    if path == "/run" or (path == "/models" and chance.random() < 0.4):
        del parameters["task"]
    return f"{path}?{urlencode(parameters)}"


def _frontier(chance: random.Random) -> dict[str, str]:
    return {"frontier": chance.choice(("all", "model"))}


def _order(chance: random.Random, run: dict[str, Any]) -> dict[str, str]:
    measure = "energy_per_token_joules" if run["kind"] == "llm" else "height"
    column = chance.choice(("num_gpus", "nickname", measure))
    return chance.choice(({}, {"sort": column}, {"sort": f"-{column}"}))


def _compared(chance: random.Random, models: list[str]) -> dict[str, str]:
    chosen = chance.sample(models, min(len(models), chance.randint(2, 4)))
    return {"models": ",".join(chosen), "as": "table"}


def _measures(chance: random.Random, run: dict[str, Any]) -> dict[str, str]:
    if run["kind"] == "diffusion":
        return {}
    return {
        "latency": chance.choice(tuple(_LATENCIES)),
        "energy": chance.choice(("token", "request")),
        "stability": chance.choice(("stable", "any")),
    }


def _deadline(chance: random.Random, run: dict[str, Any], measures: dict[str, str]) -> dict[str, str]:
    """Not below the latency of the run, often equal to it."""
    latency = run["batchLatencyS" if run["kind"] == "diffusion" else _LATENCIES[measures["latency"]]]
    factor = chance.choice((None, 1.0, 1.0, 1.5, 10.0))
    return {"deadline": "none" if factor is None else repr(latency * factor)}


def _filters(chance: random.Random, run: dict[str, Any]) -> dict[str, str]:
    """Filters that the run passes."""
    batch = "max_num_seqs" if run["kind"] == "llm" else "batch_size"
    size = run["maxNumSeqs"] if run["kind"] == "llm" else run["batchSize"]
    filters = {
        "gpu_model": chance.choice((run["gpuModel"], "B200,H100")),
        "num_gpus": str(run["numGpus"]),
        "weight_precision": run["weightPrecision"],
        "model_id": run["modelId"],
        batch: chance.choice((f"{size}..", f"{size / 2}..{size}", f"..{size}")),
    }
    return {name: filters[name] for name in chance.sample(sorted(filters), chance.randint(0, 3))}


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """A row of a table on screen: the ids of its runs, and the texts of its cells."""

    ids: tuple[str, ...]
    cells: tuple[str, ...]


def rows_on_screen(page: Page) -> list[ScreenRow]:
    """Return the rows of the tables that link to runs, in order."""
    return [ScreenRow(tuple(row["ids"]), tuple(row["cells"])) for row in page.evaluate(_ROWS)]


class Pages:
    """One page per server, used by all tests of a module: loading it takes longer than a test."""

    def __init__(self, browser: Browser) -> None:
        self._visits = Visits(browser)
        self._opened: dict[str, Visit] = {}

    def __call__(self, base: str, address: str) -> Visit:
        """Show a state of a view."""
        if base not in self._opened:
            self._opened[base] = self._visits(base)
        show(self._opened[base], address)
        return self._opened[base]

    def close(self) -> None:
        """Close all pages."""
        self._visits.close()


def show(visit: Visit, address: str) -> None:
    """Show a state as a link of the page does, without loading the page again."""
    visit.page.keyboard.press("Escape")
    visit.page.evaluate(_SHOW, address)
    visit.page.wait_for_function(_SETTLED)


_SHOW = """(address) => {
  history.pushState(null, '', address);
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}"""
_SETTLED = """() => document.querySelector('h1')
  && !document.querySelector('[data-loading="true"], .note[role="status"]')
  && document.querySelector('button[aria-haspopup="dialog"].primary:enabled')"""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows."""

    query: str
    variables: dict[str, Any]
    verdict: str
    agrees: bool


def opened_panel(visit: Visit) -> Panel:
    """Press the button, and wait until the panel has compared the answer with the screen."""
    visit.page.get_by_role("button", name="Take it away").first.click()
    verdict = visit.page.locator(".take-away-verdict")
    verdict.wait_for()
    variables = visit.page.locator('.take-away-code[aria-label="Variables"]')
    return Panel(
        query=visit.page.locator('.take-away-code[aria-label="Query"]').text_content() or "",
        variables=json.loads(variables.text_content() or "") if variables.count() else {},
        verdict=verdict.inner_text(),
        agrees=verdict.get_attribute("data-agrees") == "true",
    )


def answer_of(base: str, panel: Panel) -> Any:  # noqa: ANN401 - JSON
    """Return the data that the graph returns for the query and the variables of the panel."""
    answer = httpx.post(f"{base}/graphql", json={"query": panel.query, "variables": panel.variables}).json()
    assert "errors" not in answer, answer
    return answer["data"]


def lists_in(value: Any) -> list[list[dict[str, Any]]]:  # noqa: ANN401 - JSON
    """Return all lists of objects in an answer, outermost first."""
    if isinstance(value, list):
        inner = [found for each in value for found in lists_in(each)]
        return [value, *inner] if value and isinstance(value[0], dict) else inner
    if isinstance(value, dict):
        return [found for each in value.values() for found in lists_in(each)]
    return []


def measured(value: float | None) -> str:
    """Return a measured value as it stands on screen: three digits below 1,000, whole numbers from there."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 999.5:
        return f"{round(value):,}"
    digits = f"{value:#.3g}".rstrip(".")
    return f"{value:.2e}" if "e" in digits else digits
