"""What is told until there is a first result, while code is compiled: that it goes on."""

import time
from typing import Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from golden_model.files.cache import is_compiled

COMPILING = "compiling, once and for a minute or less"


def tell_compiling(console: Console) -> None:
    """Say that code has to be compiled, if so: where the first result comes much later than that."""
    if not is_compiled():
        console.print(COMPILING)


class Compiling:
    """A context for work, told when its first result is there.

    In between a terminal shows a spinner and the time, whatever the time goes into; elsewhere there is a line
    when code has to be compiled, and one when that is done.

    Parameters
    ----------
    console : rich.console.Console
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        spinner = "dots" if console.encoding.startswith("utf") else "line"
        columns = (SpinnerColumn(spinner), TextColumn("{task.description}"), TimeElapsedColumn())
        self._spinner = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._waits = self._compiles = False

    def __enter__(self) -> Self:
        self._began, self._waits, self._compiles = time.monotonic(), True, not is_compiled()
        if not self._console.is_terminal:
            tell_compiling(self._console)
        self._spinner.add_task(COMPILING if self._compiles else "loading compiled code")
        self._spinner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def done(self) -> None:
        """Take note: there is a result. All but the first one are passed over."""
        if self._waits:
            self._stop()
            if self._compiles:
                self._console.print(f"compiled in {time.monotonic() - self._began:.0f} s")

    def _stop(self) -> None:
        if self._waits:
            self._spinner.stop()
            self._waits = False
