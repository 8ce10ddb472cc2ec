"""The output bus: four-phase handshakes that carry results, a byte each."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config

BYTE = 8
TARGET_BITS = 2 * BYTE


class Output(wiring.Component):
    """Sends winners as one byte, potentials as two, the low one first.

    Attributes
    ----------
    latency : int
        Cycles from a result to `request`.
    result : In, a stream
        Taken when its last byte has been acknowledged.
    is_winner : In
        The result is the index of a readout, not a potential.
    data, request : Out
    acknowledge : In
        Synchronized.
    """

    latency = 1

    def __init__(self, config: Config) -> None:
        potential = signed(config.formats.readout.bits)
        super().__init__(
            {
                "result": In(stream.Signature(potential)),
                "is_winner": In(1),
                "data": Out(BYTE),
                "request": Out(1),
                "acknowledge": In(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        high = Signal()  # the high byte is sent
        potential = Signal(signed(TARGET_BITS))
        m.d.comb += potential.eq(self.result.payload)
        with m.FSM(name="handshake"):
            with m.State("WAIT"), m.If(self.result.valid & ~self.acknowledge):
                m.d.sync += [
                    self.data.eq(Mux(high, potential[BYTE:], potential[:BYTE])),
                    self.request.eq(1),
                ]
                m.next = "SEND"
            with m.State("SEND"), m.If(self.acknowledge):
                m.d.sync += self.request.eq(0)
                m.next = "END"
            with m.State("END"), m.If(~self.acknowledge):
                last = self.is_winner | high
                m.d.comb += self.result.ready.eq(last)
                m.d.sync += high.eq(~last)
                m.next = "WAIT"
        return m
