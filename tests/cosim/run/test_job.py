"""Jobs: recordings share a circuit where they can, and it is as small as asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from cosim.run.job import Job, Report, fit
from cosim.run.jobs import again, jobs_of
from golden_model.network.choice import choose_circuit
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from tests.helpers.places import VECTORS


def network(n_in: int, n_rec: int, n_out: int) -> Parameters:
    return Parameters(Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out))


def test_published_recordings_share_a_circuit() -> None:
    paths = sorted(VECTORS.glob("*.npz"))
    (job,) = jobs_of(paths, 16, fitted=False)
    assert (job.config, job.vectors, len(paths)) == (Config(), paths, 62)


def test_circuit_fits_all_networks_of_a_configuration() -> None:
    paths = [VECTORS / "widths" / f"{name}.npz" for name in ("least", "least_shifts", "many_readouts")]
    least, many = jobs_of(paths, 4, fitted=True)
    assert least.vectors == paths[:2]
    assert (least.config.n_in, least.config.n_rec, least.config.n_out) == (30, 40, 5)
    assert (many.config.n_in, many.config.n_rec, many.config.n_out) == (3, 10, 64)


def test_recordings_run_on_a_circuit_that_is_given() -> None:
    """Theirs are of other maxima."""
    paths, circuit = [VECTORS / "core_101_00.npz", VECTORS / "widths" / "published.npz"], Config(n_rec=80)
    (job,) = jobs_of(paths, 4, fitted=False, circuit=circuit)
    assert (job.config, job.vectors) == (circuit, paths)


def test_single_line_gets_a_neighbour() -> None:
    fitted = fit(Config(), [network(1, 2, 1)])
    assert (fitted.n_in, fitted.n_rec, fitted.n_out) == (2, 2, 1)


def test_job_survives_its_file(tmp_path: Path) -> None:
    job = Job(Config(weight_bits=6), 4, [tmp_path / "a.npz"], 17)
    job.write(tmp_path / "job.json")
    assert Job.read(tmp_path / "job.json") == job


@pytest.mark.parametrize(
    ("problem", "line"), [("", "a.npz: equal, 9 cycles"), ("sample 0: late", "a.npz: sample 0: late")]
)
def test_report_is_a_line(problem: str, line: str) -> None:
    report = Report("a.npz", 9, problem)
    assert (str(report), report.equal) == (line, not problem)


PUBLISHED = VECTORS / "core_101_00.npz"
NARROW = VECTORS / "widths" / "membrane_8.npz"


class TestCommandThatShowsADifferenceAgain:
    @pytest.mark.parametrize("path", [PUBLISHED, NARROW])
    def test_circuit_of_the_recording(self, path: Path) -> None:
        (job,) = jobs_of([path], 4, fitted=False)
        command = again(job, Report(str(path), 0, "stuck"), "icarus")
        assert command == f"eprop cosim --lanes 4 --face soc --simulator icarus {path}"

    @pytest.mark.parametrize("path", [PUBLISHED, NARROW])
    def test_other_circuit(self, path: Path) -> None:
        """Fitted to others, too; the options give its configuration, whatever it was made from."""
        (job,) = jobs_of([path], 4, fitted=True)
        words = again(job, Report(str(path), 0, "stuck"), "verilator").split()
        assert words[8:10] == ["--preset", "reckon"]
        assert set(words[10:-1:2]) == {"--set"}
        assert choose_circuit("reckon", None, words[11:-1:2]).config == job.config

    def test_circuit_of_the_chip(self) -> None:
        (job,) = jobs_of([NARROW], 4, fitted=False)
        command = again(replace(job, config=Config()), Report(str(NARROW), 0, "stuck"), "verilator")
        assert command.endswith(f"verilator --preset reckon {NARROW}")

    @pytest.mark.parametrize(("in_lock_step", "mismatch"), [(True, {"cycle": 9}), (False, None)])
    def test_waves_where_there_is_a_difference_in_lock_step(
        self, in_lock_step: bool, mismatch: dict[str, int] | None
    ) -> None:
        (job,) = jobs_of([PUBLISHED], 4, fitted=False)
        command = again(
            replace(job, in_lock_step=in_lock_step), Report(str(PUBLISHED), 0, "x", mismatch), "verilator"
        )
        assert command.endswith(f" --waves {PUBLISHED}")
