"""The command `eprop verilog`, which `python -m rtl` is, too. Exit codes: 0 done, 2 bad input."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from golden_model.console.options import CircuitAssignments, ConfigFile, Preset, output_option
from golden_model.console.running import run_program

Lanes = Annotated[int, typer.Option(metavar="L", help="1, 2, 4, 8 or 16.")]
Face = Annotated[str, typer.Option(metavar="F", help="soc, or chip: the published pins.")]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def verilog_command(
    output: Annotated[Path, output_option("Folder to write.")],
    preset: Preset = None,
    config: ConfigFile = None,
    assignments: CircuitAssignments = None,
    lanes: Lanes = 16,
    face: Face = "soc",
    memory: Annotated[str, typer.Option(metavar="M", help="infer, or blackbox: for macros.")] = "infer",
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE.npz", help="Weights that the memories start from.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Add the trace port.")] = False,
    ports: Annotated[
        str, typer.Option(metavar="P", help="interface, or plain: names for VHDL.")
    ] = "interface",
) -> int:
    """Write the Verilog of a core or chip, and what comes with it."""
    from golden_model.console.packages import check_packages

    check_packages("`eprop verilog`", "rtl")
    from golden_model.network.choice import choose_circuit
    from rtl.delivery.files import Order, files_of
    from rtl.delivery.folder import check_folder, write_files
    from rtl.delivery.weights import read_for

    network = choose_circuit(preset, config, assignments or ())
    check_folder(output)
    arrays = None if weights is None else read_for(network.config, network.parameters, weights)
    files = files_of(Order(network.config, lanes, face, memory, trace, ports, arrays, network.parameters))
    write_files(output, files)
    print(f"{output}: {', '.join(sorted(files))}")
    return 0


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input is one line on the error stream."""
    return run_program(app, "rtl", arguments, called="python -m rtl")
