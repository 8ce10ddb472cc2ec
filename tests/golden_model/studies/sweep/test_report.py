"""The report of a sweep from made-up outcomes: what is in its table and files, by hand."""

import math
import re
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.studies.sweep.costs import REPORTED
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.storage import Outcome
from tests.golden_model.studies.outcomes import (
    ACCURACIES,
    make_outcomes,
    make_plan,
    make_report,
    make_scores,
    outcome,
)

STUDENT = {2: 12.706, 3: 4.303}  # 95% quantiles as printed in tables, by the number of seeds
COLUMNS = ["point", "weight_bits", "trace_bits", "accuracy", "ci_low", "ci_high", "seeds", "reference"]
COLUMNS += ["published"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    make_report().write(folder)
    return folder


def test_files(folder: Path) -> None:
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    pictures = {path for path in files if path.endswith((".png", ".svg"))}
    points = {f"points/000{number}.toml" for number in range(4)}
    assert files - pictures == {"study.html", "results.parquet", "trials.parquet", "best.toml"} | points
    assert pictures


def test_table(folder: Path) -> None:
    table = pq.read_table(folder / "results.parquet")
    assert table.column_names == [*COLUMNS, "memory_bits", "lost", "configuration"]
    assert set(table.column_names) - {"weight_bits", "trace_bits"} == set(REPORTED)
    rows = table.to_pylist()
    assert [row["point"] for row in rows] == [0, 1, 2, 3]
    assert [(row["weight_bits"], row["trace_bits"]) for row in rows] == [(6, 8), (6, 12), (8, 8), (8, 12)]
    assert [row["accuracy"] for row in rows] == [0.5, 0.75, 0.5, 0.75]
    assert [row["seeds"] for row in rows] == [3, 3, 2, 3]
    assert [row["reference"] for row in rows] == [pytest.approx(0.9)] * 4
    assert [row["published"] for row in rows] == [pytest.approx(0.6)] * 4
    assert [row["lost"] for row in rows] == [""] * 4
    assert [row["configuration"] for row in rows] == [f"points/000{number}.toml" for number in range(4)]


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        (0, 0.5, 0.5),
        (1, 0.75 - STUDENT[3] * 0.25 / math.sqrt(3), 1.0),  # 0.5, 0.75, 1; not beyond 1
        (2, 0.0, 1.0),  # 0.25 and 0.75 tell nothing
        (3, 0.75, 0.75),
    ],
)
def test_confidence_intervals(folder: Path, row: int, low: float, high: float) -> None:
    found = pq.read_table(folder / "results.parquet").to_pylist()[row]
    assert (found["ci_low"], found["ci_high"]) == (
        pytest.approx(low, abs=1e-3),
        pytest.approx(high, abs=1e-3),
    )


def test_summary() -> None:
    assert make_report().summary == (
        "The best of 4 points has weight_bits = 6, trace_bits = 12: 75.0% (12.9% to 100.0%). "
        "The published setting has 60.0% (60.0% to 60.0%), the float reference 90.0% (47.0% to 100.0%). "
        "Test accuracy after epoch 2, mean of 3 seeds."
    )


def test_published_setting_of_every_task() -> None:
    """It has a row's value of the task; a summary of all rows says nothing of it."""
    plan = make_plan("grid", "weight_bits=6,8", "p_majority=0.7,1")
    outcomes = {
        Job(PUBLISHED, {"p_majority": p}, seed).key: outcome(p / 2) for p in (0.7, 1) for seed in (0, 1)
    }
    outcomes |= {Job(CORE, {"weight_bits": 8, "p_majority": 1}, seed).key: outcome(0.5) for seed in range(3)}
    report = make_report(make_scores(plan, outcomes))
    assert [row["published"] for row in report.page().rows] == [0.35, 0.5, 0.35, 0.5]
    assert report.summary == (
        "The best of 4 points has weight_bits = 8, p_majority = 1: 50.0% (50.0% to 50.0%). "
        "Test accuracy after epoch 2, mean of 3 seeds."
    )


def test_configurations_are_those_of_the_points(folder: Path) -> None:
    scores = make_scores()
    for point in scores.findings.points:
        path = folder / str(point.link)
        setting = scores.plan.setting(CORE, point.values)
        assert Config.from_toml(path) == setting.config
        assert Parameters.from_toml(path) == setting.parameters
    assert Config.from_toml(folder / "points" / "0000.toml").weight_bits == 6
    assert Config.from_toml(folder / "points" / "0003.toml").trace_out_bits == 12
    narrow = Parameters.from_toml(folder / "points" / "0002.toml")
    assert narrow.registers.fp_loc_tout == 5  # as it was trained, with its range kept
    assert (folder / "best.toml").read_bytes() == (folder / "points" / "0001.toml").read_bytes()


def test_epochs_as_parquet(folder: Path) -> None:
    table = pq.read_table(folder / "trials.parquet")
    assert table.column_names == ["network", "weight_bits", "trace_bits", "seed", "epoch", "train", "test"]
    rows = table.to_pylist()
    assert len(rows) == (4 * 3 - 1 + 3 + 3) * 2
    last = {"seed": 2, "epoch": 2, "train": 0.25}
    assert {"network": "core", "weight_bits": 6, "trace_bits": 12, "test": 1.0, **last} in rows
    assert {"network": "published", "weight_bits": None, "trace_bits": None, "test": 0.6, **last} in rows


def test_page(folder: Path) -> None:
    html = (folder / "study.html").read_text(encoding="utf-8")
    assert "<h1>Grid study of cue-accumulation</h1>" in html
    assert "Failed trials" in html
    assert "3 workers died of it" in html
    assert "18, of which 1 failed" in html
    assert "4 for training, 4 for test" in html
    for number in range(4):
        assert f'href="points/000{number}.toml"' in html


def test_versions_are_all_that_took_part() -> None:
    outcomes = make_outcomes()
    for key, numpy in zip(outcomes, ("2.1", "1.9", "2.1"), strict=False):
        outcomes[key] = replace(outcomes[key], versions={"numpy": numpy})
    facts = make_report(make_scores(outcomes=outcomes)).page().facts
    assert facts["numpy"] == "1.9, 2.1"
    assert facts["numba"] == version("numba")  # of trainings that do not say it


def test_same_outcomes_same_bytes(folder: Path, tmp_path: Path) -> None:
    make_report().write(tmp_path)
    for name in ("study.html", "results.parquet", "trials.parquet", "best.toml"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_lost_values_are_in_the_table() -> None:
    scores = make_scores(make_plan("grid", "surrogate_bits=2,5", "kappa_frac_bits=4,7", "kappa=1"))
    rows = Report(scores, "").page().rows
    h_4, kappa = (f"{name} = 1 becomes 0 at the widths of the configuration" for name in ("h_4", "kappa"))
    assert [row["lost"] for row in rows] == [f"{h_4}; {kappa}", h_4, kappa, ""]


def test_pictures_of_a_reference_that_depends_on_the_point() -> None:
    plan = make_plan("grid", "weight_bits=6,8", "lr_p_winp=7,8")
    outcomes = {Job(REFERENCE, {"lr_p_winp": rate}, 0).key: outcome(rate / 10) for rate in (7, 8)}
    page = make_report(make_scores(plan, outcomes)).page()
    assert [picture.name for picture in page.pictures] == ["reference_curves"]
    assert page.pictures[0].caption.startswith("Float reference. ")
    assert [row["reference"] for row in page.rows] == [0.7, 0.8, 0.7, 0.8]
    assert not any("reference" in picture.name for picture in make_report().page().pictures)


def test_pareto_has_pictures_of_the_costs() -> None:
    search: dict[str, Any] = {"objectives": ["memory_bits"], "trials": 4, "population": 2, "seed": 0}
    page = Report(make_scores(make_plan("pareto", search=search)), "").page()
    assert [picture.name for picture in page.pictures] == ["pareto_memory_bits"]
    assert page.facts["search: trials"] == "4"


def test_everything_failed(tmp_path: Path) -> None:
    outcomes = {key: Outcome(error=f"no luck with {number}") for number, key in enumerate(make_outcomes())}
    report = make_report(make_scores(outcomes=outcomes))
    report.write(tmp_path)
    assert report.summary == "All trainings failed."
    rows = pq.read_table(tmp_path / "results.parquet").to_pylist()
    assert [(row["accuracy"], row["ci_low"], row["seeds"]) for row in rows] == [(None, None, 0)] * 4
    assert pq.read_table(tmp_path / "trials.parquet").num_rows == 0
    assert "weight_bits" in pq.read_table(tmp_path / "trials.parquet").column_names
    html = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert set(re.findall(r"no luck with \d+", html)) == {f"no luck with {number}" for number in range(18)}
    assert not (tmp_path / "best.toml").exists()


def test_no_point_without_a_failure() -> None:
    outcomes = make_outcomes(dict.fromkeys(ACCURACIES, (1.0, None, 1.0)))
    assert make_report(make_scores(outcomes=outcomes)).summary == "Every point has trainings that failed."


def test_an_axis_of_numbers_and_words(tmp_path: Path) -> None:
    """A task may have one; it is a column of text."""
    odd = {Job(CORE, {"weight_bits": "few", "trace_bits": 8}, 0).key: outcome(0.5)}
    make_report(make_scores(outcomes=make_outcomes() | odd)).write(tmp_path)
    column = pq.read_table(tmp_path / "trials.parquet")["weight_bits"].to_pylist()
    assert column == ["6"] * 12 + ["8"] * 10 + [None] * 12 + ["few"] * 2


def test_no_core_at_all(tmp_path: Path) -> None:
    """No point has costs or a configuration, the page is written all the same."""
    plan = make_plan("grid", "trace_bits=4,5", keep_range=False)
    make_report(make_scores(plan, {})).write(tmp_path)
    table = pq.read_table(tmp_path / "results.parquet")
    assert table.column_names == ["point", *COLUMNS[2:], "lost", "configuration"]
    assert table["configuration"].to_pylist() == [None, None]
