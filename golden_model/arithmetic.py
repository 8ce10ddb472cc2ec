"""The named arithmetic of the core: every rounding, saturation and comparison, once.

All functions take and return integers that 64 bits hold without wrapping, unless a width is given. The
rules are those of docs/arithmetic.md.
"""

import numpy as np

from golden_model.compiled import WORD_BITS, Int, kernel, uword, word

OVERFLOW_SHIFT = 5  # erratum E1 sees an overflow in the bit this far below the top of a product's width


@kernel
def wrap(x: Int, bits: Int) -> Int:
    """Return the low `bits` bits of `x`, at most those of a `word`, read as a two's-complement number."""
    spare = word(WORD_BITS - bits)
    return np.right_shift(np.left_shift(word(x), spare), spare)


@kernel
def saturate(x: Int, bits: Int) -> Int:
    """Clamp `x` to the two's-complement numbers of `bits` bits."""
    high = (1 << (bits - 1)) - 1
    return min(max(x, -high - 1), high)


@kernel
def align(x: Int, shift: Int) -> Int:
    """Return x * 2^shift, rounded down where `shift` is negative."""
    return x << shift if shift >= 0 else x >> -shift


@kernel
def leak(value: Int, factor: Int, frac_bits: Int, mark: Int, bits: Int) -> Int:
    """Multiply `value` by a leak and round the product; the caller keeps `bits` bits of the result.

    The quotient is rounded up where the fraction reaches `mark`: a random draw for stochastic rounding, a
    value beyond every fraction for none. A quotient of zero is never rounded up, so small values die out.

    Parameters
    ----------
    value, factor : int
        Raw state and raw leak; their product fits a `word`.
    frac_bits : int
        Fraction bits of the leak.
    mark : int
        What a fraction has to reach, 0..2^frac_bits.
    bits : int
        Width of the state, in which the quotient is compared with zero.
    """
    product = word(np.int64(value) * np.int64(factor))
    quotient = np.right_shift(product, word(frac_bits))
    fraction = product & word((1 << frac_bits) - 1)
    rounds_up = (fraction >= mark) & ((quotient & word((1 << bits) - 1)) != 0)
    return word(np.int64(quotient) + np.int64(rounds_up))


@kernel
def add_weight(potential: Int, weight: Int, noise: Int, bits: Int) -> Int:
    """Add a weight and noise to a membrane potential of `bits` bits.

    The sum saturates where potential and weight have one sign and the sum has the other; noise takes no
    part in that rule, so that it may wrap a potential round.
    """
    total = wrap(np.int64(potential) + np.int64(weight) + np.int64(noise), bits)
    high = word((1 << (bits - 1)) - 1)
    if (potential >= 0) & (weight >= 0) & (total < 0):
        total = high
    if (potential < 0) & (weight < 0) & (total >= 0):
        total = word(-np.int64(high) - 1)
    return total


@kernel
def hard_sigmoid(potential: Int, one: Int) -> Int:
    """Map a readout potential from -one..one to 0..one; `one` is the raw value that stands for 1.0."""
    if potential >= one:
        return one
    return 0 if potential < -one else (potential + one) >> 1


@kernel
def published_change(gain: Int, trace: Int, multiplier: Int, reduction: Int, bits: Int) -> Int:
    """Return the change d of a weight without multiplicative regularization, erratum E1 included.

    The additive regularization is subtracted and the difference wraps. The published circuit then looks
    for an overflow on bit `bits`-1 of pk = 16 x the product, which is bit `bits`-5 of the product, instead
    of at pk's sign.

    Parameters
    ----------
    gain, trace : int
        Learning signal x pseudo-derivative of the postsynaptic neuron, trace of the presynaptic one; their
        product fits `bits` bits.
    multiplier : int
        Not used here; rules of change are called alike.
    reduction : int
        Additive regularization, u32.
    bits : int
        Width P of a product.
    """
    product = word(np.int64(gain) * np.int64(trace))
    difference = wrap(np.int64(product) - np.int64(reduction), bits)
    return overflow_e1(product, difference, bits)


@kernel
def multiplied_change(gain: Int, trace: Int, multiplier: Int, reduction: Int, bits: Int) -> Int:
    """Return the change d of a weight with multiplicative regularization, erratum E1 included."""
    product = multiply_sixteenths(word(np.int64(gain) * np.int64(trace)), multiplier)
    difference = wrap(np.int64(product) - np.int64(reduction), bits)
    return overflow_e1(product, difference, bits)


@kernel
def saturated_change(gain: Int, trace: Int, multiplier: Int, reduction: Int, bits: Int) -> Int:
    """Return the change d of a weight without erratum E1: the difference saturates."""
    product = multiply_sixteenths(word(np.int64(gain) * np.int64(trace)), multiplier)
    return word(saturate(np.int64(product) - np.int64(reduction), bits))


@kernel
def multiply_sixteenths(product: Int, multiplier: Int) -> Int:
    """Return pk >> 4: a positive product x multiplier / 16, rounded down; a negative one as it is.

    The product is taken apart at its fourth bit, so that no intermediate is wider than the product.
    """
    high = np.int64(np.right_shift(product, word(4))) * np.int64(multiplier)
    low = np.int64(product & word(15)) * np.int64(multiplier)
    scaled = word(high + np.int64(np.right_shift(word(low), word(4))))
    return product if product < 0 else scaled


@kernel
def overflow_e1(product: Int, difference: Int, bits: Int) -> Int:
    """Return the most negative change where erratum E1 sees an overflow, else the difference."""
    overflows = (difference >= 0) & ((product & word(1 << (bits - OVERFLOW_SHIFT))) != 0)
    return word(-(1 << (bits - 1))) if overflows else difference


@kernel
def stochastic_step(change: Int, draw: Int, left: Int, right: Int, bits: Int) -> Int:
    """Return the step -1, 0 or 1 that a weight takes for a change of `bits` bits.

    The magnitude, shifted left (clamped to `bits` bits) and then right, fires where it reaches the draw.
    No change never fires, the most negative one always does.
    """
    size = uword(abs(np.int64(change)))
    most = uword((1 << bits) - 1)
    scaled = np.left_shift(size, uword(left))
    scaled = most if size > np.right_shift(most, uword(left)) else scaled
    scaled = np.right_shift(scaled, uword(right))
    fires = (change != 0) & (scaled >= draw) | (change == word(-(1 << (bits - 1))))
    step = word(1) if change > 0 else word(-1)
    return step if fires else word(0)


@kernel
def bounded_step(weight: Int, step: Int, bits: Int) -> Int:
    """Add a step to a weight of `bits` bits; a result outside the format leaves the weight as it is."""
    stepped = np.int64(weight) + np.int64(step)
    half = 1 << (bits - 1)
    return weight if (stepped < -half) | (stepped >= half) else word(stepped)
