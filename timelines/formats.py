"""Names in `results.json` that differ per kind of run, as the benchmark (`ml-energy/benchmark`) writes them."""

from __future__ import annotations

from dataclasses import dataclass

from tables.run_kinds import DIFFUSION, LLM


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFormat:
    """The names of one kind of run; None for a figure that the kind does not have.

    A decoder looks for the names of all kinds, since a file does not state its kind and no two kinds share a name.
    Power and temperature samples are at the same place in every kind: `timeline` and the value of `TimelineMetric`.

    Args:
        steady_state: Members of `timeline`: unix seconds of the start and the end of the steady state.
        steady_state_energy: Energy over the steady state, J.
        entire_energy: Measurement of the entire benchmark.
        iterations: List of measurements, one per batch.
    """

    steady_state: tuple[str, str] | None = None
    steady_state_energy: str | None = None
    entire_energy: str | None = None
    iterations: str | None = None


# By name of the kind.
RESULTS_FORMATS = {
    LLM.name: ResultsFormat(
        steady_state=("steady_state_start_time", "steady_state_end_time"),
        steady_state_energy="steady_state_energy",
        entire_energy="entire_benchmark_measurement",
    ),
    DIFFUSION.name: ResultsFormat(entire_energy="energy_measurement", iterations="iteration_energy_measurements"),
}
