"""The folder that the files of a circuit are written to."""

from collections.abc import Mapping
from pathlib import Path

from golden_model.files.new_files import replacing


def check_folder(path: Path) -> None:
    """Raise a ValueError if a folder cannot be made because of what is in its place."""
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    if not path.resolve().parent.is_dir():
        raise ValueError(f"{path.parent} is not a folder")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by name, all or none; those that are there are replaced, others stay.

    Raises
    ------
    ValueError
        If a folder has the name of a file.
    OSError
        If a file cannot be written.
    """
    with replacing(folder) as draft:
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8", newline="")
