"""Options that commands share, and options of a command as one object."""

import dataclasses
import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from golden_model.console.limits import MOST, integer
from golden_model.console.names import named_path

Preset = Annotated[str | None, typer.Option(metavar="P", help="Name of a configuration.")]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", parser=named_path, help="TOML file of a configuration or network."
    ),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a field, register or task parameter."),
]
NetworkAssignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a field, or a register of a network."),
]
CircuitAssignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a field of the configuration."),
]

Command = Callable[..., int]


def output_option(content: str) -> Any:
    """Return the option that names a folder to write; its help says of what."""
    return typer.Option("--output", "-o", metavar="DIR", parser=named_path, help=content)


def count(*names: str, least: int = 1, most: int = MOST, **settings: Any) -> Any:
    """Return an option that says how many there are of something, which is `integer` in least..most."""

    def check(parameter: typer.CallbackParam, value: int | None) -> int | None:
        return None if value is None else integer(parameter.opts[0], value, least, most)

    return typer.Option(*names, callback=check, **settings)


def taking(options: type[Any], **defaults: object) -> Callable[[Command], Command]:
    """Give a command the fields of a dataclass as its options.

    Parameters
    ----------
    options : type
        A dataclass, its fields annotated as options. The command has one argument of this type.
    **defaults
        Where this command has another one than the field.
    """

    def decorate(command: Command) -> Command:
        own = inspect.signature(command).parameters.values()
        (place,) = (one.name for one in own if one.annotation is options)
        fields = _parameters(options, defaults)

        @wraps(command)
        def command_of_fields(**values: Any) -> int:
            given = options(**{field.name: values.pop(field.name) for field in fields})
            return command(**values, **{place: given})

        signature = [field for one in own for field in (fields if one.name == place else [one])]
        keywords = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in signature]
        command_of_fields.__signature__ = inspect.Signature(keywords)  # type: ignore[attr-defined]
        return command_of_fields

    return decorate


def _parameters(options: type[Any], defaults: dict[str, object]) -> list[inspect.Parameter]:
    """Return the fields of a dataclass as parameters of a function."""
    hints = get_type_hints(options, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=defaults.get(field.name, field.default),
            annotation=hints[field.name],
        )
        for field in dataclasses.fields(options)
    ]
