# amaranth: UnusedElaboratable=no
"""`python -m rtl`: write the Verilog of a circuit. Exit codes: 0 done, 2 bad input."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from golden_model.cli import UsageError, sentence
from golden_model.console.options import BAD_INPUT, Assignments, ConfigFile
from golden_model.files.files import write_atomically
from golden_model.network.config import SIZES, Config
from golden_model.network.network import Network
from golden_model.network.overrides import parse_overrides
from golden_model.network.parameters import Parameters

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def verilog_command(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write.")],
    preset: Annotated[str | None, typer.Option(metavar="P", help="Name of a configuration.")] = None,
    config: ConfigFile = None,
    assignments: Assignments = None,
    lanes: Annotated[int, typer.Option(metavar="L", help="1, 2, 4, 8 or 16.")] = 16,
    face: Annotated[str, typer.Option(metavar="F", help="soc, or chip: the published pins.")] = "soc",
    memory: Annotated[str, typer.Option(metavar="M", help="infer, or blackbox: for macros.")] = "infer",
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE.npz", help="Weights that the memories start from.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Add the trace port.")] = False,
) -> int:
    """Write the Verilog of a core or chip, and what comes with it."""
    fields, parameters = network(preset, config, assignments or ())
    check_folder(output)
    from rtl.delivery.files import Order, files_of
    from rtl.delivery.weights import read_for

    arrays = None if weights is None else read_for(fields, parameters, weights)
    order = Order(fields, lanes, face, memory, trace, arrays, parameters)
    files = files_of(order)
    output.mkdir(exist_ok=True)
    for name, text in files.items():
        write_atomically(output / name, text.encode())
    print(f"{output}: {', '.join(sorted(files))}")
    return 0


def network(
    preset: str | None, path: Path | None, assignments: Iterable[str]
) -> tuple[Config, Parameters | None]:
    """Return the configuration of a preset, the chip's if omitted, or of a TOML file, some fields changed.

    The parameters of the network are those in the file, None without.

    Raises
    ------
    ValueError
        If both are given, one is unknown or damaged, an assignment is not one of a field, or the network
        does not fit.
    OSError
        If the file cannot be read.
    """
    if preset is not None and path is not None:
        raise ValueError("a preset and a file are two configurations, give only one of them")
    overrides = parse_overrides(assignments, ())
    for name in overrides.parameters:
        raise ValueError(f"{name} is set when the circuit runs, a configuration does not have it")
    given = Network(Config.preset(preset or "reckon")) if path is None else Network.read(path)
    config, parameters = given.config, given.parameters
    config = config.replace(**overrides.config)
    for name in SIZES if parameters is not None else ():
        value, most = getattr(parameters, name), getattr(config, name)
        if value > most:
            raise ValueError(f"{name} = {value} of the network is outside 1..{most} of the configuration")
    return config, parameters


def check_folder(path: Path) -> None:
    """Raise a ValueError if a folder cannot be made because of what is in its place."""
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    if not path.resolve().parent.is_dir():
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
