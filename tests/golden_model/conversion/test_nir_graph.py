"""NIR: exported networks come back to the same bits; what was not told or is damaged is refused."""

import re
from pathlib import Path
from typing import Any

import h5py
import nir
import numpy as np
import pytest

from golden_model import Config, Parameters, Registers
from golden_model.conversion.conversion import to_fixed, to_float
from golden_model.conversion.float_network import FloatNetwork
from golden_model.conversion.nir_graph import (
    DISCRETIZATIONS,
    METADATA,
    from_graph,
    read_nir,
    to_graph,
    write_nir,
)
from tests.golden_model.conversion.float_networks import a_network
from tests.golden_model.conversion.nir_graphs import TOLD, lif, parts, read
from tests.helpers.networks import any_parameters, spread


def test_spiking_output_is_integrated_where_told() -> None:
    nodes, edges = parts()
    plain = read(nodes, edges)
    nodes["li"] = lif(2, tau=0.01, r=10.0, v_threshold=5.0)
    network = read(nodes, edges, integrate_output=True)
    assert network.tau_readout == plain.tau_readout
    np.testing.assert_array_equal(network.w_out, plain.w_out)


@pytest.mark.parametrize("discretization", DISCRETIZATIONS)
@pytest.mark.parametrize("seed", range(4))
def test_core_comes_back_through_a_file(tmp_path: Path, seed: int, discretization: str) -> None:
    rng, config = np.random.default_rng(seed), Config(weight_bits=8 + seed)
    parameters = any_parameters(rng, (9, 6, 2), kappa=int(rng.integers(1, 128)), fp_loc_tinp=0)
    alpha = rng.integers(0x7000, 0x8000, parameters.n_pairs)
    parameters = type(parameters)(parameters.registers.replace(alpha_conf=None), alpha, parameters.threshold)
    weights = tuple(spread(rng, 8, shape) for shape in ((9, 6), (6, 6), (6, 2)))
    write_nir(tmp_path / "x.nir", to_float(config, parameters, weights, 0.25), discretization)
    network = read_nir(tmp_path / "x.nir")
    assert (network.dt, network.origin.config) == (0.25, config)
    conversion = to_fixed(network, network.origin.config)
    assert conversion.parameters == parameters
    for back, weight in zip(conversion.weights, weights, strict=True):
        np.testing.assert_array_equal(back, weight)


def test_told_values_replace_noted_ones() -> None:
    graph = to_graph(a_network())
    assert from_graph(graph).dt == 1.0
    assert from_graph(graph, reset="zero").reset == "zero"


@pytest.mark.parametrize("name", list(TOLD))
def test_nothing_is_guessed(name: str) -> None:
    nodes, edges = parts()
    with pytest.raises(
        ValueError, match=f"{name} is not known, NIR does not carry it: give it with --{name}"
    ):
        read(nodes, edges, **{name: None})


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"dt": -1.0}, "dt = -1 is not above 0 ms"),
        ({"reset": "none"}, "reset = 'none' is not one of subtract, zero"),
        ({"discretization": "rk4"}, "discretization = 'rk4' is not one of euler, exact"),
    ],
)
def test_what_is_told_is_checked(told: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read(*parts(), **told)


@pytest.mark.parametrize(
    ("noted", "message"),
    [
        ("text", "the metadata eprop_core are damaged"),
        ({"reset": np.array(["zero", "zero"])}, "the metadata eprop_core are damaged"),
        ({"discretization": 1}, "the metadata eprop_core are damaged"),
        ({"spikes_above": 1}, "the metadata eprop_core are damaged"),
        ({"integrate_output": np.ones(2, bool)}, "the metadata eprop_core are damaged"),
        ({"margin": np.ones(5)}, "the metadata eprop_core: margin has 5 values for 6 neurons"),
        ({"origin": 1}, "the metadata eprop_core are damaged"),
        ({"dt": "a tick"}, "dt is not a real number"),
        ({"dt": np.ones(2)}, "dt has shape (2,), not 0 dimensions"),
    ],
)
def test_damaged_metadata(noted: Any, message: str) -> None:
    graph = to_graph(a_network())
    graph.metadata[METADATA] = graph.metadata[METADATA] | noted if isinstance(noted, dict) else noted
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        from_graph(graph)


@pytest.mark.parametrize("kind", [complex, str, bool])
def test_numbers_of_nodes_are_real(kind: type) -> None:
    nodes, edges = parts()
    nodes["w_in"].weight = np.ones((4, 3)).astype(kind)
    with pytest.raises(ValueError, match="^w_in: weight is not an array of real numbers$"):
        read(nodes, edges)
    nodes, edges = parts()
    nodes["lif"].tau = np.ones(4).astype(kind)
    with pytest.raises(ValueError, match="^lif: tau is not an array of real numbers$"):
        read(nodes, edges)


@pytest.mark.parametrize("membrane_bits", [8, 16, 20])
@pytest.mark.parametrize("noted", [True, False])
def test_threshold_comes_back_and_other_tools_spike_at_it(membrane_bits: int, noted: bool) -> None:
    """Another tool sees v > v_threshold, and so does an import of a graph whose metadata were lost."""
    registers = Registers.for_network(n_in=5, n_rec=6, n_out=3)
    parameters = Parameters(registers, threshold=[614, 0, -2049])
    weights = [np.zeros(shape, int) for shape in ((5, 6), (6, 6), (6, 3))]
    config = Config(membrane_bits=membrane_bits)
    graph = to_graph(to_float(config, parameters, weights, 1.0))
    written, exact = graph.nodes["lif"].v_threshold[::2], np.array([614, 0, -2049]) / 2048
    for kind in (np.float32, np.float64):
        assert (exact.astype(kind) > written.astype(kind)).all()
        assert not ((exact - 1e-6 * abs(exact) - 1e-44).astype(kind) > written.astype(kind)).any()
    if not noted:
        graph.metadata = {}
    network = from_graph(graph, **TOLD)
    assert network.spikes_above != noted
    conversion = to_fixed(network, config, scale=1.0)
    if noted or membrane_bits >= 16:
        assert conversion.parameters.threshold.tolist() == [614, 0, -2049]


def test_networks_spike_above_or_at_their_threshold(tmp_path: Path) -> None:
    """A graph from elsewhere spikes above it, and stays so through files of either kind."""
    nodes, edges = parts()
    network = read(nodes, edges)
    assert network.spikes_above
    network.save(tmp_path / "x.npz")
    write_nir(tmp_path / "x.nir", FloatNetwork.load(tmp_path / "x.npz"))
    back = read_nir(tmp_path / "x.nir")
    assert back.spikes_above
    np.testing.assert_array_equal(back.threshold, network.threshold)
    write_nir(tmp_path / "y.nir", a_network(threshold=0.3))
    back = read_nir(tmp_path / "y.nir")
    assert (back.spikes_above, set(back.threshold.tolist())) == (False, {0.3})


def test_readouts_are_exported_as_lif_on_request(tmp_path: Path) -> None:
    network = a_network()
    write_nir(tmp_path / "x.nir", network, lif_output=True)
    readout = nir.read(tmp_path / "x.nir").nodes["li"]
    assert isinstance(readout, nir.LIF)
    assert (readout.v_threshold > 1e38).all()
    back = read_nir(tmp_path / "x.nir")
    np.testing.assert_allclose(back.w_out, network.w_out, rtol=1e-14)
    assert back.tau_readout == pytest.approx(network.tau_readout, rel=1e-14)


def test_a_node_that_nir_does_not_know_is_no_damage(tmp_path: Path) -> None:
    write_nir(tmp_path / "x.nir", a_network())
    with h5py.File(tmp_path / "x.nir", "a") as file:
        node = file["node"]["nodes"]["lif"]
        del node["type"]
        node["type"] = "Izhikevich"
    message = "cannot be read as a NIR graph: it has a node of a type that the package nir does not know"
    with pytest.raises(ValueError, match=rf"x\.nir {message}$"):
        read_nir(tmp_path / "x.nir")


def test_no_leak_cannot_be_exported() -> None:
    network = a_network(tau_membrane=[20.0, 20.0, np.inf, np.inf, 20.0, 20.0])
    message = "tau_membrane = inf ms of neuron 2 does not leak, NIR cannot carry it"
    with pytest.raises(ValueError, match=message):
        to_graph(network)


def test_damaged_files(tmp_path: Path) -> None:
    (tmp_path / "x.nir").write_bytes(b"no graph")
    with pytest.raises(ValueError, match=r"x\.nir is damaged or not a NIR graph"):
        read_nir(tmp_path / "x.nir", **TOLD)
    with pytest.raises(FileNotFoundError):
        read_nir(tmp_path / "y.nir", **TOLD)
    graph = to_graph(a_network())
    graph.metadata[METADATA]["origin"] = "{}"
    nir.write(tmp_path / "x.nir", graph)
    with pytest.raises(ValueError, match=r"x\.nir: the description of the network's origin is damaged"):
        read_nir(tmp_path / "x.nir")
