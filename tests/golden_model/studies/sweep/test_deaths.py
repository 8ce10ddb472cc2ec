"""A training is given back when its worker dies, at whatever moment."""

from collections import Counter
from collections.abc import Callable

import pytest

from golden_model.studies.sweep import lives
from golden_model.studies.sweep import storage as module
from golden_model.studies.sweep.lives import Identity
from golden_model.studies.sweep.storage import FAIL, MOST_LOST, WAITING, Outcome, Queue
from tests.golden_model.studies.queues import ALL, fail, finish, other
from tests.golden_model.studies.trainings import JOBS, accuracies_of


class Killed(BaseException):
    """Stands for the end of the process."""


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
