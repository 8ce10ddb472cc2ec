"""Leaks from time constants: what a state loses per tick, rounded to a word."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from golden_model.network.formats import Format, Int64Array

TICK_MS = 1.0  # the duration of a tick where no other is given
_UNITS = {"ms": 1.0, "s": 1000.0}
_TIME = re.compile(r"([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf))\s*(ms|s)")


def rounded_leak(tau_ms: ArrayLike, dt_ms: float, word: Format, least: int = 0) -> Int64Array:
    """Return the leak exp(-dt / tau) as a raw word, rounded to nearest.

    Parameters
    ----------
    tau_ms : array_like of float
        Time constants in ms. Legal are those whose leak rounds to at least `least` and, as they are finite,
        to less than 1.0: at most 2^(frac + 1) - 1 ticks. An infinite one gives 1.0, which never decays.
    dt_ms : float
        Duration of a tick in ms, above 0.
    word : Format
    least : int
        The least legal leak, raw.

    Raises
    ------
    ValueError
        If a time constant or `dt_ms` is not a number or outside its range.
    """
    taus, ticks = _numbers("tau_ms", tau_ms), float(_numbers("dt_ms", dt_ms))
    if not 0 < ticks < np.inf:
        raise ValueError(f"dt_ms = {dt_ms!r} is not a finite number above 0")
    one = 1 << word.frac
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        leaks = np.where(taus == 0, 0.0, np.rint(np.exp(-ticks / taus) * one))
        low = -ticks / np.log(np.float64(least) / one)
    legal = (taus >= 0) & (leaks >= least) & ((leaks < one) | (taus == np.inf))
    if not np.all(legal):
        wrong, high = taus[~legal].flat[0], (2 * one - 1) * ticks
        raise ValueError(f"tau_ms = {wrong:g} is outside {low:.6g}..{high:.10g}, inf for no decay")
    return leaks.astype(np.int64)


def milliseconds(text: str) -> float | None:
    """Return the milliseconds of a text such as `20ms`, `2.5 s` or `inf s`, None if it is no time."""
    found = _TIME.fullmatch(text.strip())
    return None if found is None else float(found[1]) * _UNITS[found[2]]


def endless(value: Any) -> float | None:
    """Return an infinite number, which is a time whatever its unit, None for any other value."""
    return value if isinstance(value, float) and np.isinf(value) else None


def _numbers(name: str, values: Any) -> Any:
    """Return values in double precision, if they are real numbers."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} is not an array of numbers of one regular shape") from None
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} = {values!r} is not a number")
    return array.astype(np.float64)
