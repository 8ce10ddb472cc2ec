"""Clock cycles of the published task by phase: simulated, and as the cycle model predicts them."""

from collections.abc import Mapping

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.recordings.recorder import record
from golden_model.samples.samples import Sample
from golden_model.tasks import TaskData
from rtl import LANES
from rtl.core.cycles import cycles
from tests.bench.timing import Section
from tests.helpers.simulated import PHASES, simulate

PUBLISHED = {"training": 844_676, "test": 605_000}  # the latter on average
MUCH = 1_000_000  # worth a better compilation
NAMES = tuple(dict.fromkeys(PHASES.values()))


def count_cycles(data: TaskData) -> list[Section]:
    """Count the cycles of the first training sample and, with the same weights, of the first test sample."""
    samples = {"training": (data.train[0], True), "test": (data.test[0], False)}
    sections = []
    for kind, (sample, learn) in samples.items():
        rows: list[tuple[str | float, ...]] = []
        for lanes in LANES:
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


def simulated(core: Core, sample: Sample, lanes: int) -> dict[str, int]:
    """Return the cycles of a sample by phase, in a simulation of the Verilog.

    Raises
    ------
    RuntimeError
        The circuit did something else than the golden model.
    """
    (seen,) = simulate(core.config, lanes, [record(core, [sample])], accesses=MUCH)
    if seen.problem:
        raise RuntimeError(f"{lanes} lanes: {seen.problem}")
    return seen.cycles
