"""Tasks: each makes samples, initial weights and parameters, and scores the answers.

The public names load on first use, so that the help of the commands loads no arrays.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golden_model.tasks.tasks import TASKS, Task, TaskData, generate, get_task

__all__ = ["TASKS", "Task", "TaskData", "generate", "get_task"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from golden_model.tasks import tasks

    value: object = getattr(tasks, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
