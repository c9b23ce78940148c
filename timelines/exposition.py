"""Samples of selected metrics from a text in Prometheus's exposition format (version 0.0.4), read line by line.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format. The parser of `prometheus_client` builds
every label of every line, in time that grows with the square of a line's labels; it is the tests' oracle.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

_BLANK = " \t\r"
# All quantifiers are possessive, so that a line takes time in proportion to its length.
_LABEL = r'[a-zA-Z_]\w*+[ \t]*+=[ \t]*+"(?:[^"\\]|\\.)*+"[ \t]*+'
_NUMBER = r"[+-]?(?:(?:\d++(?:\.\d*+)?+|\.\d++)(?:e[+-]?\d++)?+|inf(?:inity)?+|nan)"
# Behind the name: optional labels, the value, an optional time, an optional exemplar (OpenMetrics only).
_REST = re.compile(
    rf"(?:[ \t]*+\{{[ \t]*+(?:{_LABEL}(?:,[ \t]*+{_LABEL})*+(?:,[ \t]*+)?+)?+\}}[ \t]*+|[ \t]++)"
    rf"({_NUMBER})(?:[ \t]++{_NUMBER})?+(?:[ \t]++#.*+)?+",
    re.ASCII | re.IGNORECASE,
)
_NAME = re.compile(r"[a-zA-Z_:][\w:]*", re.ASCII)


class Exposed(NamedTuple):
    """The values of some metrics.

    Args:
        values: By metric, the value of each line, independent of its labels; NaN and the infinities included.
        broken: Number of lines of these metrics that are not in the format.
    """

    values: dict[str, list[float]]
    broken: int


def exposed(text: str, names: Collection[str]) -> Exposed:
    """Read the lines of some metrics and ignore other lines.

    Args:
        text: Lines such as `vllm:num_requests_running{engine="0"} 3.0`.
        names: The metrics.
    """
    prefixes = tuple(names)
    values: dict[str, list[float]] = {}
    broken = 0
    for line in text.split("\n"):
        sample = line.strip(_BLANK)
        if not sample.startswith(prefixes):
            continue
        name = _NAME.match(sample)
        if name is None or name[0] not in names:
            continue  # a longer name
        rest = _REST.fullmatch(sample, name.end())
        if rest is None:
            broken += 1
        else:
            values.setdefault(name[0], []).append(float(rest[1]))
    return Exposed(values, broken)
