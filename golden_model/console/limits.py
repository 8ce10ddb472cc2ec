"""Integers within limits, said in one way: whatever sizes an array or a loop has a greatest value."""

import operator
from typing import Any

MOST = 1_000_000  # of whatever is counted: samples, epochs, seeds, trials
MOST_WORKERS = 1024


def integer(name: str, value: Any, low: int | None = None, high: int | None = None) -> int:
    """Return an integer, in low..high where these are given.

    Raises
    ------
    ValueError
        It is not one; the sentence has name, value and range. Truth values are no integers.
    """
    legal = "" if low is None else f" in {low}..{high}"
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} = {value!r} is not an integer{legal}") from None
    if low is not None and high is not None and not low <= number <= high:
        raise ValueError(f"{name} = {number} is outside {low}..{high}")
    return number
