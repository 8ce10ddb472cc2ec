"""The command `eprop cosim`, which `python -m cosim` is, too.

Exit codes: 0 all equal, 1 a difference, 2 bad input.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cosim.run.options import Options
from golden_model.console.exit_codes import CHECK_FAILED
from golden_model.console.options import taking
from golden_model.console.running import run_program

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
@taking(Options)
def cosim_command(
    options: Options,
    vectors: Annotated[list[Path] | None, typer.Argument(metavar="VECTOR.npz...", help="Recordings.")] = None,
) -> int:
    """Run generated Verilog over recordings and random networks, and compare every bit.

    Without a configuration, recordings have their own, and random networks that of the chip.
    """
    from golden_model.console.packages import check_packages

    check_packages("`eprop cosim`", "cosim")
    from cosim.run.comparison import compare

    return 0 if compare(vectors or (), options) else CHECK_FAILED


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input is one line on the error stream."""
    return run_program(app, "cosim", arguments, called="python -m cosim")
