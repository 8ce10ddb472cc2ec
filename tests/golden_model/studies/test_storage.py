"""The queue of trainings: taken once, given back when a worker dies at any moment, over once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from threading import Barrier

import psutil
import pytest

from golden_model.studies import lives
from golden_model.studies import storage as module
from golden_model.studies.lives import Identity, this_host
from golden_model.studies.places import Place
from golden_model.studies.plan import Job
from golden_model.studies.storage import FAIL, MOST_LOST, PRUNED, WAITING, Outcome, Queue
from golden_model.studies.trial import Accuracies
from tests.golden_model.studies.trainings import JOBS, PLAN, accuracies_of

ALL = {job.key: Outcome(accuracies_of(job)) for job in JOBS}


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def queue(storage: str) -> Queue:
    """A queue with all trainings."""
    queue = Queue(Place(storage, "s"), PLAN)
    queue.put(JOBS)
    return queue


@pytest.fixture(scope="session")
def dead() -> Identity:
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started = psutil.Process(process.pid).create_time()
        process.communicate(b"\n")
    return Identity(this_host(), process.pid, started)


def other(queue: Queue) -> Queue:
    """Return the same queue as another process sees it."""
    return Queue(queue.place, PLAN, resume=True)


def finish(queue: Queue) -> Counter[str]:
    """Do what is left, as a command does that is resumed; return which trainings were done."""
    done: Counter[str] = Counter()

    def run(job: Job) -> Accuracies:
        done[job.key] += 1
        return accuracies_of(job)

    while queue.release():
        if (taken := queue.take()) is not None:
            taken.run(run)
    return done


def killed(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, patch: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """Let a worker die at the moment at which a patch raises."""
    with monkeypatch.context() as context:
        patch(context)
        with pytest.raises(Killed):
            work(queue)


def work(queue: Queue) -> None:
    """Take a training and do it."""
    taken = queue.take()
    assert taken is not None
    taken.run(accuracies_of)


def die(*_: object, **__: object) -> None:
    raise Killed


class TestQuiet:
    def test_every_training_is_done_once(self, queue: Queue) -> None:
        assert queue.outcomes() == {}
        assert finish(queue) == Counter(ALL.keys())
        assert queue.outcomes() == other(queue).outcomes() == ALL
        assert not queue.release()
        assert queue.take() is None

    def test_versions_are_kept(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of accuracies as of errors, by whatever versions they were computed."""
        fail_next(queue, ValueError("no"))
        monkeypatch.setattr(module, "VERSIONS", {"numpy": "1.0"})
        finish(queue)
        own = {name: version(name) for name in ("eprop-core", "numba", "numpy")}
        found = [outcome.versions for outcome in other(queue).outcomes().values()]
        assert found == [own, *[{"numpy": "1.0"}] * (len(JOBS) - 1)]

    def test_trainings_are_put_once(self, queue: Queue) -> None:
        queue.put(JOBS)
        other(queue).put(JOBS)
        assert [trial.user_attrs["job"] for trial in queue._trials(WAITING)] == list(ALL)

    def test_few_wait_at_a_time(self, storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """In the order of the trainings, whoever puts them."""
        monkeypatch.setattr(module, "WINDOW", 4)
        queue = Queue(Place(storage, "s"), PLAN)
        order = []
        while len(queue.outcomes()) < len(JOBS):
            queue.put(JOBS)
            other(queue).put(JOBS)
            waiting = len(queue._trials(WAITING))
            assert waiting == min(4, len(JOBS) - len(order))
            assert queue.runs_low == (waiting < 2)
            for _ in range(3 if waiting == 4 else waiting):
                taken = queue.take()
                assert taken is not None
                order.append(taken.job)
                taken.run(accuracies_of)
        assert order == JOBS

    def test_parameters_are_those_of_the_job(self, queue: Queue) -> None:
        finish(queue)
        for trial, job in zip(queue._trials(), JOBS, strict=True):
            assert trial.params == {"network": job.network, "seed": job.seed, **job.values}
            assert trial.value == accuracies_of(job)["test"][-1]

    @pytest.mark.parametrize("error", [ValueError("too wide"), RuntimeError()])
    def test_failed_training_is_kept_with_its_error(self, queue: Queue, error: Exception) -> None:
        fail_next(queue, error)
        assert queue.outcomes() == {JOBS[0].key: Outcome(error=str(error) or "RuntimeError")}
        assert JOBS[0].key not in finish(queue)
        queue.put(JOBS)
        assert finish(queue) == Counter()

    def test_values_that_failed_stay_failed(self, queue: Queue) -> None:
        fail_next(queue, UnicodeError("no"))
        resumed = other(queue)
        assert resumed.outcomes() == {JOBS[0].key: Outcome(error="no")}
        resumed.put(JOBS)
        assert JOBS[0].key not in finish(resumed)

    @pytest.mark.parametrize(
        "error", [MemoryError(), OSError("disk full"), RuntimeError("3 workers died of it")]
    )
    def test_accident_is_done_again_by_who_comes_later(self, queue: Queue, error: Exception) -> None:
        fail_next(queue, error)
        finish(queue)
        resumed = other(queue)
        assert resumed.outcomes() == {key: outcome for key, outcome in ALL.items() if key != JOBS[0].key}
        resumed.put(JOBS)
        queue.put(JOBS)  # who was there all the time does not
        assert len(queue._trials(WAITING)) == 1
        assert finish(queue) == Counter([JOBS[0].key])  # but helps
        assert queue.outcomes() == resumed.outcomes() == ALL

    def test_training_that_is_interrupted_waits_again(self, queue: Queue) -> None:
        """That is no fault of the training, however often."""
        for _ in range(MOST_LOST + 1):
            taken = queue.take()
            assert taken is not None
            with pytest.raises(KeyboardInterrupt):
                taken.run(interrupt)
        assert {trial.user_attrs["lost"] for trial in queue._trials(WAITING)} == {0}
        assert finish(queue) == Counter(ALL.keys())
        assert queue.outcomes() == ALL


def fail_next(queue: Queue, error: Exception) -> None:
    """Take a training and fail."""

    def run(_: Job) -> Accuracies:
        raise error

    taken = queue.take()
    assert taken is not None
    taken.run(run)


def fail(_: Job) -> Accuracies:
    raise ValueError("no")


def interrupt(_: Job) -> Accuracies:
    raise KeyboardInterrupt


class TestKilled:
    """Before it said who it is, before it was to return accuracies, before and after it told of them."""

    def recover(self, queue: Queue, lost: int) -> None:
        resumed = other(queue)
        resumed.put(JOBS)
        finish(resumed)
        assert resumed.outcomes() == ALL
        assert len(resumed._trials(FAIL)) == lost

    @pytest.fixture(autouse=True)
    def died(self, dead: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Identity, "own", lambda: dead)

    def test_before_it_said_who_it_is(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        killed(queue, monkeypatch, lambda patch: patch.setattr(Identity, "own", die))
        assert queue.release()
        assert len(queue._trials(WAITING)) == len(JOBS) - 1
        monkeypatch.setattr(lives, "ARRIVAL_SECONDS", 0.0)
        self.recover(queue, lost=1)

    def test_within_the_training(self, queue: Queue) -> None:
        assert queue.take() is not None
        self.recover(queue, lost=1)

    def test_before_it_told_of_accuracies(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        killed(queue, monkeypatch, lambda patch: patch.setattr(queue._study, "tell", die))
        self.recover(queue, lost=1)

    def test_after_it_told_of_accuracies(self, queue: Queue) -> None:
        taken = queue.take()
        assert taken is not None
        taken.run(accuracies_of)
        self.recover(queue, lost=0)

    def test_before_it_told_of_an_error(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = queue.take()
        assert taken is not None
        with monkeypatch.context() as patch:
            patch.setattr(queue._study, "tell", die)
            with pytest.raises(Killed):
                taken.run(fail)
        finish(queue)
        assert queue.outcomes() == ALL | {JOBS[0].key: Outcome(error="no")}

    def test_parent_before_it_put_the_training_back(
        self, queue: Queue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert queue.take() is not None
        monkeypatch.setattr(module, "_enqueue", die)
        with pytest.raises(Killed):
            queue.release()
        monkeypatch.undo()
        assert finish(other(queue)) == Counter([*ALL][1:])
        queue.put(JOBS)
        assert finish(queue) == Counter([*ALL][:1])

    def test_too_often_fails_the_training(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        for lost in range(MOST_LOST):
            while (taken := queue.take()) is not None and taken.job != JOBS[0]:
                taken.run(accuracies_of)
            assert taken is not None
            assert taken._trial.user_attrs["lost"] == lost
            queue.release()
        assert JOBS[0].key not in finish(queue)
        assert queue.outcomes() == ALL | {JOBS[0].key: Outcome(error="3 workers died of it")}


class TestRaces:
    def test_the_dead_are_given_back_once(
        self, queue: Queue, dead: Identity, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two commands see the same dead worker before either has given its training back."""
        monkeypatch.setattr(Identity, "own", lambda: dead)
        assert queue.take() is not None
        many = [other(queue) for _ in range(3)]
        together = Barrier(len(many), timeout=30)
        give_back = module._give_back

        def give_back_together(*arguments: object) -> None:
            together.wait()
            give_back(*arguments)  # type: ignore[arg-type]

        with monkeypatch.context() as patch, ThreadPoolExecutor(len(many)) as pool:
            patch.setattr(module, "_give_back", give_back_together)
            assert list(pool.map(Queue.release, many)) == [True] * len(many)
        waiting = [trial.user_attrs for trial in queue._trials(WAITING)]
        assert [each["lost"] for each in waiting if each["job"] == JOBS[0].key] == [1]

    def test_put_by_many_at_once_is_done_once(self, storage: str) -> None:
        queue = Queue(Place(storage, "s"), PLAN)
        many = [queue, other(queue)]
        for each in many:
            each._trials, trials = (lambda *_: []), each._trials  # type: ignore[method-assign]
            each.put(JOBS)  # has not seen what the other puts
            each._trials = trials  # type: ignore[method-assign]
        assert len(queue._trials(WAITING)) == 2 * len(JOBS)
        assert finish(queue) == Counter(ALL.keys())
        assert queue.outcomes() == ALL

    def test_second_of_a_training_is_done_if_the_first_was_lost(
        self, queue: Queue, dead: Identity, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Identity, "own", lambda: dead)
            assert queue.take() is not None
        module._enqueue(queue._study, JOBS[0], lost=0)
        assert finish(queue) == Counter(ALL.keys())

    def test_taken_by_others_at_the_last_moment(self, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
        """Optuna makes a trial up when none waits, which is not a training."""
        late, trials = other(queue), queue._trials(WAITING)
        finish(queue)
        answers = iter([trials, []])
        see = late._trials
        monkeypatch.setattr(
            late, "_trials", lambda *states: next(answers) if states == (WAITING,) else see(*states)
        )
        assert late.take() is None
        assert [trial.user_attrs for trial in queue._trials(PRUNED)] == [{}]
        assert queue.outcomes() == ALL
        assert not queue.release()

    @pytest.mark.parametrize("run", [accuracies_of, fail, interrupt])
    def test_worker_taken_for_dead_comes_back(
        self, queue: Queue, run: Callable[[Job], Accuracies], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = queue.take()
        assert taken is not None
        monkeypatch.setattr(Identity, "lives", False)
        other(queue).release()
        monkeypatch.undo()
        try:
            taken.run(run)
        except KeyboardInterrupt:
            assert run is interrupt
        assert queue.outcomes() == {}
        assert finish(queue) == Counter(ALL.keys())
        assert queue.outcomes() == ALL

    def test_worker_taken_for_dead_before_it_said_who_it_is(
        self, queue: Queue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own, impatient = Identity.own(), other(queue)
        calls = iter([2, 0])
        monkeypatch.setattr(lives, "ARRIVAL_SECONDS", 0.0)

        def late() -> Identity:
            for _ in range(next(calls)):
                impatient.release()  # sees it, and then that it is silent
            return own

        with monkeypatch.context() as patch:
            patch.setattr(Identity, "own", late)
            taken = queue.take()
        assert taken is not None
        assert taken.job == JOBS[1]
        taken.run(accuracies_of)
        assert finish(queue) == Counter([JOBS[0].key, *[*ALL][2:]])


def test_journal_is_where_it_was_put(tmp_path: Path) -> None:
    Queue(Place(str(tmp_path / "j"), "s"), PLAN)
    assert [path.name for path in tmp_path.iterdir()] == ["j"]
