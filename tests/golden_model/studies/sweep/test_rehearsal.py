"""A report that cannot be written is known before the first training; one that failed leaves the results."""

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from golden_model.pictures.picture import Picture
from golden_model.studies.page.pictures import pareto_pictures
from golden_model.studies.sweep import run as module
from golden_model.studies.sweep.axes import Axis
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.plan import Plan
from golden_model.studies.sweep.rehearsal import rehearse
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.run import run_study
from tests.golden_model.studies.outcomes import make_outcomes, make_plan, make_report, make_scores
from tests.golden_model.studies.sweep.runs import Patch, content, refuse_training, replace_trainings
from tests.golden_model.studies.trainings import PLAN, accuracies_of

NAMES = (
    "energy nJ",
    "energy_nJ",
    "ENERGY_nJ",
    "memory bits",
    "x" * 60,
    "x" * 59 + "y",
    "\N{GREEK SMALL LETTER MU}J",
)
TABLE = CostTable(("weight_bits",), NAMES, [[bits, 1e19, 0.5, -1e30, 1.0, 2.0, 3.0, 4.0] for bits in (6, 8)])


@pytest.fixture
def no_pictures(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Report, "_pictures", lambda _: [])


def fail(*_: object, **__: object) -> Any:
    raise OSError(28, "No space left on device", "study.html")


def search() -> Plan:
    more = {"objectives": ["energy nJ"], "trials": 4, "population": 2, "seed": 0, "costs": vars(TABLE)}
    return make_plan("pareto", search=more)


def test_costs_of_any_name_and_size(tmp_path: Path, monkeypatch: Patch) -> None:
    """The picture of each has a name of its own, on systems that ignore the case too."""
    rehearse(search(), TABLE, "eprop study")
    report = make_report(make_scores(search(), costs=TABLE))
    stems = [picture.name.casefold() for picture in pareto_pictures(report.scores.findings)]
    assert stems == [
        *("pareto_memory_bits", "pareto_energy_nj", "pareto_energy_nj_2", "pareto_energy_nj_3"),
        *(
            "pareto_memory_bits_2",
            f"pareto_{'x' * 43}",
            f"pareto_{'x' * 43}_2",
            "pareto_\N{GREEK SMALL LETTER MU}j",
        ),
    ]
    monkeypatch.setattr(Report, "_pictures", lambda _: [])
    report.write(tmp_path)
    table = pq.read_table(tmp_path / "results.parquet")
    assert table["energy nJ"].to_pylist() == [1e19] * 4
    assert table["memory bits"].to_pylist() == [1] * 4


def test_integers_beyond_64_bits(tmp_path: Path, no_pictures: None) -> None:
    outcomes = {
        key.replace('"weight_bits": 6', f'"weight_bits": {10**30}'): one
        for key, one in make_outcomes().items()
    }
    make_report(make_scores(outcomes=outcomes)).write(tmp_path)
    assert str(10**30) in pq.read_table(tmp_path / "trials.parquet")["weight_bits"].to_pylist()


def test_nothing_is_left_of_it(tmp_path: Path, monkeypatch: Patch, no_pictures: None) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rehearse(make_plan(), CostTable(), "eprop study")
    rehearse(make_plan("grid", "trace_bits=4", keep_range=False), CostTable(), "")  # which no core can have
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("label", ["seed", "epoch", "network", "accuracy", "lost"])
def test_name_of_a_column_is_refused(label: str) -> None:
    plan = make_plan()
    object.__setattr__(plan, "axes", [Axis(label, ("weight_bits",), (6, 8))])
    with pytest.raises(ValueError, match=f"^the report has a column {label}, write task.{label}$"):
        rehearse(plan, CostTable(), "")


def test_report_that_cannot_be_written_ends_the_study_before_it_begins(
    tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(module, "rehearse", rehearse)
    monkeypatch.setattr(Picture, "save", fail)
    replace_trainings(monkeypatch, refuse_training)
    said = "^the report of this study cannot be written: study.html: No space left on device$"
    with pytest.raises(ValueError, match=said):
        run_study(PLAN, tmp_path / "new" / "study", command="eprop study")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failing", ["_pictures", "_write_points"])
def test_failure_leaves_the_results_and_tells_how_to_go_on(
    tmp_path: Path, monkeypatch: Patch, failing: str
) -> None:
    replace_trainings(monkeypatch, lambda _, job: accuracies_of(job))
    monkeypatch.setattr(Report, "_pictures", lambda _: [])
    run_study(PLAN, tmp_path / "whole", command="eprop study")
    said = "all trainings are done but the report is not, study.html: No space left on device: "
    with monkeypatch.context() as patch:
        patch.setattr(Report, failing, fail)
        with pytest.raises(ValueError, match=f"^{re.escape(said)}eprop study --resume writes it again$"):
            run_study(PLAN, tmp_path / "study", command="eprop study")
    for name in ("results.parquet", "trials.parquet"):
        assert (tmp_path / "study" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / "study" / "study.html").exists()
    replace_trainings(monkeypatch, refuse_training)
    run_study(PLAN, tmp_path / "study", command="eprop study", resume=True)
    assert content(tmp_path / "study") == content(tmp_path / "whole")
