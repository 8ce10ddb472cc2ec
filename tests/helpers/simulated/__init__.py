"""Samples on the generated Verilog, for tests and benchmarks: every record, the cycles of every phase."""

import pickle
from dataclasses import dataclass, field

from cosim.run.build import build
from cosim.run.job import Job
from cosim.run.simulate import run_bench
from golden_model.network.config import Config
from golden_model.recordings.vectors import Vector
from rtl.core.core import Core as Circuit
from rtl.delivery.verilog import TOP, generate
from tests.helpers.places import ROOT

FOLDER = ROOT / "build" / "simulated"
TASK, SEEN = "task.pickle", "seen.pickle"
STATE = "order_state"  # of the core
# What the states of the core are counted as; in all others it waits for the host.
PHASES = {
    "STEP": "step", "ERROR": "error", "LEARN": "learn", "PROPAGATE": "propagate",
    "SCAN": "result", "SEND": "result", "CLEAR": "clear",
}  # fmt: skip


@dataclass
class Seen:
    """What the circuit did with a vector.

    Attributes
    ----------
    problem : str
        The first difference from the vector; empty if there is none.
    states : dict of int to int
        Cycles in each state of the order of phases, from the first tick of each sample to its end.
    cycles : dict of str to int
        Of each phase.
    moves : dict of tuple of int to int
        Transitions from a state to another, from the first tick of the first sample on.
    transitions : dict of tuple of str to int
        The same by the names of the states.
    records : list of tuple of int
        Sample, tick, and what the trace port showed, where records were asked for.
    """

    problem: str = ""
    states: dict[int, int] = field(default_factory=dict)
    records: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    cycles: dict[str, int] = field(default_factory=dict)
    moves: dict[tuple[int, int], int] = field(default_factory=dict)
    transitions: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """What the test bench has to do."""

    config: Config
    lanes: int
    vectors: list[Vector]
    records: bool


def simulate(
    config: Config, lanes: int, vectors: list[Vector], *, records: bool = False, accesses: int = 0
) -> list[Seen]:
    """Return what the circuit does with vectors; after a problem it does no more.

    Parameters
    ----------
    config : Config
        Of the circuit, at least as large as the vectors' networks.
    lanes : int
    vectors : list of Vector
    records : bool
        Keep what the trace port shows.
    accesses : int
        A measure of the work, see `Job`: much of it is worth a better compilation.
    """
    design = Circuit(config, lanes=lanes, trace=True)
    generate(design, TOP)  # which numbers the states
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = build(Job(config, lanes, [], accesses), "verilator", FOLDER, [STATE])
    (folder / TASK).write_bytes(pickle.dumps(Task(config, lanes, vectors, records)))
    (folder / SEEN).unlink(missing_ok=True)  # of an earlier launch
    run_bench("tests.helpers.simulated.testbench", folder, "verilator", PYTHONPATH=str(ROOT))
    seen: list[Seen] = pickle.loads((folder / SEEN).read_bytes())
    names = {number: state for state, number in design.fsm.encoding.items()}
    for one in seen:
        for number, count in one.states.items():
            if phase := PHASES.get(names[number]):
                one.cycles[phase] = one.cycles.get(phase, 0) + count
        one.transitions = {(names[a], names[b]): count for (a, b), count in one.moves.items()}
    return seen
