"""The named arithmetic of the core: every rounding, saturation and comparison, once.

All functions take and return integers that 64 bits hold without wrapping, unless a width is given. Those
that loops over neurons use compute in the word of one of their operands, as they say. The rules are those of
docs/arithmetic.md.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.compiled import Int, kernel, word

OVERFLOW_SHIFT = 5  # erratum E1 sees an overflow in the bit this far below the top of a product's width


@kernel
def wrap(x: Int, bits: Int) -> Int:
    """Return the low `bits` bits of `x` as a two's-complement number, in the word of `x`."""
    word = type(x)
    spare = word(np.iinfo(word).bits - bits)
    return np.right_shift(np.left_shift(x, spare), spare)


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

    The quotient is rounded up where the fraction reaches `mark`: a random draw for stochastic rounding, one
    half for rounding to nearest, a value beyond every fraction for none. A quotient of zero is never rounded
    up, so small values die out.

    Parameters
    ----------
    value, factor : int
        Raw state and raw leak; their product fits the word of `factor`.
    frac_bits : int
        Fraction bits of the leak.
    mark : int
        What a fraction has to reach, 0..2^frac_bits.
    bits : int
        Width of the state, in which the quotient is compared with zero.
    """
    word = type(factor)
    product = word(np.int64(value) * np.int64(factor))
    quotient = np.right_shift(product, word(frac_bits))
    fraction = product & word((1 << frac_bits) - 1)
    rounds_up = (fraction >= mark) & ((quotient & word((1 << bits) - 1)) != 0)
    return word(np.int64(quotient) + np.int64(rounds_up))


@kernel
def add_weight(potential: Int, weight: Int, noise: Int, bits: Int) -> Int:
    """Add a weight and noise to a membrane potential of `bits` bits, in the word of the potential.

    The sum saturates where potential and weight have one sign and the sum has the other; noise takes no
    part in that rule, so that it may wrap a potential round.
    """
    word = type(potential)
    total = wrap(word(np.int64(potential) + np.int64(weight) + np.int64(noise)), bits)
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
        product has at most `bits` bits, which the word of `gain` holds.
    multiplier : int
        Not used here; rules of change are called alike.
    reduction : int
        Additive regularization, at the scale of a product.
    bits : int
        Width P of a product.
    """
    word = type(gain)
    product = word(np.int64(gain) * np.int64(trace))
    difference = wrap(word(np.int64(product) - np.int64(reduction)), bits)
    return overflow_e1(product, difference, bits)


@kernel
def multiplied_change(gain: Int, trace: Int, multiplier: Int, reduction: Int, bits: Int) -> Int:
    """Return the change d of a weight with multiplicative regularization, erratum E1 included."""
    word = type(gain)
    product = multiply_sixteenths(word(np.int64(gain) * np.int64(trace)), multiplier)
    difference = wrap(word(np.int64(product) - np.int64(reduction)), bits)
    return overflow_e1(product, difference, bits)


@kernel
def saturated_change(gain: Int, trace: Int, multiplier: Int, reduction: Int, bits: Int) -> Int:
    """Return the change d of a weight without erratum E1: the difference saturates."""
    word = type(gain)
    product = multiply_sixteenths(word(np.int64(gain) * np.int64(trace)), multiplier)
    return word(saturate(np.int64(product) - np.int64(reduction), bits))


@kernel
def multiply_sixteenths(product: Int, multiplier: Int) -> Int:
    """Return pk >> 4: a positive product x multiplier / 16, rounded down; a negative one as it is.

    The product is taken apart at its fourth bit, so that no intermediate is wider than the product.
    """
    word = type(product)
    high = np.int64(np.right_shift(product, word(4))) * np.int64(multiplier)
    low = np.int64(product & word(15)) * np.int64(multiplier)
    scaled = word(high + np.int64(np.right_shift(word(low), word(4))))
    return product if product < 0 else scaled


@kernel
def overflow_e1(product: Int, difference: Int, bits: Int) -> Int:
    """Return the most negative change where erratum E1 sees an overflow, else the difference."""
    word = type(product)
    overflows = (difference >= 0) & ((product & word(1 << (bits - OVERFLOW_SHIFT))) != 0)
    return word(-(1 << (bits - 1))) if overflows else difference


class Rate(NamedTuple):
    """How large a step of a stored weight a change makes: a learning rate, as shifts.

    Attributes
    ----------
    bits : int
        Width P of a change.
    left, right : int
        Shifts of its magnitude, left (clamped to P bits) and then right.
    limit : int
        The greatest magnitude that the left shift does not clamp.
    shadow_bits : int
        Bits F of a stored weight below the working weight's least significant one.
    whole_left, whole_right : int
        Shifts from a magnitude of P bits, which stands for less than one working step, to whole steps of
        the stored weight; the right one is to be followed by one more place.
    remainder : int
        Mask of the rest that may round a step up, 0 where it never does.
    """

    bits: int
    left: int
    right: int
    limit: int
    shadow_bits: int
    whole_left: int
    whole_right: int
    remainder: int


def make_rate(bits: int, left: int, right: int, shadow_bits: int = 0, truncate: bool = False) -> Rate:
    """Return the rate of changes of `bits` bits; no shift of it is as wide as the word of a magnitude."""
    most = (1 << bits) - 1
    if right >= bits:  # nothing is left of any magnitude but the most negative change's
        left, right = 0, bits - 1
    return Rate(
        bits=bits,
        left=min(left, bits - 1),
        right=right,
        limit=most >> left,
        shadow_bits=shadow_bits,
        whole_left=max(shadow_bits - bits + 1, 0),
        whole_right=max(bits - shadow_bits - 1, 0),
        remainder=0 if truncate else most,
    )


@kernel
def scaled_magnitude(size: Int, rate: Rate) -> Int:
    """Shift a magnitude by a learning rate, in its own word."""
    word = type(size)
    shifted = np.left_shift(size, word(rate.left))
    shifted = word((1 << rate.bits) - 1) if size > word(rate.limit) else shifted
    return np.right_shift(shifted, word(rate.right))


@kernel
def weight_step(change: Int, mark: Int, rate: Rate) -> Int:
    """Return the step of a stored weight for a change of P bits, in the word of the change.

    The magnitude, scaled by the rate, is a fraction of 2^P of a working step, so 2^F times as much in
    stored steps. It is cut into whole steps and a remainder, which makes one more where it reaches the mark:
    a draw for stochastic rounding, one half for rounding to nearest. With F = 0 no step is whole, and the
    remainder is the probability of a single one.

    No change makes no step; the most negative one makes a full working step, whatever the rate.

    Parameters
    ----------
    change : int
        s(P).
    mark : int
        What a remainder has to reach, u(P); magnitudes are of its word.
    rate : Rate
    """
    word, magnitude = type(change), type(mark)
    size = scaled_magnitude(magnitude(abs(np.int64(change))), rate)
    whole = np.right_shift(np.left_shift(size, magnitude(rate.whole_left)), magnitude(rate.whole_right))
    whole = np.right_shift(whole, magnitude(1))
    rest = np.left_shift(size, magnitude(rate.shadow_bits)) & magnitude(rate.remainder)
    steps = word(np.int64(whole) + np.int64(rest >= mark))
    steps = word(1 << rate.shadow_bits) if change == word(-(1 << (rate.bits - 1))) else steps
    steps = word(0) if change == 0 else steps
    return steps if change > 0 else word(-np.int64(steps))


@kernel
def single_step(change: Int, draw: Int, rate: Rate) -> Int:
    """Return the same as `weight_step` for stochastic rounding without shadow bits, with less work."""
    word, magnitude = type(change), type(draw)
    size = scaled_magnitude(magnitude(abs(np.int64(change))), rate)
    fires = (change != 0) & (size >= draw) | (change == word(-(1 << (rate.bits - 1))))
    step = word(1) if change > 0 else word(-1)
    return step if fires else word(0)


@kernel
def bounded_step(weight: Int, step: Int, bits: Int) -> Int:
    """Add a step to a stored weight of `bits` bits, saturating; the word of the step holds the sum."""
    word = type(step)
    high = word((1 << (bits - 1)) - 1)
    low = word(-np.int64(high) - 1)
    stepped = word(np.int64(weight) + np.int64(step))
    stepped = high if stepped > high else stepped
    return low if stepped < low else stepped


@kernel
def bounded_single(weight: Int, step: Int, bits: Int) -> Int:
    """Return the same as `bounded_step` for a step of -1, 0 or 1, with less work."""
    stepped = np.int64(weight) + np.int64(step)
    half = 1 << (bits - 1)
    return weight if (stepped < -half) | (stepped >= half) else word(stepped)
