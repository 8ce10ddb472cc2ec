"""The screen before an update: which rows there are, and that none is left out in which a weight changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.compiled import Words, uword, word
from golden_model.lfsr import BLOCK, TOP_BITS, WEIGHT, make_source, skip_draws
from golden_model.screening import Reach, choose, list_rows, make_reach, make_rows, reached
from tests.twins import arithmetic as naive
from tests.twins.lfsr import Source

EVERY = 2**32 - 1
GAINS = st.lists(st.integers(-(2**19), 2**19), min_size=16, max_size=16)
REDUCTIONS = st.lists(st.integers(0, EVERY), min_size=16, max_size=16)
SMALLER = st.tuples(st.integers(0, 19), st.integers(0, 32))
SHIFTS = st.tuples(st.integers(0, 31), st.integers(0, 31))


def reach_of(gains: list[int], reductions: list[int], seen: int, left: int = 0, right: int = 0) -> Reach:
    return make_reach(np.array(gains, word), np.array(reductions, uword), np.int64(seen), left, right, 32)


@pytest.mark.parametrize("n", [1, BLOCK, BLOCK + 1, 5 * BLOCK - 1])
def test_rows_with_a_trace_and_all_rows(n: int) -> None:
    rng = np.random.default_rng(n)
    rows = make_rows(n)
    for every in (True, False, True):
        traces = rng.integers(0, 3, n)
        list_rows(rows, traces.astype(word), every)
        expected = [i for i, trace in enumerate(traces) if every or trace]
        assert rows.filled[0] == len(expected)
        assert rows.pre[: len(expected)].tolist() == expected
        seen = traces[expected].tolist()
        assert rows.seen[: len(expected)].tolist() == seen
        peaks = [max(seen[first : first + BLOCK]) for first in range(0, len(seen), BLOCK)]
        assert rows.peak[: len(peaks)].tolist() == peaks
        assert not rows.peak[len(peaks) :].any()


@given(GAINS, REDUCTIONS, SMALLER, SHIFTS, st.integers(0, 4095), st.integers(0, 4095), st.booleans())
def test_reach_is_never_short_of_a_word_that_fires(
    gains: list[int],
    levels: list[int],
    smaller: tuple[int, int],
    shifts: tuple[int, int],
    trace: int,
    other: int,
    errata: bool,
) -> None:
    gains = [gain >> smaller[0] for gain in gains]
    reductions = [level >> smaller[1] for level in levels]
    furthest = -1
    for gain, reduction in zip(gains, reductions, strict=True):
        d = naive.update(gain * trace, 16, reduction, errata)
        if d:
            size = min(abs(d) << shifts[0], EVERY) >> shifts[1]
            furthest = max(furthest, EVERY if d == -(2**31) else size)
    reach = reach_of(gains, reductions, max(trace, other), *shifts)
    assert reached(reach, np.int64(trace)) >= furthest >> (32 - TOP_BITS)


def test_reach_is_tight_for_small_changes() -> None:
    reach = reach_of([-3, 2] * 8, [5] * 16, 4095, left=20, right=2)
    for trace in (0, 1, 100, 4095):
        assert reached(reach, np.int64(trace)) == ((3 * trace + 5) << 18) >> 16


@pytest.mark.parametrize(
    ("gain", "seen", "reduction", "every"),
    [
        (2**17, 1023, 0, False),
        (2**17, 1024, 0, True),  # 2^27: bit 31 of pk, which E1 takes for an overflow
        (0, 0, 2**27, True),
        (2**17, 1023, 2**17, True),
        (2**17, 1023, 2**17 - 1, False),
    ],
)
def test_every_word_is_reached_where_a_change_could_overflow(
    gain: int, seen: int, reduction: int, every: bool
) -> None:
    reach = reach_of([gain, 0] * 8, [reduction] * 16, seen, right=31)
    for trace in (0, seen):
        assert (reached(reach, np.int64(trace)) >= 2**TOP_BITS - 1) == every


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK])
def test_a_word_that_is_just_reached_is_chosen(n: int) -> None:
    source, rows, states = (
        make_source(WEIGHT, 0xABCDE, 32, range(16), 16),
        make_rows(n),
        np.zeros(3, np.int64),
    )
    list_rows(rows, np.ones(n, word), True)
    drawn = [Source(3, 25, 0xABCDE).draw(512 * (i + 1)) >> 512 * i for i in range(n)]
    tops = [min(row >> 32 * lane & EVERY for lane in range(16)) >> 16 for row in drawn]
    skip_draws(source, n, states)
    for top in tops:
        for level in (top, top - 1):
            zero, chosen = np.int64(0), np.zeros(n + 1, np.int64)
            count = choose(source, states, rows, Reach(zero, np.int64(level), zero, zero), chosen)
            assert chosen[:count].tolist() == [i for i in range(n) if tops[i] <= level]


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, 3 * BLOCK + 1])
def test_chosen_are_the_rows_whose_least_word_is_reached(n: int) -> None:
    rng = np.random.default_rng(n)
    source, rows, twin = make_source(WEIGHT, 0xF0F0F, 32, range(16), 16), make_rows(n), Source(3, 25, 0xF0F0F)
    states, chosen = np.zeros(n // BLOCK + 2, np.int64), np.zeros(n + 1, np.int64)
    reach = reach_of([2**10] * 16, [2**20] * 16, 4095, left=5)
    for _ in range(20):
        traces: Words = rng.integers(0, 4096, n).astype(word)
        list_rows(rows, traces, True)
        skip_draws(source, n, states)
        count = choose(source, states, rows, reach, chosen)
        least = []
        for _ in range(n):
            drawn = twin.draw(512)
            least.append(min(drawn >> 32 * lane & EVERY for lane in range(16)))
        expected = [i for i in range(n) if least[i] >> 16 <= (2**10 * int(traces[i]) + 2**20) << 5 >> 16]
        assert chosen[:count].tolist() == expected


def test_nothing_is_chosen_where_nothing_can_change() -> None:
    source, rows = make_source(WEIGHT, 0, 32, range(16), 16), make_rows(5)
    list_rows(rows, np.full(5, 4095, word), True)
    states = np.zeros(5 // BLOCK + 2, np.int64)
    assert choose(source, states, rows, reach_of([0] * 16, [0] * 16, 4095), np.zeros(6, np.int64)) == 0
