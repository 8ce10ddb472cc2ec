"""What the nodes of a NIR graph do to potentials in a tick: leaks, gains, thresholds.

A node LIF or LI obeys tau dv/dt = -v + r i. What becomes of it in ticks of dt has to be told:

    euler    leak = 1 - dt / tau          as snnTorch and most simulators compute
    exact    leak = exp(-dt / tau)        the solution for a current that is constant during a tick

In both an event of weight w adds w * r * (1 - leak) to a potential. A node IF or I obeys dv/dt = r i: it does
not leak, and an event adds w * r * dt, with dt in seconds.
"""

from typing import Any

import numpy as np

from golden_model.conversion.float_network import FloatArray, real_numbers

DISCRETIZATIONS = ("euler", "exact")
_FILTERS = 1e-6  # what single precision may leave of a synaptic filter that is none


def dynamics(
    name: str, node: Any, size: int, dt: float, discretization: str
) -> tuple[FloatArray, FloatArray]:
    """Return the leak of each neuron, and what an event of weight 1 adds to its potential.

    Parameters
    ----------
    name : str
    node : nir.NIRNode
        A neuron or readout.
    size : int
        How many there are.
    dt : float
        Duration of a tick in s.
    discretization : {"euler", "exact"}

    Raises
    ------
    ValueError
        If the core cannot express the node, which the sentence names.
    """
    tau = next((field for field in ("tau", "tau_mem") if hasattr(node, field)), None)
    if tau is None:
        return np.ones(size), values(name, node, "r", size) * dt
    decay = _decay(name, node, tau, size, dt, discretization)
    gain = values(name, node, "r", size) * decay
    if hasattr(node, "tau_syn"):
        _check_filter(name, node, size, dt, discretization)
        gain = gain * values(name, node, "w_in", size)
    return 1 - decay, gain


def threshold(name: str, node: Any, size: int, reset: str) -> FloatArray:
    """Return the threshold of each neuron above the potential where it rests.

    Raises
    ------
    ValueError
        If a neuron is not reset to where it rests, or, where a reset subtracts, does not rest at 0.
    """
    if reset == "subtract":
        check_zero(name, node, "v_reset")
        check_rest(name, node)
    rests = values(name, node, "v_leak", size) if hasattr(node, "v_leak") else np.zeros(size)
    resets = values(name, node, "v_reset", size)
    for neuron in np.flatnonzero(resets != rests):
        rest = f"v_leak = {rests[neuron]:g}" if hasattr(node, "v_leak") else "0"
        raise ValueError(
            f"{name}: v_reset = {resets[neuron]:g} is not {rest}, "
            "a neuron of the core is reset to where it rests"
        )
    return values(name, node, "v_threshold", size) - rests


def values(name: str, node: Any, field: str, size: int) -> FloatArray:
    """Return a field of a node, one value per neuron; ValueError if it has others or they are not finite."""
    array = real_numbers(f"{name}: {field}", getattr(node, field)).ravel()
    if array.size not in (1, size):
        raise ValueError(f"{name}: {field} has {array.size} values for {size} neurons")
    for value in array[~np.isfinite(array)]:
        raise ValueError(f"{name}: {field} = {value} is not a finite number")
    return np.broadcast_to(array, (size,))


def check_rest(name: str, node: Any) -> None:
    """Check that the potentials of a node rest at 0, if they rest anywhere."""
    if hasattr(node, "v_leak"):
        check_zero(name, node, "v_leak")


def check_zero(name: str, node: Any, field: str) -> None:
    """Check that a field of a node is 0; ValueError if not."""
    array = real_numbers(f"{name}: {field}", getattr(node, field)).ravel()
    for value in array[array != 0]:
        raise ValueError(f"{name}: {field} = {value:g} is not 0, where the potentials of the core rest")


def _check_filter(name: str, node: Any, size: int, dt: float, discretization: str) -> None:
    decay = _decay(name, node, "tau_syn", size, dt, discretization)
    for value in values(name, node, "tau_syn", size)[np.abs(decay - 1) > _FILTERS]:
        wanted = "dt" if discretization == "euler" else "0"
        raise ValueError(
            f"{name}: tau_syn = {value:g} s filters the current where the core takes events as they are, "
            f"with tau_syn = {wanted} it would not ({discretization})"
        )


def _decay(name: str, node: Any, field: str, size: int, dt: float, discretization: str) -> FloatArray:
    """Return what part of a quantity decays in a tick."""
    tau = values(name, node, field, size)
    least = dt * (1 - _FILTERS) if discretization == "euler" else 0.0
    for value in tau[~((tau >= least) & (tau < np.inf))]:
        bound = f"dt = {dt:g} s" if discretization == "euler" else "0"
        raise ValueError(f"{name}: {field} = {value:g} s is not a finite number of at least {bound}")
    if discretization == "euler":
        return np.minimum(dt / tau, 1.0)
    with np.errstate(divide="ignore"):
        return -np.expm1(-dt / tau)
