"""What a command tells while it works: of compiling, then, on a terminal, a bar per stage."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from golden_model.console.compiling import Compiling

Told = Callable[[str, int, int], None]  # what is under way, how many are done, of how many


@contextmanager
def telling(console: Console) -> Iterator[Told]:
    """Yield what is to be told of every step, which shows it while the context lasts."""
    stages: dict[str, TaskID] = {}
    bars = Progress(console=console, transient=True, disable=not console.is_terminal)
    with ExitStack() as shown:
        compiling = shown.enter_context(Compiling(console))

        def told(stage: str, done: int, total: int) -> None:
            compiling.done()
            if not stages:
                shown.enter_context(bars)
            if done == 1 or stage not in stages:
                stages[stage] = bars.add_task(stage, total=total)
            bars.update(stages[stage], completed=done)

        yield told
