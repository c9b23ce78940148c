"""Command-line options of settings."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer

from settings import Settings, default_of, flag_of, read_settings, types_of, variable_of

if TYPE_CHECKING:
    from collections.abc import Callable


def takes_settings(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command one option per setting.

    Args:
        names: The settings that become options; all if empty. Other settings come from the environment alone.
    """
    chosen = names or tuple(Settings.model_fields)

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        def run(**arguments: Any) -> None:  # noqa: ANN401 - typer has converted them to their types
            flags = {name: arguments.pop(name) for name in chosen}
            settings = read_settings({name: str(value) for name, value in flags.items() if value is not None})
            command(settings=settings, **arguments)

        own = inspect.signature(command, eval_str=True).parameters.values()
        parameters = [*(each for each in own if each.name != "settings"), *map(_option, chosen)]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__doc__, run.__name__ = command.__doc__, command.__name__
        return run

    return decorate


def _option(name: str) -> inspect.Parameter:
    """Return the option of a setting; its type is text, because `Settings` alone validates values, or a switch."""
    field = Settings.model_fields[name]
    types = types_of(field)
    if bool in types:
        metavar = None
    elif get_origin(field.annotation) is Literal:
        metavar = "|".join(get_args(field.annotation))
    else:
        metavars = {int: "INTEGER", float: "NUMBER", Path: "PATH"}
        metavar = next((metavars[each] for each in types if each in metavars), "TEXT")
    flags = [flag_of(name)] if bool in types else []  # without `--no-...`
    option = typer.Option(
        *flags,
        help=f"{field.description} [env var: {variable_of(name)}; default: {default_of(field)}]",
        metavar=metavar,
        show_default=False,
    )
    annotation = Annotated[bool | None, option] if bool in types else Annotated[str | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
