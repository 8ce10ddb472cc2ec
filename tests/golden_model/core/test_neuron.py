"""Neurons: decay, fire and reset, and the arrival of weights and noise, against the naive twin."""

import numpy as np
import pytest

from golden_model.core.compiled import word
from golden_model.core.neuron import integrate, step
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import OTHER_WIDTHS, draws_go_on_like, legal_parameters
from tests.helpers.networks import SIZES, any_parameters, both, packed, spread, twin_of
from tests.twins import arithmetic as naive
from tests.twins.propagate import add_to_membranes
from tests.twins.step import step as twin_step

CONFIG = Config()


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("to_zero", [0, 1])
@pytest.mark.parametrize("rounds", [0, 1])
def test_step(sizes: tuple[int, int, int], to_zero: int, rounds: int) -> None:
    rng = np.random.default_rng([*sizes, to_zero, rounds])
    for _ in range(10):
        check_steps(rng, CONFIG, sizes, rst_mode=to_zero, en_stoch_round=rounds)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_step_at_other_widths(config: Config) -> None:
    rng = np.random.default_rng(config.membrane_bits)
    for n in range(24):
        check_steps(rng, config, SIZES[n % 4], rst_mode=n & 1, en_stoch_round=int(n % 3 != 0))


def check_steps(rng: np.random.Generator, config: Config, sizes: tuple[int, int, int], **fixed: int) -> None:
    """Step a network and its twin from random potentials, and compare everything."""
    parameters = legal_parameters(rng, config, sizes, **fixed)
    neuron, twin = blocks_of(config, parameters).neuron, twin_of(parameters, config)
    for _ in range(5):
        both(neuron.membrane, twin.membrane, spread(rng, config.membrane_bits, sizes[1]))
        step(neuron)
        twin_step(twin)
        assert neuron.membrane.tolist() == twin.membrane[: sizes[1]]
        assert neuron.spike.tolist() == twin.spike[: sizes[1]]
        fired = neuron.fired[: neuron.n_fired[0]].tolist()
        assert fired == [j for j, spike in enumerate(twin.spike) if spike]
    assert draws_go_on_like(neuron.rounding, twin.sources.membrane, config.alpha_frac_bits)


def test_step_beyond_the_sizes_of_the_chip() -> None:
    rng = np.random.default_rng(1024)
    parameters = any_parameters(rng, (1024, 600, 2), en_stoch_round=1)
    neuron, twin = blocks_of(Config(n_in=1024, n_rec=1024), parameters).neuron, twin_of(parameters)
    for _ in range(2):
        both(neuron.membrane, twin.membrane, spread(rng, 16, 600))
        step(neuron)
        twin_step(twin)
        assert neuron.membrane.tolist() == twin.membrane[:600]
        assert neuron.spike.tolist() == twin.spike[:600]


@pytest.mark.parametrize("threshold", [-(2**15), -1, 0, 1, 2**15 - 1])
def test_fires_from_the_threshold_on(threshold: int) -> None:
    parameters = Parameters(Registers.for_network(n_in=1, n_rec=2, n_out=1), 0x7FFF, threshold)
    neuron = blocks_of(CONFIG, parameters).neuron
    for potential in range(max(threshold - 3, -(2**15)), min(threshold + 4, 2**15)):
        neuron.membrane[:] = potential
        step(neuron)
        assert neuron.spike.tolist() == [potential >= threshold] * 2
        assert neuron.n_fired[0] == 2 * (potential >= threshold)


def test_reset_by_subtraction_wraps() -> None:
    neuron = blocks_of(
        CONFIG, Parameters(Registers.for_network(n_in=1, n_rec=2, n_out=1), 0x8000, -(2**15))
    ).neuron
    neuron.membrane[:] = 5, -5
    step(neuron)
    assert neuron.membrane.tolist() == [5 - 2**15, 2**15 - 5]


def test_leak_of_1_draws_nothing_for_its_pair() -> None:
    """The neurons of the second pair are rounded alike whether or not the first pair's leak is 1.0."""
    registers = Registers.for_network(n_in=1, n_rec=4, n_out=1, en_stoch_round=1)
    alone = blocks_of(CONFIG, Parameters(registers.replace(num_rec_neur=1), 0x7FEF, 2**15 - 1)).neuron
    behind = blocks_of(CONFIG, Parameters(registers, [0x8000, 0x7FEF], 2**15 - 1)).neuron
    for _ in range(20):
        alone.membrane[:] = 7777, -7777
        behind.membrane[:] = 1, -1, 7777, -7777
        step(alone)
        step(behind)
        assert behind.membrane.tolist() == [1, -1, *alone.membrane.tolist()]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("noisy", [0, 1])
@pytest.mark.parametrize(("event", "spike"), [(True, False), (False, True), (True, True)])
def test_integrate(sizes: tuple[int, int, int], noisy: int, event: bool, spike: bool) -> None:
    rng = np.random.default_rng([*sizes, noisy, event, spike])
    for _ in range(10):
        check_passes(rng, CONFIG, sizes, event, spike, noise_en=noisy)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
@pytest.mark.parametrize(("event", "spike"), [(True, False), (False, True), (True, True)])
def test_integrate_at_other_widths(config: Config, event: bool, spike: bool) -> None:
    rng = np.random.default_rng([config.membrane_bits, event, spike])
    for n in range(16):
        check_passes(rng, config, SIZES[n % 4], event, spike, noise_en=n // 4 % 2)


def check_passes(
    rng: np.random.Generator,
    config: Config,
    sizes: tuple[int, int, int],
    event: bool,
    spike: bool,
    **fixed: int,
) -> None:
    """Add passes to random potentials of a network and of its twin, from stored weights of any size."""
    n_rec, stored_bits = sizes[1], config.weight_bits + config.shadow_bits
    parameters = legal_parameters(rng, config, sizes, **fixed)
    neuron, twin = blocks_of(config, parameters).neuron, twin_of(parameters, config)
    w_in, w_rec, _ = make_synapses(config, parameters)
    w_in.weights[0, :n_rec], w_rec.weights[0, :n_rec] = rng.integers(
        -(2 ** (stored_bits - 1)), 2 ** (stored_bits - 1), (2, n_rec)
    )
    twin.w_in[0], twin.w_rec[0] = (array.weights[0, :n_rec].tolist() for array in (w_in, w_rec))
    both(neuron.membrane, twin.membrane, spread(rng, config.membrane_bits, n_rec))
    scales = event * w_in.scale, spike * w_rec.scale
    for _ in range(3):
        integrate(neuron, w_in.weights[0], scales[0], w_in.drop, w_rec.weights[0], scales[1], w_rec.drop)
        add_to_membranes(twin, 0, event, spike)
        assert neuron.membrane.tolist() == twin.membrane[:n_rec]
    assert neuron.noise.state[0] == packed(twin.sources.noise)


def test_two_greatest_weights_and_no_overflow_but_of_the_potential() -> None:
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=1)
    neuron = blocks_of(CONFIG, Parameters(registers)).neuron
    neuron.membrane[:] = 0, 1
    extremes = np.array([-128, 127], word)
    integrate(neuron, extremes, 128, 0, extremes, 128, 0)
    assert neuron.membrane.tolist() == [-2 * 128 * 128, 1 + 2 * 127 * 128]
    integrate(neuron, extremes, 128, 0, extremes, 128, 0)
    assert neuron.membrane.tolist() == [-(2**15), 2**15 - 1]


@pytest.mark.parametrize(("weight_bits", "shadow_bits"), [(2, 0), (8, 4), (16, 16)])
@pytest.mark.parametrize("membrane_bits", [8, 16, 24])
def test_the_same_full_scale_at_any_width(weight_bits: int, shadow_bits: int, membrane_bits: int) -> None:
    """The least weight stands for -1 whatever its bits, and fp_loc_w* for the same number of volts."""
    config = Config(weight_bits=weight_bits, shadow_bits=shadow_bits, membrane_bits=membrane_bits)
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=1, fp_loc_winp=3, fp_loc_wrec=0)
    neuron, (w_in, w_rec, _) = (
        blocks_of(config, Parameters(registers)).neuron,
        make_synapses(config, Parameters(registers)),
    )
    least = np.full(16, -(2 ** (weight_bits + shadow_bits - 1)), word)
    integrate(neuron, least, w_in.scale, w_in.drop, least, 0, w_rec.drop)
    assert neuron.membrane.tolist() == [naive.align(-(2**10), membrane_bits - 16)] * 2
    integrate(neuron, least, 0, w_in.drop, least, w_rec.scale, w_rec.drop)
    both_added = naive.align(-(2**10), membrane_bits - 16) + naive.align(-(2**7), membrane_bits - 16)
    assert neuron.membrane.tolist() == [both_added] * 2
