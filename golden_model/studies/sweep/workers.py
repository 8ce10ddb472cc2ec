"""Processes that do the trainings of a study, and whoever waits for them."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnProcess
from typing import Any, Self

from golden_model.console.limits import MOST_WORKERS, integer
from golden_model.studies.sweep.places import Place
from golden_model.studies.sweep.plan import Job, Plan
from golden_model.studies.sweep.storage import Outcome, Queue
from golden_model.studies.sweep.trial import run_trial

POLL_SECONDS, DATABASE_POLL_SECONDS = 0.2, 1.0
STOP_SECONDS = 10.0  # after which a worker that does not stop is killed
MOST_BROKEN = 5  # workers that may end with an error
Told = Callable[[int, int, int], None]  # of trainings that are done, failed, and wanted


class Workers:
    """Workers of one study on this machine; a context, at whose end they are stopped.

    Parameters
    ----------
    queue : Queue
    count : int
        One works in this process, several have processes of their own.

    Raises
    ------
    ValueError
        `count` is out of range.
    """

    def __init__(self, queue: Queue, count: int = 1) -> None:
        self._queue, self._count = queue, integer("workers", count, 1, MOST_WORKERS)
        self._processes: list[SpawnProcess] = []
        self._broken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(STOP_SECONDS)
            process.kill()
            process.join()
        with self._queue.place.told_in_a_sentence():
            self._queue.release()

    def run(self, jobs: Sequence[Job], told: Told = lambda *_: None) -> dict[str, Outcome]:
        """Return what became of trainings, by key, when all of them are over, whoever did them.

        Raises
        ------
        ValueError
            The storage cannot be used any more, or the workers cannot work.
        """
        with self._queue.place.told_in_a_sentence():
            return self._run(jobs, told)

    def _run(self, jobs: Sequence[Job], told: Told) -> dict[str, Outcome]:
        wanted = {job.key: job for job in jobs}
        while True:
            self._queue.release()
            outcomes = self._queue.outcomes()
            done = {key: outcomes[key] for key in wanted if key in outcomes}
            told(len(done), sum(bool(outcome.error) for outcome in done.values()), len(wanted))
            if len(done) == len(wanted):
                return done
            if self._queue.runs_low:  # also if whoever was to put one back is dead itself
                self._queue.put(job for key, job in wanted.items() if key not in done)
            self._work(len(wanted) - len(done))

    def _work(self, wanted: int) -> None:
        """Do a training in this process, or see to it that there are enough others, and wait."""
        if self._count == 1:
            if not work_once(self._queue):
                _pause(self._queue.place)
            return
        self._bury()
        while len(self._processes) < min(self._count, wanted):
            self._processes.append(_start(self._queue))
        _pause(self._queue.place)

    def _bury(self) -> None:
        """Forget the processes that have ended; a killed one is replaced, but not one error after another."""
        codes = [process.exitcode for process in self._processes]
        self._processes = [process for process in self._processes if process.is_alive()]
        self._broken += sum(code is not None and code > 0 for code in codes)
        if self._broken > MOST_BROKEN:
            raise ValueError(f"{self._broken} workers ended with an error of their own")


def work_once(queue: Queue) -> bool:
    """Do a training; return whether there was one."""
    taken = queue.take()
    if taken is not None:
        taken.run(partial(run_trial, queue.plan))
    return taken is not None


def _pause(place: Place) -> None:
    time.sleep(DATABASE_POLL_SECONDS if place.is_database else POLL_SECONDS)


def _start(queue: Queue) -> SpawnProcess:
    arguments = (queue.place, queue.plan.settings(), os.getpid())
    process = multiprocessing.get_context("spawn").Process(target=_work_on, args=arguments, daemon=True)
    # Ctrl-C goes to all processes of a terminal; it is their parent that stops workers, also while they load.
    resource_tracker.ensure_running()  # the start of which would let it through again
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return process


def _work_on(place: Place, plan: Mapping[str, Any], parent: int) -> None:
    """Do trainings as long as the process lives that started this one."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # which gives back what it is at
    try:
        queue = Queue(place, Plan.of_settings(plan), resume=True, waiting=True)
        with place.told_in_a_sentence():
            while os.getppid() == parent:
                if not work_once(queue):
                    _pause(place)
    except ValueError as error:
        sys.exit(f"eprop: a worker ends, {error}")
