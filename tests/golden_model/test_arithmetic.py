"""The named arithmetic: every value of small domains, and the extremes of the real ones."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from golden_model import arithmetic
from golden_model.compiled import WORD_BITS, uword, word
from golden_model.config import Config
from golden_model.formats import Format, Formats
from tests.twins import arithmetic as naive

WORDS = st.integers(-(2**31), 2**31 - 1)
POTENTIALS = st.integers(-(2**15), 2**15 - 1)
TRACES = st.integers(0, 2**12 - 1)
GAINS = st.integers(-(2**19), 2**19)  # learning signal s16 x pseudo-derivative s5
REDUCTIONS = st.one_of(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1]))
SMALL = range(-8, 8)


@given(st.integers(-(2**60), 2**60), st.integers(1, WORD_BITS))
@example(2**31, 32)
@example(-(2**31) - 1, 32)
def test_wrap(x: int, bits: int) -> None:
    assert arithmetic.wrap(np.int64(x), bits) == naive.wrap(x, bits)


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


def check_leak(value: int, factor: int, frac: int, bits: int, mark: int, signed: bool = True) -> None:
    draw = None if mark == 2**frac else mark
    got = int(arithmetic.leak(word(value), word(factor), frac, mark, bits))
    kept = naive.wrap(got, bits) if signed else got % 2**bits
    assert kept == naive.leak(value, factor, frac, bits, draw, signed)


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
def test_leak_by_hand(
    value: int, factor: int, frac: int, bits: int, signed: bool, floored: int, rounded: int
) -> None:
    kept = Format(bits, signed=signed).wrap
    assert kept(int(arithmetic.leak(word(value), word(factor), frac, 1 << frac, bits))) == floored
    assert kept(int(arithmetic.leak(word(value), word(factor), frac, 1, bits))) == rounded


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


def test_hard_sigmoid_of_every_potential() -> None:
    for potential in range(-(2**15), 2**15):
        assert arithmetic.hard_sigmoid(potential, 2048) == naive.hard_sigmoid(potential)


@pytest.mark.parametrize("left", [0, 1, 2, 3, 4, 5, 31])
@pytest.mark.parametrize("right", [0, 1, 3, 4, 31])
def test_stochastic_step_of_every_small_change_and_draw(left: int, right: int) -> None:
    for change, draw in product(SMALL, range(16)):
        step = (change > 0) - (change < 0) if naive.fires(change, right, left, 4, draw) else 0
        assert arithmetic.stochastic_step(word(change), uword(draw), left, right, 4) == step


@given(WORDS, st.integers(0, 31), st.integers(0, 31), st.sampled_from([28, 32]), st.data())
def test_stochastic_step_where_probability_meets_draw(
    change: int, left: int, right: int, bits: int, data: st.DataObject
) -> None:
    change = naive.wrap(change >> data.draw(st.integers(0, 31)), bits)
    probability = min(abs(change) << left, 2**bits - 1) >> right
    draw = min(max(probability + data.draw(st.integers(-1, 1)), 0), 2**bits - 1)
    step = (change > 0) - (change < 0) if naive.fires(change, right, left, bits, draw) else 0
    assert arithmetic.stochastic_step(word(change), uword(draw), left, right, bits) == step


@pytest.mark.parametrize("bits", [28, 32])
def test_last_draw_that_a_change_reaches(bits: int) -> None:
    most = 2**bits - 1
    rows = [(1, 0, 31, 0), (-1, 0, 0, 1), (5, 3, 2, 10), (1, bits - 1, 0, 2 ** (bits - 1))]
    rows += [(3, 31, 0, most), (-3, 31, 1, most >> 1), (3, 31, 31, most >> 31)]  # clamped, not wrapped
    for change, left, right, last in rows:
        sign = 1 if change > 0 else -1
        assert arithmetic.stochastic_step(word(change), uword(last), left, right, bits) == sign
        if last < most:
            assert arithmetic.stochastic_step(word(change), uword(last + 1), left, right, bits) == 0


@pytest.mark.parametrize("bits", [28, 32])
def test_no_change_never_steps(bits: int) -> None:
    assert arithmetic.stochastic_step(word(0), uword(0), 31, 0, bits) == 0


@pytest.mark.parametrize("bits", [28, 32])
def test_most_negative_change_always_steps_down(bits: int) -> None:
    for left, right, draw in product((0, 31), (0, 1, 31), (0, 1, 2**bits - 1)):
        assert arithmetic.stochastic_step(word(-(2 ** (bits - 1))), uword(draw), left, right, bits) == -1


def test_bounded_step_of_every_weight() -> None:
    for weight, step in product(range(-128, 128), (-1, 0, 1)):
        stepped = weight + step if -128 <= weight + step <= 127 else weight
        assert arithmetic.bounded_step(word(weight), word(step), 8) == stepped


Rule = Callable[[Any, Any, Any, Any, int], int]
RULES: list[tuple[Rule, bool]] = [
    (arithmetic.published_change, True),
    (arithmetic.multiplied_change, True),
    (arithmetic.saturated_change, False),
]


def check_change(rule: Rule, errata: bool, gain: int, trace: int, multiplier: int, reduction: int) -> None:
    got = rule(word(gain), np.int64(trace), word(multiplier), uword(reduction), 32)
    assert got == naive.update(gain * trace, multiplier, reduction, errata)


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
def test_change_by_hand(product_: int, reduction: int, reproduced: int, meant: int) -> None:
    operands = (word(product_), np.int64(1), word(16), uword(reduction), 32)
    assert arithmetic.published_change(*operands) == reproduced
    assert arithmetic.multiplied_change(*operands) == reproduced
    assert arithmetic.saturated_change(*operands) == meant


@given(WORDS, st.integers(0, 16))
@example(2**31 - 1, 16)
@example(-(2**31), 1)
def test_multiply_sixteenths(value: int, multiplier: int) -> None:
    exact = value if value < 0 else value * multiplier >> 4
    assert arithmetic.multiply_sixteenths(word(value), word(multiplier)) == exact


def test_words_hold_every_state_product_and_weight() -> None:
    """What golden_model/compiled.py claims: no product of published formats leaves a word."""
    f = Formats(Config())
    signed, unsigned = Format(WORD_BITS), Format(WORD_BITS, signed=False)
    leaks = [(f.membrane, f.alpha), (f.trace_in, f.alpha), (f.trace_rec, f.alpha), (f.readout, f.kappa)]
    leaks += [(f.trace_out, f.kappa)]
    for state, factor in leaks:
        limit = 0x8FFF if factor is f.alpha else factor.high
        assert signed.fits(state.low * limit)
        assert signed.fits(state.high * limit)
    gain = abs(f.learning_signal.low * f.pseudo_derivative.low)
    assert signed.fits(gain * f.trace_in.high)
    assert signed.fits(-gain * f.trace_rec.high)
    assert signed.fits(f.error.low * f.trace_out.high)
    assert signed.fits(2 * (f.weight.low << 7))
    for product_format in (f.product_in, f.product_rec, f.product_out):
        assert signed.fits(product_format.low)
        assert signed.fits(product_format.high)
        assert unsigned.fits(-2 * product_format.low - 1)  # a magnitude and a draw
