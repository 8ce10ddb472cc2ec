"""The commands `eprop study grid` and `pareto`: what they write, how they end, what they refuse."""

import json
import os
import signal
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from golden_model.cli import run
from golden_model.network.config import Config
from golden_model.network.network import Network
from golden_model.network.parameters import write_network
from golden_model.studies.sweep.command import _typed
from golden_model.studies.sweep.places import JOURNAL, Place, open_study
from golden_model.studies.sweep.plan import CORE, Job, Plan
from golden_model.studies.sweep.storage import FAIL, WAITING
from golden_model.studies.sweep.trial import Accuracies, run_trial
from tests.golden_model.studies.sweep.runs import (
    Patch,
    content,
    die_when_interrupted,
    refuse_training,
    replace_trainings,
)
from tests.helpers.commands import Capture, refused, settings

TASK = ("delay=20", "n_cues=1", "task.n_rec=8", "rate=300")
QUICK = ("--train", "4", "--test", "4", "--epochs", "1", "--seeds", "2", *settings(*TASK))
AXES = ("weight_bits=6,8", "trace_bits=4,12")
COLUMNS = ["accuracy", "ci_low", "ci_high", "seeds", "reference", "published", "memory_bits", "lost"]
COLUMNS += ["configuration"]


def study(kind: str, folder: Path, *more: str) -> list[str]:
    return ["study", kind, "-o", str(folder), *QUICK, *more]


def run_as_command(arguments: list[str], monkeypatch: Patch) -> int:
    """Run the command as if it had been typed, which its page repeats."""
    monkeypatch.setattr(sys, "argv", ["eprop", *arguments])
    return run()


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "deeper" / "grid"
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert run_as_command(study("grid", folder, *AXES), monkeypatch) == 0
    return folder


def test_command_on_the_page_has_no_secrets(monkeypatch: Patch) -> None:
    urls = ["--storage", "a://u:p@h/d?%70assword=p", "--storage=a://u:p@h/d", "--resume", "weight_bits=4"]
    monkeypatch.setattr(sys, "argv", ["eprop", "study", "grid", *urls])
    assert _typed() == "eprop study grid --storage a://h/d --storage=a://h/d weight_bits=4"


class TestGrid:
    def test_files(self, grid: Path) -> None:
        names = {path.name for path in grid.iterdir() if path.suffix not in (".png", ".svg")}
        assert names == {
            "study.html",
            "results.parquet",
            "trials.parquet",
            "best.toml",
            "points",
            "study.json",
            "study.journal",
        }
        assert {path.name for path in (grid / "points").iterdir()} == {f"000{n}.toml" for n in range(4)}

    def test_table(self, grid: Path) -> None:
        table = pq.read_table(grid / "results.parquet")
        assert table.column_names == ["point", "weight_bits", "trace_bits", *COLUMNS]
        rows = table.to_pylist()
        assert [(row["weight_bits"], row["trace_bits"]) for row in rows] == [(6, 4), (6, 12), (8, 4), (8, 12)]
        assert [row["seeds"] for row in rows] == [2] * 4  # traces of 4 bits keep their range

    def test_accuracies(self, grid: Path) -> None:
        """Those of its trainings, and at the published widths those of the published setting."""
        plan = Plan.of_settings(json.loads((grid / "study.json").read_bytes()))
        assert (plan.fixed, plan.seeds, plan.epochs, plan.n_train, plan.n_test) == (list(TASK), 2, 1, 4, 4)
        rows = pq.read_table(grid / "results.parquet").to_pylist()
        point = {"weight_bits": 6, "trace_bits": 4}
        found = [run_trial(plan, Job(CORE, point, seed))["test"][-1] for seed in (0, 1)]
        assert rows[0]["accuracy"] == sum(found) / 2
        trials = pq.read_table(grid / "trials.parquet").to_pylist()
        assert len(trials) == (4 + 1 + 1) * 2

    def test_configuration_is_what_config_reads(self, grid: Path, tmp_path: Path) -> None:
        path = grid / "points" / "0000.toml"
        assert Config.from_toml(path).trace_out_bits == 4
        arguments = ["--epochs", "1", "--train", "2", "--test", "2", *settings(*TASK)]
        folder = tmp_path / "run"
        assert run(["train", "cue-accumulation", "--config", str(path), "-o", str(folder), *arguments]) == 0
        assert Config.from_toml(folder / "network.toml") == Config.from_toml(path)

    def test_page_tells_the_command(self, grid: Path) -> None:
        html = (grid / "study.html").read_text(encoding="utf-8")
        assert f"eprop study grid -o {grid} --train 4" in html

    def test_resume_of_a_finished_study(self, grid: Path, monkeypatch: Patch) -> None:
        before = content(grid)
        replace_trainings(monkeypatch, refuse_training)
        assert run_as_command([*study("grid", grid, *AXES), "--resume"], monkeypatch) == 0
        assert content(grid) == before

    def test_interrupted(self, grid: Path, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
        done: list[Job] = []

        def interrupt(plan: Plan, job: Job) -> Accuracies:
            if len(done) == 5:
                raise KeyboardInterrupt
            done.append(job)
            return run_trial(plan, job)

        folder = tmp_path / "study"
        with monkeypatch.context() as patch:
            die_when_interrupted(patch)
            replace_trainings(patch, interrupt)
            assert run(study("grid", folder, *AXES)) == 130
        assert capsys.readouterr().err == "eprop: interrupted, the same command with --resume goes on\n"
        assert not (folder / "results.parquet").exists()
        assert run([*study("grid", folder, *AXES), "--resume"]) == 0
        tables = [pq.read_table(path / "results.parquet").to_pylist() for path in (folder, grid)]
        assert tables[0] == tables[1]

    def test_terminated(self, tmp_path: Path, capsys: Capture, monkeypatch: Patch) -> None:
        """As by a machine that takes its time back, which is as if interrupted."""

        def terminate(*_: object) -> Accuracies:
            os.kill(os.getpid(), signal.SIGTERM)
            raise AssertionError("not terminated")

        def handler(*_: object) -> None:
            pytest.fail("SIGTERM ended the command")

        before = signal.signal(signal.SIGTERM, handler)
        try:
            replace_trainings(monkeypatch, terminate)
            assert run(study("grid", tmp_path / "study", *AXES)) == 130
            assert signal.getsignal(signal.SIGTERM) is handler
        finally:
            signal.signal(signal.SIGTERM, before)
        assert capsys.readouterr().err == "eprop: interrupted, the same command with --resume goes on\n"
        place = Place(str(tmp_path / "study" / JOURNAL), "study")
        plan = json.loads((tmp_path / "study" / "study.json").read_bytes())
        trials = open_study(place, plan, resume=True).get_trials()
        assert [trial.state for trial in trials] == [FAIL, *[WAITING] * 12]
        assert {trial.user_attrs["lost"] for trial in trials} == {0}

    def test_all_trainings_failed(self, tmp_path: Path, capsys: Capture) -> None:
        assert run(study("grid", tmp_path, "trace_bits=4", "--no-keep-range", "--seeds", "1")) == 1
        printed = capsys.readouterr()
        *_, summary, failures, last = printed.out.splitlines()
        assert summary == "All trainings failed."
        assert (
            failures
            == "1 trainings failed, the first: fp_loc_trec = 4 is outside 0..3, the traces have 4 bits"
        )
        assert last == f"see {tmp_path / 'study.html'}"
        html = (tmp_path / "study.html").read_text(encoding="utf-8")
        assert "fp_loc_trec = 4 is outside 0..3, the traces have 4 bits" in html

    def test_lost_values_are_not_warned_of(self, tmp_path: Path, capsys: Capture) -> None:
        """The table has them; a study of many points would say the same again and again."""
        assert run(study("grid", tmp_path, "surrogate_bits=2", "--seeds", "1")) == 0
        assert capsys.readouterr().err == ""
        (row,) = pq.read_table(tmp_path / "results.parquet").to_pylist()
        assert row["lost"] == "h_4 = 1 becomes 0 at the widths of the configuration"


class TestPareto:
    def test_costs_and_front(self, tmp_path: Path, capsys: Capture) -> None:
        costs = tmp_path / "costs.csv"
        costs.write_text("weight_bits,cells\n4,400\n6,600\n8,800\n")
        arguments = ["weight_bits=4,6,8", "trace_bits=8..12", "--trials", "6", "--population", "3"]
        arguments += ["--cost", "cells", "--cost", "memory_bits", "--costs", str(costs)]
        folder = tmp_path / "study"
        assert run(study("pareto", folder, *arguments)) == 0
        table = pq.read_table(folder / "results.parquet")
        assert table.column_names == [
            "point",
            "weight_bits",
            "trace_bits",
            *COLUMNS[:7],
            "cells",
            *COLUMNS[7:],
        ]
        rows = table.to_pylist()
        assert len(rows) <= 6
        assert [row["cells"] for row in rows] == [100 * row["weight_bits"] for row in rows]
        assert {path.name for path in folder.glob("*.svg")} == {"pareto_cells.svg", "pareto_memory_bits.svg"}
        *_, summary, last = capsys.readouterr().out.splitlines()
        assert summary.startswith("The best of ")
        assert last == f"see {folder / 'study.html'}"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--cost", "cels"], "unknown cost 'cels', the costs are memory_bits\n"),
            (["--costs", "none.csv"], "none.csv: No such file or directory\n"),
            (["--population", "1"], "--population = 1 is outside 2..1000000\n"),
            (["trace_bits=2..4"], "trace_in_bits = 2 is outside 4..16\n"),
        ],
    )
    def test_refusals(self, tmp_path: Path, capsys: Capture, arguments: list[str], message: str) -> None:
        refused(study("pareto", tmp_path / "study", *arguments), capsys, message)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wieght_bits=4"], "unknown name 'wieght_bits', did you mean 'weight_bits'?\n"),
        (["weight_bits=4,17"], "weight_bits = 17 is outside 2..16\n"),
        (["trace_bits=3..6"], "trace_in_bits = 3 is outside 4..16\n"),
        ([], "the grid is empty, give NAME=VALUES\n"),
        (["weight_bits="], "'weight_bits=' has no values, the grid is empty\n"),
        (["weight_bits=8..4"], "'weight_bits=8..4' has the range 8..4, a range has 1..1000 values\n"),
        (["weight_bits=4", "--task", "cue"], "unknown task 'cue', did you mean 'cue-accumulation'?\n"),
        (["weight_bits=4", "--config", "none.toml"], "none.toml: No such file or directory\n"),
        (["weight_bits=4", "--set", "weight_bits=5"], "weight_bits is set twice\n"),
        (["weight_bits=4", "--seeds", "0"], "--seeds = 0 is outside 1..1000000\n"),
        (["weight_bits=4", "--workers", "0"], "--workers = 0 is outside 1..1024\n"),
        (
            ["weight_bits=4", "--storage", "postgresql://127.0.0.1:1/x"],
            "postgresql://127.0.0.1:1/x cannot be used: ",
        ),
        (["weight_bits=4", "--storage", "study.db"], "'study.db' is not the URL of a database\n"),
        (["weight_bits=4", "--storage", ""], "'' is not the URL of a database\n"),
        (["weight_bits=4", "--storage", "host=x password=hunter2"], "'***' is not the URL of a database\n"),
        (
            ["weight_bits=4", "--storage", "sqlite:///:memory:", "--workers", "2"],
            "sqlite:///:memory: is a database in memory, which ends with its process, name a file\n",
        ),
        (["weight_bits=4", "--storage", "nothing://x"], "nothing://x cannot be used: "),
    ],
)
def test_refusals(
    tmp_path: Path, capsys: Capture, monkeypatch: Patch, arguments: list[str], message: str
) -> None:
    replace_trainings(monkeypatch, refuse_training)
    refused(study("grid", tmp_path / "new" / "study", *arguments), capsys, message)
    assert list(tmp_path.iterdir()) == []


class TestFolders:
    """What is there already stays as it is."""

    def check(self, folder: Path, capsys: Capture, message: str, *more: str) -> None:
        before = content(folder)
        refused([*study("grid", folder, *AXES), *more], capsys, message)
        assert content(folder) == before

    def test_without_resume(self, grid: Path, capsys: Capture) -> None:
        message = f"{grid} already holds a study, resume it (--resume) or choose another folder\n"
        self.check(grid, capsys, message)

    def test_another_plan(self, grid: Path, capsys: Capture) -> None:
        message = f"the study in {grid} has epochs = 1, not 2, choose another folder\n"
        self.check(grid, capsys, message, "--resume", "--epochs", "2")

    def test_something_else(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "letter.txt").write_text("kept")
        message = f"{tmp_path} is not a folder of a study, choose another one\n"
        self.check(tmp_path, capsys, message)
        self.check(tmp_path, capsys, message, "--resume")

    def test_another_version(self, grid: Path, tmp_path: Path, capsys: Capture) -> None:
        for name in ("study.json", "study.journal"):
            content = (grid / name).read_text()
            (tmp_path / name).write_text(content.replace('"version":1', '"version":2'))
        message = f"{tmp_path / 'study.journal'} holds a study of version 2, this program reads 1\n"
        self.check(tmp_path, capsys, message, "--resume", "--name", "grid")


def test_network_of_another_size(tmp_path: Path, capsys: Capture, grid: Path) -> None:
    best = Network.read(grid / "best.toml")
    config, parameters = best.config, best.parameters
    assert parameters is not None
    path = tmp_path / "network.toml"
    write_network(path, config, parameters)
    message = f"{path}: n_rec = 8 of the network is not the 100 of the task\n"
    arguments = ["study", "grid", "weight_bits=4", "--config", str(path), "-o", str(tmp_path / "study")]
    refused(arguments, capsys, message)
    assert not (tmp_path / "study").exists()
