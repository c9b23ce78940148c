"""The timeline of a results file: unreadable parts, limits, damage."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import BadUserInput, RawDataUnavailable
from tests.timelines.timeline_samples import START, Samples, as_bytes, decode_timeline, request, results_file
from timelines import device_samples
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.timeline import build_timeline

PATH = "llm/h100/results.json"
GOOD: Samples = {"0": [[START, 1], [START + 1, 2.5]]}
WHOLE = as_bytes(results_file(GOOD, steady_state=(START, START + 1)))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "truncated"),
        (WHOLE[:-1], "truncated"),
        (WHOLE[: len(WHOLE) // 2], "truncated"),
        (WHOLE + b"}", "trailing characters"),
        (b"\x89PNG", "malformed"),
        (b"[]", "Expected object, got array"),
        (b"{}", "timeline is missing"),
        (b'{"timeline": null}', "Expected object, got null"),
        (b'{"timeline": {}, "mean_itl_ms": NaNa}', "malformed"),
        (b'{"timeline": {}, "std_itl_ms": -NaN}', "malformed"),
        (b'{"timeline": {}, "std_itl_ms": 1NaN}', "malformed"),
        (b'{"timeline": {}, "prompt": "\\ud800}', "truncated"),
        (b'{"timeline": {}, "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    ],
    ids=lambda value: value[:40].decode(errors="replace") if isinstance(value, bytes) else "",
)
def test_an_invalid_file_is_unavailable(raw: bytes, reason: str) -> None:
    """The error has the file's path and the reason."""
    with pytest.raises(RawDataUnavailable, match=reason) as caught:
        decode_timeline(raw, path=PATH)
    assert str(caught.value).startswith(f"{PATH}: ")
    assert caught.value.extensions == {"code": "RAW_DATA_UNAVAILABLE", "path": PATH}


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        ("null", "timeline.temperature is missing"),
        ("{}", "timeline.temperature has no GPU"),
        ("[1]", "Expected object | null, got array - at $.timeline.temperature"),
        ('{"0": []}', "timeline.temperature has no sample in the window FULL"),
        ('{"0": {}}', "timeline.temperature.0: Expected array, got object"),
        ('{"0": [[3]]}', "timeline.temperature.0: Expected array of length 2 - at $[0]"),
        ('{"0": [[3, 4, 5]]}', "timeline.temperature.0: Expected array of length 2 - at $[0]"),
        ('{"0": [[1, null]]}', "timeline.temperature.0: Expected float, got null - at $[0][1]"),
        ('{"0": [[1, NaN]]}', "timeline.temperature.0: Number out of range - at $[0][1]"),
        ('{"0": [[1, -Infinity]]}', "timeline.temperature.0: Number out of range - at $[0][1]"),
        ('{"0": [["noon", 2]]}', "timeline.temperature.0: Expected float, got str - at $[0][0]"),
        ('{"0": [[1, 1e999]]}', "timeline.temperature.0: Number out of range - at $[0][1]"),
        ('{"0": [[1, 1e300]]}', "timeline.temperature.0 holds 1e+300; allowed: up to 1e+12"),
        ('{"0.0": [[1, 2]]}', "timeline.temperature has the GPU id '0.0'"),
        ('{"00": [[1, 2]]}', "timeline.temperature has the GPU id '00'"),
        ('{"٣": [[1, 2]]}', "timeline.temperature has the GPU id '٣'"),
        (f'{{"{"9" * 5000}": [[1, 2]]}}', "timeline.temperature has the GPU id '999"),
    ],
)
def test_an_unreadable_metric_does_not_affect_the_others(samples: str, reason: str) -> None:
    """A metric without a readable sample is refused with the place and the reason."""
    raw = WHOLE.replace(b'"temperature":', f'"temperature": {samples}, "unread":'.encode())
    decoded = decode_timeline(raw, path=PATH)
    with pytest.raises(RawDataUnavailable, match=re.escape(f"{PATH}: {reason}")):
        build_timeline(decoded, request(TimelineMetric.TEMPERATURE))
    assert build_timeline(decoded, request()).value.tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    "bounds",
    [
        '"steady_state_start_time": "noon"',
        '"steady_state_start_time": 1',
        '"steady_state_start_time": NaN, "steady_state_end_time": NaN',
        '"steady_state_start_time": 2, "steady_state_end_time": 1',
        '"steady_state_start_time": 1, "steady_state_end_time": 1e300',
        '"steady_state_start_time": [1], "steady_state_end_time": {}',
    ],
)
def test_unreadable_steady_state_bounds_do_not_affect_the_full_window(bounds: str) -> None:
    """They are an error of the steady state only."""
    raw = as_bytes(results_file(GOOD)).replace(b'"power":', f'{bounds}, "power":'.encode(), 1)
    decoded = decode_timeline(raw, path=PATH)
    with pytest.raises(RawDataUnavailable, match="allowed: unix seconds, the start not after the end, or neither"):
        build_timeline(decoded, request(window=TimelineWindow.STEADY_STATE))
    full = build_timeline(decoded, request())
    assert full.value.tolist() == [1.0, 2.5]
    assert full.steady_state is None


def test_unreadable_power_does_not_affect_the_temperature() -> None:
    """Power that is not an object, and unknown members of it."""
    for power in ("1", "[]", '"x"', '{"device_instant": 1, "limit": [400]}', '{"\\ud800": null}'):
        timeline = f'{{"power": {power}, "temperature": {{"0": [[1, 40]]}}}}'
        decoded = decode_timeline(f'{{"timeline": {timeline}}}'.encode(), path=PATH)
        assert build_timeline(decoded, request(TimelineMetric.TEMPERATURE)).value.tolist() == [40.0]
        with pytest.raises(RawDataUnavailable, match=r"timeline\.power"):
            build_timeline(decoded, request())


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_non_finite_figure_does_not_affect_the_timeline(word: str) -> None:
    """The benchmark writes NaN for a figure that it could not compute, which is not JSON."""
    raw = WHOLE.replace(b'"model_id":', f'"std_tpot_ms": {word}, "prompt": "NaN and -Infinity", "model_id":'.encode())
    assert raw != WHOLE
    assert build_timeline(decode_timeline(raw, path=PATH), request()).value.tolist() == [1.0, 2.5]


@pytest.mark.parametrize("power", ["null", "{}", '{"device_average": {"0": [[1, 2]]}}', '{"memory_average": null}'])
def test_a_missing_power_domain_is_unavailable(power: str) -> None:
    """Not every GPU reports every power domain: the error names the requested one."""
    decoded = decode_timeline(f'{{"timeline": {{"power": {power}}}}}'.encode(), path=PATH)
    with pytest.raises(RawDataUnavailable, match=r"timeline\.power\.memory_average is missing$"):
        build_timeline(decoded, request(TimelineMetric.POWER_MEMORY_AVERAGE))


def test_a_grid_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file can state many GPUs on a long grid: their product is checked before the grid is built."""
    monkeypatch.setattr(device_samples, "MAX_CELLS", 5)
    samples: Samples = {"0": GOOD["0"], "1": [], "2": []}
    decoded = decode_timeline(as_bytes(results_file(samples)), path=PATH)
    with pytest.raises(RawDataUnavailable, match="has 6 samples on its grid; allowed: 5"):
        build_timeline(decoded, request())


def test_the_steady_state_of_a_diffusion_run_is_bad_input() -> None:
    """The message names the window and the allowed one."""
    decoded = decode_timeline(as_bytes(results_file(GOOD)), path=PATH)
    with pytest.raises(BadUserInput, match=r"window is STEADY_STATE.*diffusion.*allowed: FULL"):
        build_timeline(decoded, request(window=TimelineWindow.STEADY_STATE))
    assert build_timeline(decoded, request()).steady_state is None


def test_a_steady_state_without_samples_is_unavailable() -> None:
    """The grid GPU has no sample in it."""
    decoded = decode_timeline(as_bytes(results_file(GOOD, steady_state=(START + 5, START + 6))), path=PATH)
    with pytest.raises(RawDataUnavailable, match="device_instant has no sample in the window STEADY_STATE"):
        build_timeline(decoded, request(window=TimelineWindow.STEADY_STATE))


def test_arrays_are_read_only() -> None:
    """Readers that share an array cannot change it."""
    decoded = decode_timeline(WHOLE, path=PATH)
    timeline = build_timeline(decoded, request())
    shared = [timeline.value, timeline.relative_time_s, timeline.devices[0].value]
    shared += [array for devices in decoded.available_samples().values() for array in devices.values()]
    assert not any(array.flags.writeable for array in shared)
    assert decoded.nbytes == 4 * np.zeros((2, 2)).nbytes


@settings(deadline=None)
@given(st.data())
def test_damaged_bytes_raise_no_other_error(data: st.DataObject) -> None:
    """A file with damage anywhere is decoded or refused with a client error."""
    raw = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.sampled_from(b'\x00\xff"{}[]:,-.0189eEnuN \\'))
    for metric in TimelineMetric:
        try:
            timeline = build_timeline(decode_timeline(bytes(raw), path=PATH), request(metric, max_points=2))
        except RawDataUnavailable:
            continue
        assert np.isfinite(timeline.value).all()


@pytest.mark.parametrize("rest", [b'"' + b'\\"' * 300_000, b"[" + b"1," * 300_000 + b"0]}", b"N" * 300_000])
def test_a_hostile_file_with_nan_takes_linear_time(rest: bytes) -> None:
    """Unterminated strings, and numbers without any string behind them, are scanned once."""
    begun = time.perf_counter()
    with pytest.raises(RawDataUnavailable):
        decode_timeline(b'{"x": NaN, "y": ' + rest, path=PATH)
    assert time.perf_counter() - begun < 5
