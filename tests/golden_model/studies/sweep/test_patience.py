"""A database that is out of reach for a while does not end a study; one that stays so does, in a sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import IntegrityError, OperationalError

from golden_model.studies.sweep import patience, workers
from golden_model.studies.sweep.patience import Patience
from golden_model.studies.sweep.places import Place
from golden_model.studies.sweep.storage import Queue
from golden_model.studies.sweep.workers import Workers
from tests.golden_model.studies import postgres
from tests.golden_model.studies.queues import ALL, finish
from tests.golden_model.studies.trainings import JOBS, PLAN, accuracies_of

AWAY_SECONDS = 1.5


@pytest.fixture
def stoppable(server: postgres.Server) -> Iterator[postgres.Server]:
    """The server, which runs again afterwards."""
    yield server
    if server.process is None or server.process.poll() is not None:
        server.start()
    server.wait()


def lost() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("gone\nfor now"))


class Failing:
    """A call that fails some times."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    def __call__(self, value: int) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return value


@pytest.mark.parametrize(
    ("reason", "waits"), [("database is locked", True), ("attempt to write a readonly database", False)]
)
def test_only_what_may_pass_is_waited_for(reason: str, waits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", pauses.append)
    call = Patience().trying(Failing(OperationalError("INSERT", {}, sqlite3.OperationalError(reason))))
    with nullcontext() if waits else pytest.raises(OperationalError, match=reason):
        assert call(3) == 3
    assert pauses == ([patience.PAUSE_SECONDS] if waits else [])


def test_server_that_is_started_again_does_not_end_a_study(
    database: str, stoppable: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connections end while a training is under way, and nobody answers when that is over."""
    monkeypatch.setattr(workers, "run_trial", lambda _, job: accuracies_of(job))
    monkeypatch.setattr(workers, "DATABASE_POLL_SECONDS", 0.0)
    counts = []

    def told(done: int, _: int, __: int) -> None:
        counts.append(done)
        if counts == [0, 1, 2, 3]:
            stoppable.stop()
            stoppable.start(AWAY_SECONDS)

    queue = Queue(Place(database, "s"), PLAN)
    with Workers(queue) as pool:
        assert pool.run(JOBS, told) == ALL
    assert counts == list(range(len(JOBS) + 1))


def test_worker_waits_for_its_database(database: str, stoppable: postgres.Server) -> None:
    """One that is started meanwhile; who begins a study is told at once that there is none."""
    Queue(Place(database, "s"), PLAN).put(JOBS)
    stoppable.stop()
    with pytest.raises(ValueError, match="cannot be used: connection failed: .*refused"):
        Queue(Place(database, "s"), PLAN, resume=True)
    stoppable.start(AWAY_SECONDS)
    late = Queue(Place(database, "s"), PLAN, resume=True, waiting=True)
    finish(late)
    assert late.outcomes() == ALL


def test_server_that_stays_away_ends_it_in_a_sentence(
    database: str, stoppable: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAIT_SECONDS", 1.0)
    queue = Queue(Place(database, "s"), PLAN)
    stoppable.stop()
    with pytest.raises(ValueError, match=".") as error, Workers(queue) as pool:
        pool.run(JOBS)
    said = str(error.value)
    assert said.startswith(f"postgresql://127.0.0.1:{stoppable.port}/")
    assert "cannot be used: connection failed: " in said
    assert said.endswith(", for 1 s; --resume goes on")
    assert "\n" not in said


class TestPatience:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.01)

    def test_tries_again(self) -> None:
        wrapped = StorageInternalError()
        wrapped.__cause__ = lost()
        assert Patience().trying(Failing(lost(), wrapped, lost()))(3) == 3

    @pytest.mark.parametrize("error", [ValueError("no"), IntegrityError("", {}, Exception())])
    def test_other_errors_are_passed_on(self, error: Exception) -> None:
        with pytest.raises(type(error)) as raised:
            Patience().trying(Failing(error))(3)
        assert raised.value is error

    def test_ends_once_and_not_again_at_every_call(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Until the database is back, which gives new patience."""
        times = iter([0.5, 30.0, 60.5, 100.0, 101.0, 160.0, 161.0])
        monkeypatch.setattr(patience.time, "monotonic", lambda: next(times))
        one = Patience()
        for call in (Failing(*[lost()] * 3), Failing(lost())):
            with pytest.raises(RuntimeError, match="^gone, for 60 s; --resume goes on$"):
                one.trying(call)(3)
        assert one.trying(Failing())(3) == 3
        assert one.trying(Failing(lost(), lost()))(3) == 3
