"""The text of each GPU's samples of one metric → arrays."""

from __future__ import annotations

import math
import re
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from timelines.arrays import Floats, read_only
from timelines.lenient import MAX_MAGNITUDE, loads, number
from timelines.results_text import in_short

if TYPE_CHECKING:
    from collections.abc import Mapping

    DeviceSamples = Mapping[int, Floats]

MAX_CELLS = 20_000_000  # grid times by GPUs, 160 MB: eight GPUs for 69 hours at the benchmark's 10 Hz

# The toolkit looks samples up by `str(int(id))`.
_GPU_ID = re.compile(r"0|-?[1-9][0-9]{0,8}", re.ASCII)
_PAIRS = msgspec.json.Decoder(list[tuple[float, float]])
_PAIR = 2


def device_samples(texts: Mapping[str, msgspec.Raw], *, place: str) -> tuple[DeviceSamples | str, int]:
    """Decode the samples of every GPU; an unreadable sample, or a whole unreadable GPU, is skipped.

    A sample with a time and without a number for its value is NaN, so that its time stays on the grid and the value
    before it is carried forward, as the toolkit does with NaN.

    Args:
        texts: The text of each GPU's samples by the GPU's id; not empty.
        place: The metric's place in the file, for errors.

    Returns:
        By GPU id, read-only arrays of shape `(n, 2)`, unix seconds and value, in the file's order; the reason instead
        if no GPU has a readable sample, or there are more than `MAX_CELLS`. And the number of skipped samples and GPUs.
    """
    devices: dict[int, Floats] = {}
    skipped = 0
    problem = ""
    for key, text in texts.items():
        if not _GPU_ID.fullmatch(key):
            problem = problem or (
                f"{place} has the GPU id {key[:40]!r}; allowed: whole numbers without leading zeros, such as '0'"
            )
            skipped += 1
            continue
        array, skipped_here, reason = _array(text, place=f"{place}.{key}")
        problem = problem or reason
        skipped += skipped_here
        if array is not None:
            devices[int(key)] = read_only(array)
    if skipped and not any(np.isfinite(array[:, 1]).any() for array in devices.values()):
        return problem, skipped
    cells = len(devices) * len(devices[min(devices)])
    if cells > MAX_CELLS:
        return f"{place} has {cells} samples on its grid; allowed: {MAX_CELLS}", skipped
    return devices, skipped


def _array(text: msgspec.Raw, *, place: str) -> tuple[Floats | None, int, str]:
    """Return one GPU's samples or None, the number of skips (1 for the whole series), and the first reason for one."""
    try:
        pairs = _PAIRS.decode(text)
    except msgspec.DecodeError as error:
        return _lenient_array(text, f"{place}: {in_short(error)}")
    array = np.fromiter(chain.from_iterable(pairs), dtype=np.float64, count=2 * len(pairs)).reshape(-1, 2)
    if array.size and np.abs(array).max() > MAX_MAGNITUDE:
        return _lenient_array(text, f"{place} holds {np.abs(array).max():g}; allowed: up to {MAX_MAGNITUDE:g}")
    return array, 0, ""


def _lenient_array(text: msgspec.Raw, problem: str) -> tuple[Floats | None, int, str]:
    """Decode one GPU's samples one by one, each as the toolkit reads it."""
    samples = loads(text)
    if not isinstance(samples, list):
        return None, 1, problem
    pairs: list[tuple[float, float]] = []
    skipped = 0
    for each in samples:
        time, value = map(_bounded, each) if isinstance(each, list) and len(each) == _PAIR else (math.nan, math.nan)
        skipped += math.isnan(time) or math.isnan(value)
        if not math.isnan(time):
            pairs.append((time, value))
    if not pairs:
        return None, skipped, problem
    return np.array(pairs, np.float64), skipped, problem if skipped else ""


def _bounded(value: object) -> float:
    found = number(value)
    return found if abs(found) <= MAX_MAGNITUDE else math.nan
