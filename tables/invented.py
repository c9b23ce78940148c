"""Which numbers are made up: an organisation whose name ends in `-example` does not exist, nor do its models.

The sample's organisations are named so, as domains that do not exist end in `.example` (RFC 2606). The names are in the
tables themselves, so that the sample is known for what it is however its files were copied, rewritten or uploaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

_INVENTED = r"^[^/]*-example/"


def has_invented_models(columns: Mapping[str, dict[str, pa.Array[Any]]]) -> bool:
    """Return whether any run of the validated tables is of a model that does not exist."""
    return any(pc.any(pc.match_substring_regex(of_kind["model_id"], _INVENTED)).as_py() for of_kind in columns.values())
