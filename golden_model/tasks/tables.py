"""The tasks, as tables of their parameters."""

from rich.table import Table

from golden_model.console.screen import make_table
from golden_model.tasks.declaration import declarations
from golden_model.tasks.tasks import TASKS


def describe() -> dict[str, Table]:
    """Return a table of the parameters of every task, by its name."""
    return {name: _parameters(name) for name in TASKS}


def _parameters(name: str) -> Table:
    table = make_table("parameter", "default", "range", "meaning")
    defaults = TASKS[name]()
    for parameter, declaration in declarations(defaults).items():
        default = getattr(defaults, parameter)
        table.add_row(parameter, f"{default}", declaration.legal, declaration.meaning)
    return table
