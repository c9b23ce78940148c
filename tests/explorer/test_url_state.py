"""The URL holds the whole state of a view: what is written is read back, and what is unknown is named."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.explorer.typescript import evaluate
from tests.server_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("gpu_model", "num_gpus", "weight_precision", "max_num_seqs", "nickname", "median_itl_ms")
TEXTS = (
    "gpqa",
    "org/model",
    "a,b",
    "back\\slash",
    "100% & more=1",
    "ünï 電力",
    "1..x",
    "+ plus",
    '"quoted"',
    "-5",
    "1e3",
)
MODULES = {"parameters": "state/parameters.ts"}
READ = """
const columns = new Set(given.columns);
return given.searches.map(([route, search]) => parameters.parseState(route, search, columns));
"""


def drawn_state(chance: random.Random) -> dict[str, Any]:
    """Return a state of the view of runs, as the page holds it."""
    choices: dict[str, list[Any]] = {
        "task": list(TEXTS),
        "latency": ["p50", "p90", "p95", "p99"],
        "energy": ["token", "request"],
        "stability": ["stable", "any", "unstable"],
        "sort": ["median_itl_ms", "-energy_per_token_joules"],
        "cols": [chance.sample(TEXTS, chance.randint(1, 4))],
        "page": [1, 2, 12],
        "as": ["table"],
        "revision": ["abc123"],
    }
    state = {name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.5}
    bounds = [None, 0, 16, 128.5, 1e-7, 2.5e21]
    filters: dict[str, Any] = {}
    for column in chance.sample(COLUMNS, chance.randint(0, len(COLUMNS))):
        first, second = chance.choice(bounds), chance.choice(bounds)
        if chance.random() < 0.5 and not first == second is None:
            filters[column] = {"from": first, "to": second}
        else:
            filters[column] = {"in": chance.sample(TEXTS, chance.randint(1, 3))}
    return {**state, "filters": filters}


@pytest.mark.parametrize("complete", [False, True])
def test_a_written_state_is_read_back(tmp_path: Path, complete: bool) -> None:  # noqa: FBT001 - a case
    """With commas, backslashes and reserved characters in values; defaults may be left out."""
    chance = random.Random(19)  # noqa: S311 - not a secret
    states = [drawn_state(chance) for _ in range(300)]
    body = """
    const columns = new Set(given.columns);
    return given.states.map((state) => {
      const search = parameters.formatState('runs', state, { complete: given.complete });
      return { search, ...parameters.parseState('runs', search, columns) };
    });
    """
    given = {"states": states, "columns": COLUMNS, "complete": complete}
    results = evaluate(tmp_path, MODULES, body, given)

    defaults = {"latency": "p50", "energy": "token", "stability": "stable", "page": 1}
    for state, result in zip(states, results, strict=True):
        left_out = {} if complete else {name: value for name, value in defaults.items() if state.get(name) == value}
        assert {**left_out, **result["state"]} == state, result["search"]
        assert result["notices"] == []


def test_parameters_have_one_order(tmp_path: Path) -> None:
    """Two states that are equal have the same address."""
    body = "return given.map((state) => parameters.formatState('runs', state));"
    states = [
        {
            "task": "gpqa",
            "sort": "-median_itl_ms",
            "filters": {"num_gpus": {"in": ["1"]}, "gpu_model": {"in": ["B200"]}},
        },
        {
            "filters": {"gpu_model": {"in": ["B200"]}, "num_gpus": {"in": ["1"]}},
            "sort": "-median_itl_ms",
            "task": "gpqa",
        },
    ]
    one, other = evaluate(tmp_path, MODULES, body, states)
    assert one == other == "?task=gpqa&sort=-median_itl_ms&gpu_model=B200&num_gpus=1"


def test_what_is_ignored_is_named(tmp_path: Path) -> None:
    """Unknown parameters, and values that are not admitted."""
    searches = [
        ("explore", "?tusk=gpqa"),
        ("explore", "?deadline=-3"),
        ("explore", "?deadline=soon"),
        ("runs", "?page=0&latency=p42"),
        ("runs", "?gpu_model="),
        ("explore", "?task=gpqa&deadline=none&num_gpus=1..4"),
    ]
    results = evaluate(tmp_path, MODULES, READ, {"searches": searches, "columns": COLUMNS})
    assert [result["notices"] for result in results] == [
        ["The parameter “tusk” is not known and was ignored."],
        ["The value “-3” of the parameter “deadline” is not valid and was ignored."],
        ["The value “soon” of the parameter “deadline” is not valid and was ignored."],
        [
            "The value “0” of the parameter “page” is not valid and was ignored.",
            "The value “p42” of the parameter “latency” is not valid and was ignored.",
        ],
        ["The filter “gpu_model=” has no value and was ignored."],
        [],
    ]
    assert results[-1]["state"] == {
        "task": "gpqa",
        "deadline": "none",
        "filters": {"num_gpus": {"from": 1, "to": 4}},
    }


def test_the_documented_parameters_are_those_of_the_routes(tmp_path: Path) -> None:
    """The tables of docs/explorer.md name every route, its own parameters, and the shared ones."""
    body = "return Object.values(routes.ROUTES).map(({ path, parameters }) => [path, [...parameters].sort()]);"
    routes = dict(evaluate(tmp_path, {"routes": "state/routes.ts"}, body, None))
    page = (ROOT / "docs" / "explorer.md").read_text(encoding="utf-8")
    section = page.partition("## Routes and URL parameters")[2].partition("Filters have")[0]
    shared = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    documented = {
        path: sorted([*shared, *re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", own))])
        for path, own in re.findall(r"^\| `(/\w*)` \| (.*) \|$", section, re.MULTILINE)
    }
    assert documented == routes
