"""Files that are created together, all or none, and never in place of others."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path

from golden_model.files.files import write_atomically


def check_place(folder: Path) -> None:
    """Raise a ValueError if a folder cannot be, or be created, because something else has its place."""
    for place in (folder, *folder.parents):
        if os.path.lexists(place) and not place.is_dir():
            raise ValueError(f"{place} is not a folder")


def check_free(folder: Path, draft: Path) -> None:
    """Raise a ValueError if a folder has a file, or a link, of the same name as one of a draft."""
    for path in draft.iterdir():
        if os.path.lexists(folder / path.name):
            raise ValueError(f"{folder / path.name} would be overwritten, choose another folder")


def publish(drafts: dict[Path, Path]) -> None:
    """Copy the files of drafts to their folders, which are created where missing.

    Parameters
    ----------
    drafts : dict of Path to Path
        Draft of each folder.

    Raises
    ------
    OSError
        If one cannot be written; what was created before, is removed.
    """
    with ExitStack() as undo:
        for folder, draft in drafts.items():
            _publish(draft, folder, undo)
        undo.pop_all()


def _publish(draft: Path, folder: Path, undo: ExitStack) -> None:
    for place in reversed((folder, *folder.parents)):
        if not place.exists():
            place.mkdir()
            undo.callback(_remove, place)
    for path in sorted(draft.iterdir()):
        undo.callback(_remove, folder / path.name)
        write_atomically(folder / path.name, path.read_bytes())


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.rmdir() if path.is_dir() else path.unlink()
