"""The named arithmetic: every value of small domains, and the extremes of the real ones."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from golden_model import arithmetic
from golden_model.compiled import MAGNITUDES, PRODUCTS, word
from golden_model.config import Config
from golden_model.formats import Format, Formats
from tests.golden_model.configurations import CONFIGS, any_config
from tests.twins import arithmetic as naive

Words = tuple[Any, Any]  # of products, and of magnitudes
NARROW, WIDE = ((PRODUCTS[bits], MAGNITUDES[bits]) for bits in (32, 64))
WORD_CLASSES = [NARROW, WIDE]
CLASSES = pytest.mark.parametrize("words", WORD_CLASSES, ids=["32", "64"])


def most_bits(words: Words) -> int:
    """Return the width of the widest product of a class."""
    return 32 if words is NARROW else 47


POTENTIALS = st.integers(-(2**15), 2**15 - 1)
TRACES = st.integers(0, 2**12 - 1)
GAINS = st.integers(-(2**19), 2**19)  # learning signal s16 x pseudo-derivative s5
REDUCTIONS = st.one_of(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1]))
SMALL = range(-8, 8)


@given(st.integers(-(2**60), 2**60), st.integers(1, 62))
@example(2**31, 32)
@example(-(2**31) - 1, 32)
@example(2**46, 47)
def test_wrap(x: int, bits: int) -> None:
    assert arithmetic.wrap(np.int64(x), bits) == naive.wrap(x, bits)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(1, 32))
@example(-(2**31), 32)
@example(2**31 - 1, 32)
def test_wrap_in_narrow_words(x: int, bits: int) -> None:
    got = arithmetic.wrap(np.int32(x), bits)
    assert got == naive.wrap(x, bits)


def test_wrap_all_small() -> None:
    for bits in range(1, 8):
        for x in range(-512, 512):
            assert arithmetic.wrap(np.int64(x), bits) == (x + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)


@given(st.integers(-(2**60), 2**60), st.integers(1, 42))
@example(32767, 16)
@example(32768, 16)
@example(-32768, 16)
@example(-32769, 16)
def test_saturate(x: int, bits: int) -> None:
    assert arithmetic.saturate(x, bits) == naive.saturate(x, bits)


@pytest.mark.parametrize("shift", range(-6, 7))
def test_align_rounds_down(shift: int) -> None:
    for x in range(-130, 131):
        assert arithmetic.align(x, shift) == floor(Fraction(x) * Fraction(2) ** shift)


def check_leak(
    value: int, factor: int, frac: int, bits: int, mark: int, signed: bool = True, narrow: bool = True
) -> None:
    draw = None if mark == 2**frac else mark
    expected = naive.leak(value, factor, frac, bits, draw, signed)
    for product_word in [np.int32, np.int64] if narrow else [np.int64]:
        got = int(arithmetic.leak(word(value), product_word(factor), frac, mark, bits))
        assert (naive.wrap(got, bits) if signed else got % 2**bits) == expected


@pytest.mark.parametrize("factor", [factor for factor in range(32) if factor != 16])
def test_leak_all_small_potentials(factor: int) -> None:
    for value, mark in product(range(-32, 32), range(17)):
        check_leak(value, factor, 4, 6, mark)


@pytest.mark.parametrize("factor", [factor for factor in range(32) if factor != 16])
def test_leak_all_small_traces(factor: int) -> None:
    for value, mark in product(range(64), range(17)):
        check_leak(value, factor, 4, 6, mark, signed=False)


@pytest.mark.parametrize("factor", [0x7000, 0x7FEF, 0x7FFF, 0x8001, 0x8FFF])
@pytest.mark.parametrize("mark", [0, 1, 0x4000, 0x7FFF, 0x8000])
def test_leak_all_potentials(factor: int, mark: int) -> None:
    for value in range(-(2**15), 2**15, 7):
        check_leak(value, factor, 15, 16, mark)


@pytest.mark.parametrize("factor", [0x7000, 0x7FEF, 0x7FFF, 0x8001, 0x8FFF])
@pytest.mark.parametrize("mark", [0, 1, 0x4000, 0x7FFF, 0x8000])
def test_leak_all_traces(factor: int, mark: int) -> None:
    for value in range(2**12):
        check_leak(value, factor, 15, 12, mark, signed=False)


@given(st.integers(7, 20), st.integers(8, 24), st.data())
def test_leak_of_any_width(frac: int, bits: int, data: st.DataObject) -> None:
    top = 2 ** (frac + 1) - 1
    factor = data.draw(st.integers(0, top).filter(lambda factor: factor != 2**frac))
    value, signed = data.draw(st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)), data.draw(st.booleans())
    value = value if signed else abs(value)
    fraction = value * factor % 2**frac
    mark = min(max(fraction + data.draw(st.integers(-1, 1)), 0), 2**frac)
    check_leak(value, factor, frac, bits, mark, signed, narrow=bits + frac < 32)


@pytest.mark.parametrize("factor", [0, 1, 121, 127, 129, 255])
def test_leak_all_output_traces_and_marks(factor: int) -> None:
    for value, mark in product(range(0, 2**10, 3), range(129)):
        check_leak(value, factor, 7, 10, mark, signed=False)


@pytest.mark.parametrize(
    ("value", "factor", "frac", "bits", "signed", "floored", "rounded"),
    [
        (-1, 0x7FFF, 15, 16, True, -1, 0),  # a quotient of -1 may become 0
        (1, 0x7FFF, 15, 16, True, 0, 0),  # a quotient of 0 stays, however great its fraction
        (3641, 36863, 15, 12, False, 0, 0),  # 4096 is 0 in its own width
        (1017, 129, 7, 10, False, 0, 0),
        (3641, 36862, 15, 12, False, 4095, 0),  # a quotient is rounded up in its own width
        (514, 255, 7, 10, False, 1023, 0),
        (29128, 36862, 15, 16, True, 32767, -32768),
        (-29128, 36863, 15, 16, True, 32767, -32768),
    ],
)
@CLASSES
def test_leak_by_hand(
    words: Words, value: int, factor: int, frac: int, bits: int, signed: bool, floored: int, rounded: int
) -> None:
    kept, factor = Format(bits, signed=signed).wrap, words[0](factor)
    assert kept(int(arithmetic.leak(word(value), factor, frac, 1 << frac, bits))) == floored
    assert kept(int(arithmetic.leak(word(value), factor, frac, 1, bits))) == rounded


@pytest.mark.parametrize("noise", [-128, -100, -1, 0, 1, 127])
def test_add_weight_all_8_bit_operands(noise: int) -> None:
    for potential, weight in product(range(-128, 128), repeat=2):
        got = arithmetic.add_weight(word(potential), word(weight), word(noise), 8)
        assert got == naive.add_membrane(potential * 256, weight * 256, noise * 256) >> 8


@given(POTENTIALS, POTENTIALS, POTENTIALS)
@example(32767, 32767, 32767)
@example(-32768, -32768, -32768)
@example(-1, 0, -32768)
def test_add_weight(potential: int, weight: int, noise: int) -> None:
    got = arithmetic.add_weight(word(potential), word(weight), word(noise), 16)
    assert got == naive.add_membrane(potential, weight, noise)


@given(st.integers(8, 24), st.data())
def test_add_weight_of_any_width(bits: int, data: st.DataObject) -> None:
    ends = st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    potential, weight, noise = data.draw(ends), data.draw(ends), data.draw(ends)
    got = arithmetic.add_weight(word(potential), word(weight), word(noise), bits)
    assert got == naive.add_membrane(potential, weight, noise, bits)


def test_hard_sigmoid_of_every_potential() -> None:
    for potential in range(-(2**15), 2**15):
        assert arithmetic.hard_sigmoid(potential, 2048) == naive.hard_sigmoid(potential)


@pytest.mark.parametrize("bits", [8, 11, 24])
def test_hard_sigmoid_at_other_widths(bits: int) -> None:
    one = 2 ** (bits - 5)
    ends = (-16 * one, -one, 0, one, 16 * one)
    for potential in (end + off for end, off in product(ends, range(-3, 4))):
        assert arithmetic.hard_sigmoid(potential, one) == naive.hard_sigmoid(potential, one)


def step_of(
    words: Words, change: int, draw: int, rate: tuple[int, int, int, int], rounding: str = "stochastic"
) -> int:
    """Return the step of the model for a rate of (bits, left, right, shadow bits)."""
    product, magnitude = words
    bits, left, right, shadow_bits = rate
    mark = draw if rounding == "stochastic" else 1 << (bits - 1)
    made = arithmetic.make_rate(bits, left, right, shadow_bits, truncate=rounding == "truncate")
    return int(arithmetic.weight_step(product(change), magnitude(mark), made))


@CLASSES
@pytest.mark.parametrize("left", [0, 1, 2, 3, 4, 5, 31])
@pytest.mark.parametrize("right", [0, 1, 3, 4, 31])
def test_step_of_every_small_change_and_draw(words: Words, left: int, right: int) -> None:
    for change, draw in product(SMALL, range(16)):
        fires = naive.fires(change, right, left, 4, draw)
        step = (change > 0) - (change < 0) if fires else 0
        assert step_of(words, change, draw, (4, left, right, 0)) == step


@CLASSES
@pytest.mark.parametrize("shadow_bits", range(7))
@pytest.mark.parametrize("rounding", ["stochastic", "nearest", "truncate"])
def test_step_of_every_small_change_in_shadow_bits(words: Words, shadow_bits: int, rounding: str) -> None:
    draws = range(16) if rounding == "stochastic" else [0]
    for left, right, change, draw in product((0, 2, 5), (0, 1, 4), SMALL, draws):
        step = naive.change(change, right, left, 4, draw, rounding, shadow_bits)
        assert step_of(words, change, draw, (4, left, right, shadow_bits), rounding) == step


@st.composite
def rates(draw: st.DrawFn) -> tuple[Words, tuple[int, int, int, int]]:
    """Words, and a rate whose changes they hold: any that a configuration and its registers can make."""
    words = draw(st.sampled_from(WORD_CLASSES))
    bits = draw(st.integers(13, 32 if words is NARROW else 47))
    return words, (bits, draw(st.integers(0, 39)), draw(st.integers(0, 42)), draw(st.integers(0, 16)))


@settings(max_examples=1000)
@given(rates(), st.data())
def test_step_where_the_remainder_meets_the_mark(
    rate: tuple[Words, tuple[int, int, int, int]], data: st.DataObject
) -> None:
    words, (bits, left, right, shadow_bits) = rate
    change = naive.wrap(data.draw(st.integers(-(2**46), 2**46)) >> data.draw(st.integers(0, 46)), bits)
    magnitude = min(abs(change) << left, 2**bits - 1) >> right
    rest = (magnitude << shadow_bits) % 2**bits
    draw = min(max(rest + data.draw(st.integers(-1, 1)), 0), 2**bits - 1)
    for rounding in ("stochastic", "nearest", "truncate"):
        step = naive.change(change, right, left, bits, draw, rounding, shadow_bits)
        assert step_of(words, change, draw, rate[1], rounding) == step


@CLASSES
@pytest.mark.parametrize("bits", [13, 28, 32, 47])
def test_last_draw_that_a_change_reaches(words: Words, bits: int) -> None:
    if bits > most_bits(words):
        return
    most = 2**bits - 1
    rows = [(1, 0, bits - 1, 0), (-1, 0, 0, 1), (5, 3, 2, 10), (1, bits - 1, 0, 2 ** (bits - 1))]
    rows += [
        (3, bits - 1, 0, most),
        (-3, bits, 1, most >> 1),
        (3, bits, bits - 1, most >> (bits - 1)),
    ]  # clamped
    rows += [(2 ** (bits - 1) - 1, 0, bits, 0), (3, 39, bits, 0)]  # only a draw of 0 is reached
    for change, left, right, last in rows:
        sign = 1 if change > 0 else -1
        assert step_of(words, change, last, (bits, left, right, 0)) == sign
        if last < most:
            assert step_of(words, change, last + 1, (bits, left, right, 0)) == 0


@pytest.mark.parametrize(
    ("change", "shadow_bits", "stepped"),
    [
        # 8 bits: (change << 2) << F over 256, with a draw of 200, to nearest and truncated
        (31, 3, (4, 4, 3)),  # 992 = 3 * 256 + 224
        (-31, 3, (-4, -4, -3)),
        (50, 0, (1, 1, 0)),  # 200 reaches its draw
        (49, 0, (0, 1, 0)),
        (32, 0, (0, 1, 0)),  # one half is rounded up
        (-32, 0, (0, -1, 0)),
        (31, 0, (0, 0, 0)),
        (127, 4, (16, 16, 15)),  # clamped to 255; 4080 = 15 * 256 + 240
        (-128, 4, (-16, -16, -16)),  # a full working step
        (0, 4, (0, 0, 0)),
    ],
)
@CLASSES
def test_steps_by_hand(words: Words, change: int, shadow_bits: int, stepped: tuple[int, int, int]) -> None:
    rate = (8, 2, 0, shadow_bits)
    modes = ("stochastic", "nearest", "truncate")
    assert tuple(step_of(words, change, 200, rate, mode) for mode in modes) == stepped


@CLASSES
@pytest.mark.parametrize("bits", [13, 28, 32])
def test_no_change_never_steps(words: Words, bits: int) -> None:
    for shadow_bits in (0, 16):
        assert step_of(words, 0, 0, (bits, 31, 0, shadow_bits)) == 0


@CLASSES
@pytest.mark.parametrize("bits", [13, 28, 32])
def test_most_negative_change_always_steps_down(words: Words, bits: int) -> None:
    for left, right, draw in product((0, 31), (0, 1, 31), (0, 1, 2**bits - 1)):
        for shadow_bits, rounding in product((0, 3, 16), ("stochastic", "nearest", "truncate")):
            rate = (bits, left, right, shadow_bits)
            assert step_of(words, -(2 ** (bits - 1)), draw, rate, rounding) == -(2**shadow_bits)


@CLASSES
def test_bounded_step_of_every_weight(words: Words) -> None:
    for weight, step in product(range(-128, 128), (-256, -17, -1, 0, 1, 17, 256)):
        stepped = max(-128, min(127, weight + step))
        assert arithmetic.bounded_step(word(weight), words[0](step), 8) == stepped


@pytest.mark.parametrize("bits", [2, 18, 31, 32])
def test_bounded_step_saturates_at_the_ends_of_every_width(bits: int) -> None:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    for product_word in [np.int64] if bits == 32 else [np.int32, np.int64]:
        for weight, step in product((low, low + 1, 0, high - 1, high), (-(2**16), -2, -1, 0, 1, 2, 2**16)):
            got = arithmetic.bounded_step(word(weight), product_word(step), bits)
            assert got == naive.saturate(weight + step, bits)


Rule = Callable[[Any, Any, Any, Any, int], int]
RULES: list[tuple[Rule, bool]] = [
    (arithmetic.published_change, True),
    (arithmetic.multiplied_change, True),
    (arithmetic.saturated_change, False),
]


def check_change(
    rule: Rule, errata: bool, gain: int, trace: int, multiplier: int, reduction: int, bits: int = 32
) -> None:
    expected = naive.update(gain * trace, multiplier, reduction, errata, bits)
    for product_word, magnitude in WORD_CLASSES if bits <= 32 else [WIDE]:
        operands = product_word(gain), np.int64(trace), word(multiplier), magnitude(reduction)
        assert rule(*operands, bits) == expected


@pytest.mark.parametrize(("rule", "errata"), RULES)
@given(st.integers(8, 24), st.integers(4, 16), st.integers(2, 8), st.integers(0, 16), st.data())
def test_change_of_any_width(
    rule: Rule, errata: bool, membrane: int, trace: int, surrogate: int, multiplier: int, data: st.DataObject
) -> None:
    bits = membrane + trace + surrogate - 1
    gains = 2 ** (membrane + surrogate - 2)
    gain = data.draw(st.integers(-gains, gains)) >> data.draw(st.integers(0, membrane))
    reduction = data.draw(st.integers(0, 2 ** (32 if bits <= 32 else 47) - 1)) >> data.draw(
        st.integers(0, 47)
    )
    applied = 16 if rule is arithmetic.published_change else multiplier
    check_change(rule, errata, gain, data.draw(st.integers(0, 2**trace - 1)), applied, reduction, bits)


@pytest.mark.parametrize(("rule", "errata"), RULES)
@given(GAINS, TRACES, st.integers(0, 16), REDUCTIONS)
@example(-(2**19), 4095, 16, 0)
@example(2**19, 4095, 16, 0)
@example(2**15, 4095, 15, 2**32 - 1)
def test_change_is_exact(
    rule: Rule, errata: bool, gain: int, trace: int, multiplier: int, reduction: int
) -> None:
    applied = 16 if rule is arithmetic.published_change else multiplier
    check_change(rule, errata, gain, trace, applied, reduction)


@pytest.mark.parametrize(("rule", "errata"), RULES)
def test_change_at_every_border(rule: Rule, errata: bool) -> None:
    """Products around the multiples of 2^26 and 2^27, whose bits E1 looks at, against great reductions."""
    gains = [sign * (2**power + off) for sign, power, off in product((-1, 1), (0, 15, 16, 17), (-1, 0, 1))]
    reductions = [0, 1, 2**26, 2**27, 2**28, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1]
    for gain, trace, reduction in product(gains, (1, 1023, 1024, 1025, 2047, 2048, 4095), reductions):
        check_change(rule, errata, gain, trace, 16, reduction)
        if rule is not arithmetic.published_change:
            check_change(rule, errata, gain, trace, 7, reduction)


@pytest.mark.parametrize(
    ("product_", "reduction", "reproduced", "meant"),
    [
        (2**27 - 1, 0, 2**27 - 1, 2**27 - 1),
        (2**27, 0, -(2**31), 2**27),  # E1: a sure decrement instead of an increment
        (2**28, 0, 2**28, 2**28),  # bit 31 of 16 x 2^28 is clear again
        (-1, 2**31, -(2**31), -(2**31)),  # E1, a negative product: the difference wrapped to 2^31 - 1
        (-(2**27) - 1, 2**31, 2**31 - 1 - 2**27, -(2**31)),  # bit 31 is clear: the wrapped value stands
        (0, 2**31, -(2**31), -(2**31)),  # the most negative change, without E1
        (5, 2**31 + 5, -(2**31), -(2**31)),
        (0, 2**32 - 1, 1, -(2**31)),  # the difference wraps to an increment
        (2**27, 2**27 + 1, -1, -1),  # a negative difference is never taken for an overflow
    ],
)
@CLASSES
def test_change_by_hand(words: Words, product_: int, reduction: int, reproduced: int, meant: int) -> None:
    operands = (words[0](product_), np.int64(1), word(16), words[1](reduction), 32)
    assert arithmetic.published_change(*operands) == reproduced
    assert arithmetic.multiplied_change(*operands) == reproduced
    assert arithmetic.saturated_change(*operands) == meant


@given(st.integers(-(2**46), 2**46 - 1), st.integers(0, 16))
@example(2**31 - 1, 16)
@example(-(2**31), 1)
@example(2**46 - 1, 16)
def test_multiply_sixteenths(value: int, multiplier: int) -> None:
    for product_word in (np.int32, np.int64):
        fitting = naive.wrap(value, 8 * np.dtype(product_word).itemsize)
        exact = fitting if fitting < 0 else fitting * multiplier >> 4
        assert arithmetic.multiply_sixteenths(product_word(fitting), word(multiplier)) == exact


def extremes_of(config: Config) -> list[int]:
    """Return the ends of everything that is computed in words of products, from the widths alone."""
    potential, weight = 2 ** (config.membrane_bits - 1), 2 ** (config.weight_bits + config.shadow_bits - 1)
    alpha = 9 * 2 ** (config.alpha_frac_bits - 3) - 1
    kappa = 2 ** (config.kappa_frac_bits + 1) - 1
    surrogate = 2 ** (config.surrogate_bits - 1)
    t_in, t_rec, t_out = (
        2**bits - 1 for bits in (config.trace_in_bits, config.trace_rec_bits, config.trace_out_bits)
    )
    leaks = [potential * alpha, potential * kappa, t_in * alpha, t_rec * alpha, t_out * kappa]
    changes = [potential * surrogate * trace for trace in (t_in, t_rec)] + [potential * t_out]
    stored = [weight + 2**config.shadow_bits]  # before it saturates
    return [sign * extreme for extreme in leaks + changes + stored for sign in (-1, 1)]


def test_words_hold_every_state_product_and_weight() -> None:
    """What golden_model/compiled.py claims, at any width; narrow words are what most widths can have."""
    rng = np.random.default_rng(32)
    configs = [*CONFIGS.values(), *(any_config(rng) for _ in range(2000))]
    for config in configs:
        f = Formats(config)
        signed, unsigned = Format(f.product_bits - (f.product_bits == 64)), Format(63, signed=False)
        if f.product_bits == 32:
            unsigned = Format(32, signed=False)
            assert config.alpha_frac_bits <= 15  # draws of wheels
        assert all(signed.fits(extreme) for extreme in extremes_of(config)), config
        for changes in (f.product_in, f.product_rec, f.product_out):
            assert unsigned.fits(2**changes.bits - 1)  # a magnitude and a draw
            assert changes.bits + config.shadow_bits < 64  # a magnitude in shadow steps
        assert Format(32).fits(2 * f.membrane.low)  # two arriving weights
        assert Format(32).fits(f.stored_weight.low)


@pytest.mark.parametrize(
    "config", [Config(), Config(shadow_bits=16), Config(alpha_frac_bits=7, surrogate_bits=2)]
)
def test_published_and_narrower_widths_have_narrow_words(config: Config) -> None:
    assert Formats(config).product_bits == 32
