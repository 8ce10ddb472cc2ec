"""Random sources of few states, read off a wheel: all draws of a whole period, in order.

A Fibonacci sequence of b = 15 repeats after 2^15 - 1 elements. Draws of k bits step through that circle k
elements at a time and come round after it, or after a part of it where k and the period have a common
divisor. Listed in this order, the draws of one step lie side by side.
"""

from functools import lru_cache
from math import gcd
from typing import NamedTuple

import numpy as np

from golden_model.core.compiled import Int, Words, kernel
from golden_model.core.lfsr import Fibonacci
from golden_model.network.formats import Int64Array


class Wheel(NamedTuple):
    """A random source at some place of its wheel.

    Attributes
    ----------
    words : uint16 [circles + 1, length + slots]
        Draws in order, one circle per row and its beginning repeated; the last row is that of a source
        seeded with zeros.
    place : int64 [2]
        Row and column of the next draw, advanced in place.
    length : int
        Draws of a circle.
    slots : int
        Words taken at a time.
    """

    words: Words
    place: Int64Array
    length: int
    slots: int


def make_wheel(sequence: Fibonacci, seed: int, bits: int, slots: int) -> Wheel:
    """Return a seeded source of `slots` words of `bits` bits (1..15) at a time."""
    words, length = _circles(sequence, bits, slots)
    return Wheel(words, np.array(_place(sequence, bits, sequence.seed(seed, bits))), length, slots)


@kernel
def turn(wheel: Wheel) -> tuple[Int, slice]:
    """Return where the next words are, row and columns, and advance the source beyond them."""
    row, column = wheel.place[0], wheel.place[1]
    wheel.place[1] = (column + wheel.slots) % wheel.length
    return row, slice(column, column + wheel.slots)


@lru_cache
def _elements(sequence: Fibonacci) -> Int64Array:
    """Return the elements of one period, from the state 1 on."""
    elements = [1] + [0] * (sequence.b - 1)
    for n in range(sequence.b, (1 << sequence.b) - 1):
        elements.append(elements[n - sequence.a] ^ elements[n - sequence.b])
    return np.array(elements)


@lru_cache(maxsize=16)
def _windows(sequence: Fibonacci, bits: int) -> Int64Array:
    """Return the words of `bits` bits that begin at each element of the period."""
    elements = _elements(sequence)
    words: Int64Array = np.sum([np.roll(elements, -n) << n for n in range(bits)], axis=0)
    return words


@lru_cache(maxsize=16)
def _circles(sequence: Fibonacci, bits: int, slots: int) -> tuple[Words, int]:
    period = (1 << sequence.b) - 1
    circles = gcd(bits, period)
    length = period // circles
    steps = np.arange(length + slots) * bits
    first = np.arange(circles)[:, None]
    words = np.zeros((circles + 1, steps.size), np.uint16)
    words[:circles] = _windows(sequence, bits)[(first + steps) % period]
    return words, length


def _place(sequence: Fibonacci, bits: int, state: int) -> tuple[int, int]:
    """Return the row and column at which a source in a given state goes on."""
    period = (1 << sequence.b) - 1
    circles = gcd(bits, period)
    if state == 0:
        return circles, 0
    oldest = int(np.flatnonzero(_windows(sequence, sequence.b) == state)[0])
    element = (oldest + sequence.b - sequence.a) % period
    row = element % circles
    length = period // circles
    return row, element // circles * pow(bits // circles, -1, length) % length


def state_at_place(wheel: Wheel, sequence: Fibonacci, bits: int) -> int:
    """Return the state of the source whose next draw is where the wheel is."""
    row, column = wheel.place.tolist()
    period = (1 << sequence.b) - 1
    if row == gcd(bits, period):
        return 0
    oldest = (row + column * bits - sequence.b + sequence.a) % period
    return int(_windows(sequence, sequence.b)[oldest])
