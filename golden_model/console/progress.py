"""What a command tells while it works: a bar per stage on a terminal, nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

Told = Callable[[str, int, int], None]  # what is under way, how many are done, of how many


@contextmanager
def telling(console: Console) -> Iterator[Told]:
    """Yield what is to be told of every step, which shows it while the context lasts."""
    stages: dict[str, TaskID] = {}
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:

        def told(stage: str, done: int, total: int) -> None:
            if done == 1 or stage not in stages:
                stages[stage] = bars.add_task(stage, total=total)
            bars.update(stages[stage], completed=done)

        yield told
