"""Files that are created together, all or none, and folders that are removed if nothing came of them."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from golden_model.files.files import write_atomically
from golden_model.files.naming import named


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


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield an empty folder, whose files are moved to another one when the context has ended well.

    A new folder appears with all of its files. In one that is there, files of the same names are replaced
    one after the other when all of the new ones are on the disk; others stay.

    Parameters
    ----------
    folder : Path
        Where they belong; the folder that it is in exists.

    Raises
    ------
    ValueError
        If a folder has the name of a file.
    OSError
        If a file cannot be written; what was there before is still there.
    """
    folder = folder.resolve()
    beside = folder if folder.exists() else folder.parent
    with named(folder), TemporaryDirectory(prefix=".", suffix=".tmp", dir=beside) as place:
        draft = Path(place) / "files"
        draft.mkdir()
        yield draft
        if not folder.exists():
            draft.rename(folder)
            return
        files = sorted(draft.iterdir())
        for path in files:
            if (folder / path.name).is_dir():
                raise ValueError(f"{folder / path.name} is a folder, a file of that name is to be written")
        for path in files:
            path.replace(folder / path.name)


def make_folder(folder: Path, undo: ExitStack) -> None:
    """Create a folder and those that it is in, where missing; to undo it removes those that are empty.

    Raises
    ------
    ValueError
        If something else has the place of one.
    OSError
        If one cannot be created.
    """
    check_place(folder)
    for place in reversed((folder, *folder.parents)):
        if not place.is_dir():
            with suppress(FileExistsError):  # who starts beside may have created it just now
                place.mkdir()
                undo.callback(_remove, place)
    check_place(folder)


def _publish(draft: Path, folder: Path, undo: ExitStack) -> None:
    make_folder(folder, undo)
    for path in sorted(draft.iterdir()):
        undo.callback(_remove, folder / path.name)
        write_atomically(folder / path.name, path.read_bytes())


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.rmdir() if path.is_dir() else path.unlink()
