"""A small component with all that a core is made of: a memory, a stream, a state machine, arithmetic."""

from amaranth import Const, Elaboratable, Module, Shape, Signal, signed, unsigned
from amaranth.lib import memory, stream, wiring
from amaranth.lib.wiring import In, Out


class Sums(wiring.Component):
    """Adds what comes to one of 16 sums; a new sum is delivered three cycles later."""

    def __init__(self) -> None:
        super().__init__(
            {
                "number": In(4),
                "zero": Out(1),
                "term": In(stream.Signature(signed(8))),
                "sum": Out(signed(16)),
                "ready": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Elaboratable:
        m = Module()
        sums = memory.Memory(shape=Shape.cast(signed(16)), depth=16, init=[])
        m.submodules.memory_sums = sums
        read, write = sums.read_port(), sums.write_port()
        number, term = Signal(unsigned(4)), Signal(signed(8))
        total = Signal(signed(16))
        m.d.comb += [read.addr.eq(self.number), write.addr.eq(number), write.data.eq(total)]
        nothing = Signal(0)
        m.d.comb += nothing.eq(self.number)
        m.d.comb += self.zero.eq((self.number == 0) & (self.number <= 15) & (Const(0, 4) <= self.number))
        with m.FSM():
            with m.State("idle"):
                m.d.comb += [self.ready.eq(1), self.term.ready.eq(1), read.en.eq(self.term.valid)]
                m.d.sync += [number.eq(self.number), term.eq(self.term.payload)]
                with m.If(self.term.valid):
                    m.next = "add"
            with m.State("add"):
                m.d.comb += [total.eq(read.data + term * 3), write.en.eq(1)]
                m.d.sync += self.sum.eq(total)
                m.next = "idle"
        return m
