"""What a training tells while it runs: nothing, a line per epoch, or a bar."""

import time
from typing import TYPE_CHECKING, Self

from rich import progress as bars
from rich.console import Console

from golden_model.console.compiling import Compiling

if TYPE_CHECKING:
    from golden_model.training.results import Results, Row


class Progress:
    """Says nothing; the others override what they have to say. A context manager around the training."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Clean up, whatever happened."""

    def start(self, done: int, epochs: int, samples: int) -> None:
        """Take note: epochs done, epochs in all, samples per epoch."""

    def sample(self, row: "Row") -> None:
        """Take note: a sample is done."""

    def epoch(self, results: "Results") -> None:
        """Take note: an epoch is done and saved."""


class _Timed(Progress):
    """Knows the sizes and the speed, and tells of compiling, which comes before the first sample."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._compiling = Compiling(console)

    def __enter__(self) -> Self:
        self._compiling.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._compiling.__exit__()

    def start(self, done: int, epochs: int, samples: int) -> None:
        """Take note of the sizes."""
        self.epochs, self._n, self._began = epochs, 0, 0.0

    def sample(self, row: "Row") -> None:
        """Count; the first sample, which may wait for the compiler, does not count as time."""
        self._compiling.done()
        self._n += 1
        self._began = self._began or time.monotonic()

    @property
    def rate(self) -> str:
        """Samples per second so far, as words."""
        seconds = time.monotonic() - self._began
        return f"{(self._n - 1) / max(seconds, 1e-9):.0f} samples/s"


class Lines(_Timed):
    """A line per epoch, for files and pipes."""

    def epoch(self, results: "Results") -> None:
        """Print accuracies and speed."""
        text = f"epoch {results.epochs}/{self.epochs}: {_accuracy(results)}, {self.rate}"
        self._console.print(text, highlight=False, soft_wrap=True)


class Bar(_Timed):
    """A bar over all samples, for terminals, from the first sample on."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        names = ("{task.fields[epoch]}", "{task.fields[accuracy]}", "{task.fields[rate]}")
        epoch, *others = (bars.TextColumn(name) for name in names)
        columns = (epoch, bars.BarColumn(), *others, bars.TimeRemainingColumn())
        self._bars = bars.Progress(*columns, console=console)

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._bars.stop()

    def start(self, done: int, epochs: int, samples: int) -> None:
        """Make the bar."""
        super().start(done, epochs, samples)
        self._task = self._bars.add_task(
            "",
            total=epochs * samples,
            completed=done * samples,
            epoch=f"epoch {done}/{epochs}",
            accuracy="",
            rate="",
        )

    def sample(self, row: "Row") -> None:
        """Move on by a sample."""
        super().sample(row)
        self._bars.start()
        self._bars.update(self._task, advance=1, epoch=f"epoch {row['epoch']}/{self.epochs}", rate=self.rate)

    def epoch(self, results: "Results") -> None:
        """Show the accuracies of the epoch."""
        self._bars.update(self._task, accuracy=_accuracy(results))


def make_progress(console: Console) -> Progress:
    """Return a bar on a terminal, lines elsewhere."""
    return Bar(console) if console.is_terminal else Lines(console)


def _accuracy(results: "Results") -> str:
    return ", ".join(f"{name} {values[-1]:.1%}" for name, values in results.accuracy.items())
