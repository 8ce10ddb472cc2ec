"""Weight arrays: the update of all rows against the naive twin."""

import numpy as np
import pytest

from golden_model.core.compiled import word
from golden_model.core.synapse import Synapses, make_update_record, update_output
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from tests.golden_model.core.synapses import EVERY, PUBLISHED, lanes_of, plain_synapses, update
from tests.helpers.configurations import OTHER_WIDTHS, legal_parameters
from tests.helpers.networks import packed, spread, twin_of
from tests.twins import arithmetic as naive
from tests.twins import learning as twin_learning
from tests.twins.lfsr import Source
from tests.twins.network import Twin
from tests.twins.rules import INPUT, RECURRENT
from tests.twins.widths import unit

SIZES = (21, 18, 3)  # two groups, the second with two neurons
GROUPS = [(0, list(range(16))), (1, [16, 17])]


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
