"""The change that a weight is to make, with erratum E1 and without: every border, any width."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from golden_model.core import arithmetic
from golden_model.core.compiled import word
from tests.golden_model.core.word_classes import CLASSES, WIDE, WORD_CLASSES, Words
from tests.twins import arithmetic as naive

TRACES = st.integers(0, 2**12 - 1)
GAINS = st.integers(-(2**19), 2**19)  # learning signal s16 x pseudo-derivative s5
REDUCTIONS = st.one_of(st.integers(0, 2**32 - 1), st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1]))
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
