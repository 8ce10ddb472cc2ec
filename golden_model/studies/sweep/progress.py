"""What a study tells while it runs: a bar on a terminal, a line for every tenth elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from golden_model.studies.sweep.workers import Told

LINES = 10


@contextmanager
def telling(console: Console) -> Iterator[Told]:
    """Yield what is to be told of trainings that are done, failed, and wanted."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("trainings"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=console) as bars:
        task = bars.add_task("", total=None, failed="")

        def told(done: int, failed: int, wanted: int) -> None:
            text = f"{failed} failed" if failed else ""
            bars.update(task, completed=done, total=wanted, failed=text)

        yield told


def _lines(console: Console) -> Told:
    shown: set[tuple[int, int]] = set()

    def told(done: int, failed: int, wanted: int) -> None:
        tenth = (done * LINES // wanted, wanted)
        if tenth not in shown:
            shown.add(tenth)
            console.print(f"{done} of {wanted} trainings done" + (f", {failed} failed" if failed else ""))

    return told
