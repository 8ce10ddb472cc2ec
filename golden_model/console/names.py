"""Names that users give to files and folders, as they can be shown and as they cannot be meant."""

from pathlib import Path

import typer


def printable(text: str) -> str:
    """Return a text with escapes for what would rule a terminal: control characters, and bytes of none."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def named_path(text: str) -> Path:
    """Return the path of an option; BadParameter if it is empty, as that of a variable that is not set."""
    if not text:
        raise typer.BadParameter("the path is empty, write . for the current folder")
    return Path(text)
