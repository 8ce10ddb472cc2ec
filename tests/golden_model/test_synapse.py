"""Weight arrays: the update of rows against the naive twin, and that passing rows over loses no step."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_model.compiled import Words, word
from golden_model.config import Config
from golden_model.formats import Formats
from golden_model.learning import make_synapses
from golden_model.lfsr import words_at
from golden_model.parameters import Parameters
from golden_model.registers import Registers
from golden_model.screening import list_rows
from golden_model.synapse import (
    Synapses,
    UpdateRecord,
    make_update_record,
    update_group,
    update_output,
)
from tests.golden_model.configurations import CONFIGS, OTHER_WIDTHS, legal_parameters
from tests.golden_model.networks import packed, spread, twin_of
from tests.twins import arithmetic as naive
from tests.twins import learning as twin_learning
from tests.twins.lfsr import Source
from tests.twins.network import Twin
from tests.twins.rules import INPUT, RECURRENT
from tests.twins.widths import unit

SIZES = (21, 18, 3)  # two groups, the second with two neurons
GROUPS = [(0, list(range(16))), (1, [16, 17])]
EVERY = 2**32 - 1
PUBLISHED = Config()


def lanes_of(values: list[int], dtype: Any) -> Words:
    """Return the values of a group's neurons, absent ones 0, in an array for two groups."""
    padded = np.zeros(32, dtype)
    padded[: len(values)] = values
    return padded


def update(
    synapses: Synapses,
    group: int,
    trace: list[int],
    gain: list[int],
    multiplier: list[int] | None = None,
    recurrent: bool = False,
    record: UpdateRecord | None = None,
) -> None:
    """Update all rows of a group; `gain` and `multiplier` are those of its neurons."""
    product = np.int32 if synapses.mark.dtype == np.uint32 else np.int64
    gains = np.roll(lanes_of(gain, product), 16 * group)
    multipliers = np.roll(lanes_of(multiplier or [16] * 16, word), 16 * group)
    list_rows(synapses.every, np.array(trace, word), True)
    masked = multiplier is not None
    update_group(synapses, group, synapses.every, gains, multipliers, masked, recurrent, record)


def load(synapses: Synapses, twin_weights: list[list[int]], rng: np.random.Generator) -> None:
    """Give an array and its twin the same stored weights, many of them at the ends of the range."""
    n_pre, n_post = len(twin_weights), len(twin_weights[0])
    half = 2 ** (synapses.weight_bits - 1)
    beyond = max(half // 4, 1)
    weights = np.clip(rng.integers(-half - beyond, half + beyond, (n_pre, n_post)), -half, half - 1)
    synapses.weights[:, :n_post] = weights
    twin_weights[:] = weights.tolist()


def check(synapses: Synapses, twin: Twin, name: str) -> None:
    expected = getattr(twin, name)
    n_post = len(expected[0])
    assert synapses.weights[:, :n_post].tolist() == expected
    assert not synapses.weights[:, n_post:].any()
    assert synapses.source.state[0] == packed(getattr(twin.sources, name))


ARRAYS = pytest.mark.parametrize(("array", "name"), [(INPUT, "w_in"), (RECURRENT, "w_rec")])


@pytest.mark.parametrize("errata", [True, False])
@pytest.mark.parametrize("mode", range(4))
@ARRAYS
@pytest.mark.parametrize("recorded", [False, True])
def test_rows_of_a_group(errata: bool, mode: int, array: int, name: str, recorded: bool) -> None:
    rng = np.random.default_rng([errata, mode, array])
    for _ in range(25):
        check_rows(rng, Config(errata=errata), array, name, recorded, regul_mode=mode)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
@ARRAYS
@pytest.mark.parametrize("recorded", [False, True])
def test_rows_of_a_group_at_other_widths(config: Config, array: int, name: str, recorded: bool) -> None:
    rng = np.random.default_rng([config.membrane_bits, array])
    for n in range(24):
        rates = {f"lr_{way}_w{kind}": int(rng.integers(0, 9)) for way in "pr" for kind in ("inp", "rec")}
        check_rows(rng, config, array, name, recorded, regul_mode=n % 4, **(rates if n % 3 else {}))


def check_rows(
    rng: np.random.Generator, config: Config, array: int, name: str, recorded: bool, **fixed: int
) -> None:
    """Update all rows of both groups of an array and of its twin, and compare weights and draws."""
    parameters = legal_parameters(rng, config, SIZES, fp_loc_tinp=0, fp_loc_trec=0, **fixed)
    twin, synapses = twin_of(parameters, config), make_synapses(config, parameters)[array - 1]
    load(synapses, getattr(twin, name), rng)
    n_pre, registers = synapses.weights.shape[0], parameters.registers
    trace_bits = config.trace_in_bits if array == INPUT else config.trace_rec_bits
    trace = rng.integers(1, 2 ** rng.integers(1, trace_bits + 1, n_pre)).tolist()
    (twin.trace_in if array == INPUT else twin.trace_rec)[:n_pre] = trace
    twin.learning_signal = spread(rng, config.membrane_bits, SIZES[1]).tolist()
    record = make_update_record(2, n_pre, 16, Formats(config).product_bits) if recorded else None
    for group, neurons in GROUPS:
        h = spread(rng, config.surrogate_bits, len(neurons)).tolist()
        g = rng.integers(0, 2**config.trace_rec_bits, len(neurons)).tolist()
        reductions = [twin_reduction(twin, level, array) for level in g]
        synapses.reduction[16 * group : 16 * group + 16] = lanes_of(reductions, synapses.mark.dtype)[:16]
        gains = [twin.learning_signal[j] * value for j, value in zip(neurons, h, strict=True)]
        multipliers = None
        if registers.regul_mode & 1 and registers.regul_w:
            multipliers = [naive.multiplicative(published(twin, level), registers.regul_k_mul) for level in g]
        update(synapses, group, trace, gains, multipliers, array == RECURRENT, record)
        for i in range(n_pre):
            twin_learning.update_row(twin, i, neurons, h, g, array)
        check(synapses, twin, name)


def published(twin: Twin, level: int) -> int:
    """Return a level of the recurrent trace in published units."""
    return naive.align(level, 3 - unit(twin.widths.trace_rec_bits))


def twin_reduction(twin: Twin, level: int, array: int) -> int:
    registers = twin.registers
    if not (registers.regul_mode & 2 and registers.regul_w & array):
        return 0
    rule = twin.rules[array]
    return naive.align(naive.additive(published(twin, level), rule.k_left, rule.k_right), rule.reduction)


def plain_synapses(config: Config = PUBLISHED, n_in: int = 21, **registers: int) -> Synapses:
    radices = {"fp_loc_tinp": 0, "fp_loc_trec": 0, "fp_loc_tout": 0, "kappa": 100}
    values = Registers.for_network(n_in=n_in, n_rec=16, n_out=2, **radices, **registers)
    return make_synapses(config, Parameters(values))[0]


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


@pytest.mark.parametrize("n_out", [1, 3, 16])
def test_output_rows(n_out: int) -> None:
    rng = np.random.default_rng(n_out)
    for _ in range(60):
        check_output_rows(rng, PUBLISHED, n_out)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_output_rows_at_other_widths(config: Config) -> None:
    rng = np.random.default_rng(config.membrane_bits)
    for n in range(30):
        rates = {"lr_p_wout": int(rng.integers(0, 9)), "lr_r_wout": int(rng.integers(0, 9))}
        check_output_rows(rng, config, (1, 3, 17)[n % 3], **(rates if n % 2 else {}))


def check_output_rows(rng: np.random.Generator, config: Config, n_out: int, **fixed: int) -> None:
    parameters = legal_parameters(rng, config, (3, 18, n_out), fp_loc_tout=0, **fixed)
    twin, synapses = twin_of(parameters, config), make_synapses(config, parameters)[2]
    load(synapses, twin.w_out, rng)
    twin.error = spread(rng, config.membrane_bits, n_out).tolist()
    for j in range(18):
        twin.trace_out[j] = int(rng.integers(1, 2**config.trace_out_bits))
        update_output(synapses, j, twin.trace_out[j], np.array(twin.error, word), None)
        twin_learning.update_readout_row(twin, j)
    check(synapses, twin, "w_out")


@pytest.mark.parametrize(("n_out", "slots"), [(16, 16), (17, 32), (64, 64)])
def test_output_rows_draw_whole_groups_of_readouts(n_out: int, slots: int) -> None:
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=n_out, seed_out=0x2F2F2)
    synapses = make_synapses(Config(n_out=64), Parameters(registers))[2]
    source = Source(1, 22, 0x2F2F2)
    for j in (0, 1):
        update_output(synapses, j, 1000, np.full(n_out, 2**15 - 1, word), None)
        drawn = source.draw(28 * slots)
        fires = [(drawn >> 28 * k & 2**28 - 1) <= 1000 * (2**15 - 1) for k in range(n_out)]
        assert synapses.weights[j].tolist() == fires
        assert 0 < sum(fires) < n_out
    assert synapses.source.state[0] == packed(source)


def test_record_of_an_update() -> None:
    synapses, record, source = plain_synapses(), make_update_record(1, 21, 16), Source(3, 25, 0x1)
    before = synapses.weights.tolist()
    update(synapses, 0, [4000] * 21, [2**16] * 16, record=record)
    assert record.visited.all()
    assert record.before[0].tolist() == before
    assert record.after[0].tolist() == synapses.weights.tolist() != before
    for i in range(21):
        drawn = source.draw(512)
        assert record.random[0, i].tolist() == [drawn >> 32 * n & EVERY for n in range(16)]
