"""A sample after a write of each register, at both faces and every number of lanes."""

import pickle

import pytest

from cosim.run.build import build
from cosim.run.job import Job
from cosim.run.simulate import run_bench
from rtl import LANES
from rtl.core.registers import OF_CORE, OF_PINS
from tests.endings import CONFIG, TASK, writes
from tests.helpers.pins import problems
from tests.helpers.places import ROOT

FOLDER = ROOT / "build" / "endings"
NAMES = {"soc": OF_CORE, "chip": (*OF_CORE, *OF_PINS)}
BENCHES = {"soc": "tests.endings.core_bench", "chip": "tests.endings.chip_bench"}
WATCHED = ("target_request",)


# Of each face one circuit in `make test`; a chip has a core in it.
CIRCUITS = [
    pytest.param(face, lanes, marks=[] if (face, lanes) in (("soc", 1), ("chip", 4)) else [pytest.mark.long])
    for face in NAMES
    for lanes in LANES
]


@pytest.mark.slow
@pytest.mark.parametrize(("face", "lanes"), CIRCUITS)
def test_steps_end_whatever_registers_hold(face: str, lanes: int) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    job = Job(CONFIG, lanes, [], face=face)
    folder = build(job, "verilator", FOLDER, WATCHED)
    (folder / TASK).write_bytes(pickle.dumps((lanes, writes(NAMES[face]))))
    run_bench(BENCHES[face], folder, "verilator", top=job.top, PYTHONPATH=str(ROOT))
    found = problems(folder)
    assert len(found) == 1
    assert not any(found.values()), found
