"""Whatever registers hold, a time step ends, and so does an access: values to write, and the longest step."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from golden_model.network.registers import BY_NAME, REGISTERS, SIZES, Register
from rtl.core.cycles import (
    TARGET_WAIT,
    Shape,
    learn_cycles,
    propagate_cycles,
    result_cycles,
    scan,
    step_cycles,
    visited_rows,
)
from rtl.core.storage import output_lanes
from rtl.delivery.program import ALPHA_CONF, FREEZE

CONFIG = Config(n_in=7, n_rec=8, n_out=3)  # the registers of all sizes can hold more
LARGEST = {name: getattr(CONFIG, size) for size, name in SIZES.items()}
TASK = "task.pickle"  # lanes, and what is to be written
TICKS = 3
HANDSHAKES = 60  # cycles of a target and of a result of one readout, over the buses of a chip
WORD_BITS = 32
# All neurons learn in all steps, and some are regularized.
LEARNING = {"regul_mode": 7, "h_4": 1}
WITH = {"cycles_per_tick": {"local_tick": 1, "error_halt": 0}}  # without which a register has no effect


@dataclass(frozen=True)
class Write:
    """A word for a register."""

    name: str
    number: int
    data: int


RUN = Write("en_conf", FREEZE, 0)


def writes(names: Collection[str]) -> list[Write]:
    """Return the writes of some registers."""
    return [one for entry in REGISTERS if entry.name in names for one in _writes(entry)]


def from_reset(one: Write) -> list[Write]:
    """Return all writes after a reset, one of which is given; the core runs, unless that one says not to."""
    values = {**LEARNING, **WITH.get(one.name, {})}
    before = [Write(name, BY_NAME[name].number, value) for name, value in values.items()]
    return [*before, RUN, one] if one.name == RUN.name else [*before, one, RUN]


def _writes(entry: Register) -> list[Write]:
    """Return the lowest, the highest and two values between; of a size also the greatest and those around."""
    highest = (1 << min(entry.extended_bits or entry.bits, WORD_BITS)) - 1
    values = {0, highest // 3, 2 * highest // 3, highest}
    if most := LARGEST.get(entry.name):
        values |= {most - 1, most, most + 1, 2 * most, 15, 16}
    numbers = ALPHA_CONF if entry.name == "alpha_conf" else (entry.number,)
    return [Write(entry.name, number, value) for number in numbers for value in sorted(values)]


def longest_step(lanes: int) -> int:
    """Return the cycles of a step of the whole circuit in which all happens that can, and of clearing."""
    n_in, n_rec, n_out = CONFIG.n_in, CONFIG.n_rec, CONFIG.n_out
    cleared, every = -(-max(n_in, n_rec) // lanes), np.arange(max(n_in, n_rec))
    shape = Shape(n_in, n_rec, n_out, lanes, output_lanes(CONFIG, lanes), cleared)
    scans = [scan(lanes, visited_rows(np.ones(n, bool), lanes), pending=True) for n in (n_in, n_rec)]
    learning = learn_cycles(shape, [(min(n_rec, GROUP), scans)]) + n_out + TARGET_WAIT
    result = result_cycles(shape, all_potentials=True) + n_out * HANDSHAKES
    return step_cycles(shape) + learning + result + propagate_cycles(shape, every, every) + cleared
