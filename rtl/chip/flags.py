"""The valid flags of neurons, which tell a host's states from those that a sample begins with."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from rtl.core.blocks import Blocks
from rtl.core.memory import Memory
from rtl.core.storage import STATES


class ValidFlags(wiring.Component):
    """A flag per neuron, clear unless a host sets it between samples.

    States are 0 between samples. What a host writes there counts only if it sets the neuron's flag, so before
    a sample begins all others are set to 0 again, and all flags cleared. During a sample all states count.

    Attributes
    ----------
    latency : int
        Cycles from `neuron` to `valid`.
    live : In
        A sample is under way.
    neuron : In
        A neuron or line.
    valid : Out
        The flags of its word.
    write, value : In
        Set or clear the flag of `neuron`. To clear it during a sample sets the states to 0.
    touch : In
        A host writes states.
    settle : In
        A sample is about to begin.
    unsettled : Out
        There may be states without a flag.
    busy : Out
        Flags are being cleared, after a reset or to settle.
    """

    latency = 1

    def __init__(self, blocks: Blocks) -> None:
        config, self.lanes, self.shift = blocks.config, blocks.lanes, blocks.shift
        most = max(config.n_in, config.n_rec)
        self.depth = -(-most // self.lanes)
        self.memory_flags = Memory(depth=self.depth, bits=1, lanes=self.lanes)
        self.states = {name: blocks.storage.writer("flags", name) for name in STATES}
        self.depths = {name: blocks.storage.memories[name].depth for name in STATES}
        super().__init__(
            {
                "live": In(1),
                "neuron": In(range(most)),
                "valid": Out(self.lanes),
                "write": In(1),
                "value": In(1),
                "touch": In(1),
                "settle": In(1),
                "unsettled": Out(1),
                "busy": Out(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        m.submodules.memory_flags = flags = self.memory_flags
        self.zeroes = Signal(self.lanes)
        address, mask = self.neuron >> self.shift, Signal(self.lanes)
        m.d.comb += [
            mask.eq(1 << self.neuron[: self.shift] if self.shift else 1),
            self.valid.eq(flags.read_word.as_value()),
        ]
        m.d.comb += [flags.read.eq(1), flags.read_address.eq(address)]
        zeroed = Signal(range(self.depth))
        m.d.comb += zeroed.eq(address)
        self._write(m, address, mask)
        self._walk(m, zeroed)
        with m.If((self.write | self.touch) & ~self.live):
            m.d.sync += self.unsettled.eq(1)
        for name, writer in self.states.items():
            exists = (zeroed <= self.depths[name] - 1).replicate(self.lanes)
            m.d.comb += [writer.address.eq(zeroed), writer.write.eq(self.zeroes & exists)]
        return m

    def _write(self, m: Module, address: Value, mask: Value) -> None:
        """Write the flag of a neuron, or set the states of the neuron to 0."""
        flags = self.memory_flags
        with m.If(self.write):
            m.d.comb += [
                flags.write.eq(mask),
                flags.write_address.eq(address),
                flags.read.eq(0),  # never what is written
                self.zeroes.eq((self.live & ~self.value).replicate(self.lanes) & mask),
            ]
            for lane in range(self.lanes):
                m.d.comb += flags.write_word[lane].eq(self.value & ~self.live)

    def _walk(self, m: Module, zeroed: Signal) -> None:
        """Clear all flags, a word per cycle; set states without one to 0, but after a reset, when all are."""
        flags = self.memory_flags
        word = Signal(range(self.depth + 1))
        walked = Signal(range(self.depth))  # the word that is there
        there = Signal()
        with m.FSM(name="walk", init="CLEAN") as fsm:
            with m.State("IDLE"), m.If(self.settle & self.unsettled):
                m.next = "SETTLE"
            for state in ("CLEAN", "SETTLE"):
                with m.State(state):
                    self._read_next(m, word, walked, there)
        m.d.comb += self.busy.eq(~fsm.ongoing("IDLE"))
        with m.If(self.busy & there):
            m.d.comb += [
                flags.write.eq((1 << self.lanes) - 1),
                flags.write_address.eq(walked),
                zeroed.eq(walked),
            ]
            with m.If(fsm.ongoing("SETTLE")):
                m.d.comb += self.zeroes.eq(~self.valid)

    def _read_next(self, m: Module, word: Signal, walked: Signal, there: Signal) -> None:
        """Read a word of flags; note which one is there in the next cycle, or that the walk is over."""
        flags = self.memory_flags
        m.d.comb += [flags.read.eq(word != self.depth), flags.read_address.eq(word)]
        m.d.sync += [word.eq(word + 1), walked.eq(word), there.eq(word != self.depth)]
        with m.If(word == self.depth):
            m.d.sync += [word.eq(0), self.unsettled.eq(0)]
            m.next = "IDLE"
