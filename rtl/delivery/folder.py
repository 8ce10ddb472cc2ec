"""The folder that the files of a circuit are written to."""

from collections.abc import Mapping
from pathlib import Path

from golden_model.files.files import write_atomically


def check_folder(path: Path) -> None:
    """Raise a ValueError if a folder cannot be made because of what is in its place."""
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    if not path.resolve().parent.is_dir():
        raise ValueError(f"{path.parent} is not a folder")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by name; one that is there is replaced whole, others stay.

    Raises
    ------
    OSError
        If one cannot be written.
    """
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        write_atomically(folder / name, text.encode())
