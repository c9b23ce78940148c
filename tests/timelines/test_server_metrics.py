"""The inference server's metrics in a prometheus.json."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from errors import RawDataUnavailable
from timelines.exposition import exposed
from timelines.gauge_series import gauge_series
from timelines.metrics import TimelineWindow
from timelines.prometheus import DecodedServer, ServerGauge, decode_server

RUNNING = "vllm:num_requests_running"
KV_CACHE, OLD_KV_CACHE = "vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"
SNAPSHOTS = [{"timestamp": 10.0 + each, "metrics": f"{RUNNING} {each}\n{KV_CACHE} 0.{each}\n"} for each in range(3)]
WHOLE: dict[str, Any] = {
    "collection_interval": 1.0,
    "steady_state_start_time": 10.0,
    "steady_state_end_time": 12.0,
    "steady_state_stats": {RUNNING: 1.0, KV_CACHE: 0.1},
    "timeline": SNAPSHOTS,
}


def test_gauges_of_several_engines_are_combined() -> None:
    """Running requests are summed, shares of a cache are averaged; a snapshot may lack a gauge."""
    text = (
        'vllm:num_requests_running{engine="0",model_name="a}b"} 3.0\nvllm:num_requests_running{engine="1"} 4.0\n'
        'vllm:kv_cache_usage_perc{engine="0"} 0.5\nvllm:kv_cache_usage_perc{engine="1"} 0.25\n'
    )
    snapshots = [{"timestamp": 2.0, "metrics": text}, {"timestamp": 1.0, "metrics": "# nothing\n"}, {"timestamp": 3.0}]
    decoded = decode_server(json.dumps({"timeline": snapshots}).encode(), path="p")
    assert decoded.timestamps.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(decoded.gauges[ServerGauge.NUM_REQUESTS_RUNNING], [np.nan, 7.0, np.nan])
    np.testing.assert_array_equal(decoded.gauges[ServerGauge.KV_CACHE_USAGE], [np.nan, 0.375, np.nan])
    assert decoded.interval_s is None
    assert decoded.steady_state is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"timeline": [{"metrics": ""}]}', r"timeline is .*; allowed: a list of snapshots with a timestamp"),
        (b'{"timeline": 3}', "timeline is '3'; allowed: a list of snapshots"),
        (b'{"steady_state_stats": {"a": "b"}}', "steady_state_stats is .*; allowed: numbers by name"),
        (b"[]", "Expected object, got array"),
        (b'{"timeline": [', "truncated"),
    ],
)
def test_unreadable_server_files_are_named(raw: bytes, reason: str) -> None:
    """If nothing in a file is readable, the error has its path and the reason."""
    with pytest.raises(RawDataUnavailable, match=reason) as caught:
        decode_server(raw, path="p")
    assert str(caught.value).startswith("p: ")


@pytest.mark.parametrize(
    "odd", [None, 5, "x", [], {}, {"metrics": ""}, {"timestamp": None}, {"timestamp": "x"}], ids=repr
)
def test_an_unreadable_snapshot_is_skipped(odd: object) -> None:
    """It is counted; the other snapshots and the file's own figures remain."""
    decoded = _decoded(timeline=[SNAPSHOTS[0], odd, SNAPSHOTS[2]])
    assert decoded.timestamps.tolist() == [10.0, 12.0]
    assert decoded.gauges[ServerGauge.NUM_REQUESTS_RUNNING].tolist() == [0.0, 2.0]
    assert decoded.statistics == WHOLE["steady_state_stats"]
    assert decoded.skipped_count == 1


@pytest.mark.parametrize("odd", [None, 5, [RUNNING], {RUNNING: 1}], ids=repr)
def test_unreadable_metrics_of_a_snapshot_are_skipped(odd: object) -> None:
    """The snapshot has no gauge, like one without metrics; the others remain."""
    decoded = _decoded(timeline=[SNAPSHOTS[0], {"timestamp": 11, "metrics": odd}, SNAPSHOTS[2]])
    np.testing.assert_array_equal(decoded.gauges[ServerGauge.NUM_REQUESTS_RUNNING], [0.0, np.nan, 2.0])
    assert decoded.skipped_count == 1


@pytest.mark.parametrize("line", ["{} {{", "{}", "{} x", '{}{{engine="0" 5', "{} 1 2 3", "{}{{engine=0}} 5", "{} 0x10"])
def test_a_broken_line_is_skipped(line: str) -> None:
    """The gauge's other engines and the snapshot's other gauges remain."""
    broken = line.format(RUNNING)
    text = f'{RUNNING}{{engine="0"}} 3\n{broken}\n{KV_CACHE} 0.5\n'
    decoded = _decoded(timeline=[{"timestamp": 10, "metrics": text}])
    assert decoded.gauges[ServerGauge.NUM_REQUESTS_RUNNING].tolist() == [3.0]
    assert decoded.gauges[ServerGauge.KV_CACHE_USAGE].tolist() == [0.5]
    assert decoded.skipped_count == 1


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
def test_an_engine_without_a_finite_value_is_left_out(value: str) -> None:
    """Sums and means are of the other engines; without any, the snapshot lacks the gauge."""
    text = (
        f'{RUNNING}{{engine="0"}} {value}\n{RUNNING}{{engine="1"}} 4\n{RUNNING}{{engine="2"}} 5\n'
        f'{KV_CACHE}{{engine="0"}} 0.5\n{KV_CACHE}{{engine="1"}} {value}\n{KV_CACHE}{{engine="2"}} 0.25\n'
        f"vllm:num_requests_waiting {value}\n"
    )
    decoded = _decoded(timeline=[{"timestamp": 10, "metrics": text}])
    assert decoded.gauges[ServerGauge.NUM_REQUESTS_RUNNING].tolist() == [9.0]
    assert decoded.gauges[ServerGauge.KV_CACHE_USAGE].tolist() == [0.375]
    assert np.isnan(decoded.gauges[ServerGauge.NUM_REQUESTS_WAITING]).all()
    assert decoded.skipped_count == 3


def test_vllms_older_name_of_the_kv_cache_usage_is_read() -> None:
    """In snapshots and in the file's own figures; if a version exports both names, the newer one counts."""
    texts = [f"{OLD_KV_CACHE} 0.5\n", f"{OLD_KV_CACHE} 0.75\n{KV_CACHE} 0.25\n", f"{KV_CACHE} NaN\n{OLD_KV_CACHE} 1\n"]
    snapshots = [{"timestamp": 10 + each, "metrics": text} for each, text in enumerate(texts)]
    decoded = _decoded(timeline=snapshots, steady_state_stats={OLD_KV_CACHE: 0.625})
    assert decoded.gauges[ServerGauge.KV_CACHE_USAGE].tolist() == [0.5, 0.25, 1.0]
    series = gauge_series(decoded, ServerGauge.KV_CACHE_USAGE, window=TimelineWindow.FULL, max_points=None)
    assert series.steady_state == 0.625
    both = _decoded(steady_state_stats={OLD_KV_CACHE: 0.625, KV_CACHE: 0.125})
    assert both.steady_state_of(ServerGauge.KV_CACHE_USAGE) == 0.125


@pytest.mark.parametrize(
    ("odd", "read", "skipped"),
    [
        ("x", None, 1),
        ([1], None, 1),
        ({}, None, 1),
        (None, None, 0),
        (math.nan, None, 0),
        ("1.5", 1.5, 0),
        (True, 1, 0),
    ],
)
def test_an_unreadable_figure_is_skipped(odd: object, read: float | None, skipped: int) -> None:
    """As in the toolkit's `_safe_float`, numbers may be text; null and NaN are ignored; other values are counted."""
    decoded = _decoded(steady_state_stats={RUNNING: 1.0, "odd": odd})
    assert decoded.statistics == {RUNNING: 1.0} | ({} if read is None else {"odd": read})
    assert decoded.skipped_count == skipped
    assert decoded.timestamps.size == 3
    decoded = _decoded(collection_interval=odd)
    assert (decoded.interval_s, decoded.skipped_count, decoded.timestamps.size) == (read, skipped, 3)
    decoded = _decoded(steady_state_end_time=odd)
    assert decoded.steady_state == (None if read is None else (10, read))
    assert (decoded.skipped_count, decoded.statistics) == (skipped, WHOLE["steady_state_stats"])


@pytest.mark.parametrize("odd", [None, 5, "x", [1], {}], ids=repr)
def test_an_unreadable_member_does_not_affect_the_other(odd: object) -> None:
    """Figures without snapshots, and snapshots without figures."""
    counted = int(odd is not None)
    without = _decoded(timeline=odd)
    assert (without.timestamps.size, without.statistics) == (0, WHOLE["steady_state_stats"])
    assert without.skipped_count == counted
    without = _decoded(steady_state_stats=odd)
    assert (without.timestamps.size, without.statistics) == (3, {})
    assert without.skipped_count == (counted if odd != {} else 0)


_labels = st.lists(
    st.tuples(
        st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]*", fullmatch=True).filter(lambda name: name != "__name__"),
        st.text(st.sampled_from('ab {}=,#"\\\n\té')).map(
            lambda text: text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
        ),
    ),
    max_size=4,
    unique_by=lambda label: label[0],
)
_values = st.floats().map(repr) | st.sampled_from(["+Inf", "-Inf", "NaN", "1e3", "1E-07", "5.", ".5", "+7", "0"])


@given(
    labels=_labels,
    value=_values,
    blanks=st.lists(st.sampled_from(["", " ", "\t", "  "]), min_size=5, max_size=5),
    end=st.sampled_from(["", " 1700000000000", " -1", ' # {trace_id="a b"} 0.5', ' 17 # {t="x"} 1 2', " ", "\r"]),
    comma=st.sampled_from(["", ","]),
)
def test_a_valid_line_is_read_as_by_prometheus_client(
    labels: list[tuple[str, str]], value: str, blanks: list[str], end: str, comma: str
) -> None:
    """Blanks, escapes, braces and commas in labels, exponents, infinities, times and exemplars."""
    pairs = ",".join(f'{blanks[0]}{name}{blanks[1]}={blanks[1]}"{text}"{blanks[2]}' for name, text in labels)
    block = f"{{{pairs}{comma}}}{blanks[3]}" if labels else ""
    line = f"{blanks[4]}{RUNNING}{block} {value}{end}"
    [family] = text_string_to_metric_families(f"{line}\n")
    found = exposed(f"# HELP {RUNNING} x\n# TYPE {RUNNING} gauge\n\n{line}\n{RUNNING}_total 9\n", {RUNNING})
    np.testing.assert_array_equal(found.values[RUNNING], [sample.value for sample in family.samples])
    assert found.broken == 0


@pytest.mark.parametrize(
    "line",
    [
        "{" + 'x="y",' * 100_000,
        '{x="' + "\\\\" * 300_000,
        " " + "1" * 300_000 + "x",
        " 1" * 300_000,
        "{x" + " " * 300_000,
    ],
    ids=lambda line: line[:8],
)
def test_a_hostile_line_takes_linear_time(line: str) -> None:
    """Half a megabyte of labels, escapes, digits or blanks is refused at once."""
    begun = time.perf_counter()
    assert exposed(RUNNING + line, {RUNNING}).broken == 1
    assert time.perf_counter() - begun < 2


def _decoded(**members: object) -> DecodedServer:
    return decode_server(json.dumps(WHOLE | members).encode(), path="p")
