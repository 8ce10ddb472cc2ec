"""Who does the trainings of a study, and what is done about those who cannot."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from golden_model.studies.sweep import storage, workers
from golden_model.studies.sweep.places import JOURNAL, Place
from golden_model.studies.sweep.plan import Job, Plan
from golden_model.studies.sweep.storage import WAITING, Outcome, Queue
from golden_model.studies.sweep.trial import Accuracies
from golden_model.studies.sweep.workers import Workers, work_once
from tests.golden_model.studies.trainings import JOBS, PLAN, accuracies_of

ALL = {job.key: Outcome(accuracies_of(job)) for job in JOBS}


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(Place(str(tmp_path / JOURNAL), "s"), PLAN)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the trainings of this process by their numbers, and wait no longer than needed."""
    monkeypatch.setattr(workers, "run_trial", lambda _, job: accuracies_of(job))
    monkeypatch.setattr(workers, "POLL_SECONDS", 0.01)


def break_down(*_: Any) -> None:
    """Stand for a worker that cannot work."""
    sys.exit(1)


def be_stubborn(*_: Any) -> None:
    """Stand for a worker that does not stop."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        signal.pause()


class TestInThisProcess:
    def test_does_all(self, queue: Queue) -> None:
        told: list[tuple[int, int, int]] = []
        with Workers(queue) as pool:
            assert pool.run(JOBS, lambda *numbers: told.append(numbers)) == ALL
            assert pool.run(JOBS[:3]) == {job.key: ALL[job.key] for job in JOBS[:3]}
        assert told == [(done, 0, len(JOBS)) for done in range(len(JOBS) + 1)]

    def test_failed_ones_are_told(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        def run(_: Plan, job: Job) -> Accuracies:
            if job == JOBS[1]:
                raise ValueError("too wide")
            return accuracies_of(job)

        monkeypatch.setattr(workers, "run_trial", run)
        told: list[tuple[int, int, int]] = []
        with Workers(queue) as pool:
            found = pool.run(JOBS, lambda *numbers: told.append(numbers))
        assert found == ALL | {JOBS[1].key: Outcome(error="too wide")}
        assert told[-1] == (len(JOBS), 1, len(JOBS))

    def test_same_training_twice_is_one(self, queue: Queue) -> None:
        with Workers(queue) as pool:
            assert pool.run([JOBS[0], JOBS[0]]) == {JOBS[0].key: ALL[JOBS[0].key]}

    def test_never_do_many_wait(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(storage, "WINDOW", 4)
        waiting: list[int] = []
        with Workers(queue) as pool:
            assert pool.run(JOBS, lambda *_: waiting.append(len(queue._trials(WAITING)))) == ALL
        assert waiting == [0, 3, 2, 1, 3, 2, 1, 1, 0]  # put again when fewer than two wait

    def test_a_database_is_asked_less_often(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[float] = []
        monkeypatch.undo()
        monkeypatch.setattr(workers.time, "sleep", pauses.append)
        for place in ("study.journal", "sqlite:///study.db"):
            workers._pause(Place(place, "s"))
        assert pauses == [0.2, 1.0]

    def test_puts_back_what_nobody_has(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another command died after it gave a training up and before it put it back."""
        put, calls = queue.put, iter([False])
        monkeypatch.setattr(queue, "put", lambda jobs: put(jobs) if next(calls, True) else None)
        with Workers(queue) as pool:
            assert pool.run(JOBS) == ALL

    def test_nothing_to_do(self, queue: Queue) -> None:
        assert not work_once(queue)

    @pytest.mark.parametrize("count", [0, -1])
    def test_of_none_is_refused(self, queue: Queue, count: int) -> None:
        with pytest.raises(ValueError, match=rf"^workers = {count} is outside 1\.\.1024$"):
            Workers(queue, count)


class TestProcesses:
    def test_that_cannot_work_end_the_study(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workers, "_work_on", break_down)
        monkeypatch.setattr(workers, "MOST_BROKEN", 1)
        said = r"^[23] workers ended with an error of their own$"
        with Workers(queue, 2) as pool, pytest.raises(ValueError, match=said):
            pool.run(JOBS)

    def test_that_does_not_stop_is_killed(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workers, "_work_on", be_stubborn)
        monkeypatch.setattr(workers, "STOP_SECONDS", 0.1)

        class EnoughError(Exception):
            pass

        def told(*_: int) -> None:
            pids = [process.pid for process in pool._processes]
            if pids and all(_has(pid, "SigIgn", signal.SIGTERM) for pid in pids):
                raise EnoughError

        with Workers(queue, 2) as pool, pytest.raises(EnoughError):
            pool.run(JOBS[:2], told)
        assert [process.exitcode for process in pool._processes] == [-signal.SIGKILL] * 2

    def test_are_not_interrupted_from_their_first_moment(self, queue: Queue) -> None:
        """Also where a study is run by a thread, which may not set handlers."""
        with ThreadPoolExecutor(1) as threads:
            process = threads.submit(workers._start, queue).result()
        try:
            assert _has(process.pid, "SigBlk", signal.SIGINT)
            assert not _has(os.getpid(), "SigBlk", signal.SIGINT)
        finally:
            process.kill()
            process.join()

    def test_of_a_parent_that_is_gone_do_nothing(self, queue: Queue) -> None:
        queue.put(JOBS)
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            workers._work_on(queue.place, PLAN.settings(), parent=os.getpid())
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        assert queue.outcomes() == {}

    def test_refused_ones_say_why(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        other = PLAN.settings() | {"epochs": 2}
        with pytest.raises(
            SystemExit, match="^eprop: a worker ends, the study in .* has epochs = 1, not 2, "
        ):
            workers._work_on(queue.place, other, parent=os.getppid())


def _has(pid: int | None, mask: str, number: signal.Signals) -> bool:
    """Tell whether a signal is in a mask of a process, such as that of ignored ones."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (bits,) = (line.split()[1] for line in status.splitlines() if line.startswith(f"{mask}:"))
    return bool(int(bits, 16) & 1 << (number - 1))
