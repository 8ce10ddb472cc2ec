"""Neurons: decay, fire and reset, and the arrival of weights and noise, against the naive twin."""

import numpy as np
import pytest

from golden_model.compiled import word
from golden_model.config import Config
from golden_model.neuron import integrate, make_neuron, step
from golden_model.parameters import Parameters
from golden_model.registers import Registers
from tests.golden_model.networks import SIZES, any_parameters, both, goes_on_like, packed, spread, twin_of
from tests.twins.propagate import add_to_membranes
from tests.twins.step import step as twin_step

CONFIG = Config()


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("to_zero", [0, 1])
@pytest.mark.parametrize("rounds", [0, 1])
def test_step(sizes: tuple[int, int, int], to_zero: int, rounds: int) -> None:
    rng = np.random.default_rng([*sizes, to_zero, rounds])
    for _ in range(10):
        parameters = any_parameters(rng, sizes, rst_mode=to_zero, en_stoch_round=rounds)
        neuron, twin = make_neuron(CONFIG, parameters), twin_of(parameters)
        for _ in range(5):
            both(neuron.membrane, twin.membrane, spread(rng, 16, sizes[1]))
            step(neuron)
            twin_step(twin)
            assert neuron.membrane.tolist() == twin.membrane[: sizes[1]]
            assert neuron.spike.tolist() == twin.spike[: sizes[1]]
            fired = neuron.fired[: neuron.n_fired[0]].tolist()
            assert fired == [j for j, spike in enumerate(twin.spike) if spike]
        wheels = neuron.rounding.even, neuron.rounding.odd
        for wheel, source in zip(wheels, twin.sources.membrane, strict=True):
            assert goes_on_like(wheel, source, 15)


def test_step_beyond_the_sizes_of_the_chip() -> None:
    rng = np.random.default_rng(1024)
    parameters = any_parameters(rng, (1024, 600, 2), en_stoch_round=1)
    neuron, twin = make_neuron(Config(n_in=1024, n_rec=1024), parameters), twin_of(parameters)
    for _ in range(2):
        both(neuron.membrane, twin.membrane, spread(rng, 16, 600))
        step(neuron)
        twin_step(twin)
        assert neuron.membrane.tolist() == twin.membrane[:600]
        assert neuron.spike.tolist() == twin.spike[:600]


@pytest.mark.parametrize("threshold", [-(2**15), -1, 0, 1, 2**15 - 1])
def test_fires_from_the_threshold_on(threshold: int) -> None:
    parameters = Parameters(Registers.for_network(n_in=1, n_rec=2, n_out=1), 0x7FFF, threshold)
    neuron = make_neuron(CONFIG, parameters)
    for potential in range(max(threshold - 3, -(2**15)), min(threshold + 4, 2**15)):
        neuron.membrane[:] = potential
        step(neuron)
        assert neuron.spike.tolist() == [potential >= threshold] * 2
        assert neuron.n_fired[0] == 2 * (potential >= threshold)


def test_reset_by_subtraction_wraps() -> None:
    neuron = make_neuron(
        CONFIG, Parameters(Registers.for_network(n_in=1, n_rec=2, n_out=1), 0x8000, -(2**15))
    )
    neuron.membrane[:] = 5, -5
    step(neuron)
    assert neuron.membrane.tolist() == [5 - 2**15, 2**15 - 5]


def test_leak_of_1_draws_nothing_for_its_pair() -> None:
    """The neurons of the second pair are rounded alike whether or not the first pair's leak is 1.0."""
    registers = Registers.for_network(n_in=1, n_rec=4, n_out=1, en_stoch_round=1)
    alone = make_neuron(CONFIG, Parameters(registers.replace(num_rec_neur=1), 0x7FEF, 2**15 - 1))
    behind = make_neuron(CONFIG, Parameters(registers, [0x8000, 0x7FEF], 2**15 - 1))
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
    n_rec = sizes[1]
    for _ in range(10):
        parameters = any_parameters(rng, sizes, noise_en=noisy)
        registers = parameters.registers
        neuron, twin = make_neuron(CONFIG, parameters), twin_of(parameters)
        rows = rng.integers(-128, 128, (2, n_rec))
        twin.w_in[0], twin.w_rec[0] = rows.tolist()
        both(neuron.membrane, twin.membrane, spread(rng, 16, n_rec))
        scales = event << registers.fp_loc_winp, spike << registers.fp_loc_wrec
        for _ in range(3):
            integrate(neuron, rows[0].astype(word), scales[0], rows[1].astype(word), scales[1])
            add_to_membranes(twin, 0, event, spike)
            assert neuron.membrane.tolist() == twin.membrane[:n_rec]
        assert neuron.noise.state[0] == packed(twin.sources.noise)


def test_two_greatest_weights_and_no_overflow_but_of_the_potential() -> None:
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=1)
    neuron = make_neuron(CONFIG, Parameters(registers))
    neuron.membrane[:] = 0, 1
    extremes = np.array([-128, 127], word)
    integrate(neuron, extremes, 128, extremes, 128)
    assert neuron.membrane.tolist() == [-2 * 128 * 128, 1 + 2 * 127 * 128]
    integrate(neuron, extremes, 128, extremes, 128)
    assert neuron.membrane.tolist() == [-(2**15), 2**15 - 1]
