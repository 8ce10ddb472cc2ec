"""All memories of the core: ports that the phases of a time step take turns at, access to single elements."""

from enum import Enum
from typing import Any

from amaranth.hdl import Array, Elaboratable, Module, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from rtl.core.memory import Memory
from rtl.core.registers import BUS_BITS, pairs


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
STATES = ("membrane", "trace_in", "trace_rec", "trace_out")  # of a sample, zero between samples
COPIES = {"trace_rec_copy": "trace_rec"}  # written as the original is, read beside it


def output_lanes(config: Config, lanes: int) -> int:
    """Return the lanes of output weights: no more than there can be readouts, up to a power of two."""
    return min(lanes, 1 << (config.n_out - 1).bit_length())


def row_words(config: Config, lanes: int) -> int:
    """Return the words of a row of input or recurrent weights, whole groups of neurons."""
    return -(-config.n_rec // GROUP) * GROUP // lanes


class Storage(wiring.Component):
    """The memories: weights, states, leaks and thresholds.

    Attributes
    ----------
    latency : int
        Cycles from a read access to its value.
    rows : dict of Space to int
        Words of a row of each weight array.
    allowed : In
        Nothing but accesses uses the memories.
    access : In, interface of ACCESS
        To a single element.
    index : Out
        The readout that an access is to.
    potential, win : In
        Of that readout.
    """

    latency = 2

    def __init__(self, config: Config, lanes: int) -> None:
        self.config, self.lanes = config, lanes
        formats = config.formats
        super().__init__(
            {
                "allowed": In(1),
                "access": In(ACCESS),
                "index": Out(range(config.n_out)),
                "potential": In(formats.readout.bits),
                "win": In(formats.wins.bits),
            }
        )
        n_in, n_rec, out_lanes = config.n_in, config.n_rec, output_lanes(config, lanes)
        pair_lanes, stored = max(lanes // 2, 1), formats.stored_weight.bits
        row, out_words = row_words(config, lanes), -(-config.n_out // out_lanes)
        lines, neurons, pair_words = -(-n_in // lanes), -(-n_rec // lanes), -(-pairs(config) // pair_lanes)
        self.low_alpha_bits = config.alpha_frac_bits - 3
        self.rows = {Space.W_IN: row, Space.W_REC: row, Space.W_OUT: out_words}
        self.w_in = Memory(depth=n_in * row, bits=stored, lanes=lanes)
        self.w_rec = Memory(depth=n_rec * row, bits=stored, lanes=lanes)
        self.w_out = Memory(depth=n_rec * out_words, bits=stored, lanes=out_lanes)
        self.membrane = Memory(depth=neurons, bits=formats.membrane.bits, lanes=lanes)
        self.trace_in = Memory(depth=lines, bits=formats.trace_in.bits, lanes=lanes)
        self.trace_rec = Memory(depth=neurons, bits=formats.trace_rec.bits, lanes=lanes)
        self.trace_rec_copy = Memory(depth=neurons, bits=formats.trace_rec.bits, lanes=lanes)
        self.trace_out = Memory(depth=neurons, bits=formats.trace_out.bits, lanes=lanes)
        self.alpha = Memory(depth=pair_words, bits=self.low_alpha_bits, lanes=pair_lanes)
        self.threshold = Memory(depth=pair_words, bits=formats.threshold.bits, lanes=pair_lanes)
        self._readers: dict[str, list[Any]] = {name: [] for name in self.memories}
        self._writers: dict[str, list[Any]] = {name: [] for name in self.memories}

    @property
    def memories(self) -> dict[str, Memory]:
        """All memories by name."""
        return {name: member for name, member in vars(self).items() if isinstance(member, Memory)}

    def reader(self, user: str, name: str) -> Any:
        """Return `read` and `address` for a user of a memory; only one user may read in a cycle."""
        address = range(self.memories[name].depth)
        port = wiring.Signature({"read": Out(1), "address": Out(address)}).create(path=(user, name))
        self._readers[name].append(port)
        return port

    def writer(self, user: str, name: str) -> Any:
        """Return `write`, `address` and `word` for a user of a memory; only one user may write in a cycle."""
        memory = self.memories[name]
        members = {"write": Out(memory.lanes), "address": Out(range(memory.depth)), "word": Out(memory.word)}
        port = wiring.Signature(members).create(path=(user, name))
        self._writers[name].append(port)
        return port

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        self._access(m)
        for name, member in self.memories.items():
            m.submodules[f"memory_{name}"] = member
            for port in self._readers[name]:
                with m.If(port.read):
                    m.d.comb += [member.read.eq(1), member.read_address.eq(port.address)]
            for port in self._writers[COPIES.get(name, name)]:
                with m.If(port.write.any()):
                    m.d.comb += [
                        member.write.eq(port.write),
                        member.write_address.eq(port.address),
                        member.write_word.eq(port.word),
                    ]
        return m

    def _access(self, m: Module) -> None:
        """Read and write single elements."""
        access, others = self.access, {Space.READOUT: self.potential.as_signed(), Space.WINS: self.win}
        reads = Signal()
        writes = Signal()
        asked = Signal()
        space = Signal.like(access.space)
        value = Signal(BUS_BITS)
        m.d.comb += [
            reads.eq(self.allowed & access.read & ~access.write),
            writes.eq(self.allowed & access.write),
        ]
        m.d.sync += [asked.eq(reads), access.valid.eq(asked), access.value.eq(value)]
        with m.If(reads):
            m.d.sync += [space.eq(access.space), self.index.eq(access.row)]
        for choice in Space:
            element = others.get(choice)
            if element is None:
                chosen = access.space == choice.value
                element = self._element(m, choice, reads & chosen, writes & chosen)
            with m.If(space == choice.value):
                m.d.comb += value.eq(element)

    def _element(self, m: Module, space: Space, reads: Value, writes: Value) -> Value:
        """Connect a space; return the element that was read."""
        access, name = self.access, space.name.lower()
        member, reader, writer = self.memories[name], self.reader("access", name), self.writer("access", name)
        bits = member.lanes.bit_length() - 1
        if space in self.rows:
            address = access.row * self.rows[space] + (access.column >> bits)
            lane = access.column[:bits]
        else:
            address, lane = access.row >> bits, access.row[:bits]
        m.d.comb += [reader.read.eq(reads), reader.address.eq(address), writer.address.eq(address)]
        with m.If(writes):
            m.d.comb += writer.write.eq(1 << lane if bits else 1)
        for n in range(member.lanes):
            m.d.comb += writer.word[n].eq(access.data)
        held = Signal(max(bits, 1), name=f"lane_{name}")
        m.d.sync += held.eq(lane)
        element = Array(member.read_word[n] for n in range(member.lanes))[held]
        return element if space is Space.ALPHA else element.as_signed()
