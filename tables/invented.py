"""Recognition of invented data: an organisation whose name ends in `-example` does not exist, nor do its models.

The sample's organisations follow this convention, as nonexistent domains end in `.example` (RFC 2606). The names are in
the tables, so the sample is recognized even if its files were copied, rewritten or uploaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

_INVENTED = r"^[^/]*-example/"


def has_invented_models(columns: Mapping[str, dict[str, pa.Array[Any]]]) -> bool:
    """Return whether any run of the validated run tables is of an invented model."""
    return any(pc.any(pc.match_substring_regex(of_kind["model_id"], _INVENTED)).as_py() for of_kind in columns.values())
