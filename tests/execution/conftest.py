"""Names of the sample's objects, for drawn queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.execution.drawn_queries import Known

if TYPE_CHECKING:
    from tests.graph import Graph


@pytest.fixture(scope="session")
def known(graph: Graph) -> Known:
    """Names of the sample's objects for drawn queries."""
    answer = graph.ask("""{
      llmRuns(first: 20) { edges { cursor node { id } } } diffusionRuns(first: 20) { edges { cursor node { id } } }
      models { edges { cursor node { modelId } } } gpus { model } tasks { name }
      ordered: llmRuns(first: 3, orderBy: {field: GPU_MODEL}) { edges { cursor } }
    }""")
    cursors = {
        name: [edge["cursor"] for edge in answer[name]["edges"]] for name in ("llmRuns", "diffusionRuns", "models")
    }
    cursors["llmRuns"] = cursors["llmRuns"][:6] + [edge["cursor"] for edge in answer["ordered"]["edges"]]
    cursors["diffusionRuns"] = cursors["diffusionRuns"][:6] + cursors["llmRuns"][:1]
    return Known(
        keys={
            "llmRun": ["none", *(edge["node"]["id"] for edge in answer["llmRuns"]["edges"][:3])],
            "diffusionRun": ["none", *(edge["node"]["id"] for edge in answer["diffusionRuns"]["edges"][:3])],
            "model": ["none", *(edge["node"]["modelId"] for edge in answer["models"]["edges"][:3])],
            "gpu": ["none", *(gpu["model"] for gpu in answer["gpus"])],
            "task": ["none", *(task["name"] for task in answer["tasks"])],
        },
        cursors=cursors,
    )
