"""The measured batches of a diffusion run: time and energy of each, from its raw `results.json`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from timelines.results_text import in_short

if TYPE_CHECKING:
    from timelines.results_text import TopLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One batch.

    Args:
        time_s: How long it took.
        gpus: The GPUs' ids, ascending.
        gpu_energy_joules: What each of them took.
    """

    time_s: float
    gpus: tuple[int, ...]
    gpu_energy_joules: tuple[float, ...]

    @property
    def energy_joules(self) -> float:
        """What all GPUs took together."""
        return sum(self.gpu_energy_joules)


class _Measurement(msgspec.Struct, gc=False):
    """One window of the energy counters."""

    time: float
    gpu_energy: dict[int, float]


_LIST = msgspec.json.Decoder(list[_Measurement])


def iterations_of(file: TopLevel) -> tuple[Iteration, ...] | str | None:
    """Return the batches of a file whose top level is read: None where it has none, a text where they are unsound."""
    text = file.get("iteration_energy_measurements")
    if text is None:
        return None
    try:
        measurements = _LIST.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return in_short(error, within="iteration_energy_measurements")
    found = []
    for place, each in enumerate(measurements):
        energies = tuple(each.gpu_energy[gpu] for gpu in sorted(each.gpu_energy))
        if not math.isfinite(each.time + sum(energies)):
            return f"iteration_energy_measurements[{place}] holds a figure that is not finite"
        found.append(Iteration(time_s=each.time, gpus=tuple(sorted(each.gpu_energy)), gpu_energy_joules=energies))
    return tuple(found)
