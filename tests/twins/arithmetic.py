"""The named operations of the arithmetic, on plain ints of any size."""

from collections.abc import Sequence


def wrap(value: int, bits: int) -> int:
    """Low `bits` bits, read as signed."""
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def saturate(value: int, bits: int) -> int:
    """Clamp to the range of a signed word of `bits` bits."""
    return max(-(1 << (bits - 1)), min((1 << (bits - 1)) - 1, value))


def leak(
    value: int, factor: int, frac: int, bits: int, draw: int | None, signed: bool = True, errata: bool = True
) -> int:
    """value * factor / 2**frac, truncated; a draw of `frac` bits rounds up a fraction that reaches it.

    Without errata the fraction has to exceed the draw.
    """

    def fit(quotient: int) -> int:
        return wrap(quotient, bits) if signed else quotient & ((1 << bits) - 1)

    product = value * factor
    quotient = fit(product >> frac)
    fraction = product & ((1 << frac) - 1)
    least = draw if errata or draw is None else draw + 1
    if least is not None and factor != 1 << frac and fraction >= least and quotient != 0:
        quotient = fit(quotient + 1)
    return quotient


def add_membrane(u: int, weight: int, noise: int) -> int:
    """u + weight + noise in 16 bits; the overflow rule looks at u and the weight only."""
    v = wrap(u + weight + noise, 16)
    if u >= 0 and weight >= 0 and v < 0:
        return 32767
    if u < 0 and weight < 0 and v >= 0:
        return -32768
    return v


def hard_sigmoid(y: int) -> int:
    """Readout potential (s4.11) to 0 .. 2048."""
    if y > 2047:
        return 2048
    return 0 if y < -2048 else (y + 2048) >> 1


def pseudo_derivative(u: int, borders: Sequence[int], values: Sequence[int]) -> int:
    """First value whose border lies above u (the borders may be unsorted), the last one if none does."""
    for border, value in zip(borders, values, strict=False):
        if u < border:
            return value
    return values[-1]


def fires(p: int, right: int, left: int, bits: int, draw: int) -> bool:
    """Whether an update of expected size p takes its step."""
    if p == 0:
        return False
    if p == -(1 << (bits - 1)):
        return True
    return min(abs(p) << left, (1 << bits) - 1) >> right >= draw


def stochastic_step(p: int, weight: int, right: int, left: int, bits: int, draw: int) -> int:
    """The 8-bit weight after at most one step in the direction of p."""
    if not fires(p, right, left, bits, draw):
        return weight
    stepped = weight + 1 if p > 0 else weight - 1
    return stepped if -128 <= stepped <= 127 else weight


def excess(trace_rec: int, radix: int, f0: int) -> int:
    """Regularization g of a neuron: its trace above the level f0."""
    return max(0, (trace_rec >> radix) - f0)


def multiplicative(g: int, k_mul: int) -> int:
    """Factor m of a positive update in sixteenths."""
    return max(0, 16 - (g >> k_mul))


def additive(g: int, k_p: int, k_r: int) -> int:
    """Amount r an update is lowered by."""
    return ((g << k_p) & 0xFFFFFFFF) >> k_r


def update(pe: int, m: int, r: int, errata: bool) -> int:
    """Regularized update d (s32) of the product pe; `errata` reproduces the overflow test on bit 31 (E1)."""
    pk = pe * 16 if pe < 0 else pe * m
    if not errata:
        return saturate((pk >> 4) - r, 32)
    d = wrap((pk >> 4) - r, 32)
    return -(1 << 31) if d >= 0 and pk >> 31 & 1 else d
