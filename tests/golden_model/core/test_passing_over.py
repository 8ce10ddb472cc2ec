"""Passing rows over loses no step of a weight; updates by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.core.lfsr import words_at
from golden_model.core.synapse import Synapses, make_update_record
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from tests.golden_model.core.synapses import EVERY, plain_synapses, update
from tests.helpers.configurations import CONFIGS, OTHER_WIDTHS
from tests.helpers.networks import packed
from tests.twins import arithmetic as naive
from tests.twins.lfsr import Source


def state_with_small_draws(synapses: Synapses, below: int) -> tuple[int, list[int]]:
    """Find a state of the source whose draw has a word in 1..below-1; return it and the words."""
    rng, words = np.random.default_rng(below % 99991), np.zeros(16, np.uint32)
    while True:
        state = int(rng.integers(1, 2**25))
        words_at(synapses.source, state, words)
        if 0 < words.min() < below:
            return state, words.tolist()


@pytest.mark.parametrize("errata", [True, False])
@pytest.mark.parametrize("below", [2**18, 2**22, 2**27])
@pytest.mark.parametrize("shift", [0, 1, 4])
def test_a_change_that_just_reaches_its_draw_is_not_passed_over(errata: bool, below: int, shift: int) -> None:
    synapses = plain_synapses(Config(errata=errata), lr_p_winp=shift, lr_r_winp=shift)
    state, draws = state_with_small_draws(synapses, below >> shift)
    lane = draws.index(min(draws))
    for short in (0, 1):
        synapses.source.state[0] = state
        synapses.weights[:] = 0
        synapses.reduction[lane] = draws[lane] - short
        update(synapses, 0, [1], [0] * 16)
        assert synapses.weights[0, lane] == (0 if short else -1)
        assert np.count_nonzero(synapses.weights) == 1 - short


GAINS = st.lists(st.integers(-(2**19), 2**19), min_size=16, max_size=16)
REDUCTIONS = st.lists(st.integers(0, EVERY), min_size=16, max_size=16)
SHIFTS = st.tuples(st.integers(0, 31), st.integers(0, 31))
SMALLER = st.tuples(st.integers(0, 19), st.integers(0, 12), st.integers(0, 32))


@settings(max_examples=400)
@given(GAINS, REDUCTIONS, SMALLER, SHIFTS, st.booleans(), st.integers(1, 2**25 - 1))
def test_passing_over_rows_changes_nothing(
    gains: list[int],
    levels: list[int],
    smaller: tuple[int, int, int],
    shifts: tuple[int, int],
    errata: bool,
    seed: int,
) -> None:
    check_passing_over(Config(errata=errata), gains, levels, smaller, shifts, seed)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
@settings(max_examples=100)
@given(GAINS, REDUCTIONS, SMALLER, SHIFTS, st.integers(1, 2**25 - 1))
def test_passing_over_rows_changes_nothing_at_other_widths(
    config: Config,
    gains: list[int],
    levels: list[int],
    smaller: tuple[int, int, int],
    shifts: tuple[int, int],
    seed: int,
) -> None:
    gain_bits = config.membrane_bits + config.surrogate_bits - 2
    scaled = [naive.align(gain, gain_bits - 19) for gain in gains]
    check_passing_over(config, scaled, levels, smaller, shifts, seed)


def check_passing_over(
    config: Config,
    gains: list[int],
    levels: list[int],
    smaller: tuple[int, int, int],
    shifts: tuple[int, int],
    seed: int,
) -> None:
    """With a record every row is updated; without one only those in which a weight may change."""
    rng, most = np.random.default_rng(seed), 2**config.trace_in_bits
    trace = rng.integers(0, most >> min(smaller[1], config.trace_in_bits - 1), 21).tolist()
    arrays = []
    for record in (None, make_update_record(1, 21, 16, Formats(config).product_bits)):
        synapses = plain_synapses(config, lr_p_winp=shifts[0], lr_r_winp=shifts[1], seed_inp=seed)
        synapses.reduction[:] = [naive.align(level >> smaller[2], synapses.regul_align) for level in levels]
        update(synapses, 0, trace, [gain >> smaller[0] for gain in gains], record=record)
        arrays.append((synapses.weights.tolist(), synapses.source.state.tolist()))
    assert arrays[0] == arrays[1]


@pytest.mark.parametrize("rounding", ["nearest", "truncate"])
@pytest.mark.parametrize("recorded", [False, True])
def test_updates_that_draw_nothing(rounding: str, recorded: bool) -> None:
    """A change of 2^20 is a stored step; a gain of 2^12 shifted by 4 is one with a trace of 16."""
    config = Config(update_rounding=rounding, shadow_bits=12)  # type: ignore[arg-type]
    record = make_update_record(1, 4, 16) if recorded else None
    synapses = plain_synapses(config, n_in=4, lr_p_winp=4)
    before = synapses.source.state.tolist()
    update(synapses, 0, [7, 8, 15, 16], [2**12] * 16, record=record)
    steps = [0, 1, 1, 1] if rounding == "nearest" else [0, 0, 0, 1]
    assert synapses.weights.tolist() == [[step] * 16 for step in steps]
    assert synapses.source.state.tolist() == before
    if record is not None:
        assert set(record.random[record.visited].ravel().tolist()) == {2**31}


@pytest.mark.parametrize(
    ("config", "weight"), [(Config(shadow_bits=4), 7 << 4), (CONFIGS["most"], 2**31 - 1)]
)
def test_a_step_in_shadow_bits_clears_a_self_connection(config: Config, weight: int) -> None:
    """Stored and working weight alike, by any step; the others saturate at the ends of stored weights."""
    synapses = plain_synapses(config, n_in=16, seed_inp=0)
    synapses.weights[:] = weight
    update(synapses, 0, [1] * 16, [1] * 16, recurrent=True)
    most = 2 ** (synapses.weight_bits - 1) - 1
    expected = np.full((16, 16), min(weight + 1, most))
    np.fill_diagonal(expected, 0)
    assert synapses.weights.tolist() == expected.tolist()


def test_rows_passed_over_take_their_draws() -> None:
    """The last of 21 rows is updated from its own words although all rows before it are passed over."""
    synapses, source = plain_synapses(lr_p_winp=4), Source(3, 25, 0x1)
    for _ in range(20):
        source.draw(512)
    drawn = source.draw(512)
    fires = [drawn >> 32 * n & EVERY <= 2**14 * 4095 << 4 for n in range(16)]
    update(synapses, 0, [0] * 20 + [4095], [2**14] * 16)
    assert not synapses.weights[:20].any()
    assert 0 < sum(fires) < 16
    assert synapses.weights[20].tolist() == fires
    assert synapses.source.state[0] == packed(source)


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("weight", [-128, -3, 0, 3, 127])
def test_a_step_clears_a_self_connection(recurrent: bool, weight: int) -> None:
    """Even a step that the weight could not take; seed 0 draws only zeros, so that every change fires."""
    for gain in (1, -1):
        synapses = plain_synapses(n_in=16, seed_inp=0)
        synapses.weights[:] = weight
        update(synapses, 0, [1] * 16, [gain] * 16, recurrent=recurrent)
        expected = np.full((16, 16), np.clip(weight + gain, -128, 127))
        if recurrent:
            np.fill_diagonal(expected, 0)
        assert synapses.weights.tolist() == expected.tolist()


def test_no_step_keeps_a_self_connection() -> None:
    synapses = plain_synapses(n_in=16, seed_inp=0)
    synapses.weights[:] = 7
    update(synapses, 0, [1] * 16, [0] * 8 + [1] * 8, recurrent=True)
    assert np.diag(synapses.weights).tolist() == [7] * 8 + [0] * 8


def test_most_negative_change_fires_at_any_draw() -> None:
    """A regularization of 2^31 makes d = -2^31 without E1; its right shift by 31 could not reach a draw."""
    synapses = plain_synapses(lr_r_winp=31)
    synapses.reduction[:] = 2**31
    update(synapses, 0, [0] * 21, [0] * 16)
    assert synapses.weights.tolist() == [[-1] * 16] * 21


def test_regularization_that_wraps_increments() -> None:
    synapses = plain_synapses(seed_inp=0)
    synapses.reduction[:] = EVERY
    update(synapses, 0, [0] * 21, [0] * 16)
    assert (synapses.weights == 1).all()
    off = plain_synapses(Config(errata=False), seed_inp=0)
    off.reduction[:] = EVERY
    update(off, 0, [0] * 21, [0] * 16)
    assert (off.weights == -1).all()
