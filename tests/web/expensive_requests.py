"""Short requests whose answers take seconds and gigabytes on the published figures."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

# All columns that `ratios` and `histogram` compute over.
METRICS = (
    *("TOTAL_PARAMS_BILLIONS", "ACTIVATED_PARAMS_BILLIONS", "NUM_GPUS", "MAX_NUM_SEQS", "SEED", "NUM_REQUEST_REPEATS"),
    *("TENSOR_PARALLEL", "EXPERT_PARALLEL", "DATA_PARALLEL", "STEADY_STATE_ENERGY_JOULES"),
    *("STEADY_STATE_DURATION_SECONDS", "ENERGY_PER_TOKEN_JOULES", "ENERGY_PER_REQUEST_JOULES"),
    *("OUTPUT_THROUGHPUT_TOKENS_PER_SEC", "REQUEST_THROUGHPUT_REQ_PER_SEC", "AVG_POWER_WATTS", "TOTAL_OUTPUT_TOKENS"),
    *("COMPLETED_REQUESTS", "AVG_OUTPUT_LEN", "MEAN_ITL_MS", "MEDIAN_ITL_MS", "P50_ITL_MS", "P90_ITL_MS"),
    *("P95_ITL_MS", "P99_ITL_MS", "AVG_BATCH_SIZE", "TOKENS_PER_SECOND_PER_WATT", "POWER_UTILIZATION"),
)
_KEYS = "TASK MODEL_ID ARCHITECTURE WEIGHT_PRECISION GPU_MODEL NUM_GPUS MAX_NUM_SEQS TENSOR_PARALLEL"
_SCHEMA = "types { name kind fields { name type { name } args { name description type { name } } } }"


@dataclass(frozen=True)
class ExpensiveRequest:
    """A request that must be refused.

    Args:
        name: A short name.
        query: The document.
        length: Length of the request's body where its cost was measured, in bytes.
        variables: Variables of the document.
        reads_raw_files: Whether its cost is in raw files, which the published figures do not include.
    """

    name: str
    query: str
    length: int
    variables: dict[str, Any] = field(default_factory=dict)
    reads_raw_files: bool = False

    def __str__(self) -> str:
        """Return its name, which is its name as a parameter of a test."""
        return self.name

    def body(self) -> dict[str, Any]:
        """Return the request as JSON."""
        return {"query": self.query} | ({"variables": self.variables} if self.variables else {})


def encoded(body: dict[str, Any]) -> bytes:
    """Return a request's body without spaces between its tokens."""
    return json.dumps(body, separators=(",", ":")).encode()


def _alternating(levels: int) -> str:
    """Return a page of runs, and this many times the runs of the model of each."""
    below = f"{'model{llmRuns(first:20){nodes{' * levels}id{'}}}' * levels}"
    return f"{{llmRuns(first:20){{nodes{{{below}}}}}}}"


def _below_runs(views: str) -> str:
    """Return views of all runs on the GPU of each run."""
    return f"{{ llmRuns(first: 2000) {{ nodes {{ gpu {{ llmRuns {{ {views} }} }} }} }} }}"


def _aliases(count: int, selection: str) -> str:
    return " ".join(f"a{number}: {selection}" for number in range(count))


def _histograms() -> str:
    return " ".join(f"a{number}: histogram(of: {of}, bins: 1000) {{ counts }}" for number, of in enumerate(METRICS))


EXPENSIVE_REQUESTS = (
    ExpensiveRequest(
        "models of gpus, four times",
        "{gpus{models{gpus{models{gpus{models{gpus{models{nickname}}}}}}}}}",
        length=78,
    ),
    ExpensiveRequest(
        "number of runs on the GPU of each run on the GPU of each run",
        "{ gpus { llmRuns(first: 2000) { nodes { gpu { llmRuns(first: 2000) { nodes { "
        "gpu { llmRuns { totalCount } } } } } } } } }",
        length=134,
    ),
    ExpensiveRequest("runs of the model of each run, four times", _alternating(4), length=174),
    ExpensiveRequest("runs of the model of each run, five times", _alternating(5), length=210),
    ExpensiveRequest(
        "frontiers of six objectives per nickname below runs",
        _below_runs(
            "paretoFrontier(minimize: [MEDIAN_ITL_MS, P99_ITL_MS, ENERGY_PER_TOKEN_JOULES, ENERGY_PER_REQUEST_JOULES, "
            "AVG_POWER_WATTS, TOTAL_PARAMS_BILLIONS], per: [NICKNAME]) { key { value } runs { id } nullCount }"
        ),
        length=293,
    ),
    ExpensiveRequest(
        "ratios of 28 metrics below runs",
        _below_runs(f"ratios(of: [{' '.join(METRICS)}]) {{ runs {{ ratios {{ ratio }} }} }}"),
        length=655,
    ),
    ExpensiveRequest(
        "groups by eight keys below runs",
        _below_runs(f"groups(by: [{_KEYS}]) {{ key {{ value }} count }}"),
        length=209,
    ),
    ExpensiveRequest(
        "28 histograms of 1,000 bins below runs",
        _below_runs(_histograms()),
        length=1_900,
    ),
    ExpensiveRequest("60 introspections", f"{{ {_aliases(60, f'__schema {{ {_SCHEMA} }}')} }}", length=6_000),
    ExpensiveRequest(
        "every sample of 32 timelines, 90 times",
        "{ llmRuns(first: 32) { nodes { "
        + _aliases(90, "timeline(window: FULL, maxPoints: null) { relativeTimeS sampleCount value }")
        + " } } }",
        length=7_000,
        reads_raw_files=True,
    ),
    ExpensiveRequest(
        "60 orders by 50,000 keys",
        f"query ($o: [LLMRunOrder!]) {{ {_aliases(60, 'llmRuns(orderBy: $o, first: 1) { nodes { id } }')} }}",
        length=950_000,
        variables={"o": [{"field": "DOMAIN"}] * 50_000},
    ),
    ExpensiveRequest(
        "100 filters of 45,000 conditions",
        f"query ($w: LLMRunFilter) {{ {_aliases(100, 'llmRuns(where: $w, first: 1) { totalCount }')} }}",
        length=939_000,
        variables={"w": {"or": [{"or": [{"numGpus": {"lt": 0}}] * 50}] * 900}},
    ),
)

ROOT_FIELD = "mlEnergy"


def by_namespace(count: int) -> str:
    """Return a query for models of GPU models of models, once for each alias of the root field."""
    return f"{{ {_aliases(count, f'{ROOT_FIELD} {{ gpus {{ models {{ gpus {{ models {{ nickname }} }} }} }} }}')} }}"
