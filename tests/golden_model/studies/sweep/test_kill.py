"""Workers and whole commands killed in the middle of a training: the table is that of a quiet study."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow.parquet
import pytest

from golden_model.console.exit_codes import INTERRUPTED
from golden_model.studies.sweep import lives, workers
from golden_model.studies.sweep.places import JOURNAL, Place, open_study
from golden_model.studies.sweep.report import TRIALS, Report
from golden_model.studies.sweep.run import run_study
from golden_model.studies.sweep.storage import COMPLETE, FAIL, RUNNING
from tests.golden_model.studies.trainings import (
    FOLDER,
    GO,
    HOST,
    JOBS,
    KILLED,
    PLAN,
    SECONDS,
    held,
    kill_all,
    started,
    wait,
    work_on,
)

NAME = "s"
MOST_MOMENTS = 40  # fewer than a study asks its storage for things


def tables(folder: Path) -> list[list[dict[str, Any]]]:
    """Return the rows of both tables of a report."""
    return [pyarrow.parquet.read_table(folder / name).to_pylist() for name in ("results.parquet", TRIALS)]


def runs(pid: int) -> bool:
    """Tell whether a process runs; a dead one remains a zombie where nobody asks for it."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module", autouse=True)
def no_pictures() -> Iterator[None]:
    """Leave out the pictures, which take longer than all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Report, "_pictures", lambda _: [])
        yield


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> list[list[dict[str, Any]]]:
    """The tables of a study that nobody disturbed, in one process."""
    folder = tmp_path_factory.mktemp("quiet") / NAME
    run_study(PLAN, folder, command="eprop")
    points, trials = tables(folder)
    assert len(points) == 2
    assert len(trials) == len(JOBS) == 8
    return [points, trials]


def attempts(storage: str) -> list[tuple[int, str, int]]:
    """Return the number of the training, the state and the lost workers of every trial that ran."""
    study = open_study(Place(storage, NAME), PLAN.settings(), resume=True)
    keys = [job.key for job in JOBS]
    ran = [trial for trial in study.get_trials() if trial.state in (COMPLETE, FAIL)]
    return sorted((keys.index(t.user_attrs["job"]), t.state.name, t.user_attrs["lost"]) for t in ran)


def once(*others: tuple[int, str, int]) -> list[tuple[int, str, int]]:
    """Return the attempts where every training was completed at once, but for some."""
    numbers = {number for number, _, _ in others}
    return sorted([*((n, "COMPLETE", 0) for n in range(len(JOBS)) if n not in numbers), *others])


@pytest.mark.long
@pytest.mark.parametrize(("how", "lost"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)])
def test_killed_worker_is_replaced_and_its_training_done_again(
    storage: str,
    how: signal.Signals,
    lost: int,
    quiet: list[list[dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setattr(workers, "_work_on", work_on)
    killed: list[int] = []

    def told(*_: int) -> None:
        worker = held(tmp_path)
        if worker is not None and not killed:
            killed.append(worker)
            os.kill(worker, how)

    folder = tmp_path / NAME
    database = storage if "://" in storage else None
    run_study(PLAN, folder, command="eprop", storage=database, workers=2, told=told)
    assert tables(folder) == quiet
    found = attempts(database or str(folder / JOURNAL))
    (number,) = (number for number, state, _ in found if state == "FAIL")
    assert found == once((number, "FAIL", 0), (number, "COMPLETE", lost))
    assert killed


@pytest.mark.long
def test_killed_command_is_resumed(
    storage: str, quiet: list[list[dict[str, Any]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parent and all of its workers are killed."""
    folder = tmp_path / NAME
    database = storage if "://" in storage else None
    options = [] if database is None else ["--storage", database]
    with started(tmp_path, "-o", str(folder), "--workers", "2", *options) as process:
        wait(lambda: held(tmp_path))
        kill_all(process)
    assert process.returncode == -signal.SIGKILL
    assert not (folder / TRIALS).exists()
    monkeypatch.setattr(lives, "ARRIVAL_SECONDS", 1)  # the other worker may not have said who it is
    run_study(PLAN, folder, command="eprop", storage=database, resume=True)
    assert tables(folder) == quiet
    found = attempts(database or str(folder / JOURNAL))
    lost = Counter(number for number, state, _ in found if state == "FAIL")
    assert 1 <= len(lost) <= 2
    assert set(lost.values()) == {1}
    assert found == once(*((n, *what) for n in lost for what in (("FAIL", 0), ("COMPLETE", 1))))


@pytest.mark.long
def test_command_killed_again_and_again(
    storage: str, quiet: list[list[dict[str, Any]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At moments that a seed chooses, whenever it asks its storage for something; and resumed each time."""
    folder, rng = tmp_path / NAME, np.random.default_rng(17)
    database = storage if "://" in storage else None
    options = ["-o", str(folder), "--resume", *([] if database is None else ["--storage", database])]
    for moment in rng.integers(MOST_MOMENTS, size=5):
        with started(tmp_path, *options, **{KILLED: str(moment)}) as process:
            output, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == -signal.SIGKILL, output
    monkeypatch.setattr(lives, "ARRIVAL_SECONDS", 0.1)
    run_study(PLAN, folder, command="eprop", storage=database, resume=True)
    assert tables(folder) == quiet


@pytest.mark.long
def test_terminated_command_loses_no_worker(tmp_path: Path) -> None:
    """It stops its workers, which give back what they are at."""
    folder = tmp_path / NAME
    with started(tmp_path, "-o", str(folder), "--workers", "2") as process:
        worker = wait(lambda: held(tmp_path))
        process.terminate()
        assert process.wait(SECONDS) == INTERRUPTED
        assert not runs(worker)
    study = open_study(Place(str(folder / JOURNAL), NAME), PLAN.settings(), resume=True)
    assert {trial.user_attrs["lost"] for trial in study.get_trials()} == {0}
    assert RUNNING not in {trial.state for trial in study.get_trials()}


@pytest.mark.long
def test_worker_that_outlives_its_parent_ends_its_training_and_no_more(
    quiet: list[list[dict[str, Any]]], tmp_path: Path
) -> None:
    folder = tmp_path / NAME
    with started(tmp_path, "-o", str(folder), "--workers", "2") as process:
        worker = wait(lambda: held(tmp_path))
        process.kill()
        process.wait(SECONDS)

        def told(done: int, _: int, wanted: int) -> None:
            if done == wanted - 1:
                (tmp_path / GO).touch()

        run_study(PLAN, folder, command="eprop", resume=True, told=told)
        wait(lambda: not runs(worker))
    assert tables(folder) == quiet
    assert attempts(str(folder / JOURNAL)) == once()


@pytest.mark.long
def test_two_machines_share_a_study(database: str, quiet: list[list[dict[str, Any]]], tmp_path: Path) -> None:
    """The other machine is held in its first training until this one has done all others."""
    options = ["--storage", database, "--name", NAME, "--resume"]
    with started(tmp_path, "-o", str(tmp_path / "there"), *options, **{HOST: "there"}) as process:
        wait(lambda: held(tmp_path))

        def told(done: int, _: int, wanted: int) -> None:
            if done == wanted - 1:
                (tmp_path / GO).touch()

        run_study(
            PLAN, tmp_path / "here", command="eprop", storage=database, name=NAME, resume=True, told=told
        )
        output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    assert tables(tmp_path / "here") == tables(tmp_path / "there") == quiet
    assert attempts(database) == once()
    hosts = Counter(
        trial.user_attrs["worker"]["host"].split()[0]
        for trial in open_study(Place(database, NAME), PLAN.settings(), resume=True).get_trials()
        if "worker" in trial.user_attrs
    )
    assert hosts.pop("there") == 1
    assert list(hosts.values()) == [len(JOBS) - 1]
