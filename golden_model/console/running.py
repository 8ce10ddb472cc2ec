"""Running a program: what typer makes of the arguments, and what becomes of its errors."""

from collections.abc import Sequence

import typer

from golden_model.console.errors import (
    StoppedError,
    UsageError,
    refuse,
    say,
    told_warnings,
)
from golden_model.console.exit_codes import INTERRUPTED
from golden_model.console.packages import not_installed
from golden_model.console.siblings import SIBLINGS
from golden_model.console.streams import flush_output

OURS = ("golden_model", *SIBLINGS)


def run_program(
    app: typer.Typer, program: str, arguments: Sequence[str] | None = None, *, called: str | None = None
) -> int:
    """Run a program and return its exit code; bad input is one line on the error stream.

    Parameters
    ----------
    app : Typer
    program : str
        Name before what is said on the error stream.
    arguments : sequence of str, optional
        Those of the process if omitted.
    called : str, optional
        How the program is called, for its help; its name if omitted.
    """
    try:
        with told_warnings(program):
            try:
                code = app(arguments, prog_name=called or program, standalone_mode=False) or 0
            finally:
                flush_output()
    except StoppedError as stopped:
        say(program, str(stopped))
        return INTERRUPTED
    except typer.Abort:
        code = INTERRUPTED
    except (UsageError, ValueError, OSError) as error:
        return refuse(error, program)
    except MemoryError:
        return refuse(ValueError("what is asked for does not fit into memory"), program)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in OURS:
            raise
        return refuse(ValueError(not_installed(error.name)), program)
    if code == INTERRUPTED:  # of a command that has nothing to say of it
        say(program, "interrupted")
    return int(code)
