"""Leaks and thresholds of a float network as values of registers, in published units.

The core spikes at its threshold. Potentials being integers, a network that spikes above its own has the same
spikes at the next potential.
"""

import numpy as np

from golden_model.conversion.float_network import FloatArray, FloatNetwork, leak_of
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import ALPHA_RANGE, PUBLISHED


def alpha_values(network: FloatNetwork, leaks: FloatArray) -> Int64Array:
    """Return the nearest values of the register alpha, one per neuron; ValueError if one is out of range."""
    low, high = ALPHA_RANGE
    raw = np.rint(leaks * 2.0**PUBLISHED.alpha.frac)
    for neuron in np.flatnonzero((raw < low) | (raw > high)):
        raise ValueError(
            f"tau_membrane = {network.tau_membrane[neuron]:g} ms of neuron {neuron} is a leak of "
            f"{leaks[neuron]:.4g} in dt = {network.dt:g} ms, outside "
            f"{PUBLISHED.alpha.real(low):g}..{PUBLISHED.alpha.real(high):.5f}"
        )
    return raw.astype(np.int64)


def threshold_values(network: FloatNetwork, config: Config, scale: float) -> Int64Array:
    """Return values of the register threshold, one per neuron.

    They are the nearest, or where the network spikes above its threshold the next at the width of a core.

    Raises
    ------
    ValueError
        If one is out of range, or the nearest of a threshold that is not 0 is.
    """
    word, wanted = PUBLISHED.threshold, network.threshold * scale
    raw = _next_potentials(wanted, config) if network.spikes_above else np.rint(wanted * 2.0**word.frac)
    for neuron in np.flatnonzero((raw < word.low) | (raw > word.high)):
        raise ValueError(
            f"threshold = {network.threshold[neuron]:g} of neuron {neuron} is {wanted[neuron]:g} in units of "
            f"the core, outside {word.real(word.low):g}..{word.real(word.high):.4f}"
        )
    lost = (raw == 0) & (network.threshold != 0) & (not network.spikes_above)
    for neuron in np.flatnonzero(lost):
        raise ValueError(
            f"threshold = {network.threshold[neuron]:g} of neuron {neuron} is {wanted[neuron]:g} in units of "
            "the core, which rounds to 0"
        )
    return raw.astype(np.int64)


def _next_potentials(wanted: FloatArray, config: Config) -> FloatArray:
    """Return the least register values whose thresholds lie above what is wanted, at the core's width."""
    frac = config.formats.threshold.frac
    potentials: FloatArray = np.floor(wanted * 2.0**frac) + 1
    return np.ceil(potentials * 2.0 ** (PUBLISHED.threshold.frac - frac))


def kappa_value(network: FloatNetwork) -> int:
    """Return the nearest value of the register kappa; ValueError if it is out of range."""
    leak, word = float(leak_of(network.tau_readout, network.dt)), PUBLISHED.kappa
    if not leak * 2.0**word.frac < word.high + 0.5:
        raise ValueError(
            f"tau_readout = {network.tau_readout:g} ms is a leak of {leak:.4g} in dt = {network.dt:g} ms, "
            f"outside 0..{word.real(word.high):.4f}"
        )
    return int(np.rint(leak * 2.0**word.frac))


def shared(name: str, raw: Int64Array, requested: FloatArray, average: bool) -> Int64Array:
    """Return one register value per pair of neurons."""
    even, odd = raw[0::2], raw[1::2]
    for pair in np.flatnonzero(even != odd)[: 0 if average else 1]:
        first, second = requested[2 * pair : 2 * pair + 2]
        raise ValueError(
            f"{name} = {first:.6g} of neuron {2 * pair} is not the {second:.6g} of neuron {2 * pair + 1}, "
            "the neurons of a pair share one"
        )
    return (even + odd + 1) // 2
