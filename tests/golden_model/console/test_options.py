"""A dataclass as the options of a command."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer

from golden_model.console.options import taking
from golden_model.console.running import run_program


@dataclass(frozen=True, kw_only=True)
class Cake:
    layers: Annotated[int, typer.Option("--layers", min=1, help="Of sponge.")] = 2
    toppings: Annotated[list[str] | None, typer.Option("--with", metavar="NAME")] = None
    iced: Annotated[bool, typer.Option("--iced")] = False


def bake(*arguments: str, **defaults: object) -> tuple[int, list[tuple[str, int, Cake]]]:
    """Return the exit code of a command and what it was given."""
    given: list[tuple[str, int, Cake]] = []
    app = typer.Typer(add_completion=False)

    @app.command()
    @taking(Cake, **defaults)
    def command(name: str, *, oven: int = 180, cake: Cake) -> int:
        given.append((name, oven, cake))
        return 3

    return run_program(app, "bake", list(arguments)), given


def test_fields_are_options() -> None:
    arguments = ["apple", "--layers", "3", "--with", "nuts", "--with", "cream", "--iced", "--oven", "200"]
    assert bake(*arguments) == (3, [("apple", 200, Cake(layers=3, toppings=["nuts", "cream"], iced=True))])


def test_defaults_are_those_of_the_fields_unless_the_command_has_its_own() -> None:
    assert bake("apple") == (3, [("apple", 180, Cake())])
    assert bake("apple", layers=5) == (3, [("apple", 180, Cake(layers=5))])


def test_help_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert bake("--help", layers=5)[0] == 0
    printed = capsys.readouterr().out
    assert "Of sponge. [default: 5]" in printed
    assert "cake" not in printed


def test_bad_value_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert bake("apple", "--layers", "0") == (2, [])
    assert capsys.readouterr().err.startswith("bake: Invalid value for '--layers': ")
