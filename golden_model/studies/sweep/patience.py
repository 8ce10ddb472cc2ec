"""Waiting for a database that is out of reach for a while, such as one that is started anew."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from optuna.storages import BaseStorage
from sqlalchemy.exc import InterfaceError, OperationalError

WAIT_SECONDS, PAUSE_SECONDS = 60.0, 0.5
P = ParamSpec("P")
R = TypeVar("R")


class Patience:
    """Tries again what fails for want of a database, until that has been out of reach for a minute.

    What was done though its answer got lost is then done twice, which the queue of a study can bear: a
    training that was put twice is done once, and one that was taken by nobody is given back.
    """

    def __init__(self) -> None:
        self._lost_at: float | None = None

    def trying(self, operation: Callable[P, R]) -> Callable[P, R]:
        """Return a function that tries an operation, and raises a RuntimeError when the patience ends."""

        @wraps(operation)
        def try_again(*args: P.args, **kwargs: P.kwargs) -> R:
            while True:
                try:
                    result = operation(*args, **kwargs)
                except Exception as error:
                    self._wait(error)
                else:
                    self._lost_at = None
                    return result

        return try_again

    def with_storage(self, storage: BaseStorage) -> None:
        """Let a storage try all that is asked of it again."""
        for name in dir(BaseStorage):
            if not name.startswith("_"):
                setattr(storage, name, self.trying(getattr(storage, name)))

    def _wait(self, error: Exception) -> None:
        """Wait a little, unless the error is another one or there was none but it for too long."""
        if not any(_is_outage(one) for one in (error, error.__cause__)):
            raise error
        now = time.monotonic()
        self._lost_at = self._lost_at or now
        if now - self._lost_at >= WAIT_SECONDS:
            raise RuntimeError(f"{reason_of(error)}, for {WAIT_SECONDS:.0f} s; --resume goes on") from None
        time.sleep(PAUSE_SECONDS)


def _is_outage(error: BaseException | None) -> bool:
    """Tell whether an error may pass: a server is out of reach, or a file is locked by others."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    of_file = type(error.orig).__module__.startswith("sqlite3")
    return not of_file or "locked" in str(error.orig)


def reason_of(error: BaseException) -> str:
    """Return the first line of what a database said, or who spoke for it."""
    cause = error.__cause__ or error
    lines = str(getattr(cause, "orig", None) or cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__
