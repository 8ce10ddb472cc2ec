"""The journal of a study: a file of lines, to which the processes of one machine add."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from golden_model.files.reading import parse_json, read_bytes


class JournalLock(JournalFileOpenLock):
    """The right to add to a journal.

    Optuna's own lock is a file that a killed process leaves behind and that others may take from the living.
    The system takes this one from whoever dies. Who has it next removes the line that was left unfinished.

    Parameters
    ----------
    path : Path
        Of the journal.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._file: BinaryIO | None = None

    def acquire(self) -> bool:
        """Wait for the lock."""
        file = self._path.open("r+b")
        fcntl.flock(file, fcntl.LOCK_EX)
        _mend(file)
        self._file = file
        return True

    def release(self) -> None:
        """Let others have the lock."""
        if self._file is not None:
            self._file.close()


class Journal(JournalFileBackend):
    """A journal whose lines the system writes to the disk when it likes.

    Optuna's own waits for the disk at every line, which costs short trainings several percent. What a process
    has added is there though it is killed; if the machine fails, the trainings of the last seconds are done
    again.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), JournalLock(path))
        self._path = path

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Add lines."""
        content = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs)
        lock = JournalLock(self._path)
        lock.acquire()
        try:
            with self._path.open("ab") as file:
                file.write(content.encode())
        finally:
            lock.release()


def open_journal(path: Path) -> JournalStorage:
    """Return the storage in a journal, a new one if there is none.

    Raises
    ------
    ValueError
        The file is damaged.
    OSError
        It cannot be read.
    """
    try:
        _check_lines(path)
        return JournalStorage(Journal(path))
    except OSError:
        raise
    except Exception:  # what Optuna makes of damaged lines may be anything
        raise ValueError(f"{path} is damaged or not the journal of a study") from None


def _check_lines(path: Path) -> None:
    """Raise a ValueError if a line is not JSON; Optuna finds a damaged last line too late."""
    if path.exists():
        for line in read_bytes(path).split(b"\n")[:-1]:
            parse_json(line)


def _mend(file: BinaryIO) -> None:
    """Remove the line that a killed writer did not finish."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(end - 1, 0))
    if file.read() not in (b"", b"\n"):
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
