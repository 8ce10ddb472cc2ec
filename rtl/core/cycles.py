"""How many clock cycles a sample takes, phase by phase, from what happens in it: the formulas of docs/rtl.md.

The schedule is not part of the result: the golden model knows nothing of it, and this module only counts what
the golden model did.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from golden_model.core.core import Core
from golden_model.core.synapse import GROUP
from golden_model.network.formats import Int64Array
from golden_model.network.pairs import pairs_of
from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample
from rtl.core.phase_propagate import SHORTEST
from rtl.core.synapse import LEAP

SIGNALS = ("spike", "trace_in", "trace_rec", "learning_signal", "pseudo_derivative", "regularization")

# Cycles that a phase takes beside its words: until the first word is there and the last one is written.
STEP_EXTRA = 2
GATHER = 4  # from a group's last word of readouts until its rows can begin
ROWS_EXTRA = 2
SKIP_EXTRA = 1  # where the source has to be moved
UPDATE = 4  # from the last word of weights to its write
NO_PASS = 1
PASSES_EXTRA = 3
TARGET_WAIT = 1  # for a label that is sent when it is asked for


@dataclass(frozen=True)
class Shape:
    """How a network is cut into words.

    Attributes
    ----------
    n_in, n_rec, n_out : int
        Of the network.
    lanes, out_lanes : int
        Elements of a word, and of a word of readouts.
    words_cleared : int
        Words of the longest state memory.
    draws : bool
        Updates are stochastic.
    """

    n_in: int
    n_rec: int
    n_out: int
    lanes: int
    out_lanes: int
    words_cleared: int
    draws: bool = True

    @property
    def out_words(self) -> int:
        """Words of all readouts."""
        return -(-self.n_out // self.out_lanes)


class Scan(NamedTuple):
    """The scan of one array's rows onto a group: cycles until the next may begin, until all is written."""

    cycles: int
    written: int


def shape_of(core: Core, lanes: int) -> Shape:
    """Return how a network is cut into words on a circuit of the core's configuration."""
    config, network = core.config, core.parameters
    out_lanes = min(lanes, 1 << (config.n_out - 1).bit_length())
    draws = config.update_rounding == "stochastic"
    cleared = -(-max(config.n_in, config.n_rec) // lanes)
    return Shape(network.n_in, network.n_rec, network.n_out, lanes, out_lanes, cleared, draws)


def cycles(core: Core, sample: Sample, lanes: int, *, learn: bool) -> dict[str, int]:
    """Run a sample and return the clock cycles from ticks to ready, by phase.

    Parameters
    ----------
    core : Core
        The golden model; it learns from the sample.
    sample : Sample
    lanes : int
    learn : bool
        Plasticity is on.
    """
    shape, registers = shape_of(core, lanes), core.parameters.registers
    records = core.run(sample, learn, record=SIGNALS).records
    all_steps = registers.regul_mode & 6 == 6
    labelled = bool(registers.regression)  # no label is waited for
    total: Counter[str] = Counter()
    for tick in range(sample.n_ticks):
        now = {name: values[tick] for name, values in records.items()}
        if tick > 0:
            total["step"] += step_cycles(shape)
        if tick == sample.n_ticks - 1:
            total["result"] += result_cycles(shape, all_potentials=bool(registers.regression))
            break
        valid = tick >= sample.target_start
        if tick > 0 and learn and registers.do_eprop and (valid or all_steps):
            asks = valid and not labelled
            labelled |= asks and bool(registers.single_label)
            total["error"] += shape.n_out + TARGET_WAIT * asks if valid else 1
            total["learn"] += learn_cycles(shape, groups_of(shape, registers, now, valid))
        if tick > 0 and registers.send_per_timestep:
            total["result"] += result_cycles(shape, all_potentials=not registers.send_label_only)
        events = sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]]
        total["propagate"] += propagate_cycles(shape, events, np.flatnonzero(now["spike"]))
    total["clear"] += shape.words_cleared
    return dict(total)


def groups_of(
    shape: Shape, registers: Registers, now: Mapping[str, Int64Array], valid: bool
) -> list[tuple[int, list[Scan]]]:
    """Return of each group its neurons, and how each array's rows onto it are scanned."""
    traces = (("trace_in", shape.n_in, "fp_loc_tinp"), ("trace_rec", shape.n_rec, "fp_loc_trec"))
    groups = []
    for first in range(0, shape.n_rec, GROUP):
        neurons = slice(first, min(first + GROUP, shape.n_rec))
        every = bool((now["regularization"][neurons] != 0).any())
        changes = (now["learning_signal"][neurons] != 0) & (now["pseudo_derivative"][neurons] != 0)
        scans = []
        for bit, (name, count, radix) in enumerate(traces):
            if registers.do_eprop >> bit & 1 and (valid or registers.regul_w >> bit & 1):
                traced = (now[name][:count] >> getattr(registers, radix) != 0) | every
                rows, pending = visited_rows(traced, shape.lanes), bool(every or changes.any())
                scans.append(scan(shape.lanes, rows, pending, draws=shape.draws))
        groups.append((neurons.stop - first, scans))
    return groups


def learn_cycles(shape: Shape, groups: list[tuple[int, list[Scan]]]) -> int:
    """Return the cycles of *learn*: a group's rows begin when its neurons, and the rows before, are done."""
    begin, free, written = -1, 0, 0
    for neurons, scans in groups:
        begin = max(begin + neurons * shape.out_words + GATHER + 1, free)
        free = begin + max([1, *(one.cycles for one in scans)])
        written = max([written, *(begin + one.written for one in scans)])
    return max(free, written) + 1


def result_cycles(shape: Shape, *, all_potentials: bool) -> int:
    """Return the cycles of a result: the readouts are looked through for the winner, then it is sent."""
    return shape.n_out + (shape.n_out if all_potentials else 1)


def step_cycles(shape: Shape) -> int:
    """Return the cycles of *step*: a word of the largest kind of state per cycle, and a readout beside it."""
    pairs = pairs_of(shape.n_in, shape.n_rec, shape.n_out)
    words = -(-2 * pairs // shape.lanes)
    return max(words, shape.n_out) + STEP_EXTRA


def visited_rows(traced: NDArray[np.bool_], lanes: int) -> Int64Array:
    """Return how many rows of each word of traces are visited."""
    padded = np.zeros(-(-traced.size // lanes) * lanes, np.int64)
    padded[: traced.size] = traced
    return padded.reshape(-1, lanes).sum(axis=1)


def scan(lanes: int, rows: Int64Array, pending: bool, *, draws: bool = True) -> Scan:
    """Return how rows, given how many of each word of traces are visited, are scanned.

    A word of weights takes a cycle, and a word of traces without a row as well, but for the last one. In a
    group without a pending change a word of traces takes one, and what the rows would draw is passed over.
    """
    parts = GROUP // lanes
    if pending:
        ends = np.maximum(rows * parts, 1).cumsum() + ROWS_EXTRA
        last = int(ends[-1]) - (not rows[-1])
        return Scan(last, int(ends[rows.nonzero()[0][-1]]) + UPDATE if rows.any() else 0)
    words = int(rows.sum()) * parts
    moves = words // LEAP + words % LEAP + SKIP_EXTRA if words and draws else 0
    return Scan(rows.size - 1 + bool(rows[-1]) + moves + ROWS_EXTRA, 0)


def propagate_cycles(shape: Shape, events: Int64Array, spikes: Int64Array) -> int:
    """Return the cycles of all passes: a word of neurons, or of readouts of a spike, per cycle."""
    if not len(events) and not len(spikes):
        return NO_PASS
    words = max(-(-shape.n_rec // shape.lanes), SHORTEST)
    silent = len(np.setdiff1d(events, spikes))
    return len(spikes) * max(words, shape.out_words) + silent * words + PASSES_EXTRA
