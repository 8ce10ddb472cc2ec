"""Whole samples through the pins of the full-size chip: as expected, in how many clock cycles and seconds."""

from golden_model.network.config import Config
from tests.bench.cycles import PUBLISHED
from tests.bench.timing import Section
from tests.helpers.pins import Done, present
from tests.helpers.pins.published import Case, cases, digest

LANES = 16
NAMES = {"train": "training", "test": "test"}
COLUMNS = ("", "inference", "weights", "cycles of the sample", "published circuit", "seconds in all")


def through_pins() -> list[Section]:
    """Run the first training sample, and the first test sample after an epoch.

    Cycles count from the rise of SAMPLE, with the pauses of the host; seconds are of the simulation, with
    all registers and weights written and all weights read back.
    """
    rows: list[tuple[str | float, ...]] = []
    for case in cases(Config.preset("reckon")):
        done, kind = present(case.task, LANES, much=True, in_lock_step=False), NAMES[case.kind]
        check(case, done)
        rows.append((f"{kind} sample", "equal", "equal", done.cycles[0], PUBLISHED[kind], done.seconds[0]))
    return [Section(f"Pins of the chip, {LANES} lanes", COLUMNS, rows)]


def check(case: Case, done: Done) -> None:
    """Raise a RuntimeError if a sample did not come out as expected."""
    if done.answers[0].last != [case.inference]:
        raise RuntimeError(f"{case.kind}: the chip sent {done.answers[0].last}, not {case.inference}")
    if digest(done.weights[0]) != case.digest:
        raise RuntimeError(f"{case.kind}: the digest of the weights is not {case.digest}")
