"""The named operations of the arithmetic, on plain ints of any size."""

from collections.abc import Sequence


def wrap(value: int, bits: int) -> int:
    """Low `bits` bits, read as signed."""
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def saturate(value: int, bits: int) -> int:
    """Clamp to the range of a signed word of `bits` bits."""
    return max(-(1 << (bits - 1)), min((1 << (bits - 1)) - 1, value))


def align(value: int, shift: int) -> int:
    """value * 2**shift, rounded down."""
    return value << shift if shift >= 0 else value >> -shift


def rounded(value: int, shift: int) -> int:
    """value * 2**shift, rounded half up."""
    return align(2 * value, shift) + 1 >> 1


def rounds_up(fraction: int, bits: int, rounding: str, draw: int | None) -> bool:
    """Whether a fraction of `bits` bits becomes 1; a stochastic one without a draw does not."""
    if rounding == "nearest":
        return fraction >= 1 << (bits - 1)
    return rounding == "stochastic" and draw is not None and fraction >= draw


def leak(
    value: int,
    factor: int,
    frac: int,
    bits: int,
    draw: int | None,
    signed: bool = True,
    errata: bool = True,
    rounding: str = "stochastic",
) -> int:
    """value * factor / 2**frac, rounded down or as told; a draw of `frac` bits rounds up what reaches it.

    Without errata the fraction has to exceed the draw.
    """

    def fit(quotient: int) -> int:
        return wrap(quotient, bits) if signed else quotient & ((1 << bits) - 1)

    product = value * factor
    quotient = fit(product >> frac)
    fraction = product & ((1 << frac) - 1)
    least = draw if errata or draw is None else draw + 1
    if factor != 1 << frac and quotient != 0 and rounds_up(fraction, frac, rounding, least):
        quotient = fit(quotient + 1)
    return quotient


def add_membrane(u: int, weight: int, noise: int, bits: int = 16) -> int:
    """u + weight + noise in `bits` bits; the overflow rule looks at u and the weight only."""
    v = wrap(u + weight + noise, bits)
    if u >= 0 and weight >= 0 and v < 0:
        return (1 << (bits - 1)) - 1
    if u < 0 and weight < 0 and v >= 0:
        return -(1 << (bits - 1))
    return v


def hard_sigmoid(y: int, one: int = 2048) -> int:
    """Readout potential to 0 .. one."""
    if y > one - 1:
        return one
    return 0 if y < -one else (y + one) >> 1


def pseudo_derivative(u: int, borders: Sequence[int], values: Sequence[int]) -> int:
    """First value whose border lies above u (the borders may be unsorted), the last one if none does."""
    for border, value in zip(borders, values, strict=False):
        if u < border:
            return value
    return values[-1]


def change(
    d: int,
    right: int,
    left: int,
    bits: int,
    draw: int | None,
    rounding: str = "stochastic",
    shadow_bits: int = 0,
) -> int:
    """What an update d of `bits` bits adds to a stored weight; the most negative d takes a whole step."""
    if d == 0:
        return 0
    if d == -(1 << (bits - 1)):
        return -(1 << shadow_bits)
    magnitude = min(abs(d) << left, (1 << bits) - 1) >> right
    steps, rest = divmod(magnitude << shadow_bits, 1 << bits)
    steps += rounds_up(rest, bits, rounding, draw)
    return steps if d > 0 else -steps


def fires(d: int, right: int, left: int, bits: int, draw: int) -> bool:
    """Whether an update takes its step where a weight has no shadow bits."""
    return change(d, right, left, bits, draw) != 0


def excess(trace_rec: int, radix: int, f0: int) -> int:
    """Regularization g of a neuron: its trace above the level f0."""
    return max(0, (trace_rec >> radix) - f0)


def multiplicative(g: int, k_mul: int) -> int:
    """Factor m of a positive update in sixteenths."""
    return max(0, 16 - (g >> k_mul))


def additive(g: int, k_p: int, k_r: int) -> int:
    """Amount r an update is lowered by."""
    return ((g << k_p) & 0xFFFFFFFF) >> k_r


def update(pe: int, m: int, r: int, errata: bool, bits: int = 32) -> int:
    """Regularized update d of the product pe; `errata` reproduces the overflow test on the top bit (E1)."""
    pk = pe * 16 if pe < 0 else pe * m
    if not errata:
        return saturate((pk >> 4) - r, bits)
    d = wrap((pk >> 4) - r, bits)
    return -(1 << (bits - 1)) if d >= 0 and pk >> (bits - 1) & 1 else d
