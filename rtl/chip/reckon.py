"""The published chip's pins: synchronizers around the chip."""

from typing import Any

from amaranth.hdl import ClockDomain, ClockSignal, Elaboratable, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.cdc import FFSynchronizer, ResetSynchronizer
from amaranth.lib.wiring import In, Out, connect, flipped

from golden_model.network.config import Config
from rtl.chip.chip import Chip

# Pins and the members of the chip behind them.
ASYNCHRONOUS = {
    "SCK": "sck", "MOSI": "mosi", "AERIN_ADDR": "aer_address", "AERIN_TAR_EN": "aer_is_target",
    "AERIN_REQ": "aer_request", "SAMPLE": "sample", "TIME_TICK": "time_tick",
    "TARGET_VALID": "target_valid", "INFER_ACC": "infer", "OUT_ACK": "out_acknowledge",
}  # fmt: skip
OUTPUTS = {
    "MISO": "miso", "AERIN_ACK": "aer_acknowledge", "SPI_RDY": "spi_ready", "TIMING_ERROR_RDY": "timing",
    "OUT_DATA": "out_data", "OUT_REQ": "out_request",
}  # fmt: skip
STAGES = 2
WIDE = {"AERIN_ADDR": 8, "OUT_DATA": 8}


class Reckon(wiring.Component):
    """Every asynchronous input passes two flip-flops; reset acts at once and ends with the clock.

    Parameters
    ----------
    config : Config
    lanes : int
    trace : bool
        With the trace port of the core, which the published chip does not have.

    Attributes
    ----------
    latency : int
        Cycles from a pin to the chip.
    CLK_EXT, RST, CLK_INT_EN : In
        Clock, asynchronous reset, and a pin without effect.
    one member per other pin : In, Out
    """

    latency = STAGES

    def __init__(self, config: Config, *, lanes: int = 16, trace: bool = False) -> None:
        self.traced = trace
        self.chip = Chip(config, lanes=lanes, trace=trace)
        members: dict[str, Any] = {name: In(1) for name in ("CLK_EXT", "RST", "CLK_INT_EN")}
        members |= {pin: In(WIDE.get(pin, 1)) for pin in ASYNCHRONOUS}
        members |= {pin: Out(WIDE.get(pin, 1)) for pin in OUTPUTS}
        if trace:
            members["trace"] = self.chip.signature.members["trace"]
        super().__init__(members)

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        m.domains.sync = ClockDomain()
        m.d.comb += ClockSignal().eq(self.CLK_EXT)
        m.submodules.reset = ResetSynchronizer(self.RST, stages=STAGES)
        m.submodules.chip = self.chip
        for pin, name in ASYNCHRONOUS.items():
            member: Signal = getattr(self.chip, name)
            m.submodules[f"synchronize_{name}"] = FFSynchronizer(getattr(self, pin), member, stages=STAGES)
        for pin, name in OUTPUTS.items():
            m.d.comb += getattr(self, pin).eq(getattr(self.chip, name))
        if self.traced:
            connect(m, self.chip.trace, flipped(self.trace))
        return m
