"""Networks at random: the same for the same seed, legal at any configuration."""

from collections.abc import Iterator

import numpy as np
import pytest

from cosim.run.random_networks import ROOM, random_config, random_recording
from golden_model.network.config import Config
from rtl.chip.map import check_fits
from rtl.delivery.files import FACES
from tests.helpers.configurations import LIMITS, STATE_ROUNDINGS, UPDATE_ROUNDINGS

N = 200


def configs(face: str) -> Iterator[Config]:
    return (random_config(seed, face) for seed in range(N))


def test_same_seed_same_network() -> None:
    config = Config(n_in=9, n_rec=12, n_out=3)
    first, again, other = (random_recording(config, seed) for seed in (5, 5, 6))
    assert first.parameters.registers == again.parameters.registers != other.parameters.registers
    assert np.array_equal(first.w_rec_after, again.w_rec_after)


@pytest.mark.parametrize("face", FACES)
def test_same_seed_same_configuration(face: str) -> None:
    assert list(configs(face)) == list(configs(face))
    assert len(set(configs(face))) > N - 20


def test_configurations_have_all_widths_and_rules_there_are() -> None:
    """Their ends often."""
    found = list(configs("soc"))
    for name, ends in LIMITS.items():
        values = [getattr(config, name) for config in found]
        assert (min(values), max(values)) == ends
        assert min(values.count(end) for end in ends) > N / 5
    assert {config.state_rounding for config in found} == set(STATE_ROUNDINGS)
    assert {config.update_rounding for config in found} == set(UPDATE_ROUNDINGS)
    assert {config.errata for config in found} == {False, True}
    assert {(config.n_in, config.n_rec, config.n_out) for config in found} == {tuple(ROOM.values())}


def test_configurations_of_a_chip_fit_its_map() -> None:
    for config in configs("chip"):
        check_fits(config)


@pytest.mark.parametrize("face", FACES)
def test_networks_are_legal_at_any_configuration(face: str) -> None:
    """Registers that do not fit the widths would be refused."""
    for seed in range(20):
        config = random_config(seed, face)
        vector = random_recording(config, seed)
        assert vector.config == config


def test_registers_have_the_ends_of_what_narrow_words_hold() -> None:
    config = Config(trace_in_bits=4, trace_rec_bits=4, trace_out_bits=4, kappa_frac_bits=4, **ROOM)
    found = [random_recording(config, seed).parameters.registers for seed in range(20)]
    for name, most in {"fp_loc_tinp": 3, "fp_loc_tout": 3, "regul_f0": 120, "kappa": 251}.items():
        assert max(getattr(registers, name) for registers in found) == most
