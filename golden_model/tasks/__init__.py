"""Tasks: each makes samples, initial weights and parameters, and scores the answers.

The public names load on first use, so that the help of the commands loads no arrays.
"""

from typing import TYPE_CHECKING

from golden_model.files.lazy import make_loader

if TYPE_CHECKING:
    from golden_model.tasks.tasks import TASKS, Task, TaskData, generate, get_task

__all__ = ["TASKS", "Task", "TaskData", "generate", "get_task"]

if not TYPE_CHECKING:
    __getattr__ = make_loader(__name__, dict.fromkeys(__all__, "tasks"))


def __dir__() -> list[str]:
    return __all__
