"""Several who work on a queue at once: each training is done once all the same."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from golden_model.studies.sweep import lives
from golden_model.studies.sweep import storage as module
from golden_model.studies.sweep.lives import Identity
from golden_model.studies.sweep.places import Place
from golden_model.studies.sweep.plan import Job
from golden_model.studies.sweep.storage import PRUNED, WAITING, Queue
from golden_model.studies.sweep.trial import Accuracies
from tests.golden_model.studies.queues import ALL, fail, finish, interrupt, other
from tests.golden_model.studies.trainings import JOBS, PLAN, accuracies_of


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
