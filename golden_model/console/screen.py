"""What commands print on: a console, and tables that look alike."""

import sys

from rich.console import Console
from rich.table import Table

WIDTH = 120  # of tables that do not go to a terminal


def make_console(*, soft_wrap: bool = False) -> Console:
    """Return a console as wide as the terminal, or WIDTH; soft_wrap leaves lines to the terminal.

    What it prints are names of users, so it shows brackets and colons as they stand.
    """
    width = None if sys.stdout.isatty() else WIDTH
    return Console(width=width, markup=False, emoji=False, highlight=False, soft_wrap=soft_wrap)


def make_table(*columns: str) -> Table:
    """Return a table without lines, of which only the last column is wrapped; names may be empty."""
    table = Table(*columns, box=None, show_header=any(columns), pad_edge=False, header_style="bold")
    for column in table.columns[:-1]:
        column.no_wrap = True
    return table
