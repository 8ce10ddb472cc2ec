"""One value per pair of neurons: spread over all pairs, and written down shortly."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from golden_model.network.checks import integers
from golden_model.network.formats import Format, Int64Array


def pairs_of(*sizes: int) -> int:
    """Return how many pairs share leaks and thresholds where these populations are held side by side."""
    return (max(sizes) + 1) // 2


def spread(
    name: str, value: ArrayLike, word: Format, limits: tuple[int, int], least: int, absent: Int64Array
) -> Int64Array:
    """Spread a scalar or an array of at least `least` values over all pairs, read-only.

    Raises
    ------
    ValueError
        For a wrong shape, or a value that is not an integer or outside the limits.
    """
    low, high = limits
    array = integers(name, value, f"in {low}..{high}", word)
    if array.ndim and array.shape not in ((least,), absent.shape):
        raise ValueError(
            f"{name} has shape {list(array.shape)}, legal is one value or [{len(absent)}], one per pair"
        )
    for pair, number in enumerate(array.flat):
        if not low <= number <= high:
            raise ValueError(f"{name} = {number} of pair {pair} is outside {low}..{high}")
    pairs = absent.copy()
    pairs[: len(array) if array.ndim else None] = array
    pairs.flags.writeable = False
    return pairs


def plain(values: Int64Array) -> int | list[int]:
    """Return one number where all pairs agree, else a list."""
    return int(values[0]) if np.all(values == values[0]) else [int(value) for value in values]


def span(values: Int64Array) -> str:
    """Return one number where all pairs agree, else the least and the greatest."""
    low, high = values.min(), values.max()
    return f"{low}" if low == high else f"{low}..{high}"
