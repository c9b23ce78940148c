"""Fields of every run by the path of its raw file, read in pages of as many files as one request may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlenergy.data.records import LLMRun

from resolvers.context import Limits

if TYPE_CHECKING:
    from tests.graph import Graph
    from tests.toolkit_directory import Kind, Written

MAX_RAW_FILES = Limits().max_raw_files
_FIELD: dict[Kind, str] = {"llm": "llmRuns(stability: ANY,", "diffusion": "diffusionRuns("}


def fields_by_path(graph: Graph, kind: Kind, fields: str, *, files: int = 2) -> dict[str, dict[str, Any]]:
    """Return fields of every run of a kind, by `resultsPath`.

    Args:
        graph: The graph.
        kind: The kind of run.
        fields: The selection on a run.
        files: Number of raw files that the fields of a run read.
    """
    query = f"""query($after: String) {{
      runs: {_FIELD[kind]} first: {MAX_RAW_FILES // files}, after: $after) {{
        nodes {{ resultsPath {fields} }} pageInfo {{ hasNextPage endCursor }}
      }}
    }}"""
    nodes: dict[str, dict[str, Any]] = {}
    after = None
    while True:
        page = graph.ask(query, after=after)["runs"]
        nodes |= {node["resultsPath"]: node for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def llm_runs(written: Written) -> dict[str, LLMRun]:
    """Return the toolkit's LLM runs by the path of their raw file."""
    return {path: run for path, run in written.runs("llm") if isinstance(run, LLMRun)}
