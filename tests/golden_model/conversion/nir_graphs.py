"""NIR graphs for tests."""

from itertools import pairwise
from typing import Any

import nir
import numpy as np

from golden_model.conversion.float_network import FloatNetwork
from golden_model.conversion.nir_graph import from_graph

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
