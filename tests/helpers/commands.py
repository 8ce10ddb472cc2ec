"""Small runs by the command line, and what it says to bad input."""

from pathlib import Path

import pytest

from golden_model.cli import run
from golden_model.console.compiling import COMPILING
from tests.helpers.networks import SMALL

SIZES = ("--train", "3", "--test", "2")

Capture = pytest.CaptureFixture[str]


def settings(*assignments: str) -> list[str]:
    return [word for assignment in assignments for word in ("--set", assignment)]


def train(folder: Path, *more: str) -> list[str]:
    return ["train", "cue-accumulation", *SIZES, *settings(*SMALL), "-o", str(folder), *more]


def refused(arguments: list[str], capsys: Capture, message: str) -> None:
    """Check exit code 2, one line on stderr that begins with the message, nothing on stdout."""
    capsys.readouterr()
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert printed.err.startswith(f"eprop: {message}"), printed.err
    assert printed.out in ("", f"{COMPILING}\n")  # the first time on a machine
