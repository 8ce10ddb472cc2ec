"""Networks in the Neuromorphic Intermediate Representation (NIR), read and written.

NIR has continuous time; what becomes of a node in a tick is told in `nir_nodes`. Its neurons spike above
their threshold, those of a core at it.
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
    time_constant,
)
from golden_model.conversion.nir_file import check_contents, check_end
from golden_model.conversion.nir_flat import find_parts, import_nir
from golden_model.conversion.nir_nodes import DISCRETIZATIONS, check_rest, dynamics, threshold, values
from golden_model.files.files import write_atomically
from golden_model.files.reading import naming, read_bytes

METADATA = "eprop_core"
_NEVER = float(np.finfo(np.float32).max)  # a threshold that no readout reaches


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
        check_end(content.getvalue())
        check_contents(content)
        graph = nir.read(content, type_check=False)  # which refuses one value for all neurons of a node
    except OSError as error:
        raise ValueError(f"{path} is damaged or not a NIR graph: {error}") from None
    except Exception as error:  # nir and h5py raise anything, assertions without a text included
        reason = str(error) or "it has a node of a type that the package nir does not know"
        raise ValueError(f"{path} cannot be read as a NIR graph: {reason}") from None
    with naming(path):
        return from_graph(graph, dt, reset, discretization, integrate_output=integrate_output)


def write_nir(
    path: str | os.PathLike[str],
    network: FloatNetwork,
    discretization: str = "euler",
    *,
    lif_output: bool = False,
) -> None:
    """Write a network to a NIR file, whole or not at all; as `to_graph`, and OSError if it cannot."""
    buffer = io.BytesIO()
    import_nir().write(buffer, to_graph(network, discretization, lif_output=lif_output))
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
        Input, Linear or Affine, LIF, CubaLIF or IF, Linear or Affine, LI, CubaLI or I, Output; the neurons
        may have recurrent weights. Nested graphs will do.
    dt : float, optional
        Duration of a tick in ms. NIR does not carry it: only for a graph of `to_graph` it may be omitted.
    reset : {"subtract", "zero"}, optional
    discretization : {"euler", "exact"}, optional
        Likewise.
    integrate_output : bool
        Take a LIF or IF at the output as a readout that neither spikes nor is reset.

    Raises
    ------
    ValueError
        If something was not told, the metadata are damaged, or the core cannot express a node, which the
        sentence names.
    """
    told = _told(graph, dt, reset, discretization)
    parts = find_parts(graph)
    neurons, readout = parts.nodes[parts.neurons], parts.nodes[parts.readout]
    if hasattr(readout, "v_threshold") and not (integrate_output or told.integrate_output):
        raise ValueError(
            f"{parts.readout}: spikes at the output where the core reads out potentials, "
            "integrate_output (--integrate-output) leaves its spikes and reset out"
        )
    check_rest(parts.readout, readout)
    w_in, w_rec, w_out = parts.arrays()
    n_rec, n_out, dt = len(w_in), len(w_out), told.dt / 1000
    leak, gain = dynamics(parts.neurons, neurons, n_rec, dt, told.discretization)
    readout_leak, readout_gain = dynamics(parts.readout, readout, n_out, dt, told.discretization)
    if np.ptp(readout_leak):
        raise ValueError(f"{parts.readout}: the time constants differ, the core has one for all readouts")
    return FloatNetwork(
        w_in=w_in.T * gain,
        w_rec=w_rec.T * gain,
        w_out=w_out.T * readout_gain,
        tau_membrane=time_constant(leak, told.dt),
        threshold=threshold(parts.neurons, neurons, n_rec, told.reset)
        + values(f"the metadata {METADATA}", told, "margin", n_rec),
        tau_readout=float(time_constant(readout_leak[0], told.dt)),
        dt=told.dt,
        reset=told.reset,
        spikes_above=told.spikes_above,
        origin=told.origin,
    )


def to_graph(network: FloatNetwork, discretization: str = "euler", *, lif_output: bool = False) -> Any:
    """Return a network as a NIR graph of the nodes input, w_in, lif, w_rec, w_out, li and output.

    What NIR does not carry is in the metadata of the graph, for `from_graph`. Where neurons spike at their
    threshold it is written lower by as little as single precision can tell, since those of NIR spike above.

    Parameters
    ----------
    network : FloatNetwork
    discretization : {"euler", "exact"}
    lif_output : bool
        Write the readouts as LIF that never spike, for tools that know no LI.

    Raises
    ------
    ValueError
        If a leak is 1 or more, which has no time constant in NIR.
    """
    nir = import_nir()
    n_in, n_rec, n_out = network.sizes
    tau, r = _nir_dynamics(network, "tau_membrane", n_rec, discretization)
    tau_readout, r_readout = _nir_dynamics(network, "tau_readout", n_out, discretization)
    rest, zeros, margin = np.zeros(n_rec), np.zeros(n_out), _margin(network)
    spiking = {"v_threshold": np.full(n_out, _NEVER), "v_reset": zeros} if lif_output else {}
    readout = nir.LIF if lif_output else nir.LI
    nodes = {
        "input": nir.Input(np.array([n_in])),
        "w_in": nir.Linear(network.w_in.T.copy()),
        "lif": nir.LIF(tau=tau, r=r, v_leak=rest, v_threshold=network.threshold - margin, v_reset=rest),
        "w_rec": nir.Linear(network.w_rec.T.copy()),
        "w_out": nir.Linear(network.w_out.T.copy()),
        "li": readout(tau=tau_readout, r=r_readout, v_leak=zeros, **spiking),
        "output": nir.Output(np.array([n_out])),
    }
    chain = ("input", "w_in", "lif", "w_out", "li", "output")
    edges = [*pairwise(chain), ("lif", "w_rec"), ("w_rec", "lif")]
    told: dict[str, Any] = {"dt": network.dt, "reset": network.reset, "discretization": discretization}
    told |= {"spikes_above": bool(network.spikes_above), "margin": margin, "integrate_output": lif_output}
    if network.origin is not None:
        told["origin"] = network.origin.to_json()
    return nir.NIRGraph(nodes=nodes, edges=edges, metadata={METADATA: told})


@dataclass(frozen=True)
class _Told:
    """What NIR does not carry."""

    dt: float
    reset: str
    discretization: str
    spikes_above: bool
    margin: Any
    integrate_output: bool
    origin: Origin | None


def _margin(network: FloatNetwork) -> FloatArray:
    """Return by how much thresholds of NIR lie lower: the least that single precision can tell, if at all."""
    if network.spikes_above:
        return np.zeros(len(network.threshold))
    lower = np.nextafter(network.threshold.astype(np.float32), np.float32(-np.inf))
    return network.threshold - lower.astype(np.float64)


def _told(graph: Any, dt: float | None, reset: str | None, discretization: str | None) -> _Told:
    """Complete what is told with what `to_graph` noted."""
    noted = _noted(graph.metadata)
    told: dict[str, Any] = {"dt": dt, "reset": reset, "discretization": discretization}
    for name, value in told.items():
        told[name] = noted.get(name) if value is None else value
        if told[name] is None:
            raise ValueError(f"{name} is not known, NIR does not carry it: give it with --{name}")
    told["dt"] = checked_dt(told["dt"])
    for name, legal in (("reset", RESETS), ("discretization", DISCRETIZATIONS)):
        if told[name] not in legal:
            raise ValueError(f"{name} = {told[name]!r} is not one of {', '.join(legal)}")
    origin = Origin.from_json(noted["origin"]) if "origin" in noted else None
    return _Told(
        **told,
        spikes_above=bool(noted.get("spikes_above", not noted)),
        margin=noted.get("margin", 0.0),
        integrate_output=bool(noted.get("integrate_output", False)),
        origin=origin,
    )


def _noted(metadata: Any) -> dict[str, Any]:
    """Return what `to_graph` noted in the metadata of a graph."""
    noted = metadata.get(METADATA, {}) if isinstance(metadata, dict) else metadata
    kinds: dict[str, Any] = dict.fromkeys(("reset", "discretization", "origin"), str)
    kinds |= dict.fromkeys(("spikes_above", "integrate_output"), bool | np.bool_)
    if not isinstance(noted, dict) or not all(
        isinstance(noted[name], kind) for name, kind in kinds.items() if name in noted
    ):
        raise ValueError(f"the metadata {METADATA} are damaged")
    return noted


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
