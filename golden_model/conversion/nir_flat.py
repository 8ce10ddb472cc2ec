"""A NIR graph without nesting, sorted into what a core has: weights between input, neurons and readouts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

from golden_model.console.packages import check_packages
from golden_model.conversion.float_network import FloatArray, real_numbers

Edge = tuple[str, str]


@dataclass(frozen=True)
class Parts:
    """The nodes of a recurrent network, by name.

    Attributes
    ----------
    nodes : dict of str to NIRNode
    input, neurons, readout, output : str
        Names of the nodes.
    weights : dict of (source, target) to float array [n_target, n_source]
        What connects them.
    """

    nodes: dict[str, Any]
    input: str
    neurons: str
    readout: str
    output: str
    weights: dict[Edge, FloatArray]

    def arrays(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return w_in, w_rec and w_out [target, source]; ValueError if one does not fit the others."""
        w_in = self.weights[self.input, self.neurons]
        w_out = self.weights[self.neurons, self.readout]
        n_rec = len(w_in)
        w_rec = self.weights.get((self.neurons, self.neurons), np.zeros((n_rec, n_rec)))
        for target, array, shape in (
            (self.neurons, w_rec, (n_rec, n_rec)),
            (self.readout, w_out, (len(w_out), n_rec)),
        ):
            if array.shape != shape:
                raise ValueError(
                    f"{target}: the weights from {self.neurons} have shape {array.shape}, not {shape}"
                )
        _check_size(self.input, self.nodes[self.input], w_in.shape[1], self.neurons)
        _check_size(self.output, self.nodes[self.output], len(w_out), self.readout)
        return w_in, w_rec, w_out


def import_nir() -> ModuleType:
    """Return the package nir; ValueError if it is not installed."""
    check_packages("NIR", "nir")
    import nir

    return nir  # type: ignore[no-any-return]


def find_parts(graph: Any) -> Parts:
    """Find input, neurons, readouts and weights in a graph.

    Raises
    ------
    ValueError
        If the graph is not one population of LIF neurons with input, perhaps recurrence, and readouts; the
        sentence names the node.
    """
    nir = import_nir()
    nodes, edges = _flatten(graph, nir)
    linear, integrating = (nir.Linear, nir.Affine), (nir.LI, nir.CubaLI, nir.I)
    spiking = (nir.LIF, nir.CubaLIF, nir.IF)
    known = (nir.Input, nir.Output, *linear, *spiking, *integrating)
    for name, node in nodes.items():
        if not isinstance(node, known):
            hint = ", write its weights out as a Linear" if isinstance(node, (nir.Conv1d, nir.Conv2d)) else ""
            raise ValueError(f"{name}: the core has nothing like a node {type(node).__name__}{hint}")
    source, sink = _only(nodes, nir.Input, "Input"), _only(nodes, nir.Output, "Output")
    readouts = [a for a, b in edges if b == sink]
    if len(readouts) != 1 or not isinstance(nodes[readouts[0]], spiking + integrating):
        raise ValueError(f"{sink}: {', '.join(readouts) or 'nothing'} leads to it, not one node LI")
    rest = {name: node for name, node in nodes.items() if name != readouts[0]}
    if isinstance(nodes[readouts[0]], spiking) and not any(isinstance(n, spiking) for n in rest.values()):
        raise ValueError(f"{readouts[0]}: leads to {sink} itself, the core has readouts behind its neurons")
    neurons = _only(rest, spiking, f"LIF before the readout {readouts[0]}")
    for name in (name for name, node in rest.items() if isinstance(node, integrating)):
        raise ValueError(f"{name}: does not lead to {sink}, the core integrates only what it reads out")
    places = {(source, neurons), (neurons, neurons), (neurons, readouts[0])}
    for a, b in edges:
        if not isinstance(nodes[a], linear) and not isinstance(nodes[b], linear) and b != sink:
            raise ValueError(f"{b}: {a} leads to it without weights, put a node Linear between them")
    weights = dict(_weights(nodes, edges, linear, places))
    for a, b in ((source, neurons), (neurons, readouts[0])):
        if (a, b) not in weights:
            raise ValueError(f"{b}: nothing connects {a} to it")
    return Parts(nodes, source, neurons, readouts[0], sink, weights)


def _only(nodes: dict[str, Any], kind: Any, meaning: str) -> str:
    """Return the name of the only node of a kind."""
    found = [name for name, node in nodes.items() if isinstance(node, kind)]
    if len(found) != 1:
        raise ValueError(f"the graph has {len(found)} nodes {meaning}, not one: {', '.join(found) or 'none'}")
    return found[0]


def _weights(
    nodes: dict[str, Any], edges: list[Edge], linear: tuple[type, ...], places: set[Edge]
) -> Iterator[tuple[Edge, FloatArray]]:
    """Yield the weights between populations; those of parallel nodes are added up."""
    sums: dict[Edge, FloatArray] = {}
    for name in (name for name, node in nodes.items() if isinstance(node, linear)):
        ends = list(product([a for a, b in edges if b == name], [b for a, b in edges if a == name]))
        if not ends:
            raise ValueError(f"{name}: is not connected at both ends")
        for place in ends:
            if place not in places:
                raise ValueError(f"{name}: the core has no weights from {place[0]} to {place[1]}")
            weight = _weight(name, nodes[name])
            if place in sums and sums[place].shape != weight.shape:
                raise ValueError(f"{name}: weight has shape {weight.shape}, not {sums[place].shape}")
            sums[place] = sums.get(place, 0.0) + weight
    yield from sums.items()


def _weight(name: str, node: Any) -> FloatArray:
    bias = real_numbers(f"{name}: bias", getattr(node, "bias", 0.0)).ravel()
    for value in bias[bias != 0]:
        raise ValueError(f"{name}: bias = {value:g} is not 0, the core has none")
    weight = real_numbers(f"{name}: weight", node.weight)
    if weight.ndim != 2:
        raise ValueError(f"{name}: weight has shape {weight.shape}, not two dimensions")
    return weight


def _flatten(graph: Any, nir: ModuleType) -> tuple[dict[str, Any], list[Edge]]:
    """Return nodes and edges with nested graphs put in place; their nodes are named graph.node."""
    nodes: dict[str, Any] = {}
    edges, inner, doors = _edges(graph, nir), [], {}
    for name, node in graph.nodes.items():
        if not isinstance(node, nir.NIRGraph):
            nodes[name] = node
            continue
        members, links = _flatten(node, nir)
        nodes |= {f"{name}.{member}": inside for member, inside in members.items()}
        inner += [(f"{name}.{a}", f"{name}.{b}") for a, b in links]
        doors[name] = tuple(
            f"{name}.{_only(members, kind, f'{kind.__name__} in {name}')}" for kind in (nir.Input, nir.Output)
        )
    edges = [(doors[a][1] if a in doors else a, doors[b][0] if b in doors else b) for a, b in edges]
    return _without({door for pair in doors.values() for door in pair}, nodes, edges + inner)


def _edges(graph: Any, nir: ModuleType) -> list[Edge]:
    """Return the edges of a graph; ValueError if one has no node at an end, is there twice, or fits badly."""
    edges = [(a, b) for a, b in graph.edges]
    counts = Counter(edges)
    for a, b in edges:
        for name in (a, b):
            if name not in graph.nodes:
                raise ValueError(f"an edge leads from {a} to {b}, and there is no node {name}")
        if counts[a, b] > 1:
            raise ValueError(f"{b}: {a} leads to it twice")
        given, taken = _size(graph.nodes[a], 0, nir), _size(graph.nodes[b], 1, nir)
        if given and taken and given != taken:
            raise ValueError(f"{b}: takes {taken:g} values where {a} gives {given:g}")
    return edges


def _size(node: Any, end: int, nir: ModuleType) -> float | None:
    """Return how many values a node gives (end 0) or takes (end 1), None if that is seen elsewhere."""
    if isinstance(node, nir.NIRGraph):
        kind = (nir.Output, nir.Input)[end]
        doors = [door for door in node.nodes.values() if isinstance(door, kind)]
        return _size(doors[0], end, nir) if len(doors) == 1 else None
    if isinstance(node, (nir.Input, nir.Output)):
        return _places(node)
    shape = np.shape(getattr(node, "weight", ()))
    return shape[end] if isinstance(node, (nir.Linear, nir.Affine)) and len(shape) == 2 else None


def _places(door: Any) -> float | None:
    """Return how many values pass an Input or Output, None if it does not say."""
    (shape,) = door.input_type.values()
    return None if shape is None else float(np.prod(real_numbers("a shape", shape)))


def _check_size(name: str, door: Any, size: int, neighbour: str) -> None:
    places = _places(door)
    if places not in (None, size):
        raise ValueError(f"{name}: has {places:g} values where the weights at {neighbour} have {size}")


def _without(doors: set[str], nodes: dict[str, Any], edges: list[Edge]) -> tuple[dict[str, Any], list[Edge]]:
    """Connect what comes to a door of a nested graph with what goes on from it."""
    for door in doors:
        through = product([a for a, b in edges if b == door], [b for a, b in edges if a == door])
        edges = [edge for edge in edges if door not in edge] + list(through)
    return {name: node for name, node in nodes.items() if name not in doors}, edges
