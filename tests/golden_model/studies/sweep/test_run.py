"""A study from its plan to its report: every training once, however often it is interrupted."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from golden_model.studies.sweep.axes import combinations, parse_axes
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.places import Place
from golden_model.studies.sweep.plan import CORE, REFERENCE, Job, Plan
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.run import run_study
from golden_model.studies.sweep.search import search
from golden_model.studies.sweep.storage import Queue
from golden_model.studies.sweep.trial import Accuracies, run_trial
from tests.golden_model.studies.sweep.runs import (
    Patch,
    content,
    die_when_interrupted,
    refuse_training,
    replace_trainings,
)
from tests.helpers.networks import SMALL

SIZES: dict[str, Any] = {"epochs": 1, "seeds": 2, "n_train": 4, "n_test": 4}
GRID = Plan("grid", "cue-accumulation", parse_axes(["weight_bits=6,8", "trace_bits=8,12"]), SMALL, **SIZES)
PARETO = Plan(
    "pareto",
    "cue-accumulation",
    parse_axes(["weight_bits=4..8", "trace_bits=8..12"]),
    SMALL,
    **SIZES,
    search={
        "trials": 9,
        "population": 3,
        "seed": 3,
        "objectives": ["memory_bits"],
        "costs": vars(CostTable()),
    },
)


def run(plan: Plan, folder: Path, **how: Any) -> Report:
    return run_study(plan, folder, command="eprop study", **how)


class Counted:
    """Trainings that are counted, of which one may be interrupted."""

    def __init__(self, interrupted: int | None = None) -> None:
        self.keys: Counter[str] = Counter()
        self.interrupted = interrupted

    def __call__(self, plan: Plan, job: Job) -> Accuracies:
        if self.interrupted == self.keys.total():
            raise KeyboardInterrupt
        self.keys[job.key] += 1
        return run_trial(plan, job)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of finished studies."""
    folders = {plan.kind: tmp_path_factory.mktemp("finished") / "study" for plan in (GRID, PARETO)}
    for plan in (GRID, PARETO):
        run(plan, folders[plan.kind])
    return folders


def test_grid_has_the_accuracies_of_its_trainings(tmp_path: Path, studied: dict[str, Path]) -> None:
    rows = pq.read_table(studied["grid"] / "results.parquet").to_pylist()
    points = list(combinations(GRID.axes))
    assert [{label: row[label] for label in points[0]} for row in rows] == points
    for row, values in zip(rows, points, strict=True):
        found = [run_trial(GRID, Job(CORE, values, seed))["test"][-1] for seed in (0, 1)]
        assert (row["accuracy"], row["seeds"]) == (sum(found) / 2, 2)


def test_search_has_the_points_that_it_was_led_to(studied: dict[str, Path]) -> None:
    def evaluate(points: Any) -> list[list[float]]:
        return [
            [
                sum(run_trial(PARETO, Job(CORE, values, seed))["test"][-1] for seed in (0, 1)) / 2,
                CostTable().of(PARETO.setting(CORE, values).config)["memory_bits"],
            ]
            for values in points
        ]

    rows = pq.read_table(studied["pareto"] / "results.parquet").to_pylist()
    assert [{label: row[label] for label in ("weight_bits", "trace_bits")} for row in rows] == search(
        PARETO, evaluate
    )


@pytest.mark.parametrize("plan", [GRID, PARETO], ids=["grid", "pareto"])
class TestResume:
    def test_nothing_is_trained_twice(self, tmp_path: Path, monkeypatch: Patch, plan: Plan) -> None:
        counted = Counted()
        replace_trainings(monkeypatch, counted)
        run(plan, tmp_path / "study")
        assert set(counted.keys.values()) == {1}

    def test_finished_study(self, monkeypatch: Patch, studied: dict[str, Path], plan: Plan) -> None:
        folder = studied[plan.kind]
        before = content(folder)
        replace_trainings(monkeypatch, refuse_training)
        run(plan, folder, resume=True)
        assert content(folder) == before

    @pytest.mark.parametrize("after", [0, 3, 11])
    def test_interrupted_study(
        self, tmp_path: Path, monkeypatch: Patch, studied: dict[str, Path], plan: Plan, after: int
    ) -> None:
        folder = tmp_path / "study"
        killed, rest = Counted(after), Counted()
        with monkeypatch.context() as patch:
            die_when_interrupted(patch)
            replace_trainings(patch, killed)
            with pytest.raises(KeyboardInterrupt):
                run(plan, folder)
        replace_trainings(monkeypatch, rest)
        run(plan, folder, resume=True)
        assert not set(killed.keys) & set(rest.keys)
        assert content(folder) == content(studied[plan.kind])


@pytest.mark.parametrize("plan", [GRID, PARETO], ids=["grid", "pareto"])
def test_a_failure_does_not_stop_the_others(tmp_path: Path, monkeypatch: Patch, plan: Plan) -> None:
    first = next(iter(combinations(plan.axes)))

    def fail_once(plan: Plan, job: Job) -> Accuracies:
        if job.network == CORE and job.seed == 1:
            raise RuntimeError("no luck")
        return run_trial(plan, job)

    replace_trainings(monkeypatch, fail_once)
    scores = run(plan, tmp_path / "study").scores
    assert {(failure["seed"], failure["error"]) for failure in scores.failures} == {(1, "no luck")}
    assert len(scores.failures) == len(scores.findings.points)
    assert all(len(point.scores) == 1 for point in scores.findings.points)
    assert set(first) == set(scores.findings.points[0].values)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    run(GRID, tmp_path / "study", told=lambda *numbers: told.append(numbers))
    n_jobs = (4 + 1 + 1) * 2
    assert told == [(done, 0, n_jobs) for done in range(n_jobs + 1)]


def test_progress_of_a_search_goes_on(tmp_path: Path, monkeypatch: Patch) -> None:
    """It counts on from one generation to the next."""

    def train(plan: Plan, job: Job) -> Accuracies:
        if job.network == REFERENCE and job.seed == 1:
            raise ValueError("no luck")
        return run_trial(plan, job)

    replace_trainings(monkeypatch, train)
    told: list[tuple[int, int, int]] = []
    scores = run(PARETO, tmp_path / "study", told=lambda *numbers: told.append(numbers)).scores
    done, failed, wanted = (list(numbers) for numbers in zip(*told, strict=True))
    assert (done, failed, wanted) == (sorted(done), sorted(failed), sorted(wanted))
    assert sorted(set(done)) == list(range(len(scores.outcomes) + 1))
    assert len(set(wanted)) > 1
    assert told[-1] == (len(scores.outcomes), len(scores.failures), len(scores.outcomes))
    assert scores.failures


def test_plan_is_kept(studied: dict[str, Path]) -> None:
    assert Plan.of_settings(json.loads((studied["grid"] / "study.json").read_bytes())) == GRID


class TestFolder:
    def check(self, folder: Path, message: str, **how: Any) -> None:
        """Check that a study is refused in a sentence, and changes nothing in its folder and beside it."""
        before = content(folder), sorted(folder.parent.iterdir())
        with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
            run(GRID, folder, **how)
        assert str(error.value) == message
        assert (content(folder), sorted(folder.parent.iterdir())) == before

    def test_without_resume(self, studied: dict[str, Path]) -> None:
        folder = studied["grid"]
        self.check(folder, f"{folder} already holds a study, resume it (--resume) or choose another folder")

    def test_another_plan(self, studied: dict[str, Path]) -> None:
        message = f"the study in {studied['pareto']} has kind = pareto, not grid, choose another folder"
        self.check(studied["pareto"], message, resume=True)

    @pytest.mark.parametrize("resume", [False, True])
    def test_something_else(self, tmp_path: Path, resume: bool) -> None:
        folder, file = tmp_path / "folder", tmp_path / "file"
        folder.mkdir()
        (folder / "letter.txt").write_text("kept")
        file.write_text("kept")
        for path in (folder, file):
            self.check(path, f"{path} is not a folder of a study, choose another one", resume=resume)

    def test_killed_before_the_plan_was_written(self, tmp_path: Path) -> None:
        Queue(Place(str(tmp_path / "study.journal"), tmp_path.name), GRID)
        message = f"{tmp_path} already holds a study, resume it (--resume) or choose another folder"
        self.check(tmp_path, message)
        with pytest.raises(ValueError, match="has kind = grid, not pareto"):
            run(PARETO, tmp_path, resume=True)
        assert len(run(GRID, tmp_path, resume=True).scores.findings.points) == 4

    def test_damaged_plan(self, tmp_path: Path) -> None:
        (tmp_path / "study.json").write_text("{")
        self.check(tmp_path, f"{tmp_path / 'study.json'} is damaged", resume=True)

    def test_study_in_a_storage_without_resume(self, tmp_path: Path) -> None:
        storage = f"sqlite:///{tmp_path / 'study.db'}"
        Queue(Place(storage, "mine"), GRID)
        with pytest.raises(ValueError, match=f"^{storage} already holds a study mine, resume it"):
            run(GRID, tmp_path / "new" / "two", storage=storage, name="mine")
        assert not (tmp_path / "new").exists()

    def test_empty_folder_is_kept(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="cannot be used"):
            run(GRID, tmp_path, storage="nothing://here")
        assert tmp_path.is_dir()
        assert list(tmp_path.iterdir()) == []


def test_two_folders_share_a_storage(tmp_path: Path, monkeypatch: Patch) -> None:
    """Whoever comes later finds everything trained, and writes the same report."""
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    run(GRID, tmp_path / "one", storage=storage, name="mine")
    replace_trainings(monkeypatch, refuse_training)
    run(GRID, tmp_path / "two", storage=storage, name="mine", resume=True)
    assert content(tmp_path / "one") == content(tmp_path / "two")
