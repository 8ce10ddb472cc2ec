"""What the commands have in common: exit codes, options, what is said while code is compiled."""

from pathlib import Path
from typing import Annotated

import typer

CHECK_FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
COMPILING = "compiling, once and for a minute or less"
WIDTH = 120  # of tables that do not go to a terminal

ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="TOML file of a configuration or network.")
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a field, register or task parameter."),
]
