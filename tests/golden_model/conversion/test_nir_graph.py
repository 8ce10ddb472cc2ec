"""NIR: exported networks come back to the same bits; what a core cannot express is refused by name."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import nir
import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Registers, Sample
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
CONV = nir.Conv2d(None, np.ones((4, 1, 3, 3)), 1, 0, 1, 1, np.zeros(4))
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
    (put(lif=nir.IF(np.ones(4), np.ones(4), np.full(4, 0.5))), "lif: v_reset = 0.5 is not 0, where the pot"),
    (put(w_in=CONV), "w_in: the core has nothing like a node Conv2d, write its weights out as a Linear"),
    (put(w_in=nir.Flatten({"input": np.array([1, 3])})), "w_in: the core has nothing like a node Flatten"),
    (put(input=nir.Input(np.array([5]))), "w_in: takes 3 values where input gives 5"),
    (put(output=nir.Output(np.array([3]))), "output: has 3 values where the weights at li have 2"),
    (put(w_rec=linear(4, 3)), "lif: the weights from lif have shape (4, 3), not (4, 4)"),
    (put(w_rec=linear(3, 4)), "lif: the weights from lif have shape (3, 4), not (4, 4)"),
    (put(w_out=linear(2, 5)), "li: the weights from lif have shape (2, 5), not (2, 4)"),
    (link(("input", "w_in")), "w_in: input leads to it twice"),
    (link(("lif", "gone")), "an edge leads from lif to gone, and there is no node gone"),
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


def braille() -> nir.NIRGraph:
    """Return a graph like the recurrent ones of the NIR paper: a subgraph, and currents that are filtered."""
    filtered = {"tau_syn": 0.004, "r": 1.0, "w_in": 4.0}
    inner = nir.NIRGraph(
        {
            "input": nir.Input(np.array([4])),
            "lif": cuba(4, **filtered),
            "w_rec": nir.Affine(np.ones((4, 4)), np.zeros(4)),
            "output": nir.Output(np.array([4])),
        },
        [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")],
    )
    nodes = {
        "input": nir.Input(np.array([3])),
        "fc1": linear(4, 3),
        "lif1": inner,
        "fc2": linear(2, 4),
        "lif2": cuba(2, **filtered),
        "output": nir.Output(np.array([2])),
    }
    return nir.NIRGraph(nodes, list(pairwise(nodes)))


def mnist() -> nir.NIRGraph:
    """Return a graph like the convolutional ones of the NIR paper."""
    spiking = nir.IF(np.ones((2, 4, 4)), np.ones((2, 4, 4)))
    layers = [
        nir.Input({"input": np.array([1, 6, 6])}),
        nir.Conv2d((6, 6), np.ones((2, 1, 3, 3)), 1, 0, 1, 1, np.zeros(2)),
        spiking,
        nir.AvgPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        nir.Flatten({"input": np.array([2, 2, 2])}, 0),
        nir.Affine(np.ones((3, 8)), np.zeros(3)),
        nir.IF(np.ones(3), np.ones(3)),
        nir.Output(np.array([3])),
    ]
    return nir.NIRGraph.from_list(*layers, type_check=False)


def one_neuron(shape: tuple[int, ...]) -> nir.NIRGraph:
    """Return a graph like that of the NIR paper's single neuron, with scalars or arrays of one value."""
    field = np.ones(shape)
    neuron = nir.LIF(field * 0.1, field, field * 0, field * 0.1)
    layers = nir.Input(np.array([1])), nir.Affine(np.ones((1, 1)), np.zeros(1)), neuron
    return nir.NIRGraph.from_list(*layers, nir.Output(np.array([1])), type_check=False)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (
            braille(),
            "lif1.lif: tau_syn = 0.004 s filters the current where the core takes events as they are",
        ),
        (mnist(), "avgpool2d: the core has nothing like a node AvgPool2d"),
        (one_neuron(()), "lif: leads to output itself, the core has readouts behind its neurons"),
        (one_neuron((1,)), "lif: leads to output itself, the core has readouts behind its neurons"),
    ],
    ids=["braille", "mnist", "scalar", "one value"],
)
def test_a_published_graph_is_refused_in_words_of_the_graph(
    tmp_path: Path, graph: nir.NIRGraph, message: str
) -> None:
    nir.write(tmp_path / "x.nir", graph, compression=None)
    with pytest.raises(ValueError, match=f"^{re.escape(f'{tmp_path}/x.nir: {message}')}"):
        read_nir(tmp_path / "x.nir", integrate_output=True, **TOLD)


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
