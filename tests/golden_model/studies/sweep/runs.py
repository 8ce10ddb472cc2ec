"""Studies in this process: their trainings replaced, their ends feigned, their folders read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from golden_model.studies.sweep.lives import Identity, this_host
from golden_model.studies.sweep.plan import Job, Plan
from golden_model.studies.sweep.trial import Accuracies

Patch = pytest.MonkeyPatch


def replace_trainings(monkeypatch: Patch, training: Callable[[Plan, Job], Accuracies]) -> None:
    monkeypatch.setattr("golden_model.studies.sweep.workers.run_trial", training)


def refuse_training(plan: Plan, job: Job) -> Accuracies:
    raise AssertionError("nothing is to be trained")


def die_when_interrupted(monkeypatch: Patch) -> None:
    """Let this process look like one that is gone afterwards, as one that was interrupted is."""
    dead = Identity(this_host(), 2**22 + 1, 0.0)  # beyond the last process of a machine
    monkeypatch.setattr(Identity, "own", lambda: dead)


def content(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but the journal, which has times in it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.suffix != ".journal"}
