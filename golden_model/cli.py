"""The command `eprop`. Exit codes: 0 done, 1 a check failed, 2 bad input, 130 interrupted."""

from collections.abc import Sequence
from typing import NoReturn

from golden_model.console.process import run_process


def main() -> NoReturn:
    """Run the command with the arguments of the process."""
    run_process("eprop", "golden_model.app")


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; bad input is one line on the error stream."""
    from golden_model.app import run

    return run(arguments)
