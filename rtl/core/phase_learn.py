"""The phase *learn*: group after group, the neurons of the next during the rows onto the present one."""

from dataclasses import dataclass
from typing import Any, Self

from amaranth.hdl import Array, Cat, Elaboratable, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.synapse import GROUP
from rtl.core.blocks import PLASTIC, Blocks
from rtl.core.learning import Learning
from rtl.core.storage import Space, Storage

GROUP_BITS = GROUP.bit_length() - 1
# What the learning block looks at of a neuron, and the memories that have it.
MEMORY_OF = {"membrane": "membrane", "value_rec": "trace_rec", "value_out": "trace_out"}


@dataclass(frozen=True)
class RowPorts:
    """The ports of the rows of an array: traces and weights to read, weights to write."""

    traces: str
    trace: Any
    weights: Any
    updated: Any

    @classmethod
    def of(cls, storage: Storage, kind: str) -> Self:
        """Return the ports for an array."""
        traces = "trace_in" if kind == "in" else "trace_rec_copy"  # the neurons read trace_rec meanwhile
        weights, updated = storage.reader("rows", f"w_{kind}"), storage.writer("rows", f"w_{kind}")
        return cls(traces, storage.reader("rows", traces), weights, updated)


class LearnPhase(wiring.Component):
    """Walks through the neurons of each group and, a group behind, through the rows onto them.

    Attributes
    ----------
    latency : int
        Cycles from the read of the last word of a group's neurons until its rows can begin.
    ongoing : In
        This is the phase of the cycle.
    valid : In
        The step has a target.
    done : Out
        The last word is written at the latest in this cycle.
    """

    latency = 1 + Learning.latency

    def __init__(self, blocks: Blocks) -> None:
        self.blocks, storage = blocks, blocks.storage
        self.readers = {name: storage.reader("learn", name) for name in ("w_out", *MEMORY_OF.values())}
        self.w_out_writer = storage.writer("learn", "w_out")
        self.rows = {kind: RowPorts.of(storage, kind) for kind in PLASTIC}
        super().__init__({"ongoing": In(1), "valid": In(1), "done": Out(1)})

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        self.neuron_group = Signal(range(-(-self.blocks.config.n_rec // GROUP)))  # of the neurons under way
        self.row_group = Signal.like(self.neuron_group)  # of the rows under way
        self.take = Signal()  # its rows begin
        self.finished = Signal()  # the rows of the last group have begun
        self._neurons(m)
        self._order(m)
        for kind in PLASTIC:
            self._rows(m, kind)
        return m

    def _order(self, m: Module) -> None:
        """Begin the rows of a group as soon as its neurons and the rows before are done."""
        blocks, synapses = self.blocks, self.blocks.synapses.values()
        last = Signal(name="last_group")
        scanning = Cat(array.scanning for array in synapses).any()
        busy = Cat(array.busy for array in synapses).any()
        m.d.comb += [
            last.eq(self.neuron_group == blocks.registers.num_rec_neur >> GROUP_BITS),
            self.take.eq(self.gathered & ~scanning),
            blocks.learning.take.eq(self.take),
            self.done.eq(self.finished & ~busy),
        ]
        with m.If(self.take):
            m.d.sync += [
                self.row_group.eq(self.neuron_group),
                self.finished.eq(last),
                self.neuron_group.eq(Mux(last, 0, self.neuron_group + 1)),
            ]
        with m.If(self.done):
            m.d.sync += self.finished.eq(0)

    def _neurons(self, m: Module) -> None:
        """Take the neurons of a group, a word of readouts per cycle, and wait until the group is gathered."""
        blocks, learning = self.blocks, self.blocks.learning
        place = Signal(GROUP_BITS)
        word = Signal(6, name="out_word")
        reads = Signal()
        neuron = Cat(place, self.neuron_group)
        ends = Signal()  # the neuron
        self._walk(m, place, word, reads, ends)
        for reader in self.readers.values():
            m.d.comb += [reader.read.eq(reads), reader.address.eq(neuron >> blocks.shift)]
        out_words = blocks.storage.rows[Space.W_OUT]
        m.d.comb += self.readers["w_out"].address.eq(neuron * out_words + word)
        m.d.sync += [
            learning.enter.eq(reads),
            learning.neuron_index.eq(neuron),
            learning.part.eq(word),
            learning.first.eq(word == 0),
            learning.last.eq(ends),
        ]
        self._give(m)

    def _walk(self, m: Module, place: Signal, word: Signal, reads: Signal, ends: Signal) -> None:
        """Walk through the words of the neurons of a group, and wait for the next one."""
        blocks = self.blocks
        reading = Signal(init=1)
        waited = Signal(range(self.latency))
        last = (place == GROUP - 1) | (Cat(place, self.neuron_group) == blocks.registers.num_rec_neur)
        m.d.comb += [
            ends.eq(word == blocks.sizes.last_out),
            reads.eq(self.ongoing & reading & ~self.finished),
        ]
        with m.If(reads):
            m.d.sync += word.eq(Mux(ends, 0, word + 1))
            with m.If(ends):
                m.d.sync += [place.eq(place + 1), reading.eq(~last)]
        self.gathered = ~reading & (waited == self.latency - 1)
        with m.If(self.take):
            m.d.sync += [waited.eq(0), place.eq(0), reading.eq(1)]
        with m.Elif(~reading & ~self.gathered):
            m.d.sync += waited.eq(waited + 1)

    def _give(self, m: Module) -> None:
        """Give the learning block what was read, and write back what it makes of output weights."""
        blocks, learning, storage = self.blocks, self.blocks.learning, self.blocks.storage
        lane = learning.neuron_index[: blocks.shift]
        for member, name in MEMORY_OF.items():
            word = storage.memories[name].read_word
            value = Array(word[n] for n in range(blocks.lanes))[lane]
            m.d.comb += getattr(learning, member).eq(value)
        m.d.comb += [
            learning.valid.eq(self.valid),
            learning.error.eq(blocks.readout.error),
            learning.w_out.as_value().eq(storage.w_out.read_word.as_value()),
            self.w_out_writer.write.eq(learning.write),
            self.w_out_writer.address.eq(
                learning.write_neuron * storage.rows[Space.W_OUT] + learning.write_word
            ),
            self.w_out_writer.word.as_value().eq(learning.updated.as_value()),
        ]

    def _rows(self, m: Module, kind: str) -> None:
        """Connect the rows of an array; those of both arrays are updated side by side."""
        blocks, learning, storage = self.blocks, self.blocks.learning, self.blocks.storage
        synapses, registers, row = blocks.synapses[kind], blocks.registers, storage.rows[Space.W_IN]
        ports, bit = self.rows[kind], PLASTIC.index(kind)
        plastic = registers.do_eprop[bit] & (self.valid | registers.regul_w[bit])
        m.d.comb += [
            synapses.start.eq(self.take & plastic),
            synapses.row_group.eq(self.row_group),
            synapses.every.eq(learning.every),
            synapses.pending.eq(learning.pending),
            synapses.gain.eq(learning.gain),
            synapses.sixteenths.eq(learning.sixteenths),
            synapses.reduction.eq(getattr(learning, f"reduction_{kind}")),
            synapses.trace_word.eq(storage.memories[ports.traces].read_word),
            synapses.weights.as_value().eq(storage.memories[f"w_{kind}"].read_word.as_value()),
            ports.trace.read.eq(synapses.trace_read),
            ports.trace.address.eq(synapses.trace_address),
            ports.weights.read.eq(synapses.read),
            ports.weights.address.eq(synapses.pre * row + synapses.word),
            ports.updated.write.eq(synapses.write),
            ports.updated.address.eq(synapses.write_pre * row + synapses.write_word),
            ports.updated.word.as_value().eq(synapses.updated.as_value()),
        ]
