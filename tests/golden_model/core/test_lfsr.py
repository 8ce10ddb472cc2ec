"""Random sources: every state of the short ones, a basis and samples of the long ones, every draw size."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.core.compiled import MAGNITUDES, Words
from golden_model.core.lfsr import (
    BLOCK,
    LONG_ROUNDING,
    NOISE,
    ROUNDING,
    WEIGHT,
    WEIGHT_OUT,
    Fibonacci,
    draw_words,
    least_top,
    make_source,
    skip_draws,
    state_at,
)
from golden_model.network.registers import BY_NAME
from tests.helpers.networks import packed
from tests.twins.lfsr import Source

SEQUENCES = [ROUNDING, WEIGHT, WEIGHT_OUT, NOISE]
DRAWS = [(WEIGHT, 32, 16), (WEIGHT_OUT, 28, 16), (WEIGHT_OUT, 28, 64), (NOISE, 16, 18), (ROUNDING, 7, 16)]
DRAWS += [(ROUNDING, 15, 51), (ROUNDING, 4, 16), (ROUNDING, 13, 20), (LONG_ROUNDING, 16, 51)]
DRAWS += [
    (LONG_ROUNDING, 20, 512),
    (WEIGHT, 13, 16),
    (WEIGHT, 47, 16),
    (WEIGHT_OUT, 14, 16),
    (WEIGHT_OUT, 42, 64),
]


def twin_in(sequence: Fibonacci, state: int) -> Source:
    source = Source(sequence.a, sequence.b, 0)
    source.elements = [state >> n & 1 for n in range(sequence.b)]
    return source


def word_of(bits: int) -> Any:
    return MAGNITUDES[32 if bits <= 32 else 64]


def buffer(bits: int, lanes: int) -> Words:
    return np.zeros(lanes, word_of(bits))


def states_of(sequence: Fibonacci) -> list[int]:
    """Return a basis of the states, their extremes and some more."""
    rng = np.random.default_rng(sequence.b)
    some = rng.integers(0, 2**sequence.b, 40).tolist()
    return [0, 2**sequence.b - 1, *(1 << bit for bit in range(sequence.b)), *some]


def test_numbers_of_the_sequences() -> None:
    assert [(s.a, s.b) for s in SEQUENCES] == [(1, 15), (3, 25), (1, 22), (3, 17)]
    assert (LONG_ROUNDING.a, LONG_ROUNDING.b) == (3, 25)


@pytest.mark.parametrize("bits", [7, 15])
def test_every_state_of_the_15_bit_sources(bits: int) -> None:
    source, out = make_source(ROUNDING, 0, bits, range(1), 1), buffer(bits, 1)
    for state in range(2**15):
        twin = twin_in(ROUNDING, state)
        drawn = twin.draw(bits)
        source.state[0] = state
        draw_words(source, out)
        assert (int(out[0]), int(source.state[0])) == (drawn, packed(twin))
        assert ROUNDING.draw(state, bits) == (drawn, packed(twin))


@pytest.mark.parametrize(("sequence", "bits", "slots"), DRAWS)
def test_draw_of_many_words(sequence: Fibonacci, bits: int, slots: int) -> None:
    source = make_source(sequence, 0, bits, range(slots), slots, word_of(bits))
    out = buffer(bits, slots)
    for state in states_of(sequence)[:: 1 + bits * slots // 2000]:
        twin = twin_in(sequence, state)
        source.state[0] = state
        for _ in range(3):
            drawn = twin.draw(bits * slots)
            draw_words(source, out)
            assert out.tolist() == [drawn >> bits * n & 2**bits - 1 for n in range(slots)]
            assert source.state[0] == packed(twin)


@pytest.mark.parametrize("sequence", SEQUENCES)
@given(st.integers(0, 2**25 - 1), st.lists(st.integers(1, 700), max_size=8))
def test_sequence_does_not_depend_on_how_many_bits_are_taken_at_once(
    sequence: Fibonacci, state: int, sizes: list[int]
) -> None:
    start = rest = state % 2**sequence.b
    joined = taken = 0
    for size in sizes:
        drawn, rest = sequence.draw(rest, size)
        joined |= drawn << taken
        taken += size
    assert (joined, rest) == sequence.draw(start, taken)
    elements = [start >> n & 1 for n in range(sequence.b)]
    for n in range(sequence.b, sequence.b + taken):
        elements.append(elements[n - sequence.a] ^ elements[n - sequence.b])
    first = sequence.b - sequence.a
    assert [joined >> n & 1 for n in range(taken)] == elements[first : first + taken]


@pytest.mark.parametrize("bits", range(4, 14))
def test_seeds_of_short_draws_are_interleaved(bits: int) -> None:
    """The order is a permutation of bits, so that single bits and a few seeds show all of it."""
    for seed in [*(1 << bit for bit in range(15)), *range(0, 2**15, 1 if bits == 7 else 97)]:
        assert ROUNDING.seed(seed, bits) == packed(Source(1, 15, seed, bits))


def test_order_of_a_seed_by_hand() -> None:
    """Of 4 bits: element q * 4 + j is bit 1 + 3 * j + q, the last two of 14 stay; bit 0 is the newest."""
    order = [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12, 13, 14, 0]
    assert [ROUNDING.seed(1 << bit, 4) for bit in order] == [1 << n for n in range(15)]
    halves = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0]  # of 8 bits and more: one by one
    for bits in (8, 13, 14, 15):
        assert [ROUNDING.seed(1 << bit, bits) for bit in halves] == [1 << n for n in range(15)]


def test_seeds_of_15_bit_draws() -> None:
    for seed in range(2**15):
        assert ROUNDING.seed(seed, 15) == packed(Source(1, 15, seed, 15)) == seed >> 1 | (seed & 1) << 14


@pytest.mark.parametrize(
    ("sequence", "bits"),
    [(WEIGHT, 512), (WEIGHT_OUT, 448), (NOISE, 32), (LONG_ROUNDING, 16 * 51), (LONG_ROUNDING, 20 * 512)],
)
def test_seeds_of_the_long_sources(sequence: Fibonacci, bits: int) -> None:
    for seed in states_of(sequence):
        assert sequence.seed(seed, bits) == packed(Source(sequence.a, sequence.b, seed))


def test_a_source_starts_at_its_seed() -> None:
    for sequence, bits in ((ROUNDING, 7), (WEIGHT, 32)):
        source = make_source(sequence, 0x1234, bits, range(2), 2)
        assert source.state.tolist() == [packed(Source(sequence.a, sequence.b, 0x1234, bits))]


def test_seed_0_draws_only_zeros() -> None:
    source, out = make_source(WEIGHT, 0, 32, range(16), 16), np.ones(16, np.uint32)
    draw_words(source, out)
    assert not out.any()
    assert source.state.tolist() == [0]


def test_lanes_take_the_word_of_their_slot() -> None:
    lanes = [2, -1, 0, 2]  # lanes share words, some have none
    source, out, twin = make_source(NOISE, 0x5A5A, 16, lanes, 5), buffer(16, 4), Source(3, 17, 0x5A5A)
    for _ in range(4):
        drawn = twin.draw(16 * 5)
        draw_words(source, out)
        assert out.tolist() == [drawn >> 16 * slot & 0xFFFF if slot >= 0 else 0 for slot in lanes]
        assert source.state[0] == packed(twin)


@pytest.mark.parametrize("draws", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5 * BLOCK + 3])
def test_skipped_draws_have_the_states_of_single_ones(draws: int) -> None:
    source, states = make_source(WEIGHT, 0xF0F0F0, 32, range(16), 16), np.full(draws // BLOCK + 2, -1)
    twin = Source(3, 25, 0xF0F0F0)
    skip_draws(source, draws, states)
    for draw in range(draws + 1):
        assert state_at(source, states, draw) == packed(twin)
        if draw < draws:
            twin.draw(512)
    assert source.state[0] == packed(twin)


@pytest.mark.parametrize(
    ("sequence", "bits"),
    [(WEIGHT, 32), (WEIGHT_OUT, 28), (WEIGHT, 13), (WEIGHT, 16), (WEIGHT, 47), (WEIGHT_OUT, 42)],
)
@pytest.mark.parametrize("lanes", [2, 16])
@pytest.mark.parametrize("draws", [1, BLOCK])
def test_least_top_is_the_top_of_the_least_word(
    sequence: Fibonacci, bits: int, lanes: int, draws: int
) -> None:
    source = make_source(sequence, 0, bits, range(lanes), 16, word_of(bits))
    out = buffer(bits, lanes)
    for state in states_of(sequence):
        source.state[0] = state
        least = 2**bits
        for _ in range(draws):
            draw_words(source, out)
            least = min(least, int(out.min()))
        assert least_top(source, state, draws) == least >> max(bits - 16, 0)


WIDTHS = {
    "seed_inp": WEIGHT.b,
    "seed_rec": WEIGHT.b,
    "seed_out": WEIGHT_OUT.b,
    "seed_strnd_neur": 2 * ROUNDING.b,
    "seed_strnd_oneur": ROUNDING.b,
    "seed_strnd_tinp": 2 * ROUNDING.b,
    "seed_strnd_trec": 2 * ROUNDING.b,
    "seed_strnd_tout": 2 * ROUNDING.b,
    "seed_noise_neur": NOISE.b,
}


def test_seed_registers_are_as_wide_as_their_sources() -> None:
    assert {name: BY_NAME[name].bits for name in WIDTHS} == WIDTHS
