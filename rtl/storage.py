"""All memories of the core, and the access to single elements of them."""

from enum import Enum
from typing import Any

from amaranth.hdl import Array, Module, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden_model.config import Config
from golden_model.formats import Formats
from golden_model.synapse import GROUP
from rtl.memory import Memory
from rtl.registers import BUS_BITS, pairs


class Space(Enum):
    """What an access is to."""

    W_IN = 0
    W_REC = 1
    W_OUT = 2
    ALPHA = 3
    THRESHOLD = 4
    READOUT = 5
    WINS = 6


ACCESS = wiring.Signature(
    {
        "space": Out(4),
        "row": Out(10),
        "column": Out(10),
        "read": Out(1),
        "write": Out(1),
        "data": Out(BUS_BITS),
        "value": In(BUS_BITS),
        "valid": In(1),
    }
)


def output_lanes(config: Config, lanes: int) -> int:
    """Return the lanes of output weights: no more than there can be readouts, up to a power of two."""
    return min(lanes, 1 << (config.n_out - 1).bit_length())


def row_words(config: Config, lanes: int) -> int:
    """Return the words of a row of input or recurrent weights, whole groups of neurons."""
    return -(-config.n_rec // GROUP) * GROUP // lanes


class Storage:
    """The memories, which the phases of a time step take turns in: weights, states, leaks and thresholds.

    Attributes
    ----------
    latency : int
        Cycles from a read access to its value.
    rows : dict of Space to int
        Words of a row of each weight array.
    index : Signal
        The readout that an access is to.
    """

    latency = 2

    def __init__(self, config: Config, lanes: int) -> None:
        self.config, self.lanes = config, lanes
        formats = Formats(config)
        self.low_alpha_bits = config.alpha_frac_bits - 3
        n_in, n_rec, out_lanes = config.n_in, config.n_rec, output_lanes(config, lanes)
        pair_lanes, stored = max(lanes // 2, 1), formats.stored_weight.bits
        row, out_words = row_words(config, lanes), -(-config.n_out // out_lanes)
        self.w_in = Memory(depth=n_in * row, bits=stored, lanes=lanes)
        self.w_rec = Memory(depth=n_rec * row, bits=stored, lanes=lanes)
        self.w_out = Memory(depth=n_rec * out_words, bits=stored, lanes=out_lanes)
        self.membrane = Memory(depth=-(-n_rec // lanes), bits=formats.membrane.bits, lanes=lanes)
        self.trace_in = Memory(depth=-(-n_in // lanes), bits=formats.trace_in.bits, lanes=lanes)
        self.trace_rec = Memory(depth=-(-n_rec // lanes), bits=formats.trace_rec.bits, lanes=lanes)
        self.trace_out = Memory(depth=-(-n_rec // lanes), bits=formats.trace_out.bits, lanes=lanes)
        pair_words = -(-pairs(config) // pair_lanes)
        self.alpha = Memory(depth=pair_words, bits=self.low_alpha_bits, lanes=pair_lanes)
        self.threshold = Memory(depth=pair_words, bits=formats.threshold.bits, lanes=pair_lanes)
        self.rows = {Space.W_IN: row, Space.W_REC: row, Space.W_OUT: out_words}
        self.index = Signal(range(config.n_out), name="access_index")

    @property
    def memories(self) -> dict[str, Memory]:
        """All memories by name."""
        return {name: member for name, member in vars(self).items() if isinstance(member, Memory)}

    def attach(self, m: Module, access: Any, allowed: Value, readout: dict[Space, Value]) -> None:
        """Add the memories to a module, and an access to single elements.

        Parameters
        ----------
        m : Module
        access : interface of ACCESS
        allowed : Value
            Nothing else uses the memories.
        readout : dict of Space to Value
            Of the readout `index`: its potential and its wins.
        """
        for name, member in self.memories.items():
            setattr(m.submodules, f"memory_{name}", member)
        reads = Signal()
        writes = Signal()
        asked = Signal()
        space = Signal.like(access.space)
        value = Signal(BUS_BITS)
        m.d.comb += [reads.eq(allowed & access.read), writes.eq(allowed & access.write)]
        m.d.sync += [asked.eq(reads), access.valid.eq(asked), access.value.eq(value)]
        with m.If(reads):
            m.d.sync += [space.eq(access.space), self.index.eq(access.row)]
        for choice in Space:
            element = readout.get(choice)
            if element is None:
                chosen = access.space == choice.value
                element = self._element(m, choice, access, reads & chosen, writes & chosen)
            with m.If(space == choice.value):
                m.d.comb += value.eq(element)

    def _element(self, m: Module, space: Space, access: Any, reads: Value, writes: Value) -> Value:
        """Connect a space; return the element that was read."""
        member = self.memories[space.name.lower()]
        bits = member.lanes.bit_length() - 1
        if space in self.rows:
            address = access.row * self.rows[space] + (access.column >> bits)
            lane = access.column[:bits]
        else:
            address, lane = access.row >> bits, access.row[:bits]
        with m.If(reads):
            m.d.comb += [member.read.eq(1), member.read_address.eq(address)]
        with m.If(writes):
            m.d.comb += [
                member.write.eq(1 << lane if bits else 1),
                member.write_address.eq(address),
            ]
            for n in range(member.lanes):
                m.d.comb += member.write_word[n].eq(access.data)
        held = Signal(max(bits, 1), name=f"lane_{space.name.lower()}")
        m.d.sync += held.eq(lane)
        element = Array(member.read_word[n] for n in range(member.lanes))[held]
        return element if space is Space.ALPHA else element.as_signed()
