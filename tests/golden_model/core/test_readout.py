"""Readouts: decay, winner, error and arriving spikes against the naive twin."""

import numpy as np
import pytest

from golden_model.core.compiled import word
from golden_model.core.readout import add_spike, compare, count_winner, decay
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import OTHER_WIDTHS, legal_parameters
from tests.helpers.networks import SIZES, both, goes_on_like, spread, twin_of
from tests.twins.learning import errors
from tests.twins.propagate import add_to_readouts
from tests.twins.step import step_readouts

CONFIG = Config(n_out=64)


@pytest.mark.parametrize("sizes", [sizes for sizes in SIZES if sizes[2] <= 16])
@pytest.mark.parametrize("rounds", [0, 1])
def test_decay(sizes: tuple[int, int, int], rounds: int) -> None:
    rng = np.random.default_rng([*sizes, rounds])
    for kappa in (0, 1, 121, 127, 128, 129, 255):
        check_decay(rng, CONFIG, sizes, en_stoch_round=rounds, kappa=kappa)


@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_decay_at_other_widths(config: Config) -> None:
    rng = np.random.default_rng(config.kappa_frac_bits)
    for n, kappa in enumerate((0, 1, 121, 127, 128, 129, 255) * 2):
        check_decay(rng, config, SIZES[n % 4], en_stoch_round=int(n < 10), kappa=kappa)


def check_decay(rng: np.random.Generator, config: Config, sizes: tuple[int, int, int], **fixed: int) -> None:
    """Decay random potentials of a network and of its twin, and compare them and their draws."""
    parameters = legal_parameters(rng, config, sizes, **fixed)
    readout, twin = blocks_of(config, parameters).readout, twin_of(parameters, config)
    for _ in range(8):
        both(readout.potential, twin.readout, spread(rng, config.membrane_bits, sizes[2]))
        decay(readout)
        step_readouts(twin)
        assert readout.potential.tolist() == twin.readout
    assert goes_on_like(readout.source, twin.sources.readout, config.kappa_frac_bits)


@pytest.mark.parametrize(
    ("sizes", "slots"),
    [((1, 2, 1), 2), ((3, 2, 1), 3), ((40, 100, 2), 16), ((1, 20, 17), 20), ((40, 2, 17), 32)],
)
def test_absent_readouts_of_a_word_draw_too(sizes: tuple[int, int, int], slots: int) -> None:
    n_in, n_rec, n_out = sizes
    registers = Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out, en_stoch_round=1)
    readout = blocks_of(CONFIG, Parameters(registers)).readout
    source = twin_of(Parameters(registers)).sources.readout
    decay(readout)
    source.draw(7 * slots)
    assert goes_on_like(readout.source, source, 7)


@pytest.mark.parametrize(
    ("potentials", "winner"),
    [
        ([3], 0),
        ([1, 2], 1),
        ([2, 2, 1], 0),
        ([-5, -3, -3], 1),
        ([-(2**15), -(2**15)], 0),
        ([0, 1, 2**15 - 1], 2),
    ],
)
def test_winner_is_the_first_of_the_greatest(potentials: list[int], winner: int) -> None:
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=len(potentials))
    readout = blocks_of(CONFIG, Parameters(registers)).readout
    readout.potential[:] = potentials
    for times in (1, 2):
        count_winner(readout)
        assert readout.wins.tolist() == [times * (k == winner) for k in range(len(potentials))]


@pytest.mark.parametrize("linear", [0, 1])
def test_error_of_every_potential(linear: int) -> None:
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=16, no_out_act=linear)
    readout, twin = blocks_of(CONFIG, Parameters(registers)).readout, twin_of(Parameters(registers))
    targets = np.array([0, 2048, -(2**15), 2**15 - 1] * 4)
    for first in range(-(2**15), 2**15, 16):
        both(readout.potential, twin.readout, np.arange(first, first + 16))
        compare(readout, targets)
        assert readout.error.tolist() == errors(twin, targets.tolist())


@pytest.mark.parametrize("linear", [0, 1])
@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_error_at_other_widths(config: Config, linear: int) -> None:
    """Around the corners of the hard sigmoid, at the ends and in between."""
    rng, one, end = (
        np.random.default_rng(linear),
        2 ** (config.membrane_bits - 5),
        2 ** (config.membrane_bits - 1),
    )
    registers = Registers.for_network(n_in=1, n_rec=2, n_out=16, no_out_act=linear)
    parameters = Parameters(registers)
    readout, twin = blocks_of(config, parameters).readout, twin_of(parameters, config)
    targets = np.array([0, one, -end, end - 1] * 4)
    corners = [center + off for center in (-one, 0, one) for off in range(-2, 3)]
    some = spread(rng, config.membrane_bits, 16 * 8).tolist()
    for potential in [*corners, -end, end - 1, *some]:
        both(readout.potential, twin.readout, np.full(16, potential))
        compare(readout, targets)
        assert readout.error.tolist() == errors(twin, targets.tolist())


@pytest.mark.parametrize("shift", range(8))
def test_arriving_spike_saturates(shift: int) -> None:
    check_arriving(np.random.default_rng(shift), CONFIG, shift)


@pytest.mark.parametrize("shift", range(8))
@pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
def test_arriving_spike_at_other_widths(config: Config, shift: int) -> None:
    check_arriving(np.random.default_rng([shift, config.weight_bits]), config, shift)


def check_arriving(rng: np.random.Generator, config: Config, shift: int) -> None:
    """Add stored weights to random potentials of a network and of its twin."""
    parameters = legal_parameters(rng, config, (1, 2, 16), fp_loc_wout=shift)
    readout, twin = blocks_of(config, parameters).readout, twin_of(parameters, config)
    end = 2 ** (config.weight_bits + config.shadow_bits - 1)
    for _ in range(50):
        weights = rng.integers(-end, end, 16)
        twin.w_out[0] = weights.tolist()
        both(readout.potential, twin.readout, spread(rng, config.membrane_bits, 16))
        for _ in range(3):
            add_spike(readout, weights.astype(word))
            add_to_readouts(twin, 0)
            assert readout.potential.tolist() == twin.readout


def test_wins_have_16_bits() -> None:
    readout = blocks_of(CONFIG, Parameters(Registers.for_network(n_in=1, n_rec=2, n_out=2))).readout
    readout.wins[:] = 2**16 - 1
    count_winner(readout)
    assert readout.wins.tolist() == [0, 2**16 - 1]
