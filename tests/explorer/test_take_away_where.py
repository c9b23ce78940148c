"""The conditions that are taken away select the runs that the page's own filters let pass."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.explorer.typescript import evaluate

if TYPE_CHECKING:
    from pathlib import Path

MODULES = {"where": "take-away/where.ts", "ranking": "data/ranking.ts", "filters": "state/filters.ts"}
BODY = """
const shell = { dataset: { columns: given.columns } };
const task = { name: given.task, kind: given.kind };
const table = given.kind === 'DIFFUSION' ? 'diffusion' : 'llm';
return given.states.map(({ texts, deadline }) => {
  const entries = Object.entries(texts).map(([name, text]) => [name, filters.parseFilter(text)]);
  const chosen = Object.fromEntries(entries.filter(([, filter]) => filter));
  const passing = ranking.filtered(given.runs, chosen, shell, table);
  const meeting = ranking.within(passing, given.latency, deadline);
  return {
    where: where.selectedWhere(shell, task, { filters: chosen, deadline, latency: given.latency }),
    ids: meeting.map(({ id }) => id),
  };
});
"""
STATES = 60


def text_of(value: object) -> str:
    """Return a value as the page writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def drawn_filter(chance: random.Random, values: list[Any]) -> str:
    """Return a filter on a column with these values: a list, a range, or one that no value passes."""
    one, other = chance.choice(values), chance.choice(values)
    if isinstance(one, (int, float)) and not isinstance(one, bool) and chance.random() < 0.5:
        low, high = sorted((one, other)) if other is not None else (one, one)
        ranges = (f"{low}..{high}", f"{low}..", f"..{high}", f"{low + 0.5}..", f"{high}..{low}")
        return chance.choice((*ranges, "..1e12", "3e9..", "-1e12..-3e9"))
    others = chance.choice(["", ",no such value", ",1.0", ",1e999", ",true", ",false", ",99999999999"])
    return ",".join(text_of(each).replace("\\", "\\\\").replace(",", "\\,") for each in {one, other} - {None}) + others


@pytest.mark.parametrize(
    ("kind", "task", "latency"), [("llm", "gpqa", "medianItlMs"), ("diffusion", "text-to-image", "batchLatencyS")]
)
def test_conditions_and_filters_select_the_same_runs(
    explorer: str, tmp_path: Path, kind: str, task: str, latency: str
) -> None:
    """For random filters on every column with values, and deadlines; bounds may lie outside of the graph's Int."""
    chance = random.Random(task)  # noqa: S311 - not a secret
    query = "{ dataset { columns { name field type unit table description nullable } } }"
    columns = httpx.post(f"{explorer}/graphql", json={"query": query}).json()["data"]["dataset"]["columns"]
    ours = [column for column in columns if column["table"] == kind and column["name"] != "task"]
    fields = " ".join(column["field"] for column in ours)
    name = f"{kind}Runs"
    query = f'{{ {name}(where: {{task: {{eq: "{task}"}}}}, first: 2000) {{ nodes {{ id {fields} }} }} }}'
    runs = httpx.post(f"{explorer}/graphql", json={"query": query}).json()["data"][name]["nodes"]
    filled = [column for column in ours if any(run[column["field"]] is not None for run in runs)]

    states = []
    for number in range(STATES):
        chosen = [filled[number % len(filled)], *chance.sample(filled, chance.randint(0, 2))]
        texts = {each["name"]: drawn_filter(chance, [run[each["field"]] for run in runs]) for each in chosen}
        states.append({"texts": texts, "deadline": chance.choice([None, chance.choice(runs)[latency]])})
    measure = {"field": latency, "factor": 1}
    given = {"columns": columns, "task": task, "kind": kind.upper(), "runs": runs, "states": states, "latency": measure}

    sizes = set()
    filter_type = {"llm": "LLMRunFilter", "diffusion": "DiffusionRunFilter"}[kind]
    operation = f"query ($where: {filter_type}!) {{ {name}(where: $where, first: 2000) {{ nodes {{ id }} }} }}"
    for state, result in zip(states, evaluate(tmp_path, MODULES, BODY, given), strict=True):
        body = {"query": operation, "variables": {"where": result["where"]}}
        answer = httpx.post(f"{explorer}/graphql", json=body).json()
        assert "errors" not in answer, (state, answer)
        ids = sorted(node["id"] for node in answer["data"][name]["nodes"])
        assert ids == sorted(result["ids"]), (state, result["where"])
        sizes.add(len(ids))
    assert len(sizes) > 5
    assert 0 in sizes
