"""What registers written in published units mean at the widths of a configuration.

A register file stands for the same real network at every width: values are converted once, when a core is
configured, and shifts take up the difference between the scales. At the published widths nothing changes.
"""

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from golden_model.network.config import Config
from golden_model.network.formats import Format, Int64Array, Weights
from golden_model.network.parameters import PUBLISHED, Parameters

TOP_OF_LEAKS = 0b1001  # the top four bits of alpha stay below
TRACE_RADIX = {  # lies within the width of the trace
    "fp_loc_tinp": "trace_in_bits",
    "fp_loc_trec": "trace_rec_bits",
    "fp_loc_tout": "trace_out_bits",
}


class Scaled(NamedTuple):
    """Register values at the scales of a configuration.

    Attributes
    ----------
    alpha, threshold : int64 [n_pairs]
        Leaks, u1.A, and thresholds, s(M).
    kappa : int
        Readout leak, u1.K.
    borders, values : int64 [4], int64 [5]
        Registers thr_h_0..3, s(M), and h_0..4, s(S).
    regul_f0 : int
        Trace level above which regularization starts, at the scale of the update rule, u(T).
    """

    alpha: Int64Array
    threshold: Int64Array
    kappa: int
    borders: Int64Array
    values: Int64Array
    regul_f0: int


def scale(config: Config, parameters: Parameters) -> Scaled:
    """Convert the registers, leaks and thresholds of a network.

    Leaks are rounded to nearest, a half up; all else is shifted, rounding down.

    Raises
    ------
    ValueError
        A value no longer fits, or a trace has no bits left of its radix point.
    """
    registers, formats = parameters.registers, config.formats
    for name, width in TRACE_RADIX.items():
        _check_radix(name, getattr(registers, name), getattr(config, width))
    regul_f0 = int(align(registers.regul_f0, -regularization_shift(config)))
    if not formats.trace_rec.fits(regul_f0):
        raise ValueError(
            f"regul_f0 = {registers.regul_f0} becomes {regul_f0} at trace_rec_bits = "
            f"{config.trace_rec_bits}, outside 0..{formats.trace_rec.high}"
        )
    potentials = _potential_shift(config)
    return Scaled(
        alpha=_alpha(config, parameters.alpha),
        threshold=align(parameters.threshold, potentials),
        kappa=kappa_at(config, registers.kappa),
        borders=align(np.array([getattr(registers, f"thr_h_{n}") for n in range(4)]), potentials),
        values=align(
            np.array([getattr(registers, f"h_{n}") for n in range(5)]),
            config.surrogate_bits - PUBLISHED.pseudo_derivative.bits,
        ),
        regul_f0=regul_f0,
    )


def losses(config: Config, parameters: Parameters, scaled: Scaled) -> list[str]:
    """Return what the widths of a configuration take away from a network, a sentence each.

    That is a value other than 0 that becomes 0, or a leak other than 1.0 that becomes 1.0.
    """
    lost = _losses(config, parameters, scaled)
    return [f"{name} = {value} becomes {new} at the widths of the configuration" for name, value, new in lost]


def warn_of_losses(config: Config, parameters: Parameters, scaled: Scaled) -> None:
    """Warn of what the widths of a configuration take away from a network.

    Warns
    -----
    UserWarning
        For each of the `losses`.
    """
    for loss in losses(config, parameters, scaled):
        warnings.warn(loss, stacklevel=3)


def align(x: Any, shift: int) -> Any:
    """Return x * 2^shift for an int or an array of them, rounded down where `shift` is negative."""
    return x << shift if shift >= 0 else x >> -shift


def targets_at(config: Config, targets: Int64Array) -> Int64Array:
    """Return regression targets, given in published units (s16), as s(M)."""
    scaled: Int64Array = align(targets, _potential_shift(config))
    return scaled


def published_targets(config: Config, targets: Int64Array) -> Int64Array:
    """Return regression targets, given as s(M), in published units; `targets_at` undoes it."""
    published: Int64Array = align(targets, -_potential_shift(config))
    return published


def weights_at(weights: Weights, own: int, bits: int) -> Weights:
    """Return weights of `own` bits as weights of `bits` bits, rounded to nearest (a half up) and clipped."""
    w_in, w_rec, w_out = (
        Format(bits).saturate(_rounded(array.astype(np.int64), bits - own)) for array in weights
    )
    return w_in, w_rec, w_out


def weight_shifts(config: Config, fp_loc: int) -> tuple[int, int]:
    """Return the right and then left shifts that bring a stored weight to the scale of a potential.

    The right shift drops the shadow bits too. It is never wider than what leaves a sign of 32 bits.
    """
    left = fp_loc + PUBLISHED.weight.bits - config.weight_bits + _potential_shift(config)
    return min(config.shadow_bits + max(-left, 0), 31), max(left, 0)


def update_shifts(config: Config, trace: Format, lr_p: int, lr_r: int) -> tuple[int, int]:
    """Return the left and right shifts of a change of an array whose traces have a format.

    A step of a wider weight is a smaller one, and a trace of less than 9 bits stands for fewer spikes in
    the same width of a product; the shifts make up for both.
    """
    correction = config.weight_bits - PUBLISHED.weight.bits - max(9 - trace.bits, 0)
    return lr_p + max(correction, 0), lr_r + max(-correction, 0)


def regularization_shift(config: Config) -> int:
    """Return the left shift from the regularization g, in recurrent traces, to published units."""
    return PUBLISHED.trace_rec.frac - config.formats.trace_rec.frac


def reduction_shift(config: Config, trace: Format) -> int:
    """Return the left shift from an additive regularization in published units to a product."""
    traces = trace.frac - PUBLISHED.trace_rec.frac
    return _potential_shift(config) + traces + config.surrogate_bits - PUBLISHED.pseudo_derivative.bits


def _potential_shift(config: Config) -> int:
    return config.membrane_bits - PUBLISHED.membrane.bits


def _check_radix(name: str, radix: int, bits: int) -> None:
    if radix >= bits:
        raise ValueError(f"{name} = {radix} is outside 0..{bits - 1}, the traces have {bits} bits")


def _rounded(x: Any, shift: int) -> Any:
    """Return x * 2^shift, rounded to nearest, a half up."""
    return x << shift if shift >= 0 else (x + (1 << -shift - 1)) >> -shift


def _alpha(config: Config, alpha: Int64Array) -> Int64Array:
    bits = config.alpha_frac_bits
    scaled: Int64Array = _rounded(alpha, bits - PUBLISHED.alpha.frac)
    top = (TOP_OF_LEAKS << bits - 3) - 1
    for pair in np.flatnonzero(scaled > top):
        raise ValueError(
            f"alpha = {alpha[pair]} of pair {pair} becomes {scaled[pair]} at alpha_frac_bits = {bits}, "
            f"outside {(0b0111 << bits - 3)}..{top}"
        )
    return scaled


def kappa_at(config: Config, kappa: int) -> int:
    """Return the register kappa, u1.7, as u1.K.

    Raises
    ------
    ValueError
        It does not fit.
    """
    scaled = int(_rounded(kappa, config.kappa_frac_bits - PUBLISHED.kappa.frac))
    high = config.formats.kappa.high
    if scaled > high:
        raise ValueError(
            f"kappa = {kappa} becomes {scaled} at kappa_frac_bits = {config.kappa_frac_bits}, "
            f"outside 0..{high}"
        )
    return scaled


def _losses(config: Config, parameters: Parameters, scaled: Scaled) -> Iterator[tuple[str, int, str]]:
    """Yield name and value of what is lost, and what became of it; of many pairs the first."""
    registers = parameters.registers
    for pair in np.flatnonzero((parameters.threshold != 0) & (scaled.threshold == 0))[:1]:
        yield f"threshold of pair {pair}", int(parameters.threshold[pair]), "0"
    names = [*(f"thr_h_{n}" for n in range(4)), *(f"h_{n}" for n in range(5)), "regul_f0", "kappa"]
    values = (*scaled.borders, *scaled.values, scaled.regul_f0, scaled.kappa)
    for name, value in zip(names, values, strict=True):
        if getattr(registers, name) and not value:
            yield name, getattr(registers, name), "0"
    one = 1 << PUBLISHED.alpha.frac
    for pair in np.flatnonzero((parameters.alpha != one) & (scaled.alpha == 1 << config.alpha_frac_bits))[:1]:
        yield f"alpha of pair {pair}", int(parameters.alpha[pair]), "1.0"
    if registers.kappa != 1 << PUBLISHED.kappa.frac and scaled.kappa == 1 << config.kappa_frac_bits:
        yield "kappa", registers.kappa, "1.0"
