"""The random sources: Fibonacci sequences v[n] = v[n-a] xor v[n-b].

A draw of k bits takes k consecutive elements, the first as the least significant bit. The sequence does
not depend on how many bits are taken at once. It is linear: the words that a row of lanes draws, and the
state after it, are exclusive-ors of one table row per chunk of the state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from golden_model.core.compiled import Int, Words, kernel
from golden_model.network.formats import Int64Array

CHUNKS = 4  # table look-ups per draw
TOP_BITS = 16  # of a word, kept to compare it quickly
BLOCK = 4  # draws whose least word is found at once


@dataclass(frozen=True)
class Fibonacci:
    """The sequence v[n] = v[n-a] xor v[n-b], as an operation on states.

    A state holds the last b elements as an integer, the oldest as bit 0; the newest a of them have not
    been delivered yet.
    """

    a: int
    b: int

    def seed(self, seed: int, bits: int) -> int:
        """Return the state that a seed register value of b bits loads.

        Bit a of the seed is the oldest element, bit b-1 the newest delivered one; bits 0..a-1 are those
        not delivered. Where draws are of fewer bits than the b-a delivered elements, those are stored
        interleaved: element q*bits + j is bit a + m*j + q, m = floor((b-a)/bits); elements beyond m*bits
        stay where they are.
        """
        delivered, waiting = seed >> self.a, seed & ((1 << self.a) - 1)
        if bits < self.b - self.a:
            stride = (self.b - self.a) // bits
            order = [stride * j + q for q in range(stride) for j in range(bits)]
            order += range(stride * bits, self.b - self.a)
            delivered = sum((delivered >> source & 1) << n for n, source in enumerate(order))
        return delivered | waiting << (self.b - self.a)

    def seed_of(self, state: int, bits: int) -> int:
        """Return the seed register value that loads a state, for draws of `bits` bits."""
        return sum(1 << n for n in range(self.b) if self.seed(1 << n, bits) & state)

    def draw(self, state: int, bits: int) -> tuple[int, int]:
        """Return the next `bits` elements as a word, and the state after them.

        Over bits, a sequence that satisfies v[n] = v[n-a] xor v[n-b] does so with 2a and 2b, 4a and 4b and so
        on in their place: the more elements there are, the more follow at a time.
        """
        elements, known = state, self.b
        while known < self.b + bits:
            factor = 1 << (known // self.b).bit_length() - 1
            a, b = self.a * factor, self.b * factor
            following = (elements >> (known - a) ^ elements >> (known - b)) & ((1 << a) - 1)
            elements |= following << known
            known += a
        elements &= (1 << self.b + bits) - 1
        return elements >> (self.b - self.a) & ((1 << bits) - 1), elements >> bits


ROUNDING = Fibonacci(1, 15)
LONG_ROUNDING = Fibonacci(3, 25)  # draws of more than 15 bits
WEIGHT = Fibonacci(3, 25)
WEIGHT_OUT = Fibonacci(1, 22)
NOISE = Fibonacci(3, 17)


class Source(NamedTuple):
    """A random source that delivers one word per lane and draw.

    Attributes
    ----------
    state : int64 [1]
        The sequence's state, advanced in place.
    words : unsigned [CHUNKS, 2^c, lanes]
        Words of a draw, by chunk of c state bits and the chunk's value.
    tops : uint16 [CHUNKS, 2^c, BLOCK * lanes]
        The upper TOP_BITS bits of the words of BLOCK draws, in the same way.
    leaps : int64 [2, CHUNKS, 2^c]
        The state after one draw and after 2 * BLOCK draws, in the same way.
    chunk_bits : int
        c.
    """

    state: Int64Array
    words: Words
    tops: Words
    leaps: Int64Array
    chunk_bits: int


def make_source(
    sequence: Fibonacci,
    seed: int,
    bits: int,
    lanes: Sequence[int],
    slots: int,
    dtype: Any = np.uint32,
) -> Source:
    """Return a seeded source whose draws are `slots` words of `bits` bits.

    Parameters
    ----------
    sequence : Fibonacci
    seed : int
        Value of the seed register.
    bits : int
        Bits of one word.
    lanes : sequence of int
        The slot whose word each lane gets; -1: none, the lane's word is 0.
    slots : int
        Words that one draw consumes.
    dtype : dtype
        Of the words.
    """
    words, tops, leaps = _tables(sequence, bits, tuple(lanes), slots, dtype)
    return Source(np.array([sequence.seed(seed, bits)]), words, tops, leaps, _chunk_bits(sequence))


@lru_cache(maxsize=64)
def _tables(
    sequence: Fibonacci, bits: int, lanes: tuple[int, ...], slots: int, dtype: Any
) -> tuple[Words, Words, Int64Array]:
    """Return the words, tops and leaps of a Source."""
    n = len(lanes)
    word_rows = np.zeros((sequence.b, BLOCK * n), np.int64)
    leap_rows = np.zeros((2, sequence.b, 1), np.int64)
    for bit in range(sequence.b):
        state = 1 << bit
        leap_rows[:, bit, 0] = [sequence.draw(state, bits * slots * k)[1] for k in (1, 2 * BLOCK)]
        for draw in range(BLOCK):
            drawn, state = sequence.draw(state, bits * slots)
            words = [drawn >> bits * slot & (1 << bits) - 1 if slot >= 0 else 0 for slot in lanes]
            word_rows[bit, draw * n : (draw + 1) * n] = words
    chunk_bits = _chunk_bits(sequence)
    words_of_block = _combine(word_rows, chunk_bits)
    tops = (words_of_block >> max(bits - TOP_BITS, 0)).astype(np.uint16)
    words_of_draw = np.ascontiguousarray(words_of_block[:, :, :n].astype(dtype))
    leaps = np.stack([_combine(rows, chunk_bits)[:, :, 0] for rows in leap_rows])
    return words_of_draw, tops, leaps


def _chunk_bits(sequence: Fibonacci) -> int:
    return -(-sequence.b // CHUNKS)


def _combine(rows: Int64Array, chunk_bits: int) -> Int64Array:
    """Return the exclusive-or of every subset of each chunk's rows: [CHUNKS, 2^chunk_bits, columns]."""
    table = np.zeros((CHUNKS, 1 << chunk_bits, rows.shape[1]), np.int64)
    for bit, row in enumerate(rows):
        chunk, place = divmod(bit, chunk_bits)
        table[chunk, 1 << place : 2 << place] = table[chunk, : 1 << place] ^ row
    return table


@kernel
def chunks(state: Int, bits: Int) -> tuple[Int, Int, Int, Int]:
    """Split a state into its chunks, the rows of a source's tables."""
    last = (1 << bits) - 1
    return state & last, state >> bits & last, state >> 2 * bits & last, state >> 3 * bits & last


@kernel
def leap(source: Source, far: Int, state: Int) -> Int:
    """Return the state one draw later, or 2 * BLOCK draws later where `far` is 1."""
    c0, c1, c2, c3 = chunks(state, source.chunk_bits)
    table = source.leaps[far]
    return table[0, c0] ^ table[1, c1] ^ table[2, c2] ^ table[3, c3]


@kernel
def words_at(source: Source, state: Int, out: Words) -> None:
    """Fill `out` with the words, one per lane, that a draw delivers in a given state."""
    c0, c1, c2, c3 = chunks(state, source.chunk_bits)
    words = source.words
    for n in range(out.size):
        out[n] = words[0, c0, n] ^ words[1, c1, n] ^ words[2, c2, n] ^ words[3, c3, n]


@kernel
def least_top(source: Source, state: Int, draws: Int) -> Int:
    """Return the least of the words of the next `draws` draws, 1..BLOCK, its upper TOP_BITS bits."""
    c0, c1, c2, c3 = chunks(state, source.chunk_bits)
    tops = source.tops
    least = np.uint16((1 << TOP_BITS) - 1)
    for n in range(draws * source.words.shape[2]):
        top = np.uint16(tops[0, c0, n] ^ tops[1, c1, n] ^ tops[2, c2, n] ^ tops[3, c3, n])
        least = np.minimum(least, top)
    return least


@kernel
def draw_words(source: Source, out: Words) -> None:
    """Draw one word per lane into `out` and advance the source."""
    words_at(source, source.state[0], out)
    source.state[0] = leap(source, 0, source.state[0])


@kernel
def state_at(source: Source, states: Int64Array, draw: Int) -> Int:
    """Return the state before a draw from the states that `skip_draws` listed."""
    state = states[draw // BLOCK]
    for _ in range(draw % BLOCK):
        state = leap(source, 0, state)
    return state


@kernel
def skip_draws(source: Source, draws: Int, states: Int64Array) -> None:
    """Advance the source; list the states before every BLOCK-th of the draws skipped.

    Two lists of states interleave, so that the look-ups of one need not wait for those of the other.
    """
    states[0] = source.state[0]
    states[1] = states[0]
    for _ in range(BLOCK):
        states[1] = leap(source, 0, states[1])
    for n in range(2, draws // BLOCK + 1):
        states[n] = leap(source, 1, states[n - 2])
    source.state[0] = state_at(source, states, draws)
