"""How states are rounded: the marks that fractions have to reach, word by word."""

from typing import Any

from amaranth.hdl import Array, Cat, Elaboratable, Module, Mux, Signal, Value, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.lfsr import LONG_ROUNDING, ROUNDING
from golden_model.network.config import Config
from golden_model.network.registers import SOURCE_SEEDS
from rtl.core.arithmetic import leak, quotient_and_fraction, rounds_up
from rtl.core.lfsr import Source


def popcount(bits: Value) -> Value:
    """Return how many bits are set."""
    return sum((bit for bit in bits), start=bits[0] & 0)


def rounded(config: Config, product: Value, frac_bits: int, bits: int, draw: Value, enabled: Value) -> Value:
    """Return a state times its leak as the configuration rounds it, `bits` bits.

    Parameters
    ----------
    product : Value
        State x leak.
    frac_bits, bits : int
        Fraction bits of the leak, width of the state.
    draw : Value
        Random word of frac_bits bits, read where rounding is stochastic.
    enabled : Value
        The state is rounded: the register en_stoch_round is set, and the leak is not 1.0.
    """
    quotient, fraction = quotient_and_fraction(product, frac_bits, bits)
    if config.state_rounding == "floor":
        return leak(product, frac_bits, 0, bits)
    stochastic = config.state_rounding == "stochastic"
    mark = draw if stochastic else 1 << frac_bits - 1
    up = rounds_up(fraction, quotient, mark, strict=stochastic and not config.errata)
    return leak(product, frac_bits, up & enabled, bits)


def rounding_seed(seed: Value, bits: int) -> Value:
    """Return the seed of a source of draws of `bits` bits from half a seed register, 15 bits."""
    if bits <= ROUNDING.b:
        return seed
    return Cat(seed, ~seed[: LONG_ROUNDING.b - ROUNDING.b])


class Rounding(wiring.Component):
    """The two random sources of one kind of state, of the even and of the odd neurons.

    Parameters
    ----------
    register : str
        The seed register.
    bits : int
        Of a draw.
    lanes : int
    skip_exact : bool
        Pairs whose leak is 1.0 take no draw.

    Attributes
    ----------
    latency : int
        Draws are there in the cycle of `word`.
    load, seed : In
        Load the sources.
    word : In
        A word of states is rounded in this cycle.
    odd : In
        With one lane: the word is that of an odd neuron.
    present, exact : In, one bit per pair of the word
        The pair exists, its leak is 1.0.
    draw : Out
        A draw per lane.
    """

    latency = 0

    def __init__(self, register: str, *, bits: int, lanes: int, skip_exact: bool = False) -> None:
        self.register, self.bits, self.lanes, self.skip_exact = register, bits, lanes, skip_exact
        self.pairs = max(lanes // 2, 1)
        super().__init__(
            {
                "load": In(1),
                "seed": In(2 * ROUNDING.b),
                "word": In(1),
                "odd": In(1),
                "present": In(self.pairs),
                "exact": In(self.pairs),
                "draw": Out(data.ArrayLayout(unsigned(bits), lanes)),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        m.submodules.even_source = even = self._source(0)
        m.submodules.odd_source = odd = self._source(1)
        drawing = Signal(self.pairs)
        m.d.comb += drawing.eq(self.present & ~self.exact if self.skip_exact else self.present)
        take = Mux(self.word, popcount(drawing), 0)
        for source, half in ((even, 0), (odd, 1)):
            seed = self.seed.word_select(half, ROUNDING.b)
            mine = 1 if self.lanes > 1 else self.odd == half
            m.d.comb += [
                source.load.eq(self.load),
                source.seed.eq(rounding_seed(seed, self.bits)),
                source.take.eq(Mux(mine, take, 0)),
            ]
        if self.lanes == 1:
            m.d.comb += self.draw[0].eq(Mux(self.odd, odd.word[0], even.word[0]))
        else:
            for pair in range(self.pairs):
                slot = popcount(drawing[:pair]) if self.skip_exact and pair else pair
                for lane, source in ((2 * pair, even), (2 * pair + 1, odd)):
                    m.d.comb += self.draw[lane].eq(_slot(source, slot))
        return m

    def _source(self, half: int) -> Source:
        reset = SOURCE_SEEDS[self.register] >> half * ROUNDING.b & (1 << ROUNDING.b) - 1
        sequence = ROUNDING
        if self.bits > ROUNDING.b:
            sequence = LONG_ROUNDING
            reset |= (~reset & (1 << LONG_ROUNDING.b - ROUNDING.b) - 1) << ROUNDING.b
        return Source(sequence, self.bits, self.pairs, reset=reset)


def _slot(source: Source, slot: Any) -> Value:
    if isinstance(slot, int):
        return source.word[slot]
    return Array([source.word[n] for n in range(source.words)])[slot]
