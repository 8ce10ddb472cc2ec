"""Graphs sorted into what a core has; what it cannot express is refused in words of the graph."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nir
import numpy as np
import pytest

from golden_model.conversion.nir_graph import read_nir
from tests.golden_model.conversion.nir_graphs import TOLD, Edges, Nodes, cuba, li, lif, linear, parts, read


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
    (put(input=nir.Input(np.array([np.inf]))), "w_in: takes 3 values where input gives inf"),
    (put(input=nir.Input(np.array(["3"]))), "a shape is not an array of real numbers"),
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
