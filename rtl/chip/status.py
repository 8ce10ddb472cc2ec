"""What a host may ask: which configuration this is, and how often something went wrong."""

from typing import Any

from amaranth.hdl import Const, Elaboratable, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config
from golden_model.network.registers import STATUS
from rtl.chip.spi import ADDRESS_BITS
from rtl.core.registers import BUS_BITS

HASH = ("config_hash_low", "config_hash_high")
COUNTED = tuple(name for name, *_ in STATUS if name not in HASH)


class Status(wiring.Component):
    """Counters that stop at their greatest value, and the digest of the configuration.

    Attributes
    ----------
    latency : int
        Cycles from an event to its count.
    dropped_events, saturations, refused_accesses, timing_errors : In
        One has happened in this cycle.
    number : In
    value : Out
        Of the register of a number; 0 where there is none.
    """

    latency = 1

    def __init__(self, config: Config) -> None:
        self.config = config
        counted = {name: In(1) for name in COUNTED}
        super().__init__({**counted, "number": In(ADDRESS_BITS), "value": Out(BUS_BITS)})

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        digest = int(self.config.digest, 16)
        values = {name: Const(digest >> half * BUS_BITS, BUS_BITS) for half, name in enumerate(HASH)}
        for name, _, bits, _ in STATUS:
            if name in COUNTED:
                values[name] = count = Signal(bits, name=f"{name}_count")
                with m.If(getattr(self, name) & ~count.all()):
                    m.d.sync += count.eq(count + 1)
        with m.Switch(self.number):
            for name, number, _, _ in STATUS:
                with m.Case(number):
                    m.d.comb += self.value.eq(values[name])
        return m
