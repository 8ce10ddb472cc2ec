"""When time steps begin: ticks from outside or from inside, and those that come too early."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from rtl.core.registers import Registers


class Ticks(wiring.Component):
    """Hands ticks to the core, and tells the host when one may come.

    Attributes
    ----------
    latency : int
        Cycles from a tick to `tick`, unless memories are in use.
    time_tick : In
        Synchronized; a tick is its rising edge.
    active : In
        A sample is under way or about to begin: ticks are made inside.
    ready : In
        The core can take a tick.
    busy : In
        A memory is in use: the tick waits.
    tick : Out
    late : Out
        A tick comes too early in this cycle.
    error : Out
        A tick came too early; until reset.
    waiting : Out
        A tick has come and waits for memories.
    halted : Out
        No tick is taken any more, until reset.
    pin : Out
        The error, or that a tick may come: not before the last one has been seen to end.
    """

    latency = 0

    def __init__(self, registers: Registers) -> None:
        self.registers = registers
        super().__init__(
            {
                "time_tick": In(1),
                "active": In(1),
                "ready": In(1),
                "busy": In(1),
                "tick": Out(1),
                "error": Out(1),
                "waiting": Out(1),
                "late": Out(1),
                "halted": Out(1),
                "pin": Out(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        registers = self.registers
        before = Signal(reset_less=True)  # whatever the level is at a reset, that is no tick
        came = Signal()
        m.d.sync += before.eq(self.time_tick)
        m.d.comb += [
            came.eq(Mux(registers.local_tick, self._inside(m), self.time_tick & ~before)),
            self.halted.eq(self.error & registers.error_halt),
            self.tick.eq((came | self.waiting) & self.ready & ~self.busy & ~self.halted),
            self.pin.eq(
                Mux(
                    registers.timing_mode,
                    self.error,
                    self.ready & ~self.waiting & ~self.time_tick & ~self.halted,
                )
            ),
        ]
        m.d.sync += self.waiting.eq((came | self.waiting) & self.ready & self.busy & ~self.halted)
        m.d.comb += self.late.eq(came & (~self.ready | self.waiting))
        with m.If(self.late):
            m.d.sync += self.error.eq(1)
        return m

    def _inside(self, m: Module) -> Signal:
        """Return the ticks of a period of `cycles_per_tick`, the first one a period after `active`."""
        count = Signal.like(self.registers.cycles_per_tick)
        ends = Signal()
        m.d.comb += ends.eq(self.active & (count + 1 >= self.registers.cycles_per_tick))
        m.d.sync += count.eq(Mux(self.active & ~ends, count + 1, 0))
        return ends
