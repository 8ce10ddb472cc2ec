"""The scale of a float network's potentials, and the radix point at which weights lose least."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from golden_model.conversion.float_network import WEIGHTS, FloatArray, FloatNetwork
from golden_model.conversion.report import WeightReport
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.scaling import weight_shifts

RADIX = dict(zip(WEIGHTS, ("fp_loc_winp", "fp_loc_wrec", "fp_loc_wout"), strict=True))
HIGHEST_THRESHOLD = 4.0  # leaves a potential room for a few thresholds more
_POTENTIAL_RANGE, _GREATEST_RADIX = 16.0, 7


@np.errstate(all="ignore")
def choose_scale(network: FloatNetwork, config: Config, clip: float = 0.0) -> float:
    """Return the greatest power of two that leaves room for what a network does.

    Thresholds stay within a quarter of the range of a potential; all weights of an array but `clip` percent
    within what fp_loc = 7 can express; and one event of every source in the same tick takes no potential out
    of its range, clipped weights counting as what is left of them.

    Raises
    ------
    ValueError
        If that is not a finite number above 0.
    """
    most_weight = config.formats.weight.high * _step(config, _GREATEST_RADIX)
    kept = max(_largest_kept(getattr(network, name), clip) for name in WEIGHTS)
    bounds = ((HIGHEST_THRESHOLD, float(np.abs(network.threshold).max())), (most_weight, kept))
    limits = [limit / size for limit, size in bounds if size]
    scale = float(2.0 ** np.floor(np.log2(min(limits)))) if limits else 1.0
    while 0 < scale < np.inf and _arriving_together(network, scale, most_weight) > _POTENTIAL_RANGE:
        scale /= 2
    if not 0 < scale < np.inf:
        raise ValueError("the weights and thresholds span too wide a range, give --scale")
    return scale


def _largest_kept(weights: FloatArray, clip: float) -> float:
    """Return the largest magnitude that is not clipped, at least that of one weight; 0 if all are 0."""
    sizes = np.sort(np.abs(weights[weights != 0]))[::-1]
    clipped = int(clip * weights.size // 100)
    return float(sizes[min(clipped, sizes.size - 1)]) if sizes.size else 0.0


def _arriving_together(network: FloatNetwork, scale: float, most_weight: float) -> float:
    """Return the most that one event of every source adds to a potential of the core."""
    w_in, w_rec, w_out = (
        np.minimum(np.abs(getattr(network, name)), most_weight / scale).sum(axis=0) for name in WEIGHTS
    )
    return float(max((w_in + w_rec).max(), w_out.max())) * scale


@dataclass(frozen=True, eq=False)
class Fit:
    """An array of weights at one fp_loc: integers, and the jumps they make, wanted and real."""

    radix: int
    raw: Int64Array
    wanted: FloatArray
    real: FloatArray
    clipped: int

    @property
    def lost(self) -> int:
        """Weights that became 0."""
        return int(np.count_nonzero((self.wanted != 0) & (self.real == 0)))

    @property
    def rms(self) -> float:
        """Root of the mean squared error."""
        return _rms(self.real - self.wanted)

    def report(self, name: str, scale: float) -> WeightReport:
        """Return the report of the array, in units of the network."""
        size = _rms(self.wanted)
        return WeightReport(
            name=name,
            fp_loc=self.radix,
            count=self.raw.size,
            clipped=self.clipped,
            lost=self.lost,
            largest=int(np.abs(self.raw).max()),
            max_error=float(np.abs(self.real - self.wanted).max()) / scale,
            rms_error=self.rms / scale,
            relative_error=self.rms / size if size else 0.0,
            requested=self.wanted / scale,
            realized=self.real / scale,
        )


def fit_weights(name: str, wanted: FloatArray, config: Config, radix: Mapping[str, int], clip: float) -> Fit:
    """Find the fp_loc of least rms error among those that clip no more than `clip` percent of the weights.

    Parameters
    ----------
    name : str
        One of w_in, w_rec and w_out.
    wanted : float array
        Jumps in units of the core.
    config : Config
    radix : mapping of str to int
        fp_loc of arrays where it is given.
    clip : float

    Raises
    ------
    ValueError
        If a given fp_loc is outside 0..7, a jump is not finite, or more weights would be clipped.

    Warns
    -----
    UserWarning
        If nothing is left of an array that is not 0.
    """
    if name in radix and radix[name] not in range(_GREATEST_RADIX + 1):
        raise ValueError(f"{RADIX[name]} = {radix[name]} is outside 0..{_GREATEST_RADIX}")
    if not np.isfinite(wanted).all():
        raise ValueError(f"{name} in units of the core is not finite, the scale is too large")
    candidates = [radix[name]] if name in radix else range(_GREATEST_RADIX + 1)
    fits = [_quantize(wanted, config, fp_loc) for fp_loc in candidates]
    allowed = [fit for fit in fits if fit.clipped * 100 <= clip * wanted.size]
    if not allowed:
        value, word = wanted.flat[np.abs(wanted).argmax()], config.formats.weight
        step = _step(config, fits[-1].radix)
        raise ValueError(
            f"{name} = {value:g} in units of the core is outside {word.low * step:g}..{word.high * step:g} "
            f"at {RADIX[name]} = {fits[-1].radix}, where {clip:g} percent may be clipped"
        )
    best = min(allowed, key=lambda fit: (fit.rms, fit.radix))
    if wanted.any() and not best.real.any():
        warnings.warn(
            f"nothing is left of {name}, whose largest weight is {np.abs(wanted).max():g} in units of the "
            f"core, at {RADIX[name]} = {best.radix}",
            stacklevel=2,
        )
    return best


@np.errstate(all="ignore")
def _quantize(wanted: FloatArray, config: Config, fp_loc: int) -> Fit:
    word = config.formats.weight
    nearest = np.rint(wanted / _step(config, fp_loc))
    raw = np.clip(nearest, word.low, word.high).astype(np.int64)
    right, left = weight_shifts(config, fp_loc)
    jumps = config.formats.membrane.real(raw << config.shadow_bits >> right << left)
    return Fit(fp_loc, raw, wanted, jumps, int(np.count_nonzero(nearest != raw)))


def _rms(values: FloatArray) -> float:
    """Return the root of the mean square, whose squares neither overflow nor vanish."""
    peak = float(np.abs(values).max())
    return peak * float(np.sqrt(np.mean((values / peak) ** 2))) if peak else 0.0


def _step(config: Config, fp_loc: int) -> float:
    """Return the jump that a weight of 1 stands for."""
    return float(2.0 ** (fp_loc - 4 - config.formats.weight.frac))
