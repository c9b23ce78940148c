"""The `timeline` of a raw `results.json` → its steady state, and each GPU's samples of every metric as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from errors import RawDataUnavailable
from timelines.lenient import loads, number
from timelines.metrics import TimelineMetric
from timelines.results_text import in_short, unreadable, value_in_short

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MAGNITUDE = 1e12  # far over any unix second, watt or degree, and no sum or product of these overflows

DeviceTexts = dict[str, msgspec.Raw]
_NULL = msgspec.Raw(b"null")
# The member of `power` that holds a metric; None for the temperature, which stands beside it.
_DOMAINS = {
    metric: None if metric is TimelineMetric.TEMPERATURE else metric.value.removeprefix("power.")
    for metric in TimelineMetric
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineMembers:
    """The members of `timeline`.

    Args:
        steady_state: Unix seconds of its start and end; None where the file states none; or why it cannot be read.
        devices: By metric, the text of each GPU's samples by the GPU's id; or why there are none.
    """

    steady_state: tuple[float, float] | str | None
    devices: Mapping[TimelineMetric, DeviceTexts | str]


class _Power(msgspec.Struct, gc=False):
    """`timeline.power`; members with other names are passed over."""

    device_instant: DeviceTexts | None = None
    device_average: DeviceTexts | None = None
    memory_average: DeviceTexts | None = None


class _Timeline(msgspec.Struct, gc=False):
    """`timeline` in the benchmark's own form."""

    steady_state_start_time: float | None = None
    steady_state_end_time: float | None = None
    power: _Power | None = None
    temperature: DeviceTexts | None = None


class _AnyPower(msgspec.Struct, gc=False):
    """`timeline.power` with members of any form."""

    device_instant: msgspec.Raw = _NULL
    device_average: msgspec.Raw = _NULL
    memory_average: msgspec.Raw = _NULL


class _AnyTimeline(msgspec.Struct, gc=False):
    """`timeline` with members of any form."""

    steady_state_start_time: msgspec.Raw = _NULL
    steady_state_end_time: msgspec.Raw = _NULL
    power: msgspec.Raw = _NULL
    temperature: msgspec.Raw = _NULL


_TIMELINE = msgspec.json.Decoder(_Timeline)
_ANY_TIMELINE = msgspec.json.Decoder(_AnyTimeline)
_ANY_POWER = msgspec.json.Decoder(_AnyPower | None)
_DEVICES = msgspec.json.Decoder(DeviceTexts | None)


def timeline_members(text: msgspec.Raw, *, path: str) -> TimelineMembers:
    """Decode a timeline as far as the text of each GPU's samples; what a member lacks concerns that member alone.

    Args:
        text: The timeline.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The timeline is no JSON object.
    """
    try:
        timeline = _TIMELINE.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _of_any_form(text, path=path)
    except RecursionError as error:
        raise unreadable(path, error) from error
    power = timeline.power or _Power()
    return TimelineMembers(
        steady_state=_steady_state(timeline.steady_state_start_time, timeline.steady_state_end_time),
        devices={
            metric: _devices(metric, timeline.temperature if domain is None else getattr(power, domain))
            for metric, domain in _DOMAINS.items()
        },
    )


def _of_any_form(text: msgspec.Raw, *, path: str) -> TimelineMembers:
    """Decode a timeline member by member."""
    try:
        timeline = _ANY_TIMELINE.decode(text)
    except msgspec.DecodeError as error:
        raise RawDataUnavailable(f"{path}: {in_short(error, within='$.timeline')}", path=path) from error
    except (RecursionError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    devices: dict[TimelineMetric, DeviceTexts | str] = {}
    power: _AnyPower | str
    try:
        power = _ANY_POWER.decode(timeline.power) or _AnyPower()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        power = in_short(error, within="$.timeline.power")
    for metric, domain in _DOMAINS.items():
        if domain is not None and isinstance(power, str):
            devices[metric] = power
            continue
        try:
            devices[metric] = _devices(
                metric, _DEVICES.decode(timeline.temperature if domain is None else getattr(power, domain))
            )
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            devices[metric] = in_short(error, within=f"$.timeline.{metric.value}")
    return TimelineMembers(
        steady_state=_steady_state(_any(timeline.steady_state_start_time), _any(timeline.steady_state_end_time)),
        devices=devices,
    )


def _devices(metric: TimelineMetric, texts: DeviceTexts | None) -> DeviceTexts | str:
    if texts is None:
        return f"timeline.{metric.value} is missing"
    return texts or f"timeline.{metric.value} has no GPU"


def _any(text: msgspec.Raw) -> object:
    try:
        return loads(text)
    except (ValueError, RecursionError):
        return "unreadable"


def _steady_state(stated_start: object, stated_end: object) -> tuple[float, float] | str | None:
    if stated_start is None and stated_end is None:
        return None
    start, end = number(stated_start), number(stated_end)
    if -MAX_MAGNITUDE <= start <= end <= MAX_MAGNITUDE:
        return start, end
    return (
        f"timeline.steady_state_start_time is {value_in_short(stated_start)} and timeline.steady_state_end_time is "
        f"{value_in_short(stated_end)}; allowed: unix seconds, the start not after the end, or neither"
    )
