"""Real numbers to registers and integer weights, and back; what the conversion changes is reported.

A potential of the core is the user's potential times one scale. An integer weight W stands for
W / 2^(B-1) * 2^(fp_loc - 4), the leaks for raw / 2^15 and raw / 2^7, a threshold for raw / 2^11.

The core spikes at its threshold. Potentials being integers, a network that spikes above its own has the same
spikes at the next potential.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from golden_model.conversion.float_network import (
    RESETS,
    WEIGHTS,
    FloatArray,
    FloatNetwork,
    Origin,
    checked_dt,
    leak_of,
    time_constant,
)
from golden_model.conversion.report import Report, ValueReport, report_value
from golden_model.conversion.weight_fit import RADIX, choose_scale, fit_weights
from golden_model.network.checks import checked
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.network import check_sizes
from golden_model.network.parameters import (
    ALPHA_RANGE,
    ALPHA_TOPS,
    PUBLISHED,
    Parameters,
    per_neuron,
    sizes_text,
)
from golden_model.network.registers import Registers
from golden_model.network.scaling import scale as scale_parameters

FOLLOWING = ("kappa", "alpha", "alpha_conf", "threshold", "rst_mode")  # from the network, never given


@dataclass(frozen=True, eq=False)
class Conversion:
    """A network in fixed point.

    Attributes
    ----------
    config : Config
    parameters : Parameters
    weights : tuple of int64 array [n_in, n_rec], [n_rec, n_rec], [n_rec, n_out]
        Working weights, s(B).
    report : Report
    """

    config: Config
    parameters: Parameters
    weights: tuple[Int64Array, Int64Array, Int64Array]
    report: Report

    def __repr__(self) -> str:
        weights, digest = self.config.weight_bits, self.config.digest
        return f"<Conversion: {sizes_text(self.parameters)}, {weights}-bit weights, configuration {digest}>"


@np.errstate(all="ignore")
def to_fixed(
    network: FloatNetwork,
    config: Config,
    base: Parameters | None = None,
    *,
    scale: float | None = None,
    radix: Mapping[str, int] | None = None,
    clip: float = 0.0,
    average_pairs: bool = False,
) -> Conversion:
    """Convert a float network to fixed point.

    Parameters
    ----------
    network : FloatNetwork
    config : Config
        Decides the widths.
    base : Parameters, optional
        All that does not follow from the network: learning registers, leaks of pairs that only input lines
        have. Those of the network's origin if omitted; without origin plasticity is off.
    scale : float, optional
        Potential of the core per unit of the network's. 1 if omitted for a network with an origin, else
        chosen, see `weight_fit.choose_scale`.
    radix : mapping of str to int, optional
        fp_loc (0..7) of some of w_in, w_rec and w_out. If omitted those of the origin; an array without
        one gets the fp_loc of least rms error.
    clip : float
        Percent of the weights of an array that may be clipped (0..100).
    average_pairs : bool
        Let two neurons of a pair that differ share the mean of their registers.

    Raises
    ------
    ValueError
        If a leak, threshold or weight does not fit, a threshold becomes 0, or two neurons of a pair differ.

    Warns
    -----
    UserWarning
        As `weight_fit.fit_weights`.
    """
    base = base or (network.origin.parameters if network.origin else plain_parameters(network))
    if base.n_in != network.w_in.shape[0] or (base.n_rec, base.n_out) != network.w_out.shape:
        raise ValueError(f"the network has sizes {network.sizes}, the registers {_sizes(base)}")
    check_sizes(config, base)
    if radix is None:
        radix = {} if network.origin is None else _radix(base.registers)
    _check_clip(clip)
    if scale is None:
        scale = choose_scale(network, config, clip) if network.origin is None else 1.0
    if not 0 < scale < np.inf:
        raise ValueError(f"scale = {scale:g} is not a finite number above 0")
    fits = [fit_weights(name, getattr(network, name) * scale, config, radix, clip) for name in WEIGHTS]
    registers = {RADIX[name]: fit.radix for name, fit in zip(WEIGHTS, fits, strict=True)}
    thresholds = _thresholds(network, config, scale)
    parameters = _parameters(network, base, thresholds, average_pairs, registers)
    report = Report(
        scale=scale,
        dt=network.dt,
        reset=network.reset,
        weights=tuple(fit.report(name, scale) for name, fit in zip(WEIGHTS, fits, strict=True)),
        values=_value_reports(network, config, parameters, scale),
        spikes_above=bool(network.spikes_above),
    )
    w_in, w_rec, w_out = (fit.raw for fit in fits)
    return Conversion(config, parameters, (w_in, w_rec, w_out), report)


@np.errstate(all="ignore")
def to_float(config: Config, parameters: Parameters, weights: Any, dt: float) -> FloatNetwork:
    """Return what the registers and weights of a network stand for; the potential's unit is the core's.

    Parameters
    ----------
    config : Config
    parameters : Parameters
    weights : sequence of three int arrays
        Working weights w_in, w_rec, w_out, s(B).
    dt : float
        Duration of a tick in ms.

    Raises
    ------
    ValueError
        If a weight does not fit, an array has the wrong shape, or `dt` is not a finite number above 0.
    """
    checked_dt(dt)
    n_in, n_rec, n_out = _sizes(parameters)
    shapes = ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out))
    weight = config.formats.weight
    fp_loc = _radix(parameters.registers)
    jumps: dict[str, Any] = {
        name: weight.real(checked(name, array, shape, weight)) * 2.0 ** (fp_loc[name] - 4)
        for name, array, shape in zip(WEIGHTS, weights, shapes, strict=True)
    }
    return FloatNetwork(
        **jumps,
        tau_membrane=time_constant(PUBLISHED.alpha.real(per_neuron(parameters.alpha, n_rec)), dt),
        threshold=PUBLISHED.threshold.real(per_neuron(parameters.threshold, n_rec)),
        tau_readout=float(time_constant(PUBLISHED.kappa.real(parameters.registers.kappa), dt)),
        dt=dt,
        reset=RESETS[parameters.registers.rst_mode],
        origin=Origin(config, parameters),
    )


def plain_parameters(network: FloatNetwork) -> Parameters:
    """Return registers for a network without origin: no plasticity, all pairs leak like the last neurons."""
    n_in, n_rec, n_out = network.sizes
    registers = Registers.for_network(n_in=n_in, n_rec=n_rec, n_out=n_out, do_eprop=0)
    last = _alphas(network, leak_of(network.tau_membrane, network.dt))[-1]
    return Parameters(registers, last)


def _check_clip(clip: float) -> None:
    if not 0 <= clip <= 100:
        raise ValueError(f"clip = {clip:g} is outside 0..100 percent")


def _parameters(
    network: FloatNetwork,
    base: Parameters,
    thresholds: Int64Array,
    average: bool,
    registers: Mapping[str, int],
) -> Parameters:
    leaks = leak_of(network.tau_membrane, network.dt)
    alpha, threshold = base.alpha.copy(), base.threshold.copy()
    n_pairs = base.n_rec // 2
    alpha[:n_pairs] = _shared("leak", _alphas(network, leaks), leaks, average)
    threshold[:n_pairs] = _shared("threshold", thresholds, network.threshold, average)
    beyond = (base.registers.alpha_conf or 0) >> len(alpha) << len(alpha)
    tops = sum(1 << pair for pair, value in enumerate(alpha) if value >= ALPHA_TOPS[1])
    values = {"alpha_conf": beyond | tops, "kappa": _kappa(network), "rst_mode": RESETS.index(network.reset)}
    return Parameters(base.registers.replace(**values, **registers), alpha, threshold)


def _alphas(network: FloatNetwork, leaks: FloatArray) -> Int64Array:
    low, high = ALPHA_RANGE
    raw = np.rint(leaks * 2.0**PUBLISHED.alpha.frac)
    for neuron in np.flatnonzero((raw < low) | (raw > high)):
        raise ValueError(
            f"tau_membrane = {network.tau_membrane[neuron]:g} ms of neuron {neuron} is a leak of "
            f"{leaks[neuron]:.4g} in dt = {network.dt:g} ms, outside "
            f"{PUBLISHED.alpha.real(low):g}..{PUBLISHED.alpha.real(high):.5f}"
        )
    return raw.astype(np.int64)


def _thresholds(network: FloatNetwork, config: Config, scale: float) -> Int64Array:
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


def _kappa(network: FloatNetwork) -> int:
    leak, word = float(leak_of(network.tau_readout, network.dt)), PUBLISHED.kappa
    if not leak * 2.0**word.frac < word.high + 0.5:
        raise ValueError(
            f"tau_readout = {network.tau_readout:g} ms is a leak of {leak:.4g} in dt = {network.dt:g} ms, "
            f"outside 0..{word.real(word.high):.4f}"
        )
    return int(np.rint(leak * 2.0**word.frac))


def _shared(name: str, raw: Int64Array, requested: FloatArray, average: bool) -> Int64Array:
    """Return one register value per pair of neurons."""
    even, odd = raw[0::2], raw[1::2]
    for pair in np.flatnonzero(even != odd)[: 0 if average else 1]:
        first, second = requested[2 * pair : 2 * pair + 2]
        raise ValueError(
            f"{name} = {first:.6g} of neuron {2 * pair} is not the {second:.6g} of neuron {2 * pair + 1}, "
            "the neurons of a pair share one"
        )
    return (even + odd + 1) // 2


def _value_reports(
    network: FloatNetwork, config: Config, parameters: Parameters, scale: float
) -> tuple[ValueReport, ...]:
    formats, n_rec, dt = config.formats, parameters.n_rec, network.dt
    scaled = scale_parameters(config, parameters)
    taus = time_constant(formats.alpha.real(per_neuron(scaled.alpha, n_rec)), dt)
    thresholds = formats.threshold.real(per_neuron(scaled.threshold, n_rec)) / scale
    alpha, threshold = per_neuron(parameters.alpha, n_rec), per_neuron(parameters.threshold, n_rec)
    kappa = parameters.registers.kappa
    tau_readout = time_constant(formats.kappa.real(scaled.kappa), dt)
    return (
        report_value("tau_membrane", "ms", network.tau_membrane, "alpha", alpha, taus),
        report_value("tau_readout", "ms", network.tau_readout, "kappa", kappa, tau_readout),
        report_value("threshold", "", network.threshold, "threshold", threshold, thresholds),
    )


def _sizes(parameters: Parameters) -> tuple[int, int, int]:
    return parameters.n_in, parameters.n_rec, parameters.n_out


def _radix(registers: Registers) -> dict[str, int]:
    return {name: getattr(registers, register) for name, register in RADIX.items()}
