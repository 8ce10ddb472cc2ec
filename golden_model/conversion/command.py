"""The command `eprop convert`."""

from pathlib import Path
from typing import Annotated

import typer

from golden_model.console.errors import interruptible
from golden_model.console.options import output_option, taking
from golden_model.console.screen import make_console
from golden_model.conversion.options import Options

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Float networks (.npz, .nir) or folders of runs.")
]


@taking(Options)
def convert_command(
    files: Files,
    output: Annotated[Path, output_option("Folder of the result.")],
    options: Options,
) -> int:
    """Convert float networks to registers and integer weights, and back."""
    from golden_model.conversion.files import convert
    from golden_model.conversion.report import tables

    console = make_console()
    with interruptible("nothing is written"):
        reports = convert(files, output, options)
    for folder, report in reports.items():
        console.print(*tables(report) if report else (), f"written to {folder}", sep="\n")
    return 0
