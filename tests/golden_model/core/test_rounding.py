"""Rounding of pairs: who draws, in which order, and what the mark is where nothing is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.core.rounding import Mode, Rounding, draw_marks, make_rounding
from tests.helpers.configurations import draws_go_on_like
from tests.twins.lfsr import Source

SEED = 0x3F3FF3F3
EXACT = st.lists(st.booleans(), min_size=1, max_size=20)
WIDTHS = [(bits, 32) for bits in (4, 7, 13, 15)] + [(bits, 64) for bits in (4, 7, 15, 16, 17, 20)]


def twins(bits: int) -> tuple[Source, Source]:
    """Return the sources of the even and the odd neurons; long draws have a sequence of their own."""
    halves = SEED & 0x7FFF, SEED >> 15
    if bits <= 15:
        return Source(1, 15, halves[0], bits), Source(1, 15, halves[1], bits)
    even, odd = (half | (~half & 0x3FF) << 15 for half in halves)
    return Source(3, 25, even, bits), Source(3, 25, odd, bits)


def state(rounding: Rounding) -> list[list[int]]:
    if rounding.wheels is not None:
        return [wheel.place.tolist() for wheel in rounding.wheels]
    assert rounding.sources is not None
    return [source.state.tolist() for source in rounding.sources]


@pytest.mark.parametrize(("bits", "product_bits"), WIDTHS)
@settings(max_examples=40)
@given(errata=st.booleans(), skip=st.booleans(), exact=EXACT)
def test_marks_are_the_draws_of_both_sources(
    bits: int, product_bits: int, errata: bool, skip: bool, exact: list[bool]
) -> None:
    """Without errata a fraction has to exceed its draw, so that the mark is one more."""
    rounding = make_rounding(SEED, bits, exact, "stochastic", errata, skip, product_bits)
    sources = twins(bits)
    for _ in range(3):
        drawn = []
        for one in exact:
            drawn += [source.draw(bits) if not (one and skip) else None for source in sources]
        draw_marks(rounding)
        marks = rounding.mark.tolist()
        for mark, one, draw in zip(marks, np.repeat(exact, 2), drawn, strict=True):
            assert mark >= 1 << bits if one else mark == draw + (not errata)
    assert draws_go_on_like(rounding, sources, bits)


@pytest.mark.parametrize(("mode", "mark"), [("floor", 1.0), ("nearest", 0.5)])
@pytest.mark.parametrize("errata", [True, False])
@pytest.mark.parametrize(("bits", "product_bits"), WIDTHS)
def test_floor_and_nearest_draw_nothing(
    mode: Mode, mark: float, errata: bool, bits: int, product_bits: int
) -> None:
    """No fraction reaches the mark of floor, those from one half on that of nearest."""
    rounding = make_rounding(SEED, bits, [False, False], mode, errata, product_bits=product_bits)
    before = state(rounding)
    for _ in range(3):
        draw_marks(rounding)
        assert rounding.mark.tolist() == [mark * 2**bits] * 4
    assert state(rounding) == before
