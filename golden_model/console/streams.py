"""The streams of a process, which may be closed, full, or of an encoding that lacks a character."""

import io
import os
import sys
from contextlib import suppress

from golden_model.files.naming import named

OUTPUT = "standard output"


class Output(io.TextIOWrapper):
    """Standard output: what its encoding lacks is shown as an escape, and its errors have its name."""

    def write(self, text: str, /) -> int:
        """Write a text."""
        with named(OUTPUT):
            return super().write(text)

    def flush(self) -> None:
        """Write what is not written yet."""
        with named(OUTPUT):
            super().flush()


def open_streams() -> None:
    """Give streams that are closed (`>&-`) a place, and let no character of a name be refused."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)  # or the next file would get the number
            os.set_inheritable(number, True)
            setattr(sys, name, open(number, "w" if number else "r", closefd=False))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding, by_line = sys.stdout.encoding, sys.stdout.line_buffering
        sys.stdout = Output(sys.stdout.detach(), encoding, "backslashreplace", line_buffering=by_line)


def flush_output() -> None:
    """Write what was printed.

    Raises
    ------
    OSError
        If it cannot be written, other than because nobody reads it any more; the rest of it is dropped.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError, ValueError):  # of a stream without a file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # where the end of Python writes
        if not isinstance(error, BrokenPipeError):
            raise
