"""Views of a connection of runs, built for each kind of runs over its own columns."""

from execution.strawberry_internals import StrawberryField
from schema.batch_fields import batch_field
from schema.best_views import best_field, best_runs_field
from schema.column_views import facets_field, histogram_field, statistics_field
from schema.emptiness import EmptyReason
from schema.enums import TimelineWindow
from schema.fit_views import logistic_fits_field
from schema.frontier_views import frontier_field
from schema.group_views import groups_field
from schema.pair_views import pairs_field
from schema.ratio_views import compare_groups_field, ratios_field
from schema.raw_views import common_timelines_field, output_length_distribution_field
from schema.viewed_runs import ViewedRuns
from tables.run_kinds import LLM


def run_views(types: ViewedRuns, runs: StrawberryField) -> dict[str, StrawberryField]:
    """Return the view fields of one kind of run.

    Args:
        types: The types of the runs.
        runs: The field that selects among the runs of a group.
    """
    window = TimelineWindow.FULL if types.kind.stability_column is None else TimelineWindow.STEADY_STATE
    raw_views = {"common_timelines": common_timelines_field(key=types.key, window=window)}
    if types.kind is LLM:
        raw_views["output_length_distribution"] = output_length_distribution_field(types.prefix, types.node)
    return raw_views | {
        "digest": batch_field(
            "digest",
            str,
            "Digest of the selected runs: SHA-256, in hexadecimal, of the dataset's revision and all selected ids in "
            "ascending order, each followed by a newline. Independent of order and page.",
        ),
        "empty_because": batch_field(
            "empty_because",
            list[EmptyReason] | None,
            "For an empty selection, the conditions of which dropping one alone would select runs, in the order of the "
            "filter; `stability` is one of them. Empty if no single condition is the reason; null if the selection has "
            "runs.",
        ),
        "best_runs": best_runs_field(types),
        "pairs": pairs_field(types),
        "statistics": statistics_field(types, "selected", "Statistics of one column over all selected runs."),
        "facets": facets_field(types),
        "histogram": histogram_field(types),
        "groups": groups_field(types, runs),
        "best": best_field(types),
        "pareto_frontier": frontier_field(types),
        "ratios": ratios_field(types),
        "logistic_fits": logistic_fits_field(types),
        "compare_groups": compare_groups_field(types),
    }
