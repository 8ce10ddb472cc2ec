"""A run of the command: its circuit, which is its own for as long, and waves of what it finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from cosim.command import run
from cosim.run import comparison, launch, report
from cosim.run.job import Job, Report
from cosim.run.jobs import jobs_of
from cosim.run.waves import VIEW, WAVES
from rtl.delivery.verilog import CHIP_TOP, TOP
from tests.cosim.faulty import LANES, RIGHT, WRONG, Faulty
from tests.helpers.places import ROOT, VECTORS

RECORDING = VECTORS / "wide_701_03.npz"  # of four neurons
OPTIONS = ["--lanes", str(LANES), "--fit", str(RECORDING)]


def test_circuit_that_cannot_be_compiled_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def build(*_: object) -> None:
        raise RuntimeError("the circuit could not be compiled, see build.log")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launch, "build", build)
    assert run(OPTIONS) == 2
    assert capsys.readouterr() == ("", "cosim: the circuit could not be compiled, see build.log\n")


def test_folder_of_a_circuit_is_kept_from_others_until_the_last_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (job,) = jobs_of([RECORDING], 4, fitted=True)
    lock = FileLock(tmp_path / "build" / "cosim" / f"{job.name}-x.lock")

    def build(*_: object) -> Path:
        with pytest.raises(Timeout):
            lock.acquire(timeout=0)
        return tmp_path

    def simulate(*_: object) -> Iterator[Report]:
        with pytest.raises(Timeout):
            lock.acquire(timeout=0)
        yield Report("a.npz", 1)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launch, "build", build)
    monkeypatch.setattr(launch, "simulate", simulate)
    assert len(list(launch.launch(job, "x", waves=False))) == 1
    lock.acquire(timeout=0)
    lock.release()


def faulty(jobs: list[Job]) -> list[Job]:
    """Return jobs whose circuits have a fault."""
    return [Faulty(job.config, job.lanes, job.vectors, fault="shown", changes={RIGHT: WRONG}) for job in jobs]


@pytest.mark.long
@pytest.mark.parametrize(("face", "core"), [("soc", TOP), ("chip", f"{CHIP_TOP}.chip.core")])
def test_waves_are_where_the_command_says(
    face: str,
    core: str,
    simulator: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(comparison, "jobs_of", lambda *given, **named: faulty(jobs_of(*given, **named)))
    assert run(["--waves", "--face", face, "--simulator", simulator, *OPTIONS]) == 1
    place = Path(capsys.readouterr().out.split("Waves are in ")[1].strip())
    assert "$dumpvars" in (place / WAVES).read_text()
    assert f"{core}.clk" in (place / VIEW).read_text()


def test_waves_that_are_not_there_are_not_claimed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nor are those of another time."""

    def simulate(job: Job, *_: object) -> Iterator[Report]:
        yield Report(str(RECORDING), 1, "differs", {"cycle": 7} if job.waves_at is None else None)

    (tmp_path / WAVES).write_text("of another time")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launch, "build", lambda *_: tmp_path)
    monkeypatch.setattr(launch, "simulate", simulate)
    monkeypatch.setattr(report, "show", lambda *_: None)
    assert run(["--waves", *OPTIONS]) == 2
    assert capsys.readouterr() == ("", f"cosim: there are no waves, see {tmp_path / 'test.log'}\n")
