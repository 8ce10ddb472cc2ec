"""`python -m rtl`: write the Verilog of a core. Exit codes: 0 done, 2 bad input."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from golden_model.cli import BAD_INPUT, Assignments, ConfigFile, UsageError, sentence
from golden_model.config import Config
from golden_model.files import write_atomically
from golden_model.overrides import parse_overrides

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def verilog_command(
    preset: Annotated[str | None, typer.Option(metavar="P", help="Name of a configuration.")] = None,
    config: ConfigFile = None,
    assignments: Assignments = None,
    lanes: Annotated[int, typer.Option(metavar="N", help="1, 2, 4, 8 or 16.")] = 16,
    trace: Annotated[bool, typer.Option("--trace", help="Add the trace port.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Verilog to write. [stdout]")
    ] = None,
) -> int:
    """Write the Verilog of a core."""
    fields = configuration(preset, config, assignments or ())
    if output is not None:
        check_file(output)
    from rtl.verilog import generate_core

    text = generate_core(fields, lanes=lanes, trace=trace)
    if output is None:
        print(text, end="")
    else:
        write_atomically(output, text.encode())
    return 0


def configuration(preset: str | None, path: Path | None, assignments: Iterable[str]) -> Config:
    """Return the configuration of a preset, the chip's if omitted, or of a TOML file, some fields changed.

    Raises
    ------
    ValueError
        If both are given, one is unknown or damaged, or an assignment is not one of a field.
    OSError
        If the file cannot be read.
    """
    if preset is not None and path is not None:
        raise ValueError("a preset and a file are two configurations, give only one of them")
    overrides = parse_overrides(assignments, ())
    for name in overrides.parameters:
        raise ValueError(f"{name} is set when the circuit runs, a configuration does not have it")
    config = Config.preset(preset or "reckon") if path is None else Config.from_toml(path)
    return config.replace(**overrides.config)


def check_file(path: Path) -> None:
    """Raise a ValueError if a file cannot be written because of what is in its place."""
    if path.is_dir():
        raise ValueError(f"{path} is a folder")
    if not path.parent.is_dir():
        raise ValueError(f"{path.parent} is not a folder")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input is one line on the error stream."""
    try:
        return app(arguments, prog_name="python -m rtl", standalone_mode=False) or 0
    except (UsageError, ValueError, OSError) as error:
        print(f"rtl: {sentence(error)}", file=sys.stderr)
        return BAD_INPUT


if __name__ == "__main__":
    sys.exit(run())
