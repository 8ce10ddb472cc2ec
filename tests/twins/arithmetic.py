"""The named operations of the arithmetic, on plain ints of any size."""

from collections.abc import Sequence

from .decisions import tell


def wrap(value: int, bits: int) -> int:
    """Low `bits` bits, read as signed."""
    low = value & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


def saturate(value: int, bits: int, of: str = "") -> int:
    """Clamp to the range of a signed word of `bits` bits; `of` says what it is, for listeners."""
    tell("saturate", of=of, value=value, bits=bits)
    return max(-(1 << (bits - 1)), min((1 << (bits - 1)) - 1, value))


def align(value: int, shift: int) -> int:
    """value * 2**shift, rounded down."""
    return value << shift if shift >= 0 else value >> -shift


def rounded(value: int, shift: int) -> int:
    """value * 2**shift, rounded half up."""
    return align(2 * value, shift) + 1 >> 1


def level(bits: int, rounding: str, draw: int | None) -> int | None:
    """What a fraction of `bits` bits has to reach to become 1; None: it never does."""
    if rounding == "nearest":
        return 1 << (bits - 1)
    return draw if rounding == "stochastic" else None


def rounds_up(fraction: int, bits: int, rounding: str, draw: int | None) -> bool:
    """Whether a fraction of `bits` bits becomes 1; a stochastic one without a draw does not."""
    least = level(bits, rounding, draw)
    return least is not None and fraction >= least


def leak(
    value: int,
    factor: int,
    frac: int,
    bits: int,
    draw: int | None,
    signed: bool = True,
    errata: bool = True,
    rounding: str = "stochastic",
    of: str = "",
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
    up = factor != 1 << frac and quotient != 0 and rounds_up(fraction, frac, rounding, least)
    result = fit(quotient + up)
    facts = {"excess": factor - (1 << frac), "exact": product >> frac, "quotient": quotient, "up": up}
    rule = {"fraction": fraction, "level": level(frac, rounding, draw), "errata": errata}
    tell("leak", of=of, rounding=rounding, result=result, **facts, **rule)
    return result


def add_membrane(u: int, weight: int, noise: int, bits: int = 16) -> int:
    """u + weight + noise in `bits` bits; the overflow rule looks at u and the weight only."""
    v = wrap(u + weight + noise, bits)
    tell("add", u=u, weight=weight, noise=noise, wrapped=v)
    if u >= 0 and weight >= 0 and v < 0:
        return (1 << (bits - 1)) - 1
    if u < 0 and weight < 0 and v >= 0:
        return -(1 << (bits - 1))
    return v


def hard_sigmoid(y: int, one: int = 2048) -> int:
    """Readout potential to 0 .. one."""
    tell("activate", y=y, one=one)
    if y > one - 1:
        return one
    return 0 if y < -one else (y + one) >> 1


def pseudo_derivative(u: int, borders: Sequence[int], values: Sequence[int]) -> int:
    """First value whose border lies above u (the borders may be unsorted), the last one if none does."""
    region = next((n for n, border in enumerate(borders) if u < border), len(borders))
    tell("region", number=region, on_border=u in borders, sorted=list(borders) == sorted(borders))
    return values[region]


def change(
    d: int,
    right: int,
    left: int,
    bits: int,
    draw: int | None,
    rounding: str = "stochastic",
    shadow_bits: int = 0,
    of: str = "",
) -> int:
    """What an update d of `bits` bits adds to a stored weight; the most negative d takes a whole step."""
    if d == 0:
        return 0
    if d == -(1 << (bits - 1)):
        tell("whole step", of=of)
        return -(1 << shadow_bits)
    magnitude = min(abs(d) << left, (1 << bits) - 1) >> right
    steps, rest = divmod(magnitude << shadow_bits, 1 << bits)
    facts = {"clamped": abs(d) << left >= 1 << bits, "rest": rest, "level": level(bits, rounding, draw)}
    tell("change", of=of, d=d, rounding=rounding, **facts)
    steps += rounds_up(rest, bits, rounding, draw)
    return steps if d > 0 else -steps


def fires(d: int, right: int, left: int, bits: int, draw: int) -> bool:
    """Whether an update takes its step where a weight has no shadow bits."""
    return change(d, right, left, bits, draw) != 0


def excess(trace_rec: int, radix: int, f0: int) -> int:
    """Regularization g of a neuron: its trace above the level f0."""
    tell("excess", over=(trace_rec >> radix) - f0)
    return max(0, (trace_rec >> radix) - f0)


def multiplicative(g: int, k_mul: int) -> int:
    """Factor m of a positive update in sixteenths."""
    tell("multiplicative", amount=g >> k_mul)
    return max(0, 16 - (g >> k_mul))


def additive(g: int, k_p: int, k_r: int) -> int:
    """Amount r an update is lowered by."""
    tell("additive", amount=g << k_p, shift=k_r)
    return ((g << k_p) & 0xFFFFFFFF) >> k_r


def update(pe: int, m: int, r: int, errata: bool, bits: int = 32) -> int:
    """Regularized update d of the product pe; `errata` reproduces the overflow test on the top bit (E1)."""
    pk = pe * 16 if pe < 0 else pe * m
    if not errata:
        return saturate((pk >> 4) - r, bits, "update")
    d = wrap((pk >> 4) - r, bits)
    tell("update", pk=pk, r=r, d=d, top=pk >> (bits - 1) & 1)
    return -(1 << (bits - 1)) if d >= 0 and pk >> (bits - 1) & 1 else d
