"""The `timeline` of a raw `results.json` → its steady state, and each GPU's samples of every metric as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from timelines.formats import RESULTS_FORMATS
from timelines.lenient import DECODE_ERRORS, MAX_MAGNITUDE, NULL, loads, number
from timelines.metrics import TimelineMetric
from timelines.results_text import in_short, value_in_short

DeviceTexts = dict[str, msgspec.Raw]  # by GPU id
# Unix seconds of its start and end; None if the file states neither; or why it is unreadable.
SteadyState = tuple[float, float] | str | None
# The steady state; and by metric the text of each GPU's samples, or why they are unavailable.
Members = tuple[SteadyState, Mapping[TimelineMetric, DeviceTexts | str]]


class _Power(msgspec.Struct, gc=False):
    """`timeline.power`; other members are ignored."""

    device_instant: DeviceTexts | None = None
    device_average: DeviceTexts | None = None
    memory_average: DeviceTexts | None = None


_STEADY_STATES = [each.steady_state for each in RESULTS_FORMATS.values() if each.steady_state is not None]
_BOUNDS = [name for bounds in _STEADY_STATES for name in bounds]
# `timeline` as far as it is read; other members are ignored.
_Timeline = msgspec.defstruct(
    "_Timeline",
    [
        ("power", _Power | None, None),
        ("temperature", DeviceTexts | None, None),
        *((name, msgspec.Raw, NULL) for name in _BOUNDS),
    ],
    gc=False,
)

_TIMELINE = msgspec.json.Decoder(_Timeline)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_OPTIONAL_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)


def timeline_members(text: msgspec.Raw) -> Members | str:
    """Decode a timeline as far as the text of each GPU's samples; an unreadable member does not affect the others.

    Returns:
        The members; the reason if the timeline is not a JSON object.
    """
    try:
        timeline = _TIMELINE.decode(text)
    except DECODE_ERRORS:
        return _lenient_members(text)
    except RecursionError as error:
        return in_short(error)
    return (
        _steady_state({name: getattr(timeline, name) for name in _BOUNDS}),
        {metric: _devices(metric, _attribute(timeline, metric)) for metric in TimelineMetric},
    )


def _lenient_members(text: msgspec.Raw) -> Members | str:
    try:
        members = _OBJECT.decode(text)
    except (*DECODE_ERRORS, RecursionError) as error:
        return in_short(error, within="$.timeline")
    return (
        _steady_state({name: members.get(name, NULL) for name in _BOUNDS}),
        {metric: _lenient_devices(metric, members) for metric in TimelineMetric},
    )


def _attribute(timeline: msgspec.Struct, metric: TimelineMetric) -> DeviceTexts | None:
    value: Any = timeline
    for name in metric.value.split("."):
        value = getattr(value, name, None)
    texts: DeviceTexts | None = value
    return texts


def _lenient_devices(metric: TimelineMetric, timeline: dict[str, msgspec.Raw]) -> DeviceTexts | str:
    """Decode the members on the path to a metric, one after another."""
    members: dict[str, msgspec.Raw] | None = timeline
    place = "$.timeline"
    for name in metric.value.split("."):
        place = f"{place}.{name}"
        try:
            members = _OPTIONAL_OBJECT.decode((members or {}).get(name, NULL))
        except DECODE_ERRORS as error:
            return in_short(error, within=place)
    return _devices(metric, members)


def _devices(metric: TimelineMetric, texts: DeviceTexts | None) -> DeviceTexts | str:
    if texts is None:
        return f"timeline.{metric.value} is missing"
    return texts or f"timeline.{metric.value} has no GPU"


def _steady_state(bounds: Mapping[str, msgspec.Raw]) -> SteadyState:
    for start_name, end_name in _STEADY_STATES:
        stated_start, stated_end = loads(bounds[start_name]), loads(bounds[end_name])
        if stated_start is None and stated_end is None:
            continue
        start, end = number(stated_start), number(stated_end)
        if -MAX_MAGNITUDE <= start <= end <= MAX_MAGNITUDE:
            return start, end
        return (
            f"timeline.{start_name} is {value_in_short(stated_start)} and timeline.{end_name} is "
            f"{value_in_short(stated_end)}; allowed: unix seconds, the start not after the end, or neither"
        )
    return None
