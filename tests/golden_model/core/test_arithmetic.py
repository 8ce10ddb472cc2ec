"""The arithmetic of states and their words: all values of small domains, the extremes of the real ones."""

from fractions import Fraction
from itertools import product
from math import floor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from golden_model.core import arithmetic
from golden_model.core.compiled import word
from golden_model.network.config import Config
from golden_model.network.formats import Format, Formats
from tests.golden_model.core.word_classes import CLASSES, Words
from tests.helpers.configurations import CONFIGS, any_config
from tests.twins import arithmetic as naive

POTENTIALS = st.integers(-(2**15), 2**15 - 1)


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
    """What golden_model/core/compiled.py claims, at any width; narrow words are what most widths can have."""
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
