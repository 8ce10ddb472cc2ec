"""The named arithmetic of the core as circuits: every rounding, saturation and comparison, once.

Names and rules are those of golden_model.core.arithmetic. All functions build expressions: values in, a value
out, cut to the width that is named. None holds a register.
"""

from amaranth.hdl import Cat, Const, Mux, Shape, Value
from amaranth.lib import data

from golden_model.core.arithmetic import OVERFLOW_SHIFT


def wrap(x: Value, bits: int) -> Value:
    """Return the low `bits` bits of `x` as s(bits)."""
    return _resized(x, bits).as_signed()


def saturate(x: Value, bits: int) -> Value:
    """Clamp `x` to s(bits)."""
    if not x.shape().signed:
        x = Cat(x, 0).as_signed()
    beyond = x[bits - 1 :]  # and the sign
    return _limited(wrap(x, bits), beyond.any() & ~beyond.all(), x[-1])


def greater(left: Value, right: Value) -> Value:
    """Return the greater of two values."""
    return Mux(left > right, left, right)


def align(x: Value, shift: int) -> Value:
    """Return x * 2^shift, rounded down where `shift` is negative; the width changes by as much."""
    return x.shift_left(shift) if shift >= 0 else x.shift_right(-shift)


def quotient_and_fraction(product: Value, frac_bits: int, bits: int) -> tuple[Value, Value]:
    """Split the product of a state of `bits` bits and a leak at the binary point."""
    return product[frac_bits:][:bits], product[:frac_bits]


def rounds_up(fraction: Value, quotient: Value, mark: Value, *, strict: bool) -> Value:
    """Tell whether a leaked state is rounded up: its fraction reaches a mark, its quotient is not zero.

    Parameters
    ----------
    fraction, quotient : Value
        Of `quotient_and_fraction`.
    mark : Value
        A draw, one half, or a value beyond every fraction.
    strict : bool
        The fraction has to exceed the mark: draws of a core without errata.
    """
    reached = fraction > mark if strict else fraction >= mark
    return reached & quotient.any()


def leak(product: Value, frac_bits: int, up: Value, bits: int) -> Value:
    """Return a leaked state: the quotient, one more where it rounds up; signed as the product is."""
    quotient, _ = quotient_and_fraction(product, frac_bits, bits)
    rounded = (quotient + up)[:bits]
    return rounded.as_signed() if product.shape().signed else rounded


def add_weight(potential: Value, weight: Value, noise: Value, bits: int) -> Value:
    """Add a weight and noise to a membrane potential of `bits` bits, all signed.

    The sum saturates where potential and weight have one sign and the sum has the other; noise takes no
    part in that rule, so that it may wrap a potential round.
    """
    total = wrap(potential + weight + noise, bits)
    return _limited(total, overflows(potential, weight, total), potential[-1])


def overflows(potential: Value, weight: Value, total: Value) -> Value:
    """Tell whether a potential and a weight have one sign, and their sum has the other."""
    return (potential[-1] == weight[-1]) & (potential[-1] != total[-1])


def hard_sigmoid(potential: Value, one: int, bits: int) -> Value:
    """Map a readout potential of `bits` bits from -one..one to 0..one, the raw value that stands for 1.0."""
    raised = (potential + one)[: bits + 1]
    inside = Mux(raised[:bits] >= 2 * one, one, raised[1:bits])
    return _resized(Mux(raised[-1], 0, inside), bits).as_signed()


def learning_signal(total: Value, scale: Value, right: int, bits: int) -> Value:
    """Return L: the sum of weighted errors, shifted left and then right, in s(bits)."""
    return saturate((total << scale).shift_right(right), bits)


def sixteenths(gain: Value, multiplier: Value) -> Value:
    """Return the multiplier of all changes with a gain: 16, which leaves them, for a negative one."""
    return Mux(gain[-1], 16, multiplier)[:5]


def multiply_sixteenths(gain: Value, factor: Value, bits: int) -> Value:
    """Return pk >> 4, s(bits), for a gain and a factor trace x `sixteenths` of that gain.

    To multiply the trace first keeps both factors as narrow as those of one multiplier of an FPGA.
    """
    return wrap((gain * factor).shift_right(4), bits)


def change(product: Value, reduction: Value, bits: int, errata: bool) -> Value:
    """Return the change of a weight, s(bits), for pk >> 4 and an additive regularization.

    With errata the difference wraps, and becomes the most negative change where erratum E1 sees an overflow;
    without them it saturates.
    """
    if not errata:
        return saturate(product - reduction, bits)
    difference = wrap(product - reduction, bits)
    overflows = ~difference[-1] & product[bits - OVERFLOW_SHIFT]
    return Mux(overflows, Const(1 << bits - 1, bits), difference.as_unsigned()).as_signed()


def rate_layout(bits: int) -> data.StructLayout:
    """Return the layout of a learning rate for changes of `bits` bits, to be kept in registers.

    A magnitude is shifted left, clamped to `bits` bits, and shifted right. Both shifts are one rotation by
    `turn`. The magnitude is clamped if it has any bit of `clamp`; of the result only `keep` can be set.
    """
    return data.StructLayout({"turn": (bits - 1).bit_length(), "clamp": bits, "keep": bits})


def make_rate(left: Value, right: Value, bits: int) -> Value:
    """Return a learning rate, laid out as `rate_layout` says, of a left and then a right shift."""
    turn = _resized(right - left, (bits - 1).bit_length())
    clamp = Cat(left > bits - 1 - n for n in range(bits))
    keep = Cat(right < bits - n for n in range(bits))
    return Cat(turn, clamp, keep)


def scaled_magnitude(size: Value, rate: data.View) -> Value:
    """Shift a magnitude by a learning rate."""
    bits, padded = len(rate.keep), _resized(size, 1 << len(rate.turn))
    turned = Cat(padded, padded) >> rate.turn
    clamped = (size & rate.clamp).any()
    return Mux(clamped, rate.keep, turned[:bits] & rate.keep)


def magnitude(change: Value) -> Value:
    """Return the size of a change without its top bit: 0 for none and for the most negative one."""
    return _negated(change[:-1], change[-1])


def weight_step(
    sign: Value, size: Value, mark: Value, rate: data.View, shadow_bits: int, rounding: str
) -> Value:
    """Return the step of a stored weight for a change, signed, of shadow_bits + 2 bits.

    Parameters
    ----------
    sign, size : Value
        Top bit of the change, and its `magnitude`: all that has to be kept of it.
    mark : Value
        The draw, where rounding is stochastic.
    rate : View of rate_layout
        From registers.
    shadow_bits : int
    rounding : {"truncate", "nearest", "stochastic"}
    """
    bits = len(rate.keep)
    scaled = Cat(Const(0, shadow_bits), scaled_magnitude(size, rate))
    rest, whole = scaled[:bits], scaled[bits:]
    up = {"truncate": Const(0), "nearest": rest[-1], "stochastic": _reaches(rest, mark)}[rounding]
    working = Cat(Const(0, shadow_bits), sign)  # of the most negative change, and of none
    steps = Mux(size.any(), (whole + up)[: shadow_bits + 1], working)
    return _negated(Cat(steps, 0), sign).as_signed()


def bounded_step(weight: Value, step: Value, bits: int) -> Value:
    """Add a step to a stored weight of `bits` bits, saturating."""
    return saturate(weight + step, bits)


def _negated(x: Value, sign: Value) -> Value:
    """Return `x`, or -x where `sign` is set, in the width of `x`.

    The sign comes in below the least significant bit, so that the sum has one operand that is constant: a
    position of a carry chain then needs no second look-up table.
    """
    inverted = (x ^ sign.as_signed())[: len(x)]
    return (Cat(sign, Const(0, len(x))) + Cat(sign, inverted))[1:][: len(x)]


def _reaches(x: Value, mark: Value) -> Value:
    """Tell whether x >= mark: a carry, since what makes up `x` merges into the look-up tables of a sum."""
    return ~(mark + ~x)[len(x)]


def _limited(total: Value, overflows: Value, sign: Value) -> Value:
    """Return a total, or where it overflows the number farthest out on the side of a sign."""
    high = (1 << len(total) - 1) - 1
    return Mux(overflows, Mux(sign, -high - 1, high), total)[: len(total)].as_signed()


def _resized(x: Value, bits: int) -> Value:
    """Return `x` with its upper bits cut off or its sign extended, as bits."""
    return (x | Const(0, Shape(bits, x.shape().signed)))[:bits]
