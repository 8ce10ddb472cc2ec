"""What NIR nodes become in ticks: leaks, gains, and spikes above the threshold."""

from pathlib import Path

import nir
import numpy as np
import pytest

from golden_model import Config, Core, Sample
from golden_model.conversion.conversion import to_fixed
from golden_model.conversion.nir_graph import from_graph, read_nir
from golden_model.conversion.nir_nodes import DISCRETIZATIONS
from tests.golden_model.conversion.float_networks import a_network
from tests.golden_model.conversion.nir_graphs import TOLD, cuba, lif, parts, read


def test_euler_and_exact() -> None:
    nodes, edges = parts()
    euler, exact = (read(nodes, edges, discretization=name) for name in DISCRETIZATIONS)
    np.testing.assert_allclose(np.exp(-1 / euler.tau_membrane), 0.95, rtol=1e-14)
    assert np.exp(-1 / euler.tau_readout) == pytest.approx(0.9, rel=1e-14)
    np.testing.assert_allclose(euler.w_rec, nodes["w_rec"].weight.T, rtol=1e-14)
    np.testing.assert_allclose(exact.tau_membrane, 20.0, rtol=1e-14)
    assert exact.tau_readout == pytest.approx(10.0, rel=1e-14)
    np.testing.assert_allclose(exact.w_in, nodes["w_in"].weight.T * 20 * (1 - np.exp(-1 / 20)), rtol=1e-14)
    np.testing.assert_allclose(exact.w_out, nodes["w_out"].weight.T * 10 * (1 - np.exp(-1 / 10)), rtol=1e-14)


@pytest.mark.parametrize("discretization", DISCRETIZATIONS)
def test_current_without_filter_is_a_lif(discretization: str) -> None:
    nodes, edges = parts()
    plain = read(nodes, edges, discretization=discretization)
    tau_syn = {"euler": 0.001, "exact": 0.0}[discretization]
    nodes |= {"lif": cuba(tau_syn=tau_syn, w_in=3.0)}
    filtered = read(nodes, edges, discretization=discretization)
    np.testing.assert_allclose(filtered.w_in, 3 * plain.w_in, rtol=1e-14)
    np.testing.assert_array_equal(filtered.tau_membrane, plain.tau_membrane)


@pytest.mark.parametrize("shape", [(), (1,)])
def test_one_value_for_all_neurons(tmp_path: Path, shape: tuple[int, ...]) -> None:
    nodes, edges = parts()
    plain = read(nodes, edges)
    nodes["lif"] = nir.LIF(*(np.full(shape, value) for value in (0.02, 20.0, 0.0, 1.0)))
    nodes["li"] = nir.LI(*(np.full(shape, value) for value in (0.01, 10.0, 0.0)))
    nir.write(tmp_path / "x.nir", nir.NIRGraph(nodes, edges, type_check=False), compression=None)
    network = read_nir(tmp_path / "x.nir", **TOLD)
    for name in ("w_in", "w_rec", "w_out", "tau_membrane", "threshold"):
        np.testing.assert_array_equal(getattr(network, name), getattr(plain, name))


@pytest.mark.parametrize("discretization", DISCRETIZATIONS)
def test_nodes_without_leak(discretization: str) -> None:
    nodes, edges = parts()
    nodes |= {"lif": nir.IF(np.full(4, 500.0), np.ones(4)), "li": nir.I(np.full(2, 250.0))}
    network = read(nodes, edges, discretization=discretization)
    assert (network.tau_membrane == np.inf).all()
    assert network.tau_readout == np.inf
    np.testing.assert_allclose(network.w_in, nodes["w_in"].weight.T * 0.5, rtol=1e-14)
    np.testing.assert_allclose(network.w_out, nodes["w_out"].weight.T * 0.25, rtol=1e-14)
    registers = to_fixed(network, Config.preset("reckon")).parameters
    assert (set(registers.alpha.tolist()), registers.registers.kappa) == ({0x8000}, 0x80)


def test_potentials_that_rest_elsewhere() -> None:
    """A neuron that rests and is reset at -0.25, with a threshold of 1, is one of threshold 1.25."""
    nodes, edges = parts()
    nodes["lif"] = lif(v_leak=-0.25, v_reset=-0.25)
    assert read(nodes, edges, reset="zero").threshold.tolist() == [1.25] * 4
    with pytest.raises(ValueError, match="^lif: v_reset = -0.25 is not 0"):
        read(nodes, edges)
    nodes["lif"] = lif(v_leak=-0.25)
    message = "lif: v_reset = 0 is not v_leak = -0.25, a neuron of the core is reset to where it rests"
    with pytest.raises(ValueError, match=f"^{message}$"):
        read(nodes, edges, reset="zero")


def naive_spikes(graph: nir.NIRGraph, events: np.ndarray) -> np.ndarray:
    """Simulate neurons IF as NIR says: they spike above the threshold, and are set to v_reset = 0."""
    w_in, w_rec, neurons = (graph.nodes[name] for name in ("w_in", "w_rec", "lif"))
    potential, spikes = np.zeros(len(neurons.r)), []
    for arriving in events:
        spike = potential > neurons.v_threshold
        potential[spike] = 0
        potential += neurons.r * 1e-3 * (w_in.weight @ arriving + w_rec.weight @ spike)
        spikes.append(spike)
    return np.array(spikes)


@pytest.mark.parametrize("membrane_bits", [10, 16])
@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.53])
def test_core_spikes_above_the_threshold_as_nir_does(membrane_bits: int, threshold: float) -> None:
    """With weights in sixteenths, potentials often equal a threshold of 0.5 or 0."""
    rng, sixteenths = np.random.default_rng(7), np.arange(-8, 12) / 16
    nodes, edges = parts()
    nodes["lif"] = nir.IF(np.full(4, 1000.0), np.full(4, threshold))
    for name in ("w_in", "w_rec"):
        nodes[name] = nir.Linear(rng.choice(sixteenths, nodes[name].weight.shape))
    graph = nir.NIRGraph(nodes, edges)
    conversion = to_fixed(
        from_graph(graph, 1.0, "zero", "exact"), Config(membrane_bits=membrane_bits), scale=1.0
    )
    core, events = Core(conversion.config, conversion.parameters), rng.random((200, 3)) < 0.3
    core.load_weights(*conversion.weights)
    spikes = core.run(Sample(np.argwhere(events), 200), learn=False, record="spike").records["spike"]
    expected = naive_spikes(graph, events)
    assert 0.05 < expected.mean() < 0.95
    np.testing.assert_array_equal(spikes[1:], expected[1:])


@pytest.mark.parametrize(
    ("threshold", "scale", "membrane_bits", "register"),
    [
        (1.0, 1.0, 16, 2049),
        (1.0, 0.5, 16, 1025),
        (0.0, 1.0, 16, 1),
        (0.3, 1.0, 16, 615),  # 614.4
        (-1e-9, 1.0, 16, 0),
        (0.3, 1.0, 8, 3 * 256),  # 2.4 of 2^-3
        (0.25, 1.0, 8, 3 * 256),
        (0.25, 1.0, 20, 513),  # the register counts in 2^-11
        (1 - 2**-16, 1.0, 20, 2048),
    ],
)
def test_register_of_the_next_potential(
    threshold: float, scale: float, membrane_bits: int, register: int
) -> None:
    config = Config(membrane_bits=membrane_bits)
    network = a_network(threshold=threshold, spikes_above=True)
    conversion = to_fixed(network, config, scale=scale, clip=100)
    assert set(conversion.parameters.threshold[:3].tolist()) == {register}
