"""A network trained with snnTorch, imported from its NIR graph, spikes like the original."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from golden_model import Config, Sample
from golden_model.conversion.conversion import to_fixed
from golden_model.conversion.float_network import WEIGHTS, FloatNetwork
from golden_model.conversion.nir_graph import read_nir, write_nir
from golden_model.conversion.weight_fit import RADIX
from golden_model.reference.reference import Reference
from tests.helpers.places import ROOT

PEERS = ROOT / "tests" / "peers"
SNNTORCH_DT = 0.1  # ms, what its export takes a tick for


def imported() -> FloatNetwork:
    return read_nir(PEERS / "snntorch.nir", SNNTORCH_DT, "subtract", "euler", integrate_output=True)


def twin(network: FloatNetwork) -> tuple[Reference, float]:
    """Return a float twin of the core with the unrounded weights of a network, and its scale.

    Its potentials are real numbers, so that the threshold is the network's, not the next integer.
    """
    conversion = to_fixed(replace(network, spikes_above=False), Config.preset("reckon"))
    registers, scale = conversion.parameters.registers, conversion.report.scale
    reference = Reference(conversion.config, conversion.parameters)
    shifts = [getattr(registers, RADIX[name]) - 4 for name in WEIGHTS]
    jumps = [getattr(network, name) * scale for name in WEIGHTS]
    reference.load_weights(*(jump / 2.0**shift for jump, shift in zip(jumps, shifts, strict=True)))
    return reference, scale


@pytest.fixture(scope="module")
def recorded() -> dict[str, np.ndarray]:
    with np.load(PEERS / "snntorch.npz") as archive:
        return dict(archive)


def test_the_recorded_network_is_active(recorded: dict[str, np.ndarray]) -> None:
    assert 0.05 < recorded["spikes"].mean() < 0.5
    assert recorded["spikes"].any(axis=(0, 1)).sum() > recorded["spikes"].shape[2] / 2
    assert np.abs(imported().w_rec).max() > 0.1


@pytest.mark.parametrize("through_own_file", [False, True])
def test_spikes_and_readouts_of_snntorch(
    recorded: dict[str, np.ndarray], tmp_path: Path, through_own_file: bool
) -> None:
    network = imported()
    if through_own_file:
        write_nir(tmp_path / "network.nir", network)
        network = read_nir(tmp_path / "network.nir")
    (reference, scale), kappa = twin(network), 115 / 128
    for events, spikes, readout in zip(
        recorded["events"], recorded["spikes"], recorded["readout"], strict=True
    ):
        n_ticks = len(events)
        sample = Sample(np.argwhere(events), n_ticks + 2)
        records = reference.run(sample, learn=False, record=("spike", "readout")).records
        np.testing.assert_array_equal(records["spike"][1 : n_ticks + 1], spikes)
        np.testing.assert_allclose(records["readout"][2:], scale * kappa * readout, atol=1e-4)
