"""Who works on a training, and whether they still live: those that die leave it to others."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import psutil

BEAT_SECONDS, PATIENCE_SECONDS = 20.0, 120.0
ARRIVAL_SECONDS = 30.0  # within which a worker says who it is
CLOCK_SECONDS = 5.0  # by which the time of a start moves when the clock of the machine is set


@dataclass(frozen=True)
class Identity:
    """A process: its machine, its number there, and when it started, since numbers are used again."""

    host: str
    pid: int
    started: float

    @classmethod
    def own(cls) -> Self:
        """Return the identity of this process."""
        return cls(this_host(), os.getpid(), _started(os.getpid()))

    @property
    def is_here(self) -> bool:
        """Whether the process is or was on this machine."""
        return self.host == this_host()

    @property
    def lives(self) -> bool:
        """Whether the process, one of this machine, runs."""
        try:
            process = psutil.Process(self.pid)
            same: bool = abs(process.create_time() - self.started) < CLOCK_SECONDS
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def this_host() -> str:
    """Return what tells this machine, or this container on it, from others that share its name."""
    parts = [socket.gethostname()]
    with suppress(OSError):  # Linux has these
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        parts += [boot, os.readlink("/proc/self/ns/pid")]
    return " ".join(parts)


@cache
def _started(pid: int) -> float:
    started: float = psutil.Process(pid).create_time()
    return started


@dataclass
class Watch:
    """Tells the dead from the living: at once on this machine, elsewhere by a beat that stopped.

    Attributes
    ----------
    clock : callable
        Seconds, from any start.
    """

    clock: Callable[[], float] = time.monotonic
    _seen: dict[int, tuple[int | None, float]] = field(init=False, default_factory=dict)

    def is_dead(self, number: int, worker: Mapping[str, Any] | None, beat: int) -> bool:
        """Tell whether the worker on a trial is dead.

        Parameters
        ----------
        number : int
            Of the trial.
        worker : mapping or None
            The fields of its Identity; None: it has not said who it is.
        beat : int
            How often it has said that it lives.
        """
        if worker is None:
            return self._is_silent(number, -1, ARRIVAL_SECONDS)
        identity = Identity(**worker)
        return not identity.lives if identity.is_here else self._is_silent(number, beat, PATIENCE_SECONDS)

    def _is_silent(self, number: int, beat: int, patience: float) -> bool:
        """Tell whether a trial has had the same beat for longer than one waits."""
        last, since = self._seen.get(number, (None, 0.0))
        if beat != last:
            self._seen[number] = beat, self.clock()
            return False
        return self.clock() - since > patience


class Beating:
    """A context in which a function is called every now and then with the next number.

    Parameters
    ----------
    beat : callable
    seconds : float
        Between two calls, the first being that long after the beginning.
    """

    def __init__(self, beat: Callable[[int], None], seconds: float = BEAT_SECONDS) -> None:
        self._beat, self._seconds = beat, seconds
        self._over = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        count = 0
        while not self._over.wait(self._seconds):
            count += 1
            with suppress(Exception):  # the next one may arrive
                self._beat(count)
