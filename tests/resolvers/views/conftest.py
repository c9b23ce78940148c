"""Fixtures of the tests of views: the schema, and the published figures as pandas data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pytest

from schema.build import build_schema

if TYPE_CHECKING:
    from pathlib import Path

    from strawberry.federation import Schema


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The schema as it is served."""
    return build_schema()


@pytest.fixture(scope="session")
def llm(real_figures: Path) -> pd.DataFrame:
    """The published LLM runs."""
    return pd.read_parquet(real_figures / "runs" / "llm.parquet")


@pytest.fixture(scope="session")
def diffusion(real_figures: Path) -> pd.DataFrame:
    """The published diffusion runs."""
    return pd.read_parquet(real_figures / "runs" / "diffusion.parquet")
