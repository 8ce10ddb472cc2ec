"""Networks in the Neuromorphic Intermediate Representation (NIR), which has continuous time.

A node LIF or LI obeys tau dv/dt = -v + r i. What becomes of it in ticks of dt has to be told:

    euler    leak = 1 - dt / tau          as snnTorch and most simulators compute
    exact    leak = exp(-dt / tau)        the solution for a current that is constant during a tick

In both an event of weight w adds w * r * (1 - leak) to a potential.
"""

import io
import os
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from golden_model.conversion.float_network import (
    RESETS,
    FloatArray,
    FloatNetwork,
    Origin,
    checked_dt,
    leak_of,
    real_numbers,
    time_constant,
)
from golden_model.conversion.nir_file import check_contents, check_end
from golden_model.conversion.nir_flat import find_parts, import_nir
from golden_model.files.files import write_atomically
from golden_model.files.reading import naming, read_bytes

DISCRETIZATIONS = ("euler", "exact")
METADATA = "eprop_core"
_FILTERS = 1e-6  # what single precision may leave of a synaptic filter that is none


def read_nir(
    path: str | os.PathLike[str],
    dt: float | None = None,
    reset: str | None = None,
    discretization: str | None = None,
    *,
    integrate_output: bool = False,
) -> FloatNetwork:
    """Read a network from a NIR file; as `from_graph`, and OSError if the file cannot be read."""
    nir = import_nir()
    content = io.BytesIO(read_bytes(path))
    try:
        check_contents(content)
        check_end(content.getvalue())
        graph = nir.read(content)
    except Exception as error:  # nir and h5py raise anything, assertions included
        raise ValueError(f"{path} is damaged or not a NIR graph: {error}") from None
    with naming(path):
        return from_graph(graph, dt, reset, discretization, integrate_output=integrate_output)


def write_nir(path: str | os.PathLike[str], network: FloatNetwork, discretization: str = "euler") -> None:
    """Write a network to a NIR file, whole or not at all; as `to_graph`, and OSError if it cannot."""
    buffer = io.BytesIO()
    import_nir().write(buffer, to_graph(network, discretization))
    write_atomically(path, buffer.getvalue())


@np.errstate(all="ignore")
def from_graph(
    graph: Any,
    dt: float | None = None,
    reset: str | None = None,
    discretization: str | None = None,
    *,
    integrate_output: bool = False,
) -> FloatNetwork:
    """Return the network of a NIR graph.

    Parameters
    ----------
    graph : nir.NIRGraph
        Input, Linear or Affine, LIF or CubaLIF, Linear or Affine, LI or CubaLI, Output; the neurons may
        have recurrent weights. Nested graphs will do.
    dt : float, optional
        Duration of a tick in ms. NIR does not carry it: only for a graph of `to_graph` it may be omitted.
    reset : {"subtract", "zero"}, optional
    discretization : {"euler", "exact"}, optional
        Likewise.
    integrate_output : bool
        Take a LIF at the output as a readout that neither spikes nor is reset.

    Raises
    ------
    ValueError
        If something was not told, the metadata are damaged, or the core cannot express a node, which the
        sentence names.
    """
    told = _told(graph, dt, reset, discretization)
    parts = find_parts(graph)
    neurons, readout = parts.nodes[parts.neurons], parts.nodes[parts.readout]
    if hasattr(readout, "v_threshold") and not integrate_output:
        raise ValueError(
            f"{parts.readout}: spikes at the output where the core reads out potentials, "
            "integrate_output (--integrate-output) leaves its spikes and reset out"
        )
    _check_zero(parts.neurons, neurons, "v_reset")
    w_in, w_out = parts.weights[parts.input, parts.neurons], parts.weights[parts.neurons, parts.readout]
    n_rec, n_out = len(w_in), len(w_out)
    w_rec = parts.weights.get((parts.neurons, parts.neurons), np.zeros((n_rec, n_rec)))
    leak, gain = _dynamics(parts.neurons, neurons, n_rec, told)
    readout_leak, readout_gain = _dynamics(parts.readout, readout, n_out, told)
    if np.ptp(readout_leak):
        raise ValueError(f"{parts.readout}: the time constants differ, the core has one for all readouts")
    return FloatNetwork(
        w_in=w_in.T * gain,
        w_rec=w_rec.T * gain,
        w_out=w_out.T * readout_gain,
        tau_membrane=time_constant(leak, told.dt),
        threshold=_values(parts.neurons, neurons, "v_threshold", n_rec),
        tau_readout=float(time_constant(readout_leak[0], told.dt)),
        dt=told.dt,
        reset=told.reset,
        origin=told.origin,
    )


def to_graph(network: FloatNetwork, discretization: str = "euler") -> Any:
    """Return a network as a NIR graph of the nodes input, w_in, lif, w_rec, w_out, li and output.

    What NIR does not carry is in the metadata of the graph, for `from_graph`.

    Raises
    ------
    ValueError
        If a leak is 1 or more, which has no time constant in NIR.
    """
    nir = import_nir()
    n_in, n_rec, n_out = network.sizes
    tau, r = _nir_dynamics(network, "tau_membrane", n_rec, discretization)
    tau_readout, r_readout = _nir_dynamics(network, "tau_readout", n_out, discretization)
    rest = np.zeros(n_rec)
    nodes = {
        "input": nir.Input(np.array([n_in])),
        "w_in": nir.Linear(network.w_in.T.copy()),
        "lif": nir.LIF(tau=tau, r=r, v_leak=rest, v_threshold=network.threshold.copy(), v_reset=rest),
        "w_rec": nir.Linear(network.w_rec.T.copy()),
        "w_out": nir.Linear(network.w_out.T.copy()),
        "li": nir.LI(tau=tau_readout, r=r_readout, v_leak=np.zeros(n_out)),
        "output": nir.Output(np.array([n_out])),
    }
    chain = ("input", "w_in", "lif", "w_out", "li", "output")
    edges = [*pairwise(chain), ("lif", "w_rec"), ("w_rec", "lif")]
    told: dict[str, Any] = {"dt": network.dt, "reset": network.reset, "discretization": discretization}
    if network.origin is not None:
        told["origin"] = network.origin.to_json()
    return nir.NIRGraph(nodes=nodes, edges=edges, metadata={METADATA: told})


@dataclass(frozen=True)
class _Told:
    """What NIR does not carry."""

    dt: float
    reset: str
    discretization: str
    origin: Origin | None


def _told(graph: Any, dt: float | None, reset: str | None, discretization: str | None) -> _Told:
    """Complete what is told with what `to_graph` noted."""
    noted = _noted(graph.metadata)
    values: dict[str, Any] = {"dt": dt, "reset": reset, "discretization": discretization}
    for name, value in values.items():
        values[name] = noted.get(name) if value is None else value
        if values[name] is None:
            raise ValueError(f"{name} is not known, NIR does not carry it: give it with --{name}")
    values["dt"] = checked_dt(values["dt"])
    for name, legal in (("reset", RESETS), ("discretization", DISCRETIZATIONS)):
        if values[name] not in legal:
            raise ValueError(f"{name} = {values[name]!r} is not one of {', '.join(legal)}")
    origin = Origin.from_json(noted["origin"]) if "origin" in noted else None
    return _Told(values["dt"], values["reset"], values["discretization"], origin)


def _noted(metadata: Any) -> dict[str, Any]:
    """Return what `to_graph` noted in the metadata of a graph."""
    noted = metadata.get(METADATA, {}) if isinstance(metadata, dict) else metadata
    texts = ("reset", "discretization", "origin")
    if not isinstance(noted, dict) or not all(isinstance(noted.get(name, ""), str) for name in texts):
        raise ValueError(f"the metadata {METADATA} are damaged")
    return noted


def _dynamics(name: str, node: Any, size: int, told: _Told) -> tuple[FloatArray, FloatArray]:
    """Return the leak of each neuron, and what an event of weight 1 adds to its potential."""
    _check_zero(name, node, "v_leak")
    decay = _decay(name, node, "tau_mem" if hasattr(node, "tau_mem") else "tau", size, told)
    gain = _values(name, node, "r", size) * decay
    if hasattr(node, "tau_syn"):
        filtered = np.abs(_decay(name, node, "tau_syn", size, told) - 1) > _FILTERS
        for value in _values(name, node, "tau_syn", size)[filtered]:
            wanted = "dt" if told.discretization == "euler" else "0"
            raise ValueError(
                f"{name}: tau_syn = {value:g} s filters the current where the core takes events as they are, "
                f"with tau_syn = {wanted} it would not ({told.discretization})"
            )
        gain = gain * _values(name, node, "w_in", size)
    return 1 - decay, gain


def _decay(name: str, node: Any, constant: str, size: int, told: _Told) -> FloatArray:
    """Return what part of a quantity decays in a tick."""
    tau, dt = _values(name, node, constant, size), told.dt / 1000
    least = dt * (1 - _FILTERS) if told.discretization == "euler" else 0.0
    for value in tau[~((tau >= least) & (tau < np.inf))]:
        bound = f"dt = {dt:g} s" if told.discretization == "euler" else "0"
        raise ValueError(f"{name}: {constant} = {value:g} s is not a finite number of at least {bound}")
    if told.discretization == "euler":
        return np.minimum(dt / tau, 1.0)
    with np.errstate(divide="ignore"):
        return -np.expm1(-dt / tau)


def _values(name: str, node: Any, field: str, size: int) -> FloatArray:
    """Return a field of a node, one value per neuron."""
    values = real_numbers(f"{name}: {field}", getattr(node, field)).ravel()
    if values.size not in (1, size):
        raise ValueError(f"{name}: {field} has {values.size} values for {size} neurons")
    for value in values[~np.isfinite(values)]:
        raise ValueError(f"{name}: {field} = {value} is not a finite number")
    return np.broadcast_to(values, (size,))


def _check_zero(name: str, node: Any, field: str) -> None:
    values = real_numbers(f"{name}: {field}", getattr(node, field)).ravel()
    for value in values[values != 0]:
        raise ValueError(f"{name}: {field} = {value:g} is not 0, where the potentials of the core rest")


def _nir_dynamics(
    network: FloatNetwork, name: str, size: int, discretization: str
) -> tuple[FloatArray, FloatArray]:
    """Return time constants in s, and the r with which an event adds its weight."""
    if discretization not in DISCRETIZATIONS:
        raise ValueError(f"discretization = {discretization!r} is not one of {', '.join(DISCRETIZATIONS)}")
    tau = np.full(size, getattr(network, name), dtype=np.float64)
    leak = leak_of(tau, network.dt)
    for index in np.flatnonzero(leak >= 1):
        raise ValueError(f"{name} = {tau[index]:g} ms of neuron {index} does not leak, NIR cannot carry it")
    seconds = tau / 1000 if discretization == "exact" else network.dt / 1000 / (1 - leak)
    return seconds, 1 / (1 - leak)
