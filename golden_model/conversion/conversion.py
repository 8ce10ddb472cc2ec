"""Real numbers to registers and integer weights, and back; what the conversion changes is reported.

A potential of the core is the user's potential times one scale. An integer weight W stands for
W / 2^(B-1) * 2^(fp_loc - 4), the leaks for raw / 2^15 and raw / 2^7, a threshold for raw / 2^11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from golden_model.conversion.float_network import (
    RESETS,
    WEIGHTS,
    FloatNetwork,
    Origin,
    checked_dt,
    leak_of,
    time_constant,
)
from golden_model.conversion.register_values import alpha_values, kappa_value, shared, threshold_values
from golden_model.conversion.report import Report, ValueReport, report_value
from golden_model.conversion.weight_fit import RADIX, choose_scale, fit_weights
from golden_model.network.checks import checked
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.network import check_sizes
from golden_model.network.parameters import (
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
    thresholds = threshold_values(network, config, scale)
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
    last = alpha_values(network, leak_of(network.tau_membrane, network.dt))[-1]
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
    alpha[:n_pairs] = shared("leak", alpha_values(network, leaks), leaks, average)
    threshold[:n_pairs] = shared("threshold", thresholds, network.threshold, average)
    beyond = (base.registers.alpha_conf or 0) >> len(alpha) << len(alpha)
    tops = sum(1 << pair for pair, value in enumerate(alpha) if value >= ALPHA_TOPS[1])
    values = {
        "alpha_conf": beyond | tops,
        "kappa": kappa_value(network),
        "rst_mode": RESETS.index(network.reset),
    }
    return Parameters(base.registers.replace(**values, **registers), alpha, threshold)


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
