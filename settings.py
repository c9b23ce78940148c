"""Settings of the server: each field is a flag of `server.py serve` and an environment variable `MLENERGY_...`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

import defaults
from errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

PREFIX = "MLENERGY_"


class Settings(BaseSettings):
    """Settings of one server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, allow_inf_nan=False)

    source: str = Field("auto", description="Dataset: auto, sample, hub[:ORG/NAME][@REVISION], or a directory.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 selects a free port.")
    workers: int = Field(1, ge=1, le=64, description="Number of server processes.")
    default_page: int = Field(
        defaults.DEFAULT_PAGE, ge=1, description="Rows per page if a query has neither first nor last."
    )
    max_page: int = Field(defaults.MAX_PAGE, ge=1, description="Maximum number of rows per page.")
    max_table_rows: int = Field(
        defaults.MAX_TABLE_ROWS, ge=1, description="Maximum number of rows of a table (Arrow, Parquet, CSV, NDJSON)."
    )
    max_raw_files: int = Field(defaults.MAX_RAW_FILES, ge=0, description="Maximum number of raw files per request.")
    max_representations: int = Field(
        defaults.MAX_REPRESENTATIONS,
        ge=1,
        description="Maximum number of distinct entities per request of a gateway; max-page if that is larger.",
    )
    root_field: str | None = Field(
        None,
        pattern=r"^[A-Za-z][_0-9A-Za-z]*$",
        description="Nest all root fields under a field of this name, for graphs with their own models or tasks.",
    )
    max_fits: int = Field(
        defaults.MAX_FITS, ge=0, description="Maximum number of logistic fits per request; cached fits do not count."
    )
    max_answer_mib: int = Field(
        defaults.MAX_ANSWER_MIB, ge=1, description="Maximum length of the data of an answer, in MiB."
    )
    fit_queue: int = Field(
        defaults.FIT_QUEUE, ge=1, description="Maximum number of pending logistic fits; beyond it, OVERLOADED."
    )
    max_cost: int = Field(
        defaults.MAX_COST, ge=1, description="Maximum estimated cost of a request; 1,000,000 take about 300 ms."
    )
    persisted_documents: Path | None = Field(
        None, description="Manifest of persisted documents: a JSON file with an object of ids and documents."
    )
    allow_documents: Literal["any", "persisted"] = Field(
        "any", description="Documents to execute: any, or only the persisted documents of the manifest."
    )
    max_body_kib: int = Field(1_024, ge=1, description="Maximum size of a request body, in KiB.")
    cache_mib: int = Field(
        defaults.CACHE_MIB, ge=0, description="Memory for all caches of a process, in MiB; 0 disables them."
    )
    fresh_seconds: int = Field(
        60,
        ge=0,
        description="Seconds that caches may reuse a GET response without revalidation; with revision=, a year.",
    )
    timeline_workers: int = Field(
        defaults.TIMELINE_WORKERS, ge=1, description="Number of raw files that are read concurrently."
    )
    timeline_queue: int = Field(
        defaults.TIMELINE_QUEUE, ge=1, description="Maximum number of pending raw-file results; beyond it, OVERLOADED."
    )
    timeline_deadline_seconds: float = Field(
        defaults.TIMELINE_DEADLINE_SECONDS, gt=0, description="Maximum seconds that a request waits for a raw file."
    )
    raw_cache: Path | None = Field(
        None, description="Directory for decoded raw files; if unset, below the user's cache directory."
    )
    raw_cache_mib: int = Field(
        2_048, ge=0, description="Disk space for decoded raw files, in MiB; 0 disables the disk cache."
    )
    timeline_store: str | None = Field(
        None, description="Timeline store that ingest wrote: a path, or a URL such as s3://bucket/store."
    )
    max_raw_file_mib: int = Field(512, ge=1, description="Maximum size of a raw file, in MiB.")
    hub_timeout_seconds: float = Field(
        defaults.HUB_TIMEOUT_SECONDS, gt=0, description="Maximum seconds to download one file from the Hub."
    )
    hub_cache: Path | None = Field(
        None, description="Directory for files from the Hub; if unset, the Hub client's own cache."
    )
    allow_links_to: Path | None = Field(
        None, description="Directory outside the dataset that symbolic links to raw files may point into."
    )
    allow_origins: str = Field(
        "*", description="Comma-separated origins whose pages may query the server (CORS); * for any."
    )
    mcp: bool = Field(False, description="Serve the graph to assistants over the Model Context Protocol, at /mcp.")
    mcp_hosts: str = Field(
        "localhost,127.0.0.1,[::1]",
        description="Comma-separated names by which clients may address /mcp (header Host); * for any.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Minimum level to log.")
    shutdown_seconds: int = Field(10, ge=0, description="Seconds that requests in progress may take at shutdown.")


def read_settings(flags: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: a flag overrides a variable, a variable overrides the default.

    Args:
        flags: Values from the command line as text, by the setting's name.

    Raises:
        GraphError: Values are not allowed; the message names each flag or variable, its value and the allowed values.
    """
    flags = flags or {}
    try:
        return Settings(**flags)  # type: ignore[arg-type] # pydantic parses the text as it parses variables
    except ValidationError as error:
        raise GraphError(
            "; ".join(_problem(str(each["loc"][0]), each["input"], flags) for each in error.errors())
        ) from None


def _problem(name: str, value: object, flags: Mapping[str, str]) -> str:
    given_as = flag_of(name) if name in flags else variable_of(name)
    return f"{given_as} is {value!r}; allowed: {allowed_by(Settings.model_fields[name])}"


def flag_of(name: str) -> str:
    """Return the command-line flag of a setting."""
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def allowed_by(field: FieldInfo) -> str:
    """Return the allowed values of a setting as text."""
    types = types_of(field)
    if get_origin(field.annotation) is Literal:
        return ", ".join(get_args(field.annotation))
    bounds = {
        name: getattr(each, name)
        for each in field.metadata
        for name in ("ge", "gt", "le", "pattern")
        if getattr(each, name, None) is not None
    }
    kind = "an integer" if int in types else "a number"
    match bounds:
        case {"pattern": _}:
            return "a GraphQL name that begins with a letter"
        case {"ge": least, "le": greatest}:
            return f"{kind} from {least} to {greatest}"
        case {"ge": least}:
            return f"{kind} of at least {least}"
        case {"gt": limit}:
            return f"{kind} greater than {limit}"
        case _:
            kinds = {Path: "a path", bool: "true or false"}
            return next((text for kind, text in kinds.items() if kind in types), "text")


def default_of(field: FieldInfo) -> str:
    """Return the default of a setting as a user would type it."""
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return "none" if field.default is None else f"{field.default}"


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return a message for each variable with our prefix that does not belong to a setting; most are misspelled."""
    problems = []
    for variable in sorted(environment):
        name = variable.lower().removeprefix(PREFIX.lower())
        if variable.upper().startswith(PREFIX) and name not in Settings.model_fields:
            nearest = get_close_matches(name, Settings.model_fields, n=1)
            advice = f"; did you mean {variable_of(nearest[0])}?" if nearest else ""
            problems.append(f"{variable} is not a setting{advice}")
    return problems


def types_of(field: FieldInfo) -> set[Any]:
    """Return the annotation of a setting, and the members of a union or Literal."""
    return {field.annotation, *get_args(field.annotation)}
