"""The command `eprop tasks`."""

from golden_model.console.screen import make_console


def tasks_command() -> int:
    """Show the tasks and their parameters, which --set changes."""
    from golden_model.tasks.tables import describe

    console = make_console()
    for name, table in describe().items():
        console.print(name, table, "", sep="\n")
    return 0
