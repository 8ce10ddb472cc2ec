"""NIR: exported networks come back to the same bits; what a core cannot express is refused by name."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nir
import numpy as np
import pytest

from golden_model import Config
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
from tests.helpers.networks import any_parameters, spread

TOLD: dict[str, Any] = {"dt": 1.0, "reset": "subtract", "discretization": "euler"}
Nodes = dict[str, Any]
Edges = list[tuple[str, str]]


def lif(n: int = 4, **changes: Any) -> nir.LIF:
    fields = {"tau": 0.02, "r": 20.0, "v_leak": 0.0, "v_threshold": 1.0, "v_reset": 0.0} | changes
    return nir.LIF(**{name: np.full(n, value) for name, value in fields.items()})


def cuba(n: int = 4, **changes: Any) -> nir.CubaLIF:
    fields = {"tau_syn": 0.001, "tau_mem": 0.02, "r": 20.0, "v_leak": 0.0, "v_threshold": 1.0} | changes
    return nir.CubaLIF(**{name: np.full(n, value) for name, value in fields.items()})


def li(n: int = 2, **changes: Any) -> nir.LI:
    fields = {"tau": 0.01, "r": 10.0, "v_leak": 0.0} | changes
    return nir.LI(**{name: np.full(n, value) for name, value in fields.items()})


def linear(n_target: int, n_source: int) -> nir.Linear:
    return nir.Linear(np.arange(n_target * n_source).reshape(n_target, n_source) / 64 - 0.1)


def parts() -> tuple[Nodes, Edges]:
    """Return nodes and edges of three lines, four recurrent neurons and two readouts."""
    nodes = {
        "input": nir.Input(np.array([3])),
        "w_in": linear(4, 3),
        "lif": lif(),
        "w_rec": linear(4, 4),
        "w_out": linear(2, 4),
        "li": li(),
        "output": nir.Output(np.array([2])),
    }
    chain = ("input", "w_in", "lif", "w_out", "li", "output")
    return nodes, [*pairwise(chain), ("lif", "w_rec"), ("w_rec", "lif")]


def read(nodes: Nodes, edges: Edges, **changes: Any) -> FloatNetwork:
    return from_graph(nir.NIRGraph(nodes, edges, type_check=False), **TOLD | changes)


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


def test_nested_graphs_affine_and_parallel_weights() -> None:
    nodes, edges = parts()
    plain = read(nodes, edges)
    inner = nir.NIRGraph(
        {
            "in": nir.Input(np.array([4])),
            "neurons": lif(),
            "w": nir.Affine(nodes["w_rec"].weight, np.zeros(4)),
            "out": nir.Output(np.array([4])),
        },
        [("in", "neurons"), ("neurons", "w"), ("w", "neurons"), ("neurons", "out")],
    )
    nested = {name: node for name, node in nodes.items() if name != "w_rec"} | {"lif": inner}
    nested["more"] = linear(4, 3)
    links = [edge for edge in edges if "w_rec" not in edge] + [("input", "more"), ("more", "lif")]
    network = read(nested, links)
    np.testing.assert_allclose(network.w_in, 2 * plain.w_in)
    np.testing.assert_array_equal(network.w_rec, plain.w_rec)
    np.testing.assert_array_equal(network.w_out, plain.w_out)


def test_without_recurrence() -> None:
    nodes, edges = parts()
    del nodes["w_rec"]
    assert not read(nodes, [edge for edge in edges if "w_rec" not in edge]).w_rec.any()


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


def without(name: str) -> Callable[[Nodes, Edges], None]:
    def change(nodes: Nodes, edges: Edges) -> None:
        del nodes[name]
        edges[:] = [edge for edge in edges if name not in edge]

    return change


def put(**changes: Any) -> Callable[[Nodes, Edges], None]:
    return lambda nodes, edges: nodes.update(changes)


def link(*links: tuple[str, str], **changes: Any) -> Callable[[Nodes, Edges], None]:
    return lambda nodes, edges: (nodes.update(changes), edges.extend(links))[0]


AFFINE = nir.Affine(np.ones((4, 3)), np.array([0.0, 0.5, 0.0, 0.0]))
IMPOSSIBLE = [
    (put(w_in=AFFINE), "w_in: bias = 0.5 is not 0, the core has none"),
    (put(w_in=nir.Linear(np.ones((2, 4, 3)))), "w_in: weight has shape (2, 4, 3), not two dimensions"),
    (put(lif=lif(v_leak=0.1)), "lif: v_leak = 0.1 is not 0, where the potentials of the core rest"),
    (put(lif=lif(v_reset=-0.5)), "lif: v_reset = -0.5 is not 0, where the potentials of the core rest"),
    (put(li=li(v_leak=1.0)), "li: v_leak = 1 is not 0, where the potentials of the core rest"),
    (put(lif=lif(tau=0.0005)), "lif: tau = 0.0005 s is not a finite number of at least dt = 0.001 s"),
    (put(lif=lif(tau=np.inf)), "lif: tau = inf is not a finite number"),
    (put(lif=lif(v_threshold=np.nan)), "lif: v_threshold = nan is not a finite number"),
    (put(lif=lif(3)), "lif: tau has 3 values for 4 neurons"),
    (put(lif=cuba(tau_syn=0.005)), "lif: tau_syn = 0.005 s filters the current where the core takes events"),
    (put(li=lif(2)), "li: spikes at the output where the core reads out potentials, integrate_output"),
    (put(lif=li(4)), "the graph has 0 nodes LIF before the readout li, not one: none"),
    (put(lif=nir.IF(np.ones(4), np.ones(4))), "lif: the core has nothing like a node IF"),
    (put(w_rec=nir.Scale(np.ones(4))), "w_rec: the core has nothing like a node Scale"),
    (put(w_rec=nir.Delay(np.ones(4))), "w_rec: the core has nothing like a node Delay"),
    (
        put(li=nir.LI(np.array([0.01, 0.02]), np.ones(2), np.zeros(2))),
        "li: the time constants differ, the co",
    ),
    (without("w_in"), "lif: nothing connects input to it"),
    (without("w_out"), "li: nothing connects lif to it"),
    (without("li"), "output: nothing leads to it, not one node LI"),
    (without("output"), "the graph has 0 nodes Output, not one: none"),
    (without("input"), "the graph has 0 nodes Input, not one: none"),
    (link(("lif", "loose"), loose=linear(4, 4)), "loose: is not connected at both ends"),
    (put(more=nir.Input(np.array([3]))), "the graph has 2 nodes Input, not one: input, more"),
    (put(more=lif()), "the graph has 2 nodes LIF before the readout li, not one: lif, more"),
    (put(more=li(4)), "more: does not lead to output, the core integrates only what it reads out"),
    (
        link(("li", "back"), ("back", "lif"), back=linear(4, 2)),
        "back: the core has no weights from li to lif",
    ),
    (link(("input", "skip"), ("skip", "li"), skip=linear(2, 3)), "skip: the core has no weights from input"),
    (link(("lif", "lif")), "lif: lif leads to it without weights, put a node Linear between them"),
    (link(("w_out", "output")), "output: li, w_out leads to it, not one node LI"),
]


@pytest.mark.parametrize(("change", "message"), IMPOSSIBLE, ids=[message for _, message in IMPOSSIBLE])
def test_impossible_graph_is_refused_by_name(change: Callable[[Nodes, Edges], None], message: str) -> None:
    nodes, edges = parts()
    change(nodes, edges)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}") as refusal:
        read(nodes, edges)
    assert "\n" not in str(refusal.value)


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
