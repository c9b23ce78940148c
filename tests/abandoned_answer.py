"""Executes one request over the sample in a process of its own, and prints the growth of its resident memory in bytes.

Usage: python -m tests.abandoned_answer NAME MIB, with the maximum length of the answer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from resolvers.context import Limits
from sample import open_sample
from schema.build import build_schema
from tests.graph import Graph

_LONG = "a" * 240


def _aliases(count: int, *fields: str) -> str:
    """Return long aliases of each field; a document may have 100 per field."""
    return " ".join(
        f"{_LONG}{position}_{number}: {each}" for position, each in enumerate(fields) for number in range(count)
    )


# Each answer has more than 17 MiB.
QUERIES = {
    "long aliases of a block": "{ a: llmRuns(first: 999) { nodes { ...f } } b: llmRuns(first: 999) { nodes { ...f } } }"
    f"fragment f on LLMRun {{ {_aliases(76, 'task', 'id', 'gpuModel')} }}",
    "long aliases of objects": "{ models { nodes { runsByGpu { llmRuns(first: 2000) { nodes { ...f } } } } } }"
    f"fragment f on LLMRun {{ {_aliases(75, 'model { llmRuns { totalCount } }', 'gpu { models { org } }')} }}",
    "a text repeated for many parents": "{ gpus { models { gpus { models { gpus { ...f } } } } } }"
    f"fragment f on GPU {{ {_aliases(75, '__typename', 'vendor')} }}",
    "lists joined per parent": "{ gpus { models { gpus { models { gpus { models { ...f } } } } } } }"
    f"fragment f on Model {{ {_aliases(20, 'nickname')} }}",
    "every sample of 32 timelines": "{ llmRuns(first: 32) { nodes { "
    + " ".join(f"a{number}: timeline(maxPoints: null) {{ value devices {{ value }} }}" for number in range(90))
    + " } } }",
    "many root fields": "{ "
    + " ".join(f"a{number}: llmRuns(first: 2000) {{ nodes {{ ...f }} }}" for number in range(24))
    + f" }} fragment f on LLMRun {{ {_aliases(12, 'id')} }}",
}


def _status(name: str) -> int:
    """Return a figure of this process in bytes, such as the resident memory `VmRSS` and its maximum `VmHWM`."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1_024 for line in lines if line.startswith(f"{name}:"))


def main(name: str, mib: str) -> None:
    """Print the growth, the errors and the length of the answer as JSON."""
    limits = Limits(max_answer_bytes=int(mib) * 2**20, max_cost=2_000_000)
    graph = Graph(build_schema(), open_sample(), limits=limits, estimates=False)
    graph.answer("{ models { nodes { modelId } } llmRuns(first: 1) { nodes { id } } }")
    graph.answer("{ llmRuns(first: 32) { nodes { timeline(maxPoints: null) { value devices { value } } } } }")
    graph.documents.document(QUERIES[name])
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets VmHWM
    before = _status("VmRSS")
    answer = graph.answer(QUERIES[name])
    errors = [{"message": error.message, **(error.extensions or {})} for error in answer.errors or ()]
    length = 0 if answer.data is None else len(json.dumps(answer.data, separators=(",", ":")))
    print(json.dumps({"grown": _status("VmHWM") - before, "errors": errors, "length": length}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
