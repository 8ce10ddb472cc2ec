"""Everything that a core computes with."""

from dataclasses import dataclass
from typing import Any

from amaranth.lib import wiring

from golden_model.network.config import Config
from rtl.core.events import Events
from rtl.core.learning import Learning
from rtl.core.neuron import Neuron
from rtl.core.readout import Readout
from rtl.core.registers import Registers
from rtl.core.sizes import Sizes
from rtl.core.storage import Storage, output_lanes
from rtl.core.synapse import Synapses
from rtl.core.trace import Trace

KINDS = ("in", "rec", "out")
PLASTIC = KINDS[:2]  # whose rows are updated group by group


@dataclass(frozen=True)
class Blocks:
    """The blocks of a core. Phases connect them; a member of a block is driven in one place only.

    Attributes
    ----------
    config : Config
    lanes, out_lanes : int
        Elements of a word, and of a word of readouts.
    registers, sizes, storage, events, neuron, readout, learning : Component
    traces, synapses : dict of str to Component
        By kind: "in", "rec" and, for traces, "out".
    """

    config: Config
    lanes: int
    out_lanes: int
    registers: Registers
    sizes: Sizes
    storage: Storage
    events: Events
    neuron: Neuron
    traces: dict[str, Trace]
    readout: Readout
    learning: Learning
    synapses: dict[str, Synapses]

    @property
    def shift(self) -> int:
        """Bits of the place of a neuron in its word."""
        return self.lanes.bit_length() - 1

    def named(self) -> dict[str, wiring.Component]:
        """Return all blocks under the names of their modules."""
        own = {name: block for name, block in vars(self).items() if isinstance(block, wiring.Component)}
        traces = {f"trace_{kind}": block for kind, block in self.traces.items()}
        synapses = {f"synapses_{kind}": block for kind, block in self.synapses.items()}
        return own | traces | synapses


def make_blocks(config: Config, lanes: int) -> Blocks:
    """Return the blocks of a core."""
    registers, out_lanes = Registers(config), output_lanes(config, lanes)
    shared: tuple[Any, ...] = (lanes, registers)
    return Blocks(
        config=config,
        lanes=lanes,
        out_lanes=out_lanes,
        registers=registers,
        sizes=Sizes(config, *shared),
        storage=Storage(config, lanes),
        events=Events(config, lanes),
        neuron=Neuron(config, *shared),
        traces={kind: Trace(config, kind, *shared) for kind in KINDS},
        readout=Readout(config, out_lanes, registers),
        learning=Learning(config, out_lanes, registers),
        synapses={kind: Synapses(config, kind, *shared) for kind in PLASTIC},
    )
