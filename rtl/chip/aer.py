"""The input bus: four-phase handshakes that carry input events and targets."""

from typing import Any

from amaranth.hdl import Cat, Elaboratable, Module, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config
from rtl.core.registers import Registers

BYTE = 8


class AerInput(wiring.Component):
    """Takes one transfer after the other: an event, a label, or half a target of a regression.

    Attributes
    ----------
    latency : int
        Cycles from `request` to the offer of an event: its data may be seen a cycle later than the request.
    request, address, is_target : In
        Synchronized; address and is_target are stable while there is a request.
    acknowledge : Out
    event, target : Out, streams
    dropped : Out
        An event of a line that does not exist is acknowledged and forgotten in this cycle.
    target_request : In
        The core asks for a target: half targets begin with their low byte.
    """

    latency = 1

    def __init__(self, config: Config, registers: Registers) -> None:
        self.registers = registers
        super().__init__(
            {
                "request": In(1),
                "address": In(BYTE),
                "is_target": In(1),
                "acknowledge": Out(1),
                "event": Out(stream.Signature(range(config.n_in))),
                "target": Out(stream.Signature(signed(config.formats.readout.bits))),
                "target_request": In(1),
                "dropped": Out(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        settled = Signal()
        offered = Signal()
        taken = Signal()
        absent = Signal()
        m.d.sync += settled.eq(self.request)
        m.d.comb += [
            offered.eq(self.request & settled & ~self.acknowledge),
            absent.eq(self.address > self.registers.num_inp_neur),
            self.event.payload.eq(self.address),
            self.event.valid.eq(offered & ~self.is_target & ~absent),
            self.dropped.eq(offered & ~self.is_target & absent),
        ]
        half = self._target(m, offered & self.is_target)
        events = self.event.valid & self.event.ready
        targets = self.target.valid & self.target.ready
        m.d.comb += taken.eq(events | targets | half | self.dropped)
        with m.If(taken):
            m.d.sync += self.acknowledge.eq(1)
        with m.Elif(~self.request):
            m.d.sync += self.acknowledge.eq(0)
        return m

    def _target(self, m: Module, offered: Any) -> Signal:
        """Offer a label, or a target when both its halves are there; tell whether a low half is taken."""
        low = Signal(BYTE)
        second = Signal()
        half = Signal()
        regression = self.registers.regression
        m.d.comb += half.eq(offered & regression & ~second & self.target_request)
        with m.If(half):
            m.d.sync += [low.eq(self.address), second.eq(1)]
        with m.If(regression):
            m.d.comb += [
                self.target.valid.eq(offered & second),
                self.target.payload.eq(Cat(low, self.address).as_signed()),
            ]
            with m.If((offered & second & self.target.ready) | ~self.target_request):
                m.d.sync += second.eq(0)
        with m.Else():
            m.d.comb += [self.target.valid.eq(offered), self.target.payload.eq(self.address)]
            m.d.sync += second.eq(0)
        return half
