"""Lock step names the first difference of a circuit with a fault, shows it, and writes waves around it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock
from vcd.reader import TokenKind, tokenize

from cosim.run import report
from cosim.run.build import build
from cosim.run.job import Job, Report
from cosim.run.simulate import simulate
from cosim.run.waves import AFTER, BEFORE, VIEW, WAVES
from golden_model.core.core import Core
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.recordings.recorder import record, save
from golden_model.recordings.vectors import Vector
from golden_model.samples.samples import Sample
from tests.cosim.faulty import FOLDER, LANE, RECORDING, RIGHT, WRONG, run

# *Step* never ends.
ENDS, GOES_ON = "\n      done = 1'h1;\n", "\n      done = 1'h0;\n"


@cache
def faulty(face: str = "soc") -> tuple[Job, Report]:
    """Return what became of it on the faulty core."""
    return run("wrong", face, {RIGHT: WRONG})


@pytest.mark.slow
@pytest.mark.parametrize("face", ["soc", pytest.param("chip", marks=pytest.mark.long)])
def test_first_difference_is_named(face: str) -> None:
    mismatch = faulty(face)[1].mismatch
    assert mismatch is not None
    assert (mismatch["sample"], mismatch["tick"]) == (0, 1)
    assert mismatch["place"] == {"phase": "step", "pre": 0, "word": 0}
    assert (mismatch["lane"], mismatch["number"]) == (LANE, LANE)
    vector = Vector.load(RECORDING)
    core = Core(vector.config, vector.parameters)
    core.load_weights(*vector.weights)
    records = core.run(vector.samples[0], record=("membrane", "spike")).records
    assert mismatch["expected"] == records[mismatch["signal"]][1][LANE]
    assert mismatch["got"] != mismatch["expected"]


@pytest.mark.slow
@pytest.mark.long  # a circuit of its own
def test_step_that_never_ends_is_compared_as_far_as_it_came() -> None:
    found, wrong = run("stuck", "soc", {RIGHT: WRONG, ENDS: GOES_ON})[1].mismatch, faulty()[1].mismatch
    assert found is not None
    for name in ("sample", "tick", "place", "signal", "lane", "expected", "got", "before"):
        assert found[name] == wrong[name]


@pytest.mark.slow
@pytest.mark.parametrize("face", ["soc", pytest.param("chip", marks=pytest.mark.long)])
def test_table_tells_it(face: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, found = faulty(face)
    report.show(found, lambda: "eprop cosim --waves x.npz")
    shown = capsys.readouterr().out
    assert shown.startswith(f"{RECORDING}: sample 0, tick 1, cycle {found.mismatch['cycle']}, step: ")
    assert "eprop cosim --waves x.npz" in shown
    assert "│ membrane[2] " in shown
    report.write(tmp_path / "report.json", [found])
    assert f'"cycle": {found.mismatch["cycle"]},' in (tmp_path / "report.json").read_text()


@pytest.mark.slow
def test_cycle_is_that_of_the_recording_alone(tmp_path: Path) -> None:
    """Waves are written of it alone. In a network of two neurons nothing is in the lane with the fault."""
    job, wrong = faulty()
    vector = Vector.load(RECORDING)
    core = Core(vector.config, Parameters(Registers.for_network(n_in=3, n_rec=2, n_out=1)))
    save(record(core, [Sample([[0, 1]], 4, label=0)]), tmp_path / "small.npz")
    both = replace(job, vectors=[tmp_path / "small.npz", RECORDING])
    with FileLock(FOLDER / f"{both.name}.lock"):
        equal, found = simulate(both, build(both, "verilator", FOLDER), "verilator")
    assert equal.problem == ""
    assert found.mismatch == wrong.mismatch


@pytest.mark.slow
@pytest.mark.long  # another one
def test_waves_are_a_window_around_it() -> None:
    job, found = faulty()
    cycle = found.mismatch["cycle"]
    shown = replace(job, waves_at=cycle)
    folder = build(shown, "verilator", FOLDER)
    (again,) = simulate(shown, folder, "verilator")
    assert again.mismatch == found.mismatch
    with (folder / WAVES).open("rb") as file:
        tokens = list(tokenize(file))
    times = [token.time_change for token in tokens if token.kind is TokenKind.CHANGE_TIME]
    names = {token.var.reference for token in tokens if token.kind is TokenKind.VAR}
    assert {"clk", "tick", "membrane", "order_state"} <= names
    assert (cycle - BEFORE) * 4 <= times[0] < cycle * 4 <= times[-1] <= (cycle + AFTER) * 4
    assert "eprop_core.neuron" in (folder / VIEW).read_text()
