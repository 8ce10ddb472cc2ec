"""Processes that do the trainings of a study, and whoever waits for them."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing.context import SpawnProcess
from typing import Any, Self

from golden_model.studies.places import Place
from golden_model.studies.plan import Job, Plan
from golden_model.studies.storage import Outcome, Queue
from golden_model.studies.trial import run_trial

POLL_SECONDS = 0.2
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
        `count` is less than 1.
    """

    def __init__(self, queue: Queue, count: int = 1) -> None:
        if count < 1:
            raise ValueError(f"workers = {count} is not at least 1")
        self._queue, self._count = queue, count
        self._processes: list[SpawnProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        self._queue.release()

    def run(self, jobs: Sequence[Job], told: Told = lambda *_: None) -> dict[str, Outcome]:
        """Return what became of trainings, by key, when all of them are over, whoever did them."""
        self._queue.put(jobs)
        keys = list(dict.fromkeys(job.key for job in jobs))
        while True:
            some_left = self._queue.release()
            outcomes = self._queue.outcomes()
            done = {key: outcomes[key] for key in keys if key in outcomes}
            told(len(done), sum(bool(outcome.error) for outcome in done.values()), len(keys))
            if len(done) == len(keys):
                return done
            if not some_left:  # whoever was to put them back is dead itself
                self._queue.put(jobs)
            self._work(len(keys) - len(done))

    def _work(self, wanted: int) -> None:
        """Do a training in this process, or see to it that there are enough others, and wait."""
        if self._count == 1:
            if not work_once(self._queue):
                time.sleep(POLL_SECONDS)
            return
        self._processes = [process for process in self._processes if process.is_alive()]
        while len(self._processes) < min(self._count, wanted):
            self._processes.append(_start(self._queue))
        time.sleep(POLL_SECONDS)


def work_once(queue: Queue) -> bool:
    """Do a training; return whether there was one."""
    taken = queue.take()
    if taken is not None:
        taken.run(partial(run_trial, queue.plan))
    return taken is not None


def _start(queue: Queue) -> SpawnProcess:
    arguments = (queue.place, queue.plan.settings(), os.getpid())
    process = multiprocessing.get_context("spawn").Process(target=_work_on, args=arguments, daemon=True)
    process.start()
    return process


def _work_on(place: Place, plan: Mapping[str, Any], parent: int) -> None:
    """Do trainings as long as the process lives that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops its workers
    queue = Queue(place, Plan.of_settings(plan), resume=True)
    while os.getppid() == parent:
        if not work_once(queue):
            time.sleep(POLL_SECONDS)
