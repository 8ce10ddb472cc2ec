"""Weight arrays for tests, and the update of a group of neurons from lists."""

from typing import Any

import numpy as np

from golden_model.core.compiled import Words, word
from golden_model.core.screening import list_rows
from golden_model.core.synapse import Synapses, UpdateRecord, update_group
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers

EVERY = 2**32 - 1
PUBLISHED = Config()


def lanes_of(values: list[int], dtype: Any) -> Words:
    """Return the values of a group's neurons, absent ones 0, in an array for two groups."""
    padded = np.zeros(32, dtype)
    padded[: len(values)] = values
    return padded


def update(
    synapses: Synapses,
    group: int,
    trace: list[int],
    gain: list[int],
    multiplier: list[int] | None = None,
    recurrent: bool = False,
    record: UpdateRecord | None = None,
) -> None:
    """Update all rows of a group; `gain` and `multiplier` are those of its neurons."""
    product = np.int32 if synapses.mark.dtype == np.uint32 else np.int64
    gains = np.roll(lanes_of(gain, product), 16 * group)
    multipliers = np.roll(lanes_of(multiplier or [16] * 16, word), 16 * group)
    list_rows(synapses.every, np.array(trace, word), True)
    masked = multiplier is not None
    update_group(synapses, group, synapses.every, gains, multipliers, masked, recurrent, record)


def plain_synapses(config: Config = PUBLISHED, n_in: int = 21, **registers: int) -> Synapses:
    radices = {"fp_loc_tinp": 0, "fp_loc_trec": 0, "fp_loc_tout": 0, "kappa": 100}
    values = Registers.for_network(n_in=n_in, n_rec=16, n_out=2, **radices, **registers)
    return make_synapses(config, Parameters(values))[0]
