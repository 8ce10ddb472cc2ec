"""What a command says on the error stream, one sentence at a time, and the exit codes that go with it."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

import typer

from golden_model.console.exit_codes import BAD_INPUT
from golden_model.console.names import printable

# The base of all errors in the use of a command, which typer does not export.
UsageError = cast("type[Exception]", typer.BadParameter.__base__)


class StoppedError(Exception):
    """Somebody pressed Ctrl-C; the text says what that means for what was under way."""


@contextmanager
def interruptible(meaning: str) -> Iterator[None]:
    """Say what it means if what is done in the context is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        raise StoppedError(f"interrupted, {meaning}") from None


@contextmanager
def told_warnings(program: str) -> Iterator[None]:
    """Say what users should know as a sentence of a program, always."""

    def warn(message: Warning | str, *_: object, **__: object) -> None:
        say(program, f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("default", UserWarning)
        warnings.showwarning = warn
        yield


def refuse(error: Exception, program: str = "eprop") -> int:
    """Say what is wrong with the input, and return the exit code."""
    say(program, sentence(error))
    return BAD_INPUT


def say(program: str, text: str) -> None:
    """Say something on the error stream, if it can be written."""
    with suppress(OSError):
        print(f"{program}: {printable(text)}", file=sys.stderr)


def sentence(error: Exception) -> str:
    """Return what an error says, on one line."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    text = getattr(error, "format_message", error.__str__)()
    return " ".join(text.split())
