"""Columns of tables: parallel lists, keys of groups, exploded lists."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.web.table_answers import get, table

if TYPE_CHECKING:
    import httpx


def test_a_timeline_is_a_table_of_its_lists(client: httpx.Client) -> None:
    """Each list is a column; values are those of JSON."""
    run = get(client, "{ llmRuns(first: 1) { nodes { id } } }").json()["data"]["llmRuns"]["nodes"][0]["id"]
    query = f'{{ llmRun(id: "{run}") {{ timeline(maxPoints: 50) {{ unit relativeTimeS value }} }} }}'
    timeline = get(client, query).json()["data"]["llmRun"]["timeline"]
    expected = {name: timeline[name] for name in ("relativeTimeS", "value")}
    assert table(get(client, query, format="arrow")).to_pydict() == expected
    lines = list(csv.reader(io.StringIO(get(client, query, format="csv").text)))
    assert lines[0] == ["relativeTimeS", "value"]
    assert [tuple(map(float, line)) for line in lines[1:]] == list(zip(*expected.values(), strict=True))


@pytest.mark.parametrize("key", ["value", "field value", "number value field", "v: value", "number"])
def test_keys_of_groups_are_columns_of_csv(client: httpx.Client, key: str) -> None:
    """A key has one column per grouping column, named by it, whatever is selected of the key."""
    query = f"{{ llmRuns {{ groups(by: [GPU_MODEL, NUM_GPUS]) {{ key {{ {key} }} count }} }} }}"
    lines = list(csv.reader(io.StringIO(get(client, query, format="csv").text)))
    assert lines[0] == ["key.gpuModel", "key.numGpus", "count"]
    groups = get(client, query.replace(key, "value number")).json()["data"]["llmRuns"]["groups"]
    for line, group in zip(lines[1:], groups, strict=True):
        if key != "number":
            assert line == [*(each["value"] for each in group["key"]), str(group["count"])]
        else:
            assert line[1:] == [str(group["key"][1]["number"]).removesuffix(".0"), str(group["count"])]


def test_a_list_is_exploded_to_rows(client: httpx.Client) -> None:
    """Each item is a row beside the other columns of its object."""
    query = "{ models(first: 5) { nodes { modelId runsByGpu { gpu { model } runCount } } } }"
    lines = list(csv.reader(io.StringIO(get(client, query, format="csv", explode="runsByGpu").text)))
    assert lines[0] == ["modelId", "runsByGpu.gpu.model", "runsByGpu.runCount"]
    nodes = get(client, query).json()["data"]["models"]["nodes"]
    assert lines[1:] == [
        [node["modelId"], each["gpu"]["model"], str(each["runCount"])] for node in nodes for each in node["runsByGpu"]
    ]


def test_an_empty_list_remains_a_row(client: httpx.Client) -> None:
    """Exploding loses no object."""
    query = "{ models(first: 50) { nodes { modelId diffusionRuns { nodes { task } } } } }"
    text = get(client, query, format="csv", explode="diffusionRuns.nodes").text
    nodes = get(client, query).json()["data"]["models"]["nodes"]
    runs = [node["diffusionRuns"]["nodes"] for node in nodes]
    assert any(not each for each in runs)
    assert len(text.splitlines()) - 1 == sum(max(1, len(each)) for each in runs)


def test_an_empty_table_has_its_header(client: httpx.Client) -> None:
    """Without rows, nested columns are still known."""
    query = '{ llmRuns(where: {modelId: {in: ["nobody/none"]}}) { nodes { id model { modelId } } } }'
    assert get(client, query, format="csv").text == '"id","model.modelId"\n'
    unknown = '{ llmRun(id: "none") { timeline { relativeTimeS value } } }'
    assert get(client, unknown, format="csv").text == '"relativeTimeS","value"\n'
