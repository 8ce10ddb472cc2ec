"""The decay of states once more, in Python integers, from the specification of the arithmetic."""

import math
from collections.abc import Iterator, Sequence

from golden_model.studies.leak.decay import Case
from tests.twins.arithmetic import leak
from tests.twins.lfsr import Source, rounding_source

SEEDS = {"membrane": (0x1234, 0x70F0), "trace": (0x1348, 0x7FCF)}  # of the even and the odd neurons


def twin_leak(case: Case, value: int, draw: int | None = None) -> int:
    """Return a state one tick later."""
    factor, frac, signed = case.factor, case.frac_bits, case.state == "membrane"
    return leak(value, factor, frac, case.bits, draw, signed, rounding=case.rounding)


def steady(case: Case, start: int) -> Iterator[int]:
    """Yield a state that draws nothing, from its start on."""
    while True:
        yield start
        start = twin_leak(case, start)


def drawn(case: Case, starts: Sequence[int], ticks: int) -> Iterator[list[int]]:
    """Yield the states of many neurons with stochastic rounding, before every tick and after the last."""
    sources: list[Source] = [rounding_source(seed, case.frac_bits) for seed in SEEDS[case.state]]
    states = list(starts)
    for _ in range(ticks):
        yield states
        draws = [source.draw(case.frac_bits) for _ in range(len(states) // 2) for source in sources]
        states = [twin_leak(case, state, draw) for state, draw in zip(states, draws, strict=True)]
    yield states


def steady_tau(case: Case, start: int) -> float:
    """Return when a state that draws nothing falls to 1/e, between two ticks on a line; inf if it stays."""
    level, course = abs(start) / math.e, steady(case, start)
    before = next(course)
    for tick, after in enumerate(course, start=1):
        if abs(after) <= level:
            return tick - (level - abs(after)) / (abs(before) - abs(after))
        if after == before:
            return math.inf
        before = after
    raise AssertionError
