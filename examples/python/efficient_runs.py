"""Print the most energy-efficient runs of a task as a table: efficient_runs.py --task gpqa."""  # noqa: INP001 - a script

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from graph_client import Client, LLMRunFilter, MLEnergyStringFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph_client import RunFigures

COLUMNS = ("nickname", "gpu_model", "num_gpus", "max_num_seqs", "energy_per_token_joules", "median_itl_ms")


def efficient_runs(client: Client, task: str, page_size: int) -> Iterator[RunFigures]:
    """Yield the runs of a task from the lowest energy per token to the highest, page by page.

    Raises:
        SystemExit: The server returned no runs.
    """
    where = LLMRunFilter(task=MLEnergyStringFilter(eq=task))
    after: str | None = None
    while True:
        page = client.efficient_runs(where=where, first=page_size, after=after).llm_runs
        if page is None:
            raise SystemExit("the answer has no runs")
        yield from page.nodes
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def main() -> None:
    """Print the table, tab-separated, with a line of column names."""
    parser = argparse.ArgumentParser(description=__doc__)
    default_url = os.environ.get("GRAPH_URL") or "http://127.0.0.1:8000/graphql"
    parser.add_argument("--url", default=default_url, help="URL of the graph; the default is GRAPH_URL, or localhost")
    parser.add_argument("--task", default="gpqa", help="name of the task")
    parser.add_argument("--page-size", type=int, default=20, help="runs per request")
    options = parser.parse_args()
    print(*COLUMNS, sep="\t")  # noqa: T201 - a program that prints
    with Client(options.url) as client:
        for run in efficient_runs(client, options.task, options.page_size):
            print(*(getattr(run, column) for column in COLUMNS), sep="\t")  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
