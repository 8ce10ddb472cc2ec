"""What becomes of the errors of a program: one sentence of it, and an exit code."""

import warnings

import pytest
import typer

from golden_model.console.errors import interruptible
from golden_model.console.running import run_program


def interrupt() -> None:
    raise KeyboardInterrupt


def interrupt_within() -> None:
    with interruptible("half a cake is left"):
        raise KeyboardInterrupt


def refuse() -> None:
    raise ValueError("eggs = 13\nis outside 0..12")


def miss_a_file() -> None:
    raise FileNotFoundError(2, "No such file or directory", "cake.toml")


def ask_for_all_memory() -> None:
    bytearray(1 << 62)


def warn() -> None:
    for _ in range(2):
        warnings.warn("the oven is cold", UserWarning, stacklevel=1)


def miss_a_package() -> None:
    raise ModuleNotFoundError("No module named 'oven'", name="oven.door")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (interrupt, 130, "interrupted"),
        (interrupt_within, 130, "interrupted, half a cake is left"),
        (refuse, 2, "eggs = 13 is outside 0..12"),
        (miss_a_file, 2, "cake.toml: No such file or directory"),
        (
            miss_a_package,
            2,
            "the module oven is not installed: in the checkout of eprop-core, run pip install -e '.', "
            "or with the extra that needs it",
        ),
        (ask_for_all_memory, 2, "what is asked for does not fit into memory"),
        (warn, 0, "warning: the oven is cold"),
    ],
)
def test_says_one_sentence(command: object, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer(add_completion=False)
    app.command()(command)  # type: ignore[type-var]
    assert run_program(app, "bake", []) == code
    printed = capsys.readouterr()
    assert (printed.out, printed.err.strip()) == ("", f"bake: {said}")


def test_help_tells_how_the_program_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.Typer(add_completion=False)
    app.command()(warn)
    assert run_program(app, "bake", ["--help"], called="python -m bake") == 0
    assert "Usage: python -m bake" in capsys.readouterr().out


def test_module_of_ours_that_is_missing_is_a_fault_of_ours() -> None:
    app = typer.Typer(add_completion=False)

    @app.command()
    def command() -> None:
        raise ModuleNotFoundError("No module named 'rtl.oven'", name="rtl.oven")

    with pytest.raises(ModuleNotFoundError):
        run_program(app, "bake", [])
