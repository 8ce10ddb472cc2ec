"""The named arithmetic and the draws of the scalar loop."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# Inlined and without reference counts: a call would copy the tuple of arrays, and a count lock the bus.
compiled = njit(cache=False, forceinline=True, _nrt=False)


@compiled
def draw_short(sources: Ints, n: int, leap: Ints, k: int) -> int:
    old = sources[n]
    sources[n] = new = leap[old]
    return int(old >> 14 | (new >> 15 - k & (1 << k - 1) - 1) << 1)


@compiled
def look_up(table: Ints, s: int, lane: int) -> int:
    """A word of the draw that begins in state s."""
    first = table[0, s & 127, lane] ^ table[1, s >> 7 & 127, lane]
    return int(first ^ table[2, s >> 14 & 127, lane] ^ table[3, s >> 21, lane])


@compiled
def wrap(x: int, bits: int) -> int:
    return (x + (1 << bits - 1) & (1 << bits) - 1) - (1 << bits - 1)


@compiled
def saturate(x: int, bits: int) -> int:
    return min(max(x, -(1 << bits - 1)), (1 << bits - 1) - 1)


@compiled
def leak(x: int, factor: int, one: int, frac: int, draw: int, rounds: int) -> int:
    product = x * factor
    q = product >> frac
    return q + 1 if rounds and factor != one and (product & (1 << frac) - 1) >= draw and q != 0 else q


@compiled
def stochastic_step(p: int, weight: int, right: int, left: int, bits: int, draw: int, itself: bool) -> int:
    if p == 0:
        return weight
    if p != -(1 << bits - 1) and min(abs(p) << left, (1 << bits) - 1) >> right < draw:
        return weight
    if itself:
        return 0
    return min(weight + 1, 127) if p > 0 else max(weight - 1, -128)
