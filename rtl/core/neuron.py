"""The neurons: leak, spike and reset of a word of membrane potentials, and the weights that enter them."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.lfsr import NOISE
from golden_model.network.config import Config
from golden_model.network.parameters import PUBLISHED
from golden_model.network.registers import SOURCE_SEEDS
from rtl.core.arithmetic import add_weight, align, overflows, wrap
from rtl.core.lfsr import Source
from rtl.core.registers import Registers
from rtl.core.rounding import Rounding, popcount, rounded

NOISE_BITS = 16


def entering(weight: Value, radix: Value, config: Config) -> Value:
    """Return a stored weight at the scale of a potential, exact: shadow bits dropped, shifted by fp_loc."""
    shift = PUBLISHED.weight.bits - config.weight_bits + config.membrane_bits - PUBLISHED.membrane.bits
    return align((weight >> config.shadow_bits) << radix, shift)


class Neuron(wiring.Component):
    """A word of neurons.

    Attributes
    ----------
    latency : int
        Cycles from the members of `step` to `stepped` and `spike`, from those of `arrive` to
        `integrated`.
    membrane : In, s(M) per lane
        Potentials of the word.
    exists : In
        Lanes whose neuron exists.
    step : In
        Let the word leak, fire and reset.
    odd : In
        With one lane: the neuron is the odd one of its pair.
    present : In
        Pairs that exist.
    alpha, threshold : In, per pair
    stepped, spike : Out
        The potentials after the step, and who fired.
    arrive : In
        Add weights to the word.
    event, fired : In
        The pass has an input event, a spike.
    w_in, w_rec : In, stored weights
    integrated : Out
    saturates : Out
        With `integrated`: a potential is at the end of its range since the sum overflowed.
    """

    latency = 1

    def __init__(self, config: Config, lanes: int, registers: Registers) -> None:
        self.config, self.lanes, self.registers = config, lanes, registers
        self.pairs, formats = max(lanes // 2, 1), config.formats
        potentials = data.ArrayLayout(signed(formats.membrane.bits), lanes)
        weights = data.ArrayLayout(signed(formats.stored_weight.bits), lanes)
        super().__init__(
            {
                "membrane": In(potentials),
                "exists": In(lanes),
                "step": In(1),
                "odd": In(1),
                "present": In(self.pairs),
                "alpha": In(data.ArrayLayout(unsigned(formats.alpha.bits), self.pairs)),
                "threshold": In(data.ArrayLayout(signed(formats.threshold.bits), self.pairs)),
                "stepped": Out(potentials),
                "spike": Out(lanes),
                "arrive": In(1),
                "event": In(1),
                "fired": In(1),
                "w_in": In(weights),
                "w_rec": In(weights),
                "integrated": Out(potentials),
                "saturates": Out(1),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        self._step(m)
        self._integrate(m)
        return m

    def _step(self, m: Module) -> None:
        """Let the potentials leak; those of neurons that fire are reset."""
        exact = Signal(self.pairs)
        for pair in range(self.pairs):
            m.d.sync += exact[pair].eq(self.alpha[pair] == 1 << self.config.alpha_frac_bits)
        draw = self._draw(m, exact)
        for lane in range(self.lanes):
            self._step_lane(m, lane, draw[lane], exact[lane // 2])

    def _draw(self, m: Module, exact: Value) -> Any:
        """Return a draw per lane; none is taken for leaks that are exact."""
        registers = self.registers
        m.submodules.rounding = rounding = Rounding(
            "seed_strnd_neur", bits=self.config.alpha_frac_bits, lanes=self.lanes, skip_exact=True
        )
        odd = Signal()
        present = Signal(self.pairs)
        stepping = Signal()
        m.d.sync += [odd.eq(self.odd), present.eq(self.present), stepping.eq(self.step)]
        draws = registers.en_stoch_round if self.config.state_rounding == "stochastic" else 0
        m.d.comb += [
            rounding.load.eq(registers.load_seed_strnd_neur),
            rounding.seed.eq(registers.seed_strnd_neur),
            rounding.word.eq(stepping & draws),
            rounding.odd.eq(odd),
            rounding.present.eq(present),
            rounding.exact.eq(exact),
        ]
        return rounding.draw

    def _step_lane(self, m: Module, lane: int, draw: Value, exact: Value) -> None:
        """Let one neuron leak, fire and reset."""
        config, registers, pair = self.config, self.registers, lane // 2
        bits, frac_bits = config.membrane_bits, config.alpha_frac_bits
        product = Signal(signed(bits + frac_bits + 1), name=f"product_{lane}")
        threshold = Signal(signed(bits), name=f"threshold_{lane}")
        fires = Signal(name=f"fires_{lane}")
        m.d.sync += [
            product.eq(self.membrane[lane] * self.alpha[pair]),
            threshold.eq(self.threshold[pair]),
            fires.eq((self.membrane[lane] >= self.threshold[pair]) & self.exists[lane]),
        ]
        enabled = registers.en_stoch_round & ~exact
        leaked = Signal(signed(bits), name=f"leaked_{lane}")
        m.d.comb += leaked.eq(rounded(config, product, frac_bits, bits, draw, enabled))
        reset = Mux(registers.rst_mode, 0, wrap(leaked - threshold, bits))
        m.d.comb += [self.stepped[lane].eq(Mux(fires, reset, leaked)), self.spike[lane].eq(fires)]

    def _integrate(self, m: Module) -> None:
        """Add to the potentials what arrives, and noise."""
        source = self._noise_source(m)
        counts = Signal(self.lanes)
        saturated = Signal(self.lanes)
        m.d.sync += counts.eq(self.exists & self.arrive.replicate(self.lanes))
        for lane in range(self.lanes):
            overflowed = self._integrate_lane(m, lane, source.word[lane].as_signed())
            m.d.comb += saturated[lane].eq(counts[lane] & overflowed)
        m.d.comb += self.saturates.eq(saturated.any())

    def _noise_source(self, m: Module) -> Source:
        """Return the source of noise; neurons that do not exist take no draw."""
        registers = self.registers
        m.submodules.noise = source = Source(
            NOISE, NOISE_BITS, self.lanes, reset=SOURCE_SEEDS["seed_noise_neur"]
        )
        noisy = self.arrive & registers.noise_en
        m.d.comb += [
            source.load.eq(registers.load_seed_noise_neur),
            source.seed.eq(registers.seed_noise_neur),
            source.take.eq(Mux(noisy, popcount(self.exists), 0)),
        ]
        return source

    def _integrate_lane(self, m: Module, lane: int, draw: Value) -> Value:
        """Add to one potential what arrives, and noise; tell whether the sum overflows."""
        registers, bits = self.registers, self.config.membrane_bits
        noise = Signal(signed(max(bits, NOISE_BITS)), name=f"noise_{lane}")
        arriving = Mux(self.event, entering(self.w_in[lane], registers.fp_loc_winp, self.config), 0)
        spiking = Mux(self.fired, entering(self.w_rec[lane], registers.fp_loc_wrec, self.config), 0)
        weight = Signal(signed(bits), name=f"weight_{lane}")  # each has a bit less
        membrane = Signal(signed(bits), name=f"membrane_{lane}")
        m.d.sync += [
            noise.eq(Mux(registers.noise_en, align(draw >> registers.noise_str, bits - NOISE_BITS), 0)),
            weight.eq(arriving + spiking),
            membrane.eq(self.membrane[lane]),
        ]
        total = wrap(membrane + weight + noise, bits)
        m.d.comb += self.integrated[lane].eq(add_weight(membrane, weight, noise, bits))
        return overflows(membrane, weight, total)
