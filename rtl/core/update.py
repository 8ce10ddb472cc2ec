"""The random step that changes make of a word of weights."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.scaling import update_shifts
from rtl.core.arithmetic import bounded_step, magnitude, make_rate, rate_layout, weight_step
from rtl.core.registers import Registers

REGISTER = {"in": "inp", "rec": "rec", "out": "out"}  # how registers call an array


class Update(wiring.Component):
    """The step that changes make of a word of weights.

    Attributes
    ----------
    latency : int
        Cycles from `change`, `draw` and `weight` to `updated`.
    change : In, s(P) per lane
    draw : In, u(P) per lane
    weight : In, stored weights
    itself : In
        Lanes that hold a self-connection, which any step clears.
    mark : Out
        What remainders have to reach: the random words, or one half.
    updated : Out
    """

    latency = 1

    def __init__(self, config: Config, kind: str, lanes: int, registers: Registers) -> None:
        self.config, self.kind, self.lanes, self.registers = config, kind, lanes, registers
        formats = config.formats
        self.trace: Format = getattr(formats, f"trace_{kind}")
        self.bits: int = getattr(formats, f"product_{kind}").bits
        weights = data.ArrayLayout(signed(formats.stored_weight.bits), lanes)
        super().__init__(
            {
                "change": In(data.ArrayLayout(signed(self.bits), lanes)),
                "draw": In(data.ArrayLayout(self.bits, lanes)),
                "weight": In(weights),
                "itself": In(lanes),
                "mark": Out(data.ArrayLayout(self.bits, lanes)),
                "updated": Out(weights),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        left, right = (getattr(self.registers, f"lr_{way}_w{REGISTER[self.kind]}") for way in "pr")
        more_left, more_right = update_shifts(self.config, self.trace, 0, 0)
        rate = Signal(rate_layout(self.bits))
        m.d.sync += rate.as_value().eq(make_rate(left + more_left, right + more_right, self.bits))
        for lane in range(self.lanes):
            self._update(m, lane, rate)
        return m

    def _update(self, m: Module, lane: int, rate: Any) -> None:
        """Update one weight."""
        config, bits, changed = self.config, self.bits, self.change[lane]
        stochastic, stored = config.update_rounding == "stochastic", config.weight_bits + config.shadow_bits
        m.d.comb += self.mark[lane].eq(self.draw[lane] if stochastic else 1 << bits - 1)
        taken = Signal(signed(config.shadow_bits + 2), name=f"step_{lane}")
        weight = Signal(signed(stored), name=f"weight_{lane}")
        itself = Signal(name=f"itself_{lane}")
        size = Signal(bits - 1, name=f"size_{lane}")
        m.d.comb += size.eq(magnitude(changed))
        step = weight_step(
            changed[-1], size, self.mark[lane], rate, config.shadow_bits, config.update_rounding
        )
        m.d.sync += [taken.eq(step), weight.eq(self.weight[lane]), itself.eq(self.itself[lane])]
        cleared = itself & (taken != 0)
        m.d.comb += self.updated[lane].eq(Mux(cleared, 0, bounded_step(weight, taken, stored)))
