"""Rounding of leaked potentials and traces: the mark that a fraction has to reach to be rounded up.

Stochastic rounding draws the mark anew for every neuron and step, the two neurons of a pair from a source
each. Rounded to nearest, the mark is one half. Without rounding, and where the leak is exactly 1.0, it lies
beyond every fraction.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from golden_model.core.compiled import Flag, Words, kernel
from golden_model.core.lfsr import LONG_ROUNDING, ROUNDING, Source, draw_words, make_source
from golden_model.core.wheel import Wheel, make_wheel, turn
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters

Mode = Literal["floor", "nearest", "stochastic"]


class Rounding(NamedTuple):
    """The rounding of one kind of state.

    Attributes
    ----------
    wheels, sources : (even, odd) of Wheel, of Source, or None
        Random sources of the even and the odd neurons: wheels in cores of 32-bit products, else sources.
    drawn : (word [n_pairs], word [n_pairs])
        Scratch: words of a step, of the even and the odd neurons.
    mark : word [2 n_pairs]
        What the fraction of each neuron's state has to reach, 0..2^frac_bits and beyond.
    beyond : word [n_pairs]
        2^frac_bits for pairs whose leak is 1.0, else 0; part of their marks.
    slot : int64 [n_pairs]
        Which of the words of a step each pair gets from a wheel.
    gapless : bool
        Every pair draws: slot p is pair p's.
    stochastic : bool
        Draw the marks at every step.
    strict : int
        1 where the fraction has to exceed the draw (no errata), 0 where it has to reach it.
    """

    wheels: tuple[Wheel, Wheel] | None
    sources: tuple[Source, Source] | None
    drawn: tuple[Words, Words]
    mark: Words
    beyond: Words
    slot: Int64Array
    gapless: bool
    stochastic: bool
    strict: int


def make_rounding(
    seed: int,
    frac_bits: int,
    exact: Sequence[bool],
    mode: Mode,
    errata: bool = True,
    skip_exact: bool = False,
    product_bits: int = 32,
) -> Rounding:
    """Return the rounding of neurons in pairs.

    Parameters
    ----------
    seed : int
        Seed register: the even neurons' in the low half, the odd ones' in the high half.
    frac_bits : int
        Bits of a fraction and so of a draw, at most 15 where `product_bits` is 32.
    exact : sequence of bool [n_pairs]
        Pairs whose leak is 1.0: their fractions are never rounded up.
    mode : {"floor", "nearest", "stochastic"}
    errata : bool
        Round up a fraction that equals its draw, as the published circuit does.
    skip_exact : bool
        Exact pairs consume no draw.
    product_bits : int
        32 or 64, the class of the core's words.
    """
    drawing = ~(np.array(exact) & skip_exact)
    slots, slot = int(drawing.sum()), np.maximum(np.cumsum(drawing) - 1, 0)
    half = (1 << ROUNDING.b) - 1
    seeds, lanes = (seed & half, seed >> ROUNDING.b), np.where(drawing, slot, -1).tolist()
    wheels, sources = None, None
    dtype: Any = np.uint32
    if product_bits == 32:
        even, odd = (make_wheel(ROUNDING, seed, frac_bits, slots) for seed in seeds)
        wheels, dtype = (even, odd), np.uint16
    else:
        sources = (
            _make_source(seeds[0], frac_bits, lanes, slots),
            _make_source(seeds[1], frac_bits, lanes, slots),
        )
    return Rounding(
        wheels=wheels,
        sources=sources,
        drawn=(np.zeros(drawing.size, dtype), np.zeros(drawing.size, dtype)),
        mark=np.full(2 * drawing.size, resting_mark(mode, frac_bits), dtype),
        beyond=np.where(exact, 1 << frac_bits, 0).astype(dtype),
        slot=slot,
        gapless=bool(drawing.all()),
        stochastic=mode == "stochastic" and bool(drawing.any()),
        strict=int(not errata),
    )


def state_mode(config: Config, parameters: Parameters) -> Mode:
    """Return how states are rounded: as the configuration says if the register en_stoch_round is set."""
    return config.state_rounding if parameters.registers.en_stoch_round else "floor"


def resting_mark(mode: Mode, frac_bits: int) -> int:
    """Return the mark where none is drawn: one half, or beyond every fraction."""
    return 1 << (frac_bits - 1 if mode == "nearest" else frac_bits)


def _make_source(seed: int, bits: int, lanes: Sequence[int], slots: int) -> Source:
    """Return a source; that of more than 15 bits is seeded with the seed and its low bits inverted."""
    if bits <= ROUNDING.b:
        return make_source(ROUNDING, seed, bits, lanes, slots)
    inverted = ~seed & ((1 << LONG_ROUNDING.b - ROUNDING.b) - 1)
    return make_source(LONG_ROUNDING, seed | inverted << ROUNDING.b, bits, lanes, slots)


@kernel
def draw_marks(rounding: Rounding) -> None:
    """Draw the marks of one step, the even neurons' and the odd neurons' from a source each."""
    if rounding.stochastic:
        draw_from(rounding, rounding.wheels, rounding.sources)


@kernel
def draw_from(
    rounding: Rounding, wheels: tuple[Wheel, Wheel] | None, sources: tuple[Source, Source] | None
) -> None:
    """Draw marks from wheels or from sources, whichever there are."""
    if wheels is not None:
        row_even, columns_even = turn(wheels[0])
        row_odd, columns_odd = turn(wheels[1])
        even = wheels[0].words[row_even, columns_even]
        odd = wheels[1].words[row_odd, columns_odd]
        set_marks(rounding, even, odd, rounding.gapless)
    if sources is not None:
        even, odd = rounding.drawn
        draw_words(sources[0], even)
        draw_words(sources[1], odd)
        set_marks(rounding, even, odd, True)


@kernel
def set_marks(rounding: Rounding, even: Words, odd: Words, gapless: Flag) -> None:
    """Set the marks from the words of the even and the odd neurons."""
    mark, beyond, slot, strict = rounding.mark, rounding.beyond, rounding.slot, rounding.strict
    word = mark.dtype.type
    if gapless:
        for p in range(beyond.size):
            mark[2 * p] = word(even[p] + strict) | beyond[p]
            mark[2 * p + 1] = word(odd[p] + strict) | beyond[p]
    else:
        for p in range(beyond.size):
            mark[2 * p] = word(even[slot[p]] + strict) | beyond[p]
            mark[2 * p + 1] = word(odd[slot[p]] + strict) | beyond[p]
