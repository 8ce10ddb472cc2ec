"""A small study whose workers can be held at a moment, to be killed there and not somewhere."""

import itertools
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from golden_model.cli import main
from golden_model.studies.sweep import run, trial, workers
from golden_model.studies.sweep.axes import combinations, parse_axes
from golden_model.studies.sweep.journal import Journal
from golden_model.studies.sweep.places import Place
from golden_model.studies.sweep.plan import Job, Plan
from golden_model.studies.sweep.trial import Accuracies
from tests.helpers.places import ROOT

PLAN = Plan(
    "grid",
    "cue-accumulation",
    parse_axes(["membrane_bits=12,16"]),
    ("delay=20", "n_cues=1"),
    epochs=1,
    seeds=2,
    n_train=4,
    n_test=4,
)
JOBS = list(PLAN.jobs(list(combinations(PLAN.axes))))
COMMAND = (
    "study grid membrane_bits=12,16 --train 4 --test 4 --epochs 1 --seeds 2 --set delay=20 --set n_cues=1"
)
# Of the environment.
FOLDER, HOST, KILLED = "EPROP_TEST_FOLDER", "EPROP_TEST_HOST", "EPROP_TEST_KILLED"
HELD, GO = "held", "go"
SECONDS = 60  # that anything here may take


def accuracies_of(job: Job) -> Accuracies:
    """Stand for a training: numbers that tell one job from another."""
    number = JOBS.index(job) / 16
    return {"train": [number], "test": [number / 2]}


def held(folder: Path) -> int | None:
    """Return the number of the process that is held, None if there is none yet."""
    mark = folder / HELD
    return int(os.readlink(mark)) if mark.is_symlink() else None


def wait(condition: Callable[[], Any]) -> Any:
    """Return what a condition gives once it is true."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise TimeoutError(condition)


def work_on(place: Place, plan: dict[str, Any], parent: int) -> None:
    """Stand for the same function of the workers: the first of them is held within its first training."""
    _hold_within_a_training()
    workers._work_on(place, plan, parent)  # of this process, where nothing has replaced it


@contextmanager
def started(folder: Path, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the command of the study, whose first training is held in the middle; nothing of it is left."""
    code = "from tests.golden_model.studies.trainings import command; command()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *shlex.split(COMMAND), *arguments],
        cwd=ROOT,
        env=os.environ | {FOLDER: str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            kill_all(process)


def kill_all(process: "subprocess.Popen[str]") -> None:
    """Kill a command and its workers."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def command() -> None:
    """Run the command, in the process of `started`."""
    host = os.environ.get(HOST, socket.gethostname())
    socket.gethostname = lambda: host
    run.rehearse = lambda *_: None  # which takes longer than all the rest
    if KILLED in os.environ:
        _be_killed(int(os.environ[KILLED]))
    else:
        _hold_within_a_training()
        workers._work_on = work_on
    main()


def _be_killed(when: int) -> None:
    """Let this process end before it asks its storage for something for the nth time."""
    numbers = itertools.count()

    def counted(operation: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*args: Any, **kwargs: Any) -> Any:
            if next(numbers) == when:
                os.kill(os.getpid(), signal.SIGKILL)
            return operation(*args, **kwargs)

        return ask

    for name in ("execute", "commit"):
        setattr(Session, name, counted(getattr(Session, name)))
    for name in ("append_logs", "read_logs"):
        setattr(Journal, name, counted(getattr(Journal, name)))


def _hold_within_a_training() -> None:
    """Let the first process that comes between training and test of a network wait there."""
    accuracy = trial._accuracy

    def accuracy_or_wait(experiment: Any, network: Any, name: str) -> float:
        if name == "test":
            _hold(Path(os.environ[FOLDER]))
        return accuracy(experiment, network, name)

    trial._accuracy = accuracy_or_wait


def _hold(folder: Path) -> None:
    try:
        (folder / HELD).symlink_to(str(os.getpid()))
    except FileExistsError:
        return
    wait((folder / GO).exists)
