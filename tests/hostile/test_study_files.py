"""Files of studies that something happened to: each is read, or refused in one sentence and left alone."""

import json
import re
import shlex
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model.network.config import Config
from golden_model.studies.sweep import lives
from golden_model.studies.sweep import run as module
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.places import JOURNAL, Place
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.run import STUDY, run_study
from golden_model.studies.sweep.storage import Queue
from tests.golden_model.studies.queues import finish
from tests.golden_model.studies.sweep.runs import die_when_interrupted, replace_trainings
from tests.golden_model.studies.trainings import COMMAND, JOBS, PLAN, accuracies_of
from tests.helpers.commands import Capture, refused

FEW, MANY = 100, 3000
SECONDS = 10  # that a case may take
SEEDS = [pytest.param(0, FEW, id="few"), pytest.param(1, MANY, id="many", marks=pytest.mark.long)]
TABLE = "weight_bits, state_rounding,cells,energy nJ\n6,floor,900,1.5\n\n8,stochastic,1e3,2\n"
CELLS = [
    "",
    " ",
    "-1",
    "0x10",
    "1e400",
    "nan",
    "9" * 400,
    '"',
    "'",
    "\0",
    "\ud7ff",
    "[1]",
    "{a=1}",
    "trace_bits",
    "cells",
]
# Of the journal of every run, so that a seed gives the same cases.
TIME = "2026-01-01T00:00:00.000000+00:00"
SAME = {"worker_id": "w", "host": "h", "datetime_start": TIME, "datetime_complete": TIME}
VALUES: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    float("nan"),
    "",
    "x" * 1000,
    [],
    {},
    [None],
    {"kind": None},
]


def cut_or_changed(rng: np.random.Generator, content: bytes) -> bytes:
    """Return bytes of which some are other ones, missing, or there twice."""
    start, end = np.sort(rng.integers(0, len(content) + 1, 2))
    middle = content[start:end]
    choices = (b"", middle[::-1], middle * 2, rng.bytes(len(middle)), rng.bytes(3) + middle)
    return content[:start] + choices[rng.integers(len(choices))] + content[end:]


def with_another_value(rng: np.random.Generator, node: Any) -> Any:
    """Return what JSON holds with something else in one place, or nothing there."""
    if not isinstance(node, dict | list) or not node or rng.random() < 0.1:
        return VALUES[rng.integers(len(VALUES))]
    copy = node.copy()
    place = list(node)[rng.integers(len(node))] if isinstance(node, dict) else int(rng.integers(len(node)))
    if rng.random() < 0.1:
        del copy[place]
    else:
        copy[place] = with_another_value(rng, node[place])
    return copy


def table_cases(n: int, rng: np.random.Generator) -> Iterator[bytes]:
    """Yield tables of costs with another cell, or other bytes."""
    for number in range(n):
        rows = [line.split(",") for line in TABLE.splitlines()]
        row = rows[rng.integers(len(rows))]
        row[rng.integers(len(row))] = CELLS[rng.integers(len(CELLS))]
        cells = "\n".join(map(",".join, rows)).encode()
        yield cells if number % 2 else cut_or_changed(rng, TABLE.encode())


def json_cases(n: int, rng: np.random.Generator, content: bytes) -> Iterator[bytes]:
    """Yield a file of JSON lines with another value in one of them, or other bytes."""
    yield b"[" * 100_000 + b"\n"
    for number in range(n - 1):
        lines = content.splitlines()
        line = rng.integers(len(lines))
        lines[line] = json.dumps(with_another_value(rng, json.loads(lines[line]))).encode()
        yield b"\n".join([*lines, b""]) if number % 2 else cut_or_changed(rng, content)


def too_late(*_: object) -> None:
    raise TimeoutError


@contextmanager
def told_in_a_sentence(case: bytes) -> Iterator[None]:
    """Check that a case ends well or with a sentence, and soon."""
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SECONDS)
    try:
        yield
    except Exception as error:
        if type(error) is not ValueError or not str(error):
            raise AssertionError(case) from error
    finally:
        signal.alarm(0)


@pytest.mark.parametrize(("seed", "n"), SEEDS)
def test_table_of_costs(tmp_path: Path, seed: int, n: int) -> None:
    path = tmp_path / "costs.csv"
    for case in table_cases(n, np.random.default_rng(seed)):
        path.write_bytes(case)
        with told_in_a_sentence(case):
            assert CostTable.read(path).of(Config())["memory_bits"] > 0
    assert [file.name for file in tmp_path.iterdir()] == ["costs.csv"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study whose trainings are done."""
    folder = tmp_path_factory.mktemp("studies") / "study"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "rehearse", lambda *_: None)
        patch.setattr(Report, "write", lambda *_: None)
        die_when_interrupted(patch)
        replace_trainings(patch, lambda _, job: accuracies_of(job))
        run_study(PLAN, folder, command="eprop study")
    journal = (folder / JOURNAL).read_text(encoding="ascii")
    for name, same in SAME.items():
        journal = re.sub(f'"{name}":"[^"]*"', f'"{name}":"{same}"', journal)
    (folder / JOURNAL).write_text(journal, encoding="ascii")
    return folder


@pytest.mark.parametrize(("seed", "n"), SEEDS)
def test_plan(tmp_path: Path, finished: Path, seed: int, n: int) -> None:
    path = tmp_path / STUDY
    plan = json.dumps(json.loads((finished / STUDY).read_bytes())).encode()
    for case in json_cases(n, np.random.default_rng(seed), plan):
        path.write_bytes(case)
        with told_in_a_sentence(case):
            module._check_folder(tmp_path, PLAN, resume=True)
    assert [file.name for file in tmp_path.iterdir()] == [STUDY]


@pytest.mark.parametrize(("seed", "n"), SEEDS)
def test_journal(tmp_path: Path, finished: Path, seed: int, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is accepted can be gone on with, to the end."""
    monkeypatch.setattr(lives, "ARRIVAL_SECONDS", 0.0)
    monkeypatch.setattr(lives, "PATIENCE_SECONDS", 0.0)
    path, accepted = tmp_path / JOURNAL, 0
    for case in json_cases(n, np.random.default_rng(seed), (finished / JOURNAL).read_bytes()):
        path.write_bytes(case)
        with told_in_a_sentence(case):
            queue = Queue(Place(str(path), "study"), PLAN, resume=True)
            queue.put(JOBS)
            finish(queue)
            assert all(queue.outcomes()[job.key].accuracies for job in JOBS) or any(
                outcome.error for outcome in queue.outcomes().values()
            )
            accepted += 1
    assert accepted
    assert [file.name for file in tmp_path.iterdir()] == [JOURNAL]


@pytest.mark.parametrize(
    ("name", "case", "message"),
    [
        (STUDY, b"[" * 100_000, "{} is damaged\n"),
        (STUDY, b"3", "the study in "),
        (JOURNAL, b"[" * 100_000 + b"\n", "{} is damaged or not the journal of a study\n"),
        (JOURNAL, b"\xff\n", "{} is damaged or not the journal of a study\n"),
    ],
)
def test_command(
    tmp_path: Path,
    finished: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    case: bytes,
    message: str,
) -> None:
    monkeypatch.setattr(module, "rehearse", lambda *_: None)
    folder = tmp_path / "study"
    shutil.copytree(finished, folder)
    (folder / name).write_bytes(case)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused([*shlex.split(COMMAND), "-o", str(folder), "--resume"], capsys, message.format(folder / name))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
