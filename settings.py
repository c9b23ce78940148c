"""The settings, each declared once: a field here is a flag of `server.py serve` and a variable `MLENERGY_...`."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic.fields import FieldInfo

PREFIX = "MLENERGY_"
_METAVARS: dict[Any, str] = {int: "INTEGER", float: "NUMBER", Path: "PATH"}


class Settings(BaseSettings):
    """How the server runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, allow_inf_nan=False)

    source: str = Field("auto", description="auto, sample, hub[:ORG/NAME][@REVISION], or a dataset's directory.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 for any that is free.")
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    default_page: int = Field(100, ge=1, description="Rows of a page that says neither first nor last.")
    max_page: int = Field(2_000, ge=1, description="Rows of a page at most.")
    max_raw_files: int = Field(32, ge=0, description="Raw files that one request may open.")
    max_representations: int = Field(
        2_000,
        ge=1,
        description="Distinct entities that one request of a gateway may refer to; at least max-page.",
    )
    root_field: str | None = Field(
        None,
        pattern=r"^[A-Za-z][_0-9A-Za-z]*$",
        description="Nest all root fields under one of this name, for graphs that have their own models or tasks.",
    )
    max_fits: int = Field(128, ge=0, description="Logistic fits that one request may have made.")
    fit_queue: int = Field(512, ge=1, description="Logistic fits waiting to be made before OVERLOADED.")
    max_body_kib: int = Field(1_024, ge=1, description="The longest request body, in KiB.")
    cache_mib: int = Field(160, ge=0, description="Memory for all caches of a process, in MiB; 0 caches nothing.")
    fresh_seconds: int = Field(
        60, ge=0, description="How long caches may use an answer by GET without asking; with revision=, a year."
    )
    timeline_workers: int = Field(2, ge=1, description="Raw files that are read at the same time.")
    timeline_queue: int = Field(256, ge=1, description="Answers from raw files in the making before OVERLOADED.")
    timeline_deadline_seconds: float = Field(30, gt=0, description="How long a request waits for a raw file.")
    raw_cache: Path | None = Field(
        None, description="Where decoded raw files are kept; by default below the user's cache directory."
    )
    raw_cache_mib: int = Field(2_048, ge=0, description="Disk for decoded raw files, in MiB; 0 keeps none.")
    timeline_store: str | None = Field(
        None, description="What ingest wrote: a path, or an address such as s3://bucket/store."
    )
    max_raw_file_mib: int = Field(512, ge=1, description="The largest raw file to decode, in MiB.")
    hub_timeout_seconds: float = Field(30, gt=0, description="How long one file of the Hub may take.")
    hub_cache: Path | None = Field(
        None, description="Where the Hub's files are kept; by default the client's own cache."
    )
    allow_links_to: Path | None = Field(
        None, description="A directory outside of the dataset's that links to raw files may lead to."
    )
    allow_origins: str = Field("*", description="Origins whose pages may ask, comma-separated; * for any.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level to log.")
    shutdown_seconds: int = Field(10, ge=0, description="How long requests in hand may take when the server ends.")


def read_settings(flags: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: a flag before a variable, a variable before the default.

    Args:
        flags: What the command line gives, by the setting's name, as it is written there.

    Raises:
        GraphError: A value is not allowed; the text names the flag or the variable, the value and what is allowed.
    """
    given = dict(flags or {})
    try:
        return Settings(**given)  # type: ignore[arg-type] # texts, which pydantic reads as it reads the variables
    except ValidationError as error:
        raise GraphError(
            "; ".join(_fault(str(fault["loc"][0]), fault["input"], given) for fault in error.errors())
        ) from None


def _fault(name: str, value: object, flags: Mapping[str, str]) -> str:
    said = flag_of(name) if name in flags else variable_of(name)
    return f"{said} is {value!r}; allowed: {allowed_by(Settings.model_fields[name])}"


def flag_of(name: str) -> str:
    """Return how the command line spells a setting."""
    return f"--{name.replace('_', '-')}"


def variable_of(name: str) -> str:
    """Return how the environment spells a setting."""
    return f"{PREFIX}{name.upper()}"


def allowed_by(field: FieldInfo) -> str:
    """Say which values a setting takes."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(get_args(field.annotation))
    if field.annotation not in {int, float}:
        return _text_allowed_by(field)
    kind = "a whole number" if field.annotation is int else "a number"
    bounds = {
        name: getattr(each, name) for each in field.metadata for name in ("ge", "gt", "le") if hasattr(each, name)
    }
    match bounds:
        case {"ge": least, "le": greatest}:
            return f"{kind} from {least} to {greatest}"
        case {"ge": least}:
            return f"{kind}, {least} or more"
        case {"gt": limit}:
            return f"{kind} above {limit}"
        case _:
            return kind


def _text_allowed_by(field: FieldInfo) -> str:
    if any(getattr(each, "pattern", None) for each in field.metadata):
        return "a GraphQL name that begins with a letter"
    return "a path" if Path in get_args(field.annotation) else "a text"


def default_of(field: FieldInfo) -> str:
    """Return a setting's default as it would be written."""
    return "none" if field.default is None else f"{field.default}"


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return a line for each variable with our prefix that is no setting's: most likely it is mistyped."""
    lines = []
    for variable in sorted(environment):
        name = variable.lower().removeprefix(PREFIX.lower())
        if variable.upper().startswith(PREFIX) and name not in Settings.model_fields:
            nearest = get_close_matches(name, Settings.model_fields, n=1)
            lines.append(f"{variable} is no setting{f'; did you mean {variable_of(nearest[0])}?' if nearest else ''}")
    return lines


def takes_settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command one option per setting, each with its variable, default and description.

    Args:
        names: The settings that it has options for; all if none is named. The others it reads from the environment.
    """
    chosen = names or tuple(Settings.model_fields)

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        def run(**given: Any) -> None:  # noqa: ANN401 - typer has read them by their types
            flags = {name: given.pop(name) for name in chosen}
            command(settings=read_settings({name: text for name, text in flags.items() if text is not None}), **given)

        own = inspect.signature(command, eval_str=True).parameters.values()
        parameters = [parameter for parameter in own if parameter.name != "settings"] + [
            _option(name) for name in chosen
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__doc__, run.__name__ = command.__doc__, command.__name__
        return run

    return decorate


def _option(name: str) -> inspect.Parameter:
    """Return the option of a setting: a text, so that the settings alone say what is allowed."""
    field = Settings.model_fields[name]
    choices = "|".join(get_args(field.annotation)) if get_origin(field.annotation) is Literal else None
    option = typer.Option(
        help=f"{field.description} [env var: {variable_of(name)}; default: {default_of(field)}]",
        metavar=choices
        or next(
            (text for kind, text in _METAVARS.items() if kind in {field.annotation, *get_args(field.annotation)}),
            "TEXT",
        ),
        show_default=False,
    )
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
    )
