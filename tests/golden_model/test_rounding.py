"""Rounding of pairs: who draws, in which order, and what the mark is where nothing is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.lfsr import MEMBRANE
from golden_model.rounding import draw_marks, make_rounding
from tests.golden_model.networks import goes_on_like
from tests.twins.lfsr import Source

SEED = 0x3F3FF3F3
EXACT = st.lists(st.booleans(), min_size=1, max_size=20)


def twins(bits: int) -> tuple[Source, Source]:
    return Source(1, 15, SEED & 0x7FFF, bits), Source(1, 15, SEED >> 15, bits)


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("bits", [7, 15])
@given(EXACT)
def test_marks_are_the_draws_of_both_sources(bits: int, skip: bool, exact: list[bool]) -> None:
    rounding = make_rounding(MEMBRANE, SEED, bits, exact, stochastic=True, skip_exact=skip)
    sources = twins(bits)
    for _ in range(3):
        expected = []
        for one in exact:
            drawn = [source.draw(bits) if not (one and skip) else None for source in sources]
            expected += [1 << bits if one else draw for draw in drawn]
        draw_marks(rounding)
        beyond = [mark >= 1 << bits for mark in rounding.mark.tolist()]
        assert beyond == np.repeat(exact, 2).tolist()
        drawn_only = [mark for mark, hidden in zip(rounding.mark.tolist(), beyond, strict=True) if not hidden]
        assert drawn_only == [mark for mark in expected if mark != 1 << bits]
        wheels = rounding.even, rounding.odd
        assert all(goes_on_like(*both, bits) for both in zip(wheels, sources, strict=True))


@pytest.mark.parametrize("bits", [7, 15])
def test_without_rounding_no_fraction_reaches_the_mark(bits: int) -> None:
    rounding = make_rounding(MEMBRANE, SEED, bits, [False, True], stochastic=False)
    before = rounding.even.place.tolist(), rounding.odd.place.tolist()
    for _ in range(3):
        draw_marks(rounding)
        assert rounding.mark.tolist() == [1 << bits] * 4
    assert (rounding.even.place.tolist(), rounding.odd.place.tolist()) == before
