"""The command `eprop profile`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from golden_model.console.errors import interruptible
from golden_model.console.names import named_path
from golden_model.console.options import output_option, taking
from golden_model.console.screen import make_console
from golden_model.profiling.options import Options

if TYPE_CHECKING:
    from rich.console import Console

    from golden_model.profiling.run import Findings

Output = Annotated[Path | None, output_option("Folder to write. [RUN/profile]")]


@taking(Options)
def profile_command(
    run: Annotated[Path, typer.Argument(parser=named_path, metavar="RUN", help="Folder of a finished run.")],
    *,
    output: Output = None,
    options: Options,
) -> int:
    """Measure how a trained network uses its words, and suggest a narrower configuration."""
    from golden_model.console.progress import telling
    from golden_model.profiling.report import check_folder, write_report
    from golden_model.profiling.run import profile_run

    folder = output or run / "profile"
    check_folder(folder)
    console = make_console()
    with interruptible("nothing is written"), telling(console) as told:
        findings = profile_run(run, options, told)
    write_report(folder, findings)
    _show(console, findings, folder)
    return 0


def _show(console: "Console", findings: "Findings", folder: Path) -> None:
    """Print what was found, and where it is written."""
    from golden_model.profiling.report import tables

    for table in tables(findings.profile, findings.search):
        console.print(table, "")
    taken = f"{findings.search.n_trainings} trainings in {findings.search_seconds:.0f} s"
    console.print(f"{taken}, pictures and suggested.toml in {folder}", soft_wrap=True)
