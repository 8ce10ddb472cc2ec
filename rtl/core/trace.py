"""Eligibility traces: filtered events, which leak at every step and grow with every event."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.network.config import Config
from golden_model.network.formats import Format
from rtl.core.registers import Registers
from rtl.core.rounding import Rounding, rounded


def look(value: Value, radix: Value) -> Value:
    """Return what the update rule sees of a trace."""
    return value >> radix


def grown(value: Value, radix: Value, trace: Format) -> Value:
    """Return a trace after an event, saturating at all ones."""
    total = value + ((1 << trace.frac) << radix)
    return Mux(total > trace.high, trace.high, total)[: trace.bits]


class Trace(wiring.Component):
    """The leak of a word of traces.

    Parameters
    ----------
    kind : {"in", "rec", "out"}

    Attributes
    ----------
    latency : int
        Cycles from the members of `decay` to `decayed`.
    decay : In
        Let the word leak.
    odd, present : In
        As of a Neuron.
    value : In, u(T) per lane
    factor : In, per pair
        alpha, or kappa for output traces.
    decayed : Out, u(T) per lane
    """

    latency = 1

    def __init__(self, config: Config, kind: str, lanes: int, registers: Registers) -> None:
        self.config, self.kind, self.lanes, self.registers = config, kind, lanes, registers
        self.pairs, formats = max(lanes // 2, 1), config.formats
        self.format: Format = getattr(formats, f"trace_{kind}")
        leak_format = formats.kappa if kind == "out" else formats.alpha
        self.frac_bits = leak_format.frac
        values = data.ArrayLayout(unsigned(self.format.bits), lanes)
        super().__init__(
            {
                "decay": In(1),
                "odd": In(1),
                "present": In(self.pairs),
                "value": In(values),
                "factor": In(data.ArrayLayout(unsigned(leak_format.bits), self.pairs)),
                "decayed": Out(values),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        exact = Signal(self.pairs)
        draw = self._draw(m)
        for pair in range(self.pairs):
            m.d.sync += exact[pair].eq(self.factor[pair] == 1 << self.frac_bits)
        for lane in range(self.lanes):
            product = Signal(signed(self.format.bits + self.frac_bits + 2), name=f"product_{lane}")
            m.d.sync += product.eq(self.value[lane] * self.factor[lane // 2])
            enabled = self.registers.en_stoch_round & ~exact[lane // 2]
            leaked = rounded(self.config, product, self.frac_bits, self.format.bits, draw[lane], enabled)
            m.d.comb += self.decayed[lane].eq(leaked)
        return m

    def _draw(self, m: Module) -> Any:
        """Return a draw per lane."""
        registers, name = self.registers, f"seed_strnd_t{'inp' if self.kind == 'in' else self.kind}"
        m.submodules.rounding = rounding = Rounding(name, bits=self.frac_bits, lanes=self.lanes)
        decaying = Signal()
        odd = Signal()
        present = Signal(self.pairs)
        m.d.sync += [decaying.eq(self.decay), odd.eq(self.odd), present.eq(self.present)]
        draws = registers.en_stoch_round if self.config.state_rounding == "stochastic" else 0
        m.d.comb += [
            rounding.load.eq(getattr(registers, f"load_{name}")),
            rounding.seed.eq(getattr(registers, name)),
            rounding.word.eq(decaying & draws),
            rounding.odd.eq(odd),
            rounding.present.eq(present),
        ]
        return rounding.draw
