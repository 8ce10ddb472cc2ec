"""A small network for the pins, its samples, and ticks of the golden model that stop after *step*."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from golden_model.core.core import Core
from golden_model.core.inputs import checked_lines, checked_target
from golden_model.core.readout import count_winner
from golden_model.core.recording import NO_DETAIL
from golden_model.core.snapshot import state_parts
from golden_model.core.timestep import adapt, propagate, step
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import targets_at
from golden_model.samples.samples import Sample
from tests.widths.networks import WidthSet, events_of, leaks_of, registers_of, targets_of, weights_of

CONFIG = Config(n_in=12, n_rec=24, n_out=4)  # larger than the network
LANES = 4
SIZES = (11, 20, 3)
# Potentials that stay in range with many spikes.
TAME = {"fp_loc_winp": 2, "fp_loc_wrec": 1, "fp_loc_wout": 2}


def network(**registers: int) -> tuple[Core, list[Sample]]:
    """Return a network with all plasticities, and three samples."""
    width_set = WidthSet("pins", {}, {**TAME, **registers}, SIZES, 3, 20, 5, rate=0.25)
    rng = width_set.generator()
    chosen = Registers(**registers_of(width_set, rng))
    core = Core(CONFIG, Parameters(chosen, *leaks_of(width_set, rng)))
    core.load_weights(*weights_of(width_set, rng).values())
    events, (labels, targets) = events_of(width_set, rng), targets_of(width_set, rng)
    kinds = zip(events, labels.tolist(), targets, strict=True)
    aims = [{"targets": target} if chosen.regression else {"label": label} for _, label, target in kinds]
    start = width_set.target_start
    return core, [
        Sample.from_raster(raster, **aim, target_start=start)
        for raster, aim in zip(events, aims, strict=True)
    ]


def lines_of(sample: Sample, tick: int) -> list[int]:
    """Return the lines with an event before a tick."""
    return sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist()


class Stepwise:
    """Ticks of a core in two halves, between which its state may be seen and changed.

    Parameters
    ----------
    core : Core
        A sample has begun.
    """

    def __init__(self, core: Core) -> None:
        self.core, self.blocks = core, core._blocks

    def step(self, infer: bool) -> None:
        """Run the first half, after which a chip freezes."""
        step(self.blocks)
        if infer and not self.core.parameters.registers.regression:
            count_winner(self.blocks.readout)

    def go_on(self, lines: Iterable[int], target: Any = None) -> None:
        """Run the second half."""
        registers = self.core.parameters.registers
        if target is not None and self.core._learns:
            aim = targets_at(CONFIG, checked_target(registers, target))
            adapt(self.blocks, True, aim, NO_DETAIL)
        propagate(self.blocks, self.core._learns, checked_lines(registers, lines), None)
        self.core._ticks += 1

    def states(self) -> dict[str, np.ndarray]:
        """Return what a chip's host reads: potentials and traces."""
        names = ("membrane", "trace_in", "trace_rec", "trace_out", "readout")
        parts = state_parts(self.blocks)
        return {name: parts[name].array.astype(np.int64) for name in names}

    def change(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Replace states, sources or weights, by their names in a snapshot."""
        parts = state_parts(self.blocks)
        for name, array in arrays.items():
            parts[name].array[:] = array

    def fired(self) -> set[int]:
        """Return the neurons that fired."""
        neuron = self.blocks.neuron
        return set(neuron.fired[: neuron.n_fired[0]].tolist())

    def preset(self, neuron: int, *, spike: bool, valid: bool) -> None:
        """Say whether a neuron fired; set its states to 0 if they do not count."""
        fired = sorted(self.fired() - {neuron} | ({neuron} if spike else set()))
        self.blocks.neuron.fired[: len(fired)] = fired
        self.blocks.neuron.n_fired[0] = len(fired)
        parts = state_parts(self.blocks)
        for name in ("membrane", "trace_in", "trace_rec", "trace_out"):
            if not valid and neuron < parts[name].array.size:
                parts[name].array[neuron] = 0
