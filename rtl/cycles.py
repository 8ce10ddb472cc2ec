"""How many clock cycles a sample takes, phase by phase, from what happens in it: the formulas of docs/rtl.md.

The schedule is not part of the result: the golden model knows nothing of it, and this module only counts what
the golden model did.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from golden_model.core import Core
from golden_model.formats import Int64Array
from golden_model.samples import Sample
from golden_model.synapse import GROUP

SIGNALS = ("spike", "trace_in", "trace_rec", "regularization")

# Cycles that a phase takes beside its words: until the first word is there and the last one is done.
STEP_EXTRA = 3
WINNER_CYCLES = 2
NEURONS_EXTRA = 6
ROWS_EXTRA = 7
NO_PASS = 2
PASSES_EXTRA = 4
TARGET_WAIT = 1  # for a label that is sent when it is asked for
SHORTEST_PASS = 3  # the traces of one pass are written before the next one reads


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
    """

    n_in: int
    n_rec: int
    n_out: int
    lanes: int
    out_lanes: int
    words_cleared: int

    @property
    def out_words(self) -> int:
        """Words of all readouts."""
        return -(-self.n_out // self.out_lanes)


def shape_of(core: Core, lanes: int) -> Shape:
    """Return how a network is cut into words on a circuit of the core's configuration."""
    config, network = core.config, core.parameters
    out_lanes = min(lanes, 1 << (config.n_out - 1).bit_length())
    cleared = -(-max(config.n_in, config.n_rec) // lanes)
    return Shape(network.n_in, network.n_rec, network.n_out, lanes, out_lanes, cleared)


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
    total: Counter[str] = Counter()
    for tick in range(sample.n_ticks):
        now = {name: values[tick] for name, values in records.items()}
        if tick > 0:
            total["step"] += step_cycles(shape)
            total["winner"] += WINNER_CYCLES
        if tick == sample.n_ticks - 1:
            total["winner"] -= 1  # what follows cannot be frozen
            break
        if tick > 0 and learn and registers.do_eprop and tick >= sample.target_start:
            asked = not (registers.single_label and total["error"])
            total["error"] += shape.n_out + TARGET_WAIT * asked
            visited = [
                visited_rows(now["trace_in"][: shape.n_in] >> registers.fp_loc_tinp != 0, shape.lanes),
                visited_rows(now["trace_rec"][: shape.n_rec] >> registers.fp_loc_trec != 0, shape.lanes),
            ]
            for first in range(0, shape.n_rec, GROUP):
                total["neurons"] += neurons_cycles(shape, first)
                total["rows"] += rows_cycles(shape, visited)
        events = sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]]
        total["propagate"] += propagate_cycles(shape, events, np.flatnonzero(now["spike"]))
    total["result"] += shape.n_out + 1
    total["clear"] += shape.words_cleared
    return dict(total)


def step_cycles(shape: Shape) -> int:
    """Return the cycles of *step*: a word of the largest kind of state per cycle."""
    return -(-max(shape.n_in, shape.n_rec, shape.n_out) // shape.lanes) + STEP_EXTRA


def neurons_cycles(shape: Shape, first: int) -> int:
    """Return the cycles of the neurons of a group: a word of readouts of one neuron per cycle."""
    return min(GROUP, shape.n_rec - first) * shape.out_words + NEURONS_EXTRA


def visited_rows(traced: NDArray[np.bool_], lanes: int) -> Int64Array:
    """Return how many rows of each word of traces are visited."""
    padded = np.zeros(-(-traced.size // lanes) * lanes, np.int64)
    padded[: traced.size] = traced
    return padded.reshape(-1, lanes).sum(axis=1)


def rows_cycles(shape: Shape, visited: list[Int64Array]) -> int:
    """Return the cycles of the rows onto a group: both arrays side by side, the longer one counts."""
    parts = GROUP // shape.lanes
    return max(int(np.maximum(rows * parts, 1).sum()) for rows in visited) + ROWS_EXTRA


def propagate_cycles(shape: Shape, events: Int64Array, spikes: Int64Array) -> int:
    """Return the cycles of all passes: a word of neurons, or of readouts of a spike, per cycle."""
    if not len(events) and not len(spikes):
        return NO_PASS
    words = max(-(-shape.n_rec // shape.lanes), SHORTEST_PASS)
    silent = len(np.setdiff1d(events, spikes))
    return len(spikes) * max(words, shape.out_words) + silent * words + PASSES_EXTRA
