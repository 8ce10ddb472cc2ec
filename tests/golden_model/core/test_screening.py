"""The screen before an update: which rows there are, and that none is left out in which a weight changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.core.arithmetic import Rate, make_rate
from golden_model.core.compiled import MAGNITUDES, PRODUCTS, Words, word
from golden_model.core.lfsr import BLOCK, TOP_BITS, WEIGHT, make_source, skip_draws
from golden_model.core.screening import LIKELY, Reach, choose, list_rows, make_reach, make_rows, reached
from tests.twins import arithmetic as naive
from tests.twins.lfsr import Source

DRAWN = -1  # the resting mark where marks are drawn
PARTS = st.lists(st.integers(0, 2**48 - 1), min_size=16, max_size=16)
SIGNS = st.lists(st.sampled_from([-1, 1]), min_size=16, max_size=16)
SMALLER = st.tuples(st.integers(0, 24), st.integers(0, 48))


def reach_of(gains: list[int], reductions: list[int], seen: int, rate: Rate, class_bits: int = 32) -> Reach:
    gain, reduction = np.array(gains, PRODUCTS[class_bits]), np.array(reductions, MAGNITUDES[class_bits])
    return make_reach(gain, reduction, np.int64(seen), rate)


def top(mark: int, bits: int) -> int:
    """Return what the screen sees of a mark of `bits` bits."""
    return mark >> max(bits - TOP_BITS, 0)


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


def furthest_mark(d: int, rate: tuple[int, int, int, int]) -> int:
    """Return the greatest random word with which a change makes a step, -1 if none does."""
    bits, left, right, shadow_bits = rate
    most = 2**bits - 1
    if naive.change(d, right, left, bits, most, "stochastic", shadow_bits):
        return most
    return (min(abs(d) << left, most) >> right << shadow_bits) % 2**bits if d else -1


@pytest.mark.parametrize("class_bits", [32, 64])
@settings(max_examples=600)
@given(
    PARTS, SIGNS, PARTS, SMALLER, st.tuples(st.integers(0, 39), st.integers(0, 42), st.integers(0, 16)),
    st.integers(0, 16), st.booleans(), st.data(),
)  # fmt: skip
def test_reach_is_never_short_of_a_mark_at_which_a_weight_changes(
    class_bits: int,
    parts: list[int],
    signs: list[int],
    levels: list[int],
    smaller: tuple[int, int],
    shifts: tuple[int, int, int],
    multiplier: int,
    errata: bool,
    data: st.DataObject,
) -> None:
    """At any width of trace and product, learning rate, shadow bits and rounding."""
    trace_bits = data.draw(st.integers(4, 16))
    bits = trace_bits + data.draw(st.integers(9, 31 if class_bits == 64 else min(31, 32 - trace_bits)))
    gain_bits = bits - 1 - trace_bits
    gains = [sign * (part >> (48 - gain_bits) >> smaller[0]) for part, sign in zip(parts, signs, strict=True)]
    gains[0] = signs[0] * (1 << gain_bits >> smaller[0])
    reductions = [level >> (16 if class_bits == 32 else 1) >> smaller[1] for level in levels]
    trace, other = (data.draw(st.integers(0, 2**trace_bits - 1)) for _ in range(2))
    rate = (bits, *shifts)
    changes = [
        naive.update(gain * trace, multiplier, reduction, errata, bits)
        for gain, reduction in zip(gains, reductions, strict=True)
    ]
    reach = reach_of(gains, reductions, max(trace, other), make_rate(*rate), class_bits)
    most = reached(reach, np.int64(trace))
    assert most >= top(max(furthest_mark(d, rate) for d in changes), bits)
    left, right, shadow_bits = shifts
    for rounding, mark in (("nearest", 2 ** (bits - 1)), ("truncate", 2**bits)):
        if any(naive.change(d, right, left, bits, None, rounding, shadow_bits) for d in changes):
            assert most >= top(mark, bits)


def test_reach_is_tight_for_small_changes() -> None:
    """And where the left shift clamps, from 2^12 on."""
    reach = reach_of([-3, 2] * 8, [5] * 16, 4095, make_rate(32, 20, 2))
    for trace in (0, 1, 100, 4095):
        assert reached(reach, np.int64(trace)) == (min(3 * trace + 5, 2**12) << 18) >> 16


@pytest.mark.parametrize(("bits", "class_bits"), [(22, 32), (32, 32), (47, 64)])
@pytest.mark.parametrize(("right", "shadow_bits"), [(0, 0), (2, 0), (2, 4), (0, 3)])
def test_reach_is_tight_in_shadow_bits(bits: int, class_bits: int, right: int, shadow_bits: int) -> None:
    left = bits - 20
    reach = reach_of([-3, 2] * 8, [5] * 16, 4095, make_rate(bits, left, right, shadow_bits), class_bits)
    for trace in (0, 1, 100, 4095):
        assert reached(reach, np.int64(trace)) == top(((3 * trace + 5) << left + shadow_bits) >> right, bits)


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
    reach = reach_of([gain, 0] * 8, [reduction] * 16, seen, make_rate(32, 0, 31))
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
    tops = least_tops(Source(3, 25, 0xABCDE), n, 32)
    skip_draws(source, n, states)
    for least in tops:
        for level in (least, least - 1):
            zero, chosen = np.int64(0), np.zeros(n + 1, np.int64)
            reach = Reach(zero, np.int64(level), np.int64(1 << TOP_BITS), zero, zero)
            count = choose(source, states, rows, reach, DRAWN, chosen)
            assert chosen[:count].tolist() == rows_worth_a_visit([level] * n, tops)


def rows_worth_a_visit(levels: list[int], tops: list[int]) -> list[int]:
    """Return the rows whose least word is reached, and blocks in which some are likely to be."""
    peaks = [max(levels[i - i % BLOCK :][:BLOCK]) for i in range(len(levels))]
    return [i for i, level in enumerate(levels) if tops[i] <= level or peaks[i] >= LIKELY]


def least_tops(source: Source, n: int, bits: int) -> list[int]:
    """Return what the screen sees of the least word of each of n draws."""
    return [top(min(source.draws(16, bits)), bits) for _ in range(n)]


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, 3 * BLOCK + 1])
@pytest.mark.parametrize(
    ("bits", "class_bits", "gain", "reduction", "left"),
    [(32, 32, 2**10, 2**20, 4), (14, 32, 1, 4, 2), (22, 32, 2**3, 2**8, 1), (47, 64, 2**22, 2**35, 6)],
)
def test_chosen_are_the_rows_whose_least_word_is_reached(
    n: int, bits: int, class_bits: int, gain: int, reduction: int, left: int
) -> None:
    rng = np.random.default_rng([n, bits])
    source = make_source(WEIGHT, 0xF0F0F, bits, range(16), 16, MAGNITUDES[class_bits])
    rows, twin = make_rows(n), Source(3, 25, 0xF0F0F)
    states, chosen = np.zeros(n // BLOCK + 2, np.int64), np.zeros(n + 1, np.int64)
    trace_bits = min(12, bits - 6)
    reach = reach_of([gain] * 16, [reduction] * 16, 2**trace_bits - 1, make_rate(bits, left, 0), class_bits)
    numbers = set()
    for _ in range(60):
        traces: Words = rng.integers(0, 2**trace_bits, n).astype(word)
        list_rows(rows, traces, True)
        skip_draws(source, n, states)
        count = choose(source, states, rows, reach, DRAWN, chosen)
        levels = [top((gain * int(trace) + reduction) << left, bits) for trace in traces]
        tops = least_tops(twin, n, bits)
        assert chosen[:count].tolist() == rows_worth_a_visit(levels, tops)
        numbers.add(count)
    assert len(numbers) > 1


def test_a_mark_that_is_not_drawn_is_the_same_for_every_row() -> None:
    """Rows whose trace reaches it are chosen, whatever the source would draw."""
    source, rows, n = make_source(WEIGHT, 0, 32, range(16), 16), make_rows(9), 9
    traces, chosen, states = np.arange(n), np.zeros(n + 1, np.int64), np.zeros(n // BLOCK + 2, np.int64)
    list_rows(rows, traces.astype(word), True)
    reach = reach_of([2**16] * 16, [0] * 16, n, make_rate(32, 11, 0))
    for mark in range(2**12, 2**16, 2**9):
        count = choose(source, states, rows, reach, mark, chosen)
        assert chosen[:count].tolist() == [i for i in range(n) if i * 2**11 >= mark]
    assert source.state[0] == 0


def test_nothing_is_chosen_where_nothing_can_change() -> None:
    source, rows = make_source(WEIGHT, 0, 32, range(16), 16), make_rows(5)
    list_rows(rows, np.full(5, 4095, word), True)
    states, reach = (
        np.zeros(5 // BLOCK + 2, np.int64),
        reach_of([0] * 16, [0] * 16, 4095, make_rate(32, 0, 0)),
    )
    assert choose(source, states, rows, reach, DRAWN, np.zeros(6, np.int64)) == 0
