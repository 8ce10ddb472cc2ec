"""Rounding of leaked potentials and traces: the mark that a fraction has to reach to be rounded up.

Stochastic rounding draws the mark anew for every neuron and step, the two neurons of a pair from a source
each. Without rounding, and where the leak is exactly 1.0, the mark lies beyond every fraction.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from golden_model.compiled import Words, kernel
from golden_model.formats import Int64Array
from golden_model.lfsr import Fibonacci
from golden_model.wheel import Wheel, make_wheel, turn


class Rounding(NamedTuple):
    """The rounding of one kind of state.

    Attributes
    ----------
    even, odd : Wheel
        Random sources of the even and the odd neurons.
    mark : uint16 [2 n_pairs]
        What the fraction of each neuron's state has to reach, 0..2^frac_bits and beyond.
    beyond : uint16 [n_pairs]
        2^frac_bits for pairs whose leak is 1.0, else 0; part of their marks.
    slot : int64 [n_pairs]
        Which of the words of a step each pair gets.
    gapless : bool
        Every pair draws: slot p is pair p's.
    stochastic : bool
        Draw the marks at every step.
    strict : int
        1 where the fraction has to exceed the draw (no errata), 0 where it has to reach it.
    """

    even: Wheel
    odd: Wheel
    mark: Words
    beyond: Words
    slot: Int64Array
    gapless: bool
    stochastic: bool
    strict: int


def make_rounding(
    sequence: Fibonacci,
    seed: int,
    frac_bits: int,
    exact: Sequence[bool],
    stochastic: bool,
    errata: bool = True,
    skip_exact: bool = False,
) -> Rounding:
    """Return the rounding of neurons in pairs.

    Parameters
    ----------
    sequence : Fibonacci
    seed : int
        Seed register: the even neurons' in the low half, the odd ones' in the high half.
    frac_bits : int
        Bits of a fraction and so of a draw.
    exact : sequence of bool [n_pairs]
        Pairs whose leak is 1.0: their fractions are never rounded up.
    stochastic : bool
        Round stochastically, or down.
    errata : bool
        Round up a fraction that equals its draw, as the published circuit does.
    skip_exact : bool
        Exact pairs consume no draw.
    """
    drawing = ~(np.array(exact) & skip_exact)
    slots, beyond = int(drawing.sum()), 1 << frac_bits
    half = (1 << sequence.b) - 1
    return Rounding(
        even=make_wheel(sequence, seed & half, frac_bits, slots),
        odd=make_wheel(sequence, seed >> sequence.b, frac_bits, slots),
        mark=np.full(2 * drawing.size, beyond, np.uint16),
        beyond=np.where(exact, beyond, 0).astype(np.uint16),
        slot=np.maximum(np.cumsum(drawing) - 1, 0),
        gapless=bool(drawing.all()),
        stochastic=stochastic and bool(drawing.any()),
        strict=int(not errata),
    )


@kernel
def draw_marks(rounding: Rounding) -> None:
    """Draw the marks of one step, the even neurons' and the odd neurons' from a source each."""
    if not rounding.stochastic:
        return
    row_even, columns_even = turn(rounding.even)
    row_odd, columns_odd = turn(rounding.odd)
    even = rounding.even.words[row_even, columns_even]
    odd = rounding.odd.words[row_odd, columns_odd]
    mark, beyond, slot, strict = rounding.mark, rounding.beyond, rounding.slot, rounding.strict
    if rounding.gapless:
        for p in range(beyond.size):
            mark[2 * p] = np.uint16(even[p] + strict) | beyond[p]
            mark[2 * p + 1] = np.uint16(odd[p] + strict) | beyond[p]
    else:
        for p in range(beyond.size):
            mark[2 * p] = np.uint16(even[slot[p]] + strict) | beyond[p]
            mark[2 * p + 1] = np.uint16(odd[slot[p]] + strict) | beyond[p]
