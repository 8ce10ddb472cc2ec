"""What is told until there is a first result, while code is compiled: that it goes on."""

import time

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from golden_model.console.screen import COMPILING
from golden_model.files.cache import is_compiled


class Compiling:
    """Told when work begins, and when its first result is there.

    In between a terminal shows a spinner and the time, whatever the time goes into; elsewhere there is a line
    when code has to be compiled, and one when that is done.

    Parameters
    ----------
    console : rich.console.Console
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._spinner = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._waits = self._compiles = False

    def start(self) -> None:
        """Take note: work begins."""
        self._began, self._waits, self._compiles = time.monotonic(), True, not is_compiled()
        if self._compiles and not self._console.is_terminal:
            self._console.print(COMPILING)
        self._spinner.add_task(COMPILING if self._compiles else "loading compiled code")
        self._spinner.start()

    def done(self) -> None:
        """Take note: there is a result. All but the first one are passed over."""
        if self._waits:
            self.stop()
            if self._compiles:
                self._console.print(f"compiled in {time.monotonic() - self._began:.0f} s")

    def stop(self) -> None:
        """Wait no more, whether there is a result or not."""
        if self._waits:
            self._spinner.stop()
            self._waits = False
