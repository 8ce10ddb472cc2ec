"""The study of the leak: how a state decays, against how it was meant to, by width and rounding."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.console.progress import Told
from golden_model.core.rounding import Mode
from golden_model.studies.leak.decay import COURSE, Case, Decay, Floats, State, observe
from golden_model.studies.leak.zones import zones

LEAST_ALPHA, MOST_ALPHA = 0.9, 1 - 2.0**-20
CHIP_ALPHA = 0x7FEF / 2**15
CHIP_BITS: dict[State, int] = {"membrane": 16, "trace": 12}
CHIP_FRAC_BITS = 15
STATE_BITS: dict[State, tuple[int, int]] = {"membrane": (8, 24), "trace": (4, 16)}
FRAC_BITS = (7, 20)
ROUNDINGS: tuple[Mode, ...] = ("floor", "nearest", "stochastic")
COLUMNS = (
    "state",
    "state_bits",
    "alpha_frac_bits",
    "rounding",
    "chip",
    "alpha",
    "tau_requested_ms",
    "alpha_raw",
    "alpha_stored",
    "tau_stored_ms",
    "tau_realized_ms",
    "tau_small_ms",
    "tau_negative_ms",
    "dead_zone_low",
    "dead_zone_high",
    "jump_low",
    "jump_high",
    "mean_drift",
    "mean_drift_end",
    "variance",
    "variance_end",
)


@dataclass(frozen=True)
class Finding:
    """What was measured of one leak.

    Attributes
    ----------
    row : dict of str to value
        By the names of COLUMNS.
    ticks : int array [n]
        Of the course: every COURSE ticks from the start on.
    mean, deviation, exact : float array [n]
        From full scale: mean and standard deviation of the neurons, and the exact exponential.
    """

    row: dict[str, Any]
    ticks: NDArray[np.int64]
    mean: Floats
    deviation: Floats
    exact: Floats


def default_alphas(count: int = 17) -> tuple[float, ...]:
    """Return the chip's leak, and leaks from LEAST_ALPHA to MOST_ALPHA, log(1 - alpha) evenly spread."""
    gaps = np.geomspace(1 - LEAST_ALPHA, 1 - MOST_ALPHA, count).tolist()
    inner = [1 - gap for gap in gaps[1:-1]]
    return tuple(sorted({LEAST_ALPHA, *inner, CHIP_ALPHA, MOST_ALPHA}))


def requests(
    alphas: Sequence[float], state_bits: Sequence[int], alpha_bits: Sequence[int]
) -> list[tuple[float, Case]]:
    """Return every leak with every width and rounding; a width counts for the states that may have it."""
    return [
        (alpha, Case(state, bits, frac_bits, rounding, stored(alpha, frac_bits)))
        for state, (least, most) in STATE_BITS.items()
        for bits in state_bits
        if least <= bits <= most
        for frac_bits in alpha_bits
        for rounding in ROUNDINGS
        for alpha in alphas
    ]


def stored(alpha: float, frac_bits: int) -> int:
    """Return a leak as a word of some fraction bits, rounded to nearest, a half up."""
    return math.floor(alpha * (1 << frac_bits) + 0.5)


def tau(alpha: float) -> float:
    """Return the time constant of a leak in ticks, inf for 1.0."""
    return -1 / math.log(alpha) if alpha < 1 else math.inf


def study_leak(
    alphas: Sequence[float],
    state_bits: Sequence[int],
    alpha_bits: Sequence[int],
    told: Told = lambda *_: None,
) -> list[Finding]:
    """Measure every leak with every width and rounding.

    Parameters
    ----------
    alphas : sequence of float
        Leaks that are asked for, LEAST_ALPHA..MOST_ALPHA.
    state_bits : sequence of int
        Widths; 8..24 are tried as membrane potentials, 4..16 as traces.
    alpha_bits : sequence of int
        Fraction bits of stored leaks.
    told : callable
        Told of every leak measured.
    """
    asked = requests(alphas, state_bits, alpha_bits)
    return list(_findings(asked, told))


def _findings(asked: Sequence[tuple[float, Case]], told: Told) -> Iterator[Finding]:
    """Yield what is measured; leaks that are stored alike are measured once."""
    measured: dict[Case, Finding] = {}
    for n, (alpha, case) in enumerate(asked, start=1):
        if case not in measured:
            measured[case] = _measure(case)
        finding = measured[case]
        row = {"alpha": alpha, "tau_requested_ms": tau(alpha), "chip": is_chip(alpha, case)}
        yield replace(finding, row={**finding.row, **row})
        told("leaks", n, len(asked))


def is_chip(alpha: float, case: Case) -> bool:
    """Tell whether a leak is the published chip's, on its task."""
    widths = case.bits == CHIP_BITS[case.state] and case.frac_bits == CHIP_FRAC_BITS
    return widths and case.rounding == "stochastic" and alpha == CHIP_ALPHA


def _measure(case: Case) -> Finding:
    decay, levels = observe(case), zones(case)
    ticks = np.arange(len(decay.mean))
    exact = np.asarray(decay.starts[0] * case.alpha**ticks, np.float64)
    row = {
        "state": case.state,
        "state_bits": case.bits,
        "alpha_frac_bits": case.frac_bits,
        "rounding": case.rounding,
        "alpha_raw": case.factor,
        "alpha_stored": case.alpha,
        "tau_stored_ms": tau(case.alpha),
        **dict(zip(("tau_realized_ms", "tau_small_ms", "tau_negative_ms"), decay.tau, strict=False)),
        "dead_zone_low": levels.dead_low,
        "dead_zone_high": levels.dead_high,
        "jump_low": levels.jump_low,
        "jump_high": levels.jump_high,
        **_drift(decay, exact),
    }
    course = slice(None, None, COURSE)
    deviation = np.sqrt(decay.variance[course, 0])
    return Finding(row, ticks[course], decay.mean[course, 0], deviation, exact[course])


def _drift(decay: Decay, exact: Floats) -> dict[str, float]:
    """Return how far the mean from full scale strays in 10 s, at most and in the end, and the variance."""
    drift, variance = decay.mean[:, 0] - exact, decay.variance[:, 0]
    return {
        "mean_drift": float(drift[np.argmax(np.abs(drift))]),
        "mean_drift_end": float(drift[-1]),
        "variance": float(variance.max()),
        "variance_end": float(variance[-1]),
    }
