"""The queue of trainings: each is done once, and its outcome kept."""

from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest

from golden_model.studies.sweep import storage as module
from golden_model.studies.sweep.places import Place
from golden_model.studies.sweep.storage import MOST_LOST, WAITING, Outcome, Queue
from tests.golden_model.studies.queues import ALL, fail_next, finish, interrupt, other
from tests.golden_model.studies.trainings import JOBS, PLAN, accuracies_of


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


def test_journal_is_where_it_was_put(tmp_path: Path) -> None:
    Queue(Place(str(tmp_path / "j"), "s"), PLAN)
    assert [path.name for path in tmp_path.iterdir()] == ["j"]
