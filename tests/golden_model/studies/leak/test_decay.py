"""Decays: every neuron and tick as in the naive twin, and time constants that are known by hand."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.studies.leak.decay import RUNS, TICKS, Case, observe
from tests.golden_model.studies.leak.decays import SEEDS, drawn, steady, steady_tau
from tests.twins.lfsr import rounding_source

STEADY = ("floor", "nearest")
DRAWN = [
    Case("membrane", 16, 15, "stochastic", 0x7FEF),
    Case("trace", 12, 15, "stochastic", 0x7FEF),
    Case("membrane", 8, 7, "stochastic", 115),
    Case("trace", 4, 7, "stochastic", 127),
    Case("membrane", 24, 20, "stochastic", 2**20 - 1),
    Case("trace", 16, 20, "stochastic", 943718),
    Case("trace", 10, 16, "stochastic", 2**16 - 5),
]


@st.composite
def cases(draw: st.DrawFn, least_gap: float = 2.0**-12) -> Case:
    """Any leak without draws whose time constant is at most 1 / least_gap."""
    state = draw(st.sampled_from(("membrane", "trace")))
    bits = draw(st.integers(*((8, 24) if state == "membrane" else (4, 16))))
    frac_bits = draw(st.integers(7, 20))
    one = 1 << frac_bits
    gap = draw(st.integers(max(1, math.ceil(least_gap * one)), one // 10))
    return Case(state, bits, frac_bits, draw(st.sampled_from(STEADY)), one - gap)


@pytest.mark.parametrize("case", DRAWN, ids=str)
def test_neurons_that_draw_are_those_of_the_twin(case: Case) -> None:
    decay, starts = observe(case), np.repeat(case.starts, RUNS).tolist()
    for tick, states in enumerate(drawn(case, starts, 120)):
        of_starts = np.reshape(states, (-1, RUNS)).astype(float)
        assert decay.mean[tick].tolist() == of_starts.mean(axis=1).tolist()
        assert decay.variance[tick] == pytest.approx(of_starts.var(axis=1), rel=1e-9, abs=1e-9)


@settings(max_examples=20)
@given(cases())
def test_neurons_without_draws_are_those_of_the_twin(case: Case) -> None:
    decay = observe(case)
    assert not decay.variance.any()
    for n, start in enumerate(case.starts):
        ticks = 2000 if n else TICKS
        course = list(itertools.islice(steady(case, start), ticks + 1))
        assert decay.mean[: ticks + 1, n].tolist() == course
        assert decay.tau[n] == pytest.approx(steady_tau(case, start), rel=1e-12)


@pytest.mark.parametrize("rounding", STEADY)
def test_time_constants_longer_than_ten_seconds(rounding: str) -> None:
    case = Case("membrane", 20, 20, rounding, 2**20 - 35)  # type: ignore[arg-type]
    assert observe(case).tau == pytest.approx([steady_tau(case, start) for start in case.starts])
    assert observe(case).tau[0] > 2 * TICKS


def test_time_constants_by_hand() -> None:
    """Below 1 / (1 - alpha) floor takes 1 per tick, so that a start s falls to s/e in s (1 - 1/e) ticks."""
    fallen = 1 - 1 / math.e
    trace = observe(Case("trace", 12, 15, "floor", 0x7FEF))
    assert trace.starts == (4095, 256)
    assert trace.tau[1] == pytest.approx(256 * fallen)
    membrane = observe(Case("membrane", 8, 15, "floor", 0x7FEF))
    assert membrane.starts == (127, 8, -128)
    assert membrane.tau == pytest.approx([127 * fallen, 8 * fallen, math.inf])
    nearest = observe(Case("trace", 12, 15, "nearest", 0x7FEF))
    assert nearest.tau[1] == math.inf
    assert nearest.mean[-1].tolist() == [963, 256]


@pytest.mark.parametrize(("state", "bits"), [("membrane", 16), ("trace", 12)])
def test_stochastic_rounding_of_the_chip_keeps_its_time_constant(state: str, bits: int) -> None:
    decay = observe(Case(state, bits, 15, "stochastic", 0x7FEF))  # type: ignore[arg-type]
    assert decay.tau == pytest.approx([1927.03] * len(decay.tau), rel=0.01)


def test_a_state_that_waits_long_does_not_stand_still() -> None:
    """64 states of 3 change every 5000 ticks, so that ten seconds without a change are nothing unusual."""
    decay = observe(Case("trace", 8, 20, "stochastic", 2**20 - 1))
    assert decay.tau == pytest.approx([2**20] * 2, rel=0.2)


def test_draws_that_never_come_leave_states_where_they_are() -> None:
    """14 and the period of 15-bit sources have the divisor 7: each of them draws a seventh of its words.

    A state v loses v / 2^14 with this leak, where a draw exceeds 2^14 - v. What the greatest draw allows
    for, the neurons of that source keep for good.
    """
    case = Case("membrane", 8, 14, "stochastic", 2**14 - 1)
    sources = [rounding_source(seed, 14) for seed in SEEDS["membrane"]]
    kept = [2**14 - max(source.draws((2**15 - 1) // 7, 14)) for source in sources]
    assert sum(kept) / 2 > 8 / math.e
    assert observe(case).tau[1] == math.inf
    assert math.isfinite(observe(replace(case, factor=2**14 - 3)).tau[1])


@pytest.mark.parametrize("rounding", ["floor", "nearest", "stochastic"])
@pytest.mark.parametrize(("state", "bits", "frac_bits"), [("membrane", 24, 20), ("trace", 4, 7)])
def test_a_leak_of_one_leaves_all_as_it_is(state: str, bits: int, frac_bits: int, rounding: str) -> None:
    case = Case(state, bits, frac_bits, rounding, 1 << frac_bits)  # type: ignore[arg-type]
    decay = observe(case)
    assert (decay.mean == case.starts).all()
    assert not decay.variance.any()
    assert set(decay.tau) == {math.inf}
