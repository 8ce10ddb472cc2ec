"""Clock cycles of the published task by phase: simulated, and as the cycle model predicts them."""

import json
import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from cocotb_tools.runner import get_runner

from cosim.build import build
from cosim.job import Job
from cosim.simulate import JOB
from golden_model.config import Config
from golden_model.core import Core
from golden_model.parameters import Parameters
from golden_model.samples import Sample
from golden_model.tasks import TaskData
from golden_model.vectors import Vector
from rtl import core as circuit
from rtl.cycles import cycles
from rtl.verilog import TOP, generate
from tests.bench.timing import Section

FOLDER = Path(__file__).parents[2] / "build" / "cycles"
COUNTS = "counts.json"
STATE = "order_state"  # of the core
PUBLISHED = {"training": 844_676, "test": 605_000}  # the latter on average
# What the states of the core are counted as; in all others it waits for the host.
PHASES = {
    "STEP": "step", "WINNER": "winner", "FROZEN": "winner", "ERROR": "error", "NEURONS": "neurons",
    "ROWS": "rows", "PROPAGATE": "propagate", "SCAN": "result", "SEND": "result", "CLEAR": "clear",
}  # fmt: skip
NAMES = tuple(dict.fromkeys(PHASES.values()))


def count_cycles(data: TaskData) -> list[Section]:
    """Count the cycles of the first training sample and, with the same weights, of the first test sample."""
    samples = {"training": (data.train[0], True), "test": (data.test[0], False)}
    sections = []
    for kind, (sample, learn) in samples.items():
        rows: list[tuple[str | float, ...]] = []
        for lanes in circuit.LANES:
            core = core_of(data, learn)
            predicted = cycles(core, sample, lanes, learn=learn)
            measured = simulated(core_of(data, learn), sample, lanes)
            for name, counts in (("simulated", measured), ("predicted", predicted)):
                rows.append((f"{lanes} lanes, {name}", *row_of(counts)))
        rows.append(("published circuit", PUBLISHED[kind], *["-"] * len(NAMES)))
        sections.append(Section(f"Clock cycles of a {kind} sample", ("", "all", *NAMES), rows))
    return sections


def row_of(counts: Mapping[str, int]) -> tuple[int, ...]:
    return sum(counts.values()), *(counts.get(name, 0) for name in NAMES)


def core_of(data: TaskData, learn: bool) -> Core:
    """Return the core of a task with its initial weights, plasticity off unless it is to learn."""
    given = data.parameters
    changes = {} if learn else {"do_eprop": 0}
    registers = type(given.registers)(**{**given.registers.to_dict(), **changes})
    core = Core(Config(), Parameters(registers, given.alpha, given.threshold))
    core.load_weights(*data.weights)
    return core


def recorded(core: Core, sample: Sample) -> Vector:
    """Run a sample on the golden model, as a recording that the circuit has to repeat."""
    before = (core.w_in, core.w_rec, core.w_out)
    result = core.run(sample, record=("spike", "readout"))
    after = [weights[None] for weights in core.stored_weights]
    spikes, readouts = (result.records[name][None] for name in ("spike", "readout"))
    inference = np.array([-1 if result.inference is None else result.inference])
    return Vector(core.config, core.parameters, before, [sample], spikes, readouts, inference, *after)


def simulated(core: Core, sample: Sample, lanes: int) -> dict[str, int]:
    """Return the cycles of a sample by phase, in a simulation of the Verilog.

    Raises
    ------
    RuntimeError
        The circuit did something else than the golden model.
    """
    design = circuit.Core(core.config, lanes=lanes, trace=True)
    generate(design, TOP)  # which numbers the states
    FOLDER.mkdir(parents=True, exist_ok=True)
    vector = FOLDER / "sample.pickle"
    vector.write_bytes(pickle.dumps(recorded(core, sample)))
    job = Job(core.config, lanes, [vector])
    folder = build(job, "verilator", FOLDER, [STATE])
    job.write(folder / JOB)
    get_runner("verilator").test(
        test_module="tests.bench.cycles_testbench",
        hdl_toplevel=TOP,
        hdl_toplevel_lang="verilog",
        build_dir=folder,
        test_dir=folder,
        extra_env={"COSIM_FOLDER": str(folder), "PYTHONPATH": os.pathsep.join([str(FOLDER.parents[1])])},
        log_file=folder / "test.log",
    )
    content = json.loads((folder / COUNTS).read_text(encoding="utf-8"))
    if content["problem"]:
        raise RuntimeError(f"{lanes} lanes: {content['problem']}")
    counts = dict.fromkeys(NAMES, 0)
    for state, number in design.fsm.encoding.items():
        if state in PHASES:
            counts[PHASES[state]] += content["counts"].get(str(number), 0)
    return counts
