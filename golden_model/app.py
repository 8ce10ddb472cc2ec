"""The commands of all rooms, put together to `eprop`."""

from collections.abc import Sequence
from typing import Annotated

import typer

import golden_model
from golden_model.console.running import run_program
from golden_model.console.siblings import put_siblings_first
from golden_model.conversion.command import convert_command
from golden_model.network.command import info_command
from golden_model.profiling.command import profile_command
from golden_model.recordings.command import verify_command
from golden_model.studies.command import study
from golden_model.tasks.command import tasks_command
from golden_model.training.command import evaluate_command, train_command

app = typer.Typer(
    help="The golden model of an e-prop learning core, its training, its studies and its circuit.",
    pretty_exceptions_enable=False,
)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input is one line on the error stream."""
    return run_program(app, "eprop", arguments)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"eprop-core {golden_model.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def _put_together() -> None:
    """Give the program its commands, in the order of its help."""
    put_siblings_first()
    from cosim.command import cosim_command
    from rtl.command import verilog_command

    app.command("train")(train_command)
    app.command("evaluate")(evaluate_command)
    app.command("profile")(profile_command)
    app.command("verify")(verify_command)
    app.command("convert")(convert_command)
    app.command("info")(info_command)
    app.command("tasks")(tasks_command)
    app.command("verilog")(verilog_command)
    app.command("cosim")(cosim_command)
    app.add_typer(study, name="study")


_put_together()
