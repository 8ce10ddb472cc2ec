"""The phase *propagate*: an index with an event or a spike after the other, a word of neurons per cycle."""

from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from rtl.core.arithmetic import greater
from rtl.core.blocks import KINDS, Blocks
from rtl.core.sizes import INDEX_BITS
from rtl.core.storage import STATES, Space
from rtl.core.trace import grown

SHORTEST = 3  # words of a pass: the traces of one are written before the next one reads


@dataclass(frozen=True)
class Pass:
    """One word of a pass at one stage: whether there is one, the word, the index and what the index has."""

    valid: Any
    word: Any
    index: Any
    event: Any
    spike: Any

    def later(self, m: Module, stage: int) -> "Pass":
        """Return the same a cycle later."""
        delayed = {}
        for name, member in vars(self).items():
            delayed[name] = Signal.like(member, name=f"{name}_{stage}", init=0)
            m.d.sync += delayed[name].eq(member)
        return Pass(**delayed)


class PropagatePhase(wiring.Component):
    """Walks through the words of each pass.

    Attributes
    ----------
    latency : int
        Cycles from the read of a word to its write.
    ongoing : In
        This is the phase of the cycle.
    done : Out
        There is no pass left, and the last word is written at the latest in this cycle.
    exists : Out
        Lanes of the word under way that are neurons.
    written, pass_index, pass_word : Out
        The neurons show this word of this pass in this cycle, integrated.
    """

    latency = 2

    def __init__(self, blocks: Blocks) -> None:
        self.blocks, storage = blocks, blocks.storage
        names = (*STATES, *(f"w_{kind}" for kind in KINDS))
        self.readers = {name: storage.reader("propagate", name) for name in names}
        self.writers = {name: storage.writer("propagate", name) for name in STATES}
        super().__init__(
            {
                "ongoing": In(1),
                "done": Out(1),
                "exists": Out(blocks.lanes),
                "written": Out(1),
                "pass_index": Out(INDEX_BITS),
                "pass_word": Out(INDEX_BITS),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        there = self._read(m).later(m, 1)
        after = there.later(m, 2)
        self._arrive(m, there)
        self._write(m, after)
        self._grow(m, there, after)
        events = self.blocks.events
        m.d.comb += [
            events.lists.eq(self.ongoing),
            self.done.eq(self.ongoing & events.empty & ~events.valid & ~there.valid),
        ]
        return m

    def _read(self, m: Module) -> Pass:
        """Ask for a word of the present pass per cycle."""
        sizes, events = self.blocks.sizes, self.blocks.events
        word = Signal(INDEX_BITS)
        reads = Signal()
        out_last = Mux(events.has_spike, sizes.last_out, 0)
        last = Signal(INDEX_BITS)
        m.d.comb += [
            reads.eq(self.ongoing & events.valid),
            last.eq(greater(greater(sizes.last_rec, out_last), SHORTEST - 1)),
            events.take.eq(reads & (word == last)),
        ]
        with m.If(reads):
            m.d.sync += word.eq(Mux(word == last, 0, word + 1))
        for name, (address, wanted) in self._places(word, out_last).items():
            reader = self.readers[name]
            m.d.comb += [reader.read.eq(reads & wanted), reader.address.eq(address)]
        return Pass(reads, word, events.index, events.has_event, events.has_spike)

    def _places(self, word: Value, out_last: Value) -> dict[str, tuple[Value, Value]]:
        """Return of each memory the address for a word of the present pass, and whether it has to be read."""
        blocks, index, rows = self.blocks, self.blocks.events.index, self.blocks.storage.rows
        exists = word <= blocks.sizes.last_rec
        return {
            "membrane": (word, exists),
            "w_in": (index * rows[Space.W_IN] + word, exists),
            "w_rec": (index * rows[Space.W_REC] + word, exists),
            "w_out": (index * rows[Space.W_OUT] + word, word <= out_last),
            **{f"trace_{kind}": (index >> blocks.shift, word == 0) for kind in KINDS},
        }

    def _arrive(self, m: Module, there: Pass) -> None:
        """Add the weights that are there."""
        blocks, storage = self.blocks, self.blocks.storage
        neuron, readout = blocks.neuron, blocks.readout
        arrives = Signal()
        m.d.comb += [
            arrives.eq(there.valid & (there.word <= blocks.sizes.last_rec)),
            self.exists.eq(blocks.sizes.neurons_of(there.word) & arrives.replicate(blocks.lanes)),
            neuron.arrive.eq(arrives),
            neuron.event.eq(there.event),
            neuron.fired.eq(there.spike),
            neuron.w_in.as_value().eq(storage.w_in.read_word.as_value()),
            neuron.w_rec.as_value().eq(storage.w_rec.read_word.as_value()),
            readout.arrive.eq(there.valid & there.spike & (there.word <= blocks.sizes.last_out)),
            readout.word.eq(there.word),
            readout.w_out.as_value().eq(storage.w_out.read_word.as_value()),
        ]
        m.d.sync += self.written.eq(arrives)

    def _write(self, m: Module, after: Pass) -> None:
        writer = self.writers["membrane"]
        m.d.comb += [
            self.pass_index.eq(after.index),
            self.pass_word.eq(after.word),
            writer.write.eq(self.written.replicate(self.blocks.lanes)),
            writer.address.eq(after.word),
            writer.word.as_value().eq(self.blocks.neuron.integrated.as_value()),
        ]

    def _grow(self, m: Module, there: Pass, after: Pass) -> None:
        """Let the traces of the index grow."""
        blocks, registers, shift = self.blocks, self.blocks.registers, self.blocks.shift
        for bit, kind in enumerate(KINDS):
            word = blocks.storage.memories[f"trace_{kind}"].read_word
            radix = getattr(registers, f"fp_loc_t{'inp' if kind == 'in' else kind}")
            came = there.event if kind == "in" else there.spike
            larger = Signal(word.shape(), name=f"grown_{kind}")
            grows = Signal(blocks.lanes, name=f"grows_{kind}")
            enabled = came & (registers.do_eprop[bit] | registers.force_traces)
            trace = getattr(blocks.config.formats, f"trace_{kind}")
            for lane in range(blocks.lanes):
                mine = there.index[:shift] == lane if shift else 1
                m.d.sync += [
                    larger[lane].eq(grown(word[lane], radix, trace)),
                    grows[lane].eq(there.valid & (there.word == 0) & enabled & mine),
                ]
            writer = self.writers[f"trace_{kind}"]
            m.d.comb += [
                writer.write.eq(grows),
                writer.address.eq(after.index >> shift),
                writer.word.eq(larger),
            ]
