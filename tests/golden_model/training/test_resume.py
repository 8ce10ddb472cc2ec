"""A training killed at any moment and resumed gives the bits of one that was not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model.files.files import write_atomically
from golden_model.training.experiment import Experiment, make_experiment
from golden_model.training.run_folder import PICTURES, RunFolder
from golden_model.training.training import train
from tests.helpers.networks import SMALL
from tests.helpers.places import ROOT

EPOCHS = 3


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(scope="module", autouse=True)
def plain_pictures() -> Iterator[None]:
    """Replace drawing, which takes longer than all the rest, by files of one byte."""

    def write(folder: Path, *_: object) -> None:
        for name in PICTURES:
            write_atomically(folder / name, b"x")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("golden_model.training.training.write_pictures", write)
        yield


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment("cue-accumulation", seed=1, n_train=3, n_test=2, assignments=SMALL)


@pytest.fixture(scope="module")
def whole(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a training leaves that was never killed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    train(experiment, folder, EPOCHS)
    return contents(folder)


def contents(folder: Path) -> dict[str, Any]:
    """All files of a run, without the times and versions."""
    files: dict[str, Any] = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    results = json.loads(files["results.json"])
    assert results.pop("wall_seconds") > 0
    assert results.pop("versions")
    return files | {"results.json": results}


def killed_at(write: int, monkeypatch: pytest.MonkeyPatch, before: bool) -> None:
    """Let the process end at the given write, before or after the file is in place."""
    replace, writes = os.replace, iter(range(1_000_000))

    def replace_or_die(source: Any, target: Any) -> None:
        last = next(writes) == write
        if last and before:
            raise Killed
        replace(source, target)
        if last:
            raise Killed

    monkeypatch.setattr(os, "replace", replace_or_die)


def killed_runs(
    experiment: Experiment, folder: Path, before: bool, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Yield folders of trainings that were killed at the first, second, ... write."""
    for write in range(1_000_000):
        with monkeypatch.context() as patch:
            killed_at(write, patch, before)
            try:
                train(experiment, folder / str(write), EPOCHS)
            except Killed:
                yield folder / str(write)
            else:
                return


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_every_write(
    experiment: Experiment,
    whole: dict[str, Any],
    tmp_path: Path,
    before: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    n_killed = 0
    for folder in killed_runs(experiment, tmp_path, before, monkeypatch):
        train(experiment, folder, EPOCHS, resume=True)
        assert contents(folder) == whole
        n_killed += 1
    assert n_killed == 2 + 2 * EPOCHS + 4  # claim, network; checkpoint and results; weights, pictures


def test_killed_within_an_epoch(
    experiment: Experiment, whole: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from golden_model import Core

    run, calls = Core.run, []

    def run_or_die(core: Core, *arguments: Any, **settings: Any) -> Any:
        calls.append(None)
        if len(calls) in (3, 12):
            raise Killed
        return run(core, *arguments, **settings)

    monkeypatch.setattr(Core, "run", run_or_die)
    for _ in range(2):
        with pytest.raises(Killed):
            train(experiment, tmp_path / "run", EPOCHS, resume=True)
    train(experiment, tmp_path / "run", EPOCHS, resume=True)
    assert contents(tmp_path / "run") == whole


def test_more_epochs_go_on(experiment: Experiment, whole: dict[str, Any], tmp_path: Path) -> None:
    for epochs in (1, 2, EPOCHS):
        train(experiment, tmp_path / "run", epochs, resume=True)
    assert contents(tmp_path / "run") == whole


def test_fewer_epochs_are_refused(experiment: Experiment, tmp_path: Path) -> None:
    train(experiment, tmp_path / "run", 2)
    before = contents(tmp_path / "run")
    with pytest.raises(ValueError, match=r"^epochs = 1 is outside 2\.\.1000000$"):
        train(experiment, tmp_path / "run", 1, resume=True)
    assert contents(tmp_path / "run") == before


def test_times_add_up(experiment: Experiment, tmp_path: Path) -> None:
    first = train(experiment, tmp_path / "run", 1).wall_seconds
    path = tmp_path / "run" / "results.json"
    path.write_text(path.read_text().replace(f'"wall_seconds": {first}', '"wall_seconds": 1000'))
    assert 1000 < train(experiment, tmp_path / "run", 2, resume=True).wall_seconds < 1100


def heed_interrupts() -> None:
    """Undo that SIGINT is ignored, as it is in all that a shell runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class TestProcess:
    """The command line, ended by signals."""

    ARGUMENTS = (
        *("train", "cue-accumulation", "--train", "25", "--test", "5", "--resume"),
        *(
            word
            for setting in ("delay=0", "n_cues=3", "recall=50", "task.n_rec=32")
            for word in ("--set", setting)
        ),
    )

    def start(self, folder: Path, epochs: int = 40) -> subprocess.Popen[str]:
        code = "from golden_model.cli import main; main()"
        command = [sys.executable, "-c", code, *self.ARGUMENTS, "--epochs", str(epochs), "-o", str(folder)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, preexec_fn=heed_interrupts
        )

    def finish(self, folder: Path, epochs: int = 40) -> float:
        began = time.monotonic()
        with self.start(folder, epochs) as process:
            _, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")
        return time.monotonic() - began

    def test_killed_at_random_moments(self, tmp_path: Path) -> None:
        self.finish(tmp_path / "warm")
        seconds = self.finish(tmp_path / "whole")
        rng = np.random.default_rng(20)
        for _ in range(5):
            with self.start(tmp_path / "killed") as process:
                time.sleep(seconds * rng.uniform(0.2, 0.9))
                process.kill()
                process.communicate()
        self.finish(tmp_path / "killed")
        assert contents(tmp_path / "killed") == contents(tmp_path / "whole")

    def test_interrupted(self, tmp_path: Path) -> None:
        endless = 100_000
        with self.start(tmp_path / "run", endless) as process:
            assert process.stdout
            while f"epoch 2/{endless}" not in process.stdout.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
        message = "eprop: interrupted, the same command with --resume goes on\n"
        assert (process.returncode, errors) == (130, message)
        done = RunFolder(tmp_path / "run").read_results().epochs
        assert 2 <= done < endless
        self.finish(tmp_path / "run", done + 1)
        self.finish(tmp_path / "whole", done + 1)
        assert contents(tmp_path / "run") == contents(tmp_path / "whole")
