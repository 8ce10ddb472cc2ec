"""How likely the weights of a network are to step: the changes of one learning phase, all at once.

The rule of golden_model/core/synapse.py in exact integers, without wrapping and the erratum that detects it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from golden_model.core.learning import FULL
from golden_model.network.config import Config
from golden_model.network.formats import Format, Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import align, reduction_shift, regularization_shift, update_shifts

KINDS = {"w_in": "inp", "w_rec": "rec", "w_out": "out"}  # array: its name in registers
_PLACES = {name: bit for bit, name in enumerate(KINDS)}  # in do_eprop and regul_w

Change = tuple[str, Int64Array, tuple[int, int]]


@dataclass
class Updates:
    """With which probability the weights of an array step, over all changes added.

    The probability is the expected change in steps of the working weight; with shadow bits, or where updates
    are not stochastic, it is only that.

    Attributes
    ----------
    bits : int
        Width P of a product.
    count, zeros : int
        Changes (one per weight and learning phase), and those that are 0.
    below : int
        Changes other than 0 of less than 2^-P, which have no effect.
    clamped : int
        Changes that the left shift would bring above 2^P - 1.
    total : float
        Sum of all probabilities.
    counts : int64 [bits]
        Element n: changes with a probability of 2^-(n+1) or more, but less than 2^-n.
    """

    bits: int
    count: int = 0
    zeros: int = 0
    below: int = 0
    clamped: int = 0
    total: float = 0.0
    counts: Int64Array = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros(self.bits, np.int64)

    def add(self, change: Int64Array, left: int, right: int) -> None:
        """Take note of changes d, which `update_shifts` scale."""
        scaled = magnitudes(change, left, right, self.bits)
        self.count += change.size
        self.zeros += int(np.sum(change == 0))
        self.below += int(np.sum((change != 0) & (scaled == 0)))
        self.clamped += int(np.sum(np.ldexp(np.abs(change).astype(np.float64), left) > 2.0**self.bits - 1))
        self.total += float(np.sum(scaled)) / 2.0**self.bits
        lengths = np.frexp(scaled[scaled > 0].astype(np.float64))[1]
        self.counts += np.bincount(self.bits - lengths, minlength=self.bits)

    @property
    def mean(self) -> float:
        """Mean probability."""
        return self.total / max(self.count, 1)


def make_updates(config: Config) -> dict[str, Updates]:
    """Return empty updates of every weight array."""
    formats = config.formats
    products = (formats.product_in, formats.product_rec, formats.product_out)
    return {name: Updates(product.bits) for name, product in zip(KINDS, products, strict=True)}


def magnitudes(change: Int64Array, left: int, right: int, bits: int) -> Int64Array:
    """Return 2^P times the probabilities of changes: |d| shifted left, clamped to 2^P - 1, shifted right."""
    limit = (1 << bits) - 1
    size = np.abs(change)
    clamped = np.where(size > limit >> left, limit, np.minimum(size, limit >> left) << left)
    scaled: Int64Array = clamped >> right
    return scaled


def changes_of(
    config: Config, parameters: Parameters, signals: Mapping[str, Int64Array], valid: bool = True
) -> Iterator[Change]:
    """Yield name, changes d [n_pre, n_post] and shifts (left, right) of every array that learns.

    Parameters
    ----------
    config : Config
    parameters : Parameters
    signals : mapping of str to int64 [n]
        One learning phase of a core, by names of golden_model.core.recording.Log.
    valid : bool
        The phase has a target; without one only regularized arrays learn.
    """
    registers, formats = parameters.registers, config.formats
    gain = signals["learning_signal"] * signals["pseudo_derivative"]
    for name, kind in KINDS.items():
        place = _PLACES[name]
        if not registers.do_eprop >> place & 1 or not (valid or registers.regul_w >> place & 1):
            continue
        trace = name.replace("w_", "trace_")
        seen = signals[trace] >> getattr(registers, f"fp_loc_t{kind}")
        word: Format = getattr(formats, trace)
        if name == "w_out":
            change = np.outer(seen, signals["error"])
        else:
            change = _regularized(config, registers, name, np.outer(seen, gain), signals["regularization"])
        rates = (getattr(registers, f"lr_{way}_w{kind}") for way in "pr")
        yield name, change, update_shifts(config, word, *rates)


def _regularized(
    config: Config, registers: Registers, name: str, product: Int64Array, excess: Int64Array
) -> Int64Array:
    """Return changes d of products L h e, with traces that exceed the level of regularization by `excess`."""
    published, mode = align(excess, regularization_shift(config)), registers.regul_mode
    if mode & 1 and registers.regul_w:
        multiplier = np.maximum(0, FULL - (published >> registers.regul_k_mul))
        product = np.where(product > 0, product * multiplier // FULL, product)
    if mode & 2 and registers.regul_w >> _PLACES[name] & 1:
        left, right = (getattr(registers, f"regul_k_{KINDS[name]}_{way}") for way in "pr")
        reduced = (published << left & 0xFFFFFFFF) >> right
        trace: Format = getattr(config.formats, name.replace("w_", "trace_"))
        product = product - align(reduced, reduction_shift(config, trace))
    return product
