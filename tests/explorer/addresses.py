"""Addresses of the Explorer's views, with the parameters that each requires."""

from __future__ import annotations

from functools import cache

import httpx

VIEWS = ("/", "/runs", "/gpus", "/sweep", "/models", "/compare", "/model", "/run")


@cache
def address(base: str, path: str, *, kind: str) -> str:
    """Return the path of a view with the parameters that it requires: those of a run of that kind."""
    runs = f"{kind}Runs"
    query = f"{{ {runs}(first: 400) {{ nodes {{ id modelId task }} }} }}"
    nodes = httpx.post(f"{base}/graphql", json={"query": query}).json()["data"][runs]["nodes"]
    run = nodes[0]
    models = list(dict.fromkeys(node["modelId"] for node in nodes if node["task"] == run["task"]))
    parameters = {
        "/run": f"?id={run['id']}",
        "/model": f"?id={run['modelId']}&task={run['task']}",
        "/models": "",
        "/compare": f"?task={run['task']}&models={','.join(models[:2])}",
    }
    return path + parameters.get(path, f"?task={run['task']}")
