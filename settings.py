"""The settings, each declared once: a field here is a flag of `server.py serve` and a variable `MLENERGY_...`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MLENERGY_"


class Settings(BaseSettings):
    """How the server runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    source: str = Field("auto", description="auto, sample, hub[:ORG/NAME][@REVISION], or a dataset's directory.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    default_page: int = Field(100, ge=1, description="Rows of a page that says neither first nor last.")
    max_page: int = Field(2_000, ge=1, description="Rows of a page at most.")
    max_raw_files: int = Field(32, ge=0, description="Raw files that one request may open.")
    max_representations: int = Field(1_000, ge=1, description="Entities that a gateway may ask for at once.")
    max_body_kib: int = Field(1_024, ge=1, description="The longest request body, in KiB.")
    rendered_rows_mib: int = Field(64, ge=0, description="Memory for rows written before, in MiB.")
    timeline_workers: int = Field(2, ge=1, description="Raw files that are read at the same time.")
    timeline_queue: int = Field(256, ge=1, description="Different timelines in the making before OVERLOADED.")
    timeline_deadline_seconds: float = Field(30, gt=0, description="How long a request waits for a timeline.")
    timeline_cache_mib: int = Field(32, ge=0, description="Memory for decoded timelines, in MiB.")
    max_raw_file_mib: int = Field(512, ge=1, description="The largest raw file to decode, in MiB.")
    hub_timeout_seconds: float = Field(30, gt=0, description="How long one file of the Hub may take.")
    hub_cache: Path | None = Field(None, description="Where the Hub's files are kept; default: the client's own cache.")
    allow_origins: str = Field("*", description="Origins whose pages may ask, comma-separated; * for any.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level to log.")
    shutdown_seconds: int = Field(10, ge=0, description="How long requests in hand may take when the server ends.")
