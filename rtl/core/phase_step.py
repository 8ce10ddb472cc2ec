"""The phase *step*: a word of neurons, lines and traces decays per cycle, the readouts meanwhile."""

from typing import Any

from amaranth.hdl import Cat, Elaboratable, Module, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from rtl.core.blocks import Blocks
from rtl.core.sizes import INDEX_BITS
from rtl.core.storage import STATES


class StepPhase(wiring.Component):
    """Walks through the words of all states.

    Attributes
    ----------
    latency : int
        Cycles from the read of a word to its write.
    ongoing : In
        This is the phase of the cycle.
    done : Out
        The last word is written in this cycle, and the readouts have decayed.
    exists : Out
        Lanes of the word under way that are neurons.
    written, word : Out
        The blocks show this word in this cycle, decayed.
    """

    latency = 2

    def __init__(self, blocks: Blocks) -> None:
        self.blocks, storage = blocks, blocks.storage
        self.readers = {name: storage.reader("step", name) for name in (*STATES, "alpha", "threshold")}
        self.writers = {name: storage.writer("step", name) for name in STATES}
        super().__init__(
            {
                "ongoing": In(1),
                "done": Out(1),
                "exists": Out(blocks.lanes),
                "written": Out(1),
                "word": Out(INDEX_BITS),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        there, at = self._read(m)
        self._decay(m, there, at)
        self._write(m, there, at)
        return m

    def _read(self, m: Module) -> tuple[Signal, Signal]:
        """Ask for a word per cycle; return whether one is there, and which."""
        lanes, last = self.blocks.lanes, self.blocks.sizes.last_step
        address = Signal(INDEX_BITS)
        reading = Signal(init=1)
        reads = Signal()
        there = Signal()
        at = Signal(INDEX_BITS)
        decayed = Signal()
        m.d.comb += reads.eq(self.ongoing & reading)
        m.d.sync += [there.eq(reads), at.eq(address)]
        for name, reader in self.readers.items():
            pairwise = name not in STATES and lanes == 1
            m.d.comb += [
                reader.read.eq(reads & self._exists(name, address)),
                reader.address.eq(address >> 1 if pairwise else address),
            ]
        with m.If(reads):
            m.d.sync += [address.eq(address + 1), reading.eq(address != last)]
        with m.If(self.blocks.readout.decayed):
            m.d.sync += decayed.eq(1)
        with m.If(self.ongoing & ~reading & ~there & (decayed | self.blocks.readout.decayed)):
            m.d.comb += self.done.eq(1)
            m.d.sync += [address.eq(0), reading.eq(1), decayed.eq(0)]
        return there, at

    def _exists(self, name: str, word: Value) -> Value | int:
        """Tell whether a memory has a word of the network: not all of them have as many."""
        if name not in STATES:
            return 1
        sizes = self.blocks.sizes
        return word <= (sizes.last_in if name == "trace_in" else sizes.last_rec)

    def _decay(self, m: Module, there: Signal, at: Signal) -> None:
        """Give the blocks the word that is there."""
        blocks, neuron = self.blocks, self.blocks.neuron
        pairs = neuron.pairs
        word, first = (at, at * pairs) if blocks.lanes > 1 else (at >> 1, at >> 1)  # of pairs
        conf = Signal(pairs)
        present = Signal(pairs)
        m.d.comb += [
            conf.eq(blocks.registers.alpha_conf.word_select(word, pairs)),
            present.eq(Cat(first + pair <= blocks.sizes.last_pair for pair in range(pairs))),
            self.exists.eq(blocks.sizes.neurons_of(at) & there.replicate(blocks.lanes)),
            neuron.step.eq(there),
        ]
        for pair in range(pairs):
            self._give_leak(m, pair, conf[pair])
        m.d.comb += [neuron.odd.eq(at[0]), neuron.present.eq(present)]
        for kind, trace in blocks.traces.items():
            m.d.comb += [
                trace.decay.eq(there),
                trace.odd.eq(at[0]),
                trace.present.eq(present),
                trace.value.eq(blocks.storage.memories[f"trace_{kind}"].read_word),
            ]

    def _give_leak(self, m: Module, pair: int, conf: Value) -> None:
        """Give the blocks the leaks and the threshold of a pair of the word."""
        blocks, neuron, storage = self.blocks, self.blocks.neuron, self.blocks.storage
        top = Cat((~conf).replicate(3), conf)  # 0111 or 1000
        m.d.comb += [
            neuron.alpha[pair].eq(Cat(storage.alpha.read_word[pair], top)),
            neuron.threshold[pair].eq(storage.threshold.read_word[pair]),
        ]
        for kind, trace in blocks.traces.items():
            factor = blocks.registers.kappa if kind == "out" else neuron.alpha[pair]
            m.d.comb += trace.factor[pair].eq(factor)

    def _write(self, m: Module, there: Signal, at: Signal) -> None:
        """Write the word back where it exists, and note who fired."""
        blocks, sizes, events = self.blocks, self.blocks.sizes, self.blocks.events
        m.d.sync += [self.written.eq(there), self.word.eq(at)]
        results = {"membrane": blocks.neuron.stepped.as_value()}
        results |= {f"trace_{kind}": trace.decayed.as_value() for kind, trace in blocks.traces.items()}
        neurons = Signal()
        m.d.comb += neurons.eq(self.written & (self.word <= sizes.last_rec))
        for name, writer in self.writers.items():
            writes = self.written & self._exists(name, self.word)
            m.d.comb += [
                writer.write.eq(writes.replicate(blocks.lanes)),
                writer.address.eq(self.word),
                writer.word.as_value().eq(results[name]),
            ]
        m.d.comb += [
            events.fire.eq(neurons),
            events.spike_word.eq(self.word),
            events.spike.eq(blocks.neuron.spike),
        ]
