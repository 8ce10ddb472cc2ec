"""The step of a weight: every small change and draw, and the extremes of every width."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.core import arithmetic
from golden_model.core.compiled import word
from tests.golden_model.core.word_classes import CLASSES, NARROW, WORD_CLASSES, Words
from tests.twins import arithmetic as naive

SMALL = range(-8, 8)


def most_bits(words: Words) -> int:
    """Return the width of the widest product of a class."""
    return 32 if words is NARROW else 47


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
