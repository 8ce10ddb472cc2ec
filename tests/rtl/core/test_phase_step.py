"""The phase *step*: its records, and a cycle per word of states or readout, whichever are more."""

import pytest

from rtl.core.phase_step import StepPhase
from tests.helpers.core_networks import CONFIG, NETWORKS, SIMULATED, expected, seen, shown


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
@pytest.mark.parametrize("name", NETWORKS)
def test_cycles_of_a_step(name: str, lanes: int) -> None:
    network = NETWORKS[name]
    pairs, n_out = (max(network.sizes) + 1) // 2, network.sizes[2]
    words = -(-2 * pairs // lanes)
    steps = network.n_samples * (network.n_ticks - 1)
    assert seen(lanes)[name].cycles["step"] == steps * (max(words, n_out) + StepPhase.latency)


@pytest.mark.slow
@pytest.mark.parametrize("lanes", SIMULATED)
def test_all_neurons_lines_and_readouts_are_shown_in_every_step(lanes: int) -> None:
    for name, network in NETWORKS.items():
        n_in, n_rec, n_out = network.sizes
        steps = network.n_samples * (network.n_ticks - 1)
        counts = {"membrane": n_rec, "spike": n_rec, "trace_in": n_in, "trace_rec": n_rec, "trace_out": n_rec}
        keys = [key for *_, key in shown(name, lanes) if key[0] in ("step", "readout")]
        for field, count in (counts | {"readout": n_out, "wins": n_out}).items():
            assert sum(key[1] == field for key in keys) == steps * count


@pytest.mark.slow
def test_networks_spike_and_their_leaks_round_both_ways() -> None:
    values = [(key, value) for name in NETWORKS for (*_, key), value in expected(name, 16).items()]
    spikes = [value for (_, field, _), value in values if field == "spike"]
    potentials = [value for (phase, field, _), value in values if (phase, field) == ("step", "membrane")]
    assert 50 < sum(spikes) < len(spikes) // 2
    assert min(potentials) < 0 < max(potentials)
    assert CONFIG.state_rounding == "stochastic"
