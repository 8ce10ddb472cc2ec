"""Every fixed-point word format of a configuration, declared once."""

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from golden_model.network.config import Config

Int64Array = NDArray[np.int64]
Weights = tuple[Int64Array, Int64Array, Int64Array]  # w_in, w_rec, w_out


@dataclass(frozen=True)
class Format:
    """Fixed-point format: a word of `bits` bits, `frac` of them behind the binary point.

    A raw value x stands for the number x / 2^frac; `frac` may be negative or exceed `bits`.
    The methods take a Python int or an array of any integer dtype; arrays come back as int64.

    Parameters
    ----------
    bits : int
        Width of the word (1..63).
    frac : int
        Fraction bits.
    signed : bool
        Two's complement or unsigned.
    """

    bits: int
    frac: int = 0
    signed: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= 63:
            raise ValueError(f"bits = {self.bits} is outside 1..63")

    def __str__(self) -> str:
        return f"{'s' if self.signed else 'u'}{self.bits}, {self.frac} fraction bits"

    @property
    def notation(self) -> str:
        """Sign, integer bits (without that of the sign) and fraction bits, as documents write them: u1.15."""
        return f"{'s' if self.signed else 'u'}{self.bits - self.frac - self.signed}.{self.frac}"

    @property
    def low(self) -> int:
        """The least raw value."""
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest raw value."""
        return self.low + (1 << self.bits) - 1

    def fits(self, x: int | NDArray[np.integer]) -> bool:
        """Tell whether every value of `x` is in low..high."""
        return bool(np.all((x >= self.low) & (x <= self.high)))

    @overload
    def wrap(self, x: int) -> int: ...
    @overload
    def wrap(self, x: NDArray[np.integer]) -> Int64Array: ...
    def wrap(self, x: int | NDArray[np.integer]) -> int | Int64Array:
        """Keep the low `bits` bits, read in this format."""
        word = _wide(x) & ((1 << self.bits) - 1)
        return (word ^ -self.low) + self.low

    @overload
    def saturate(self, x: int) -> int: ...
    @overload
    def saturate(self, x: NDArray[np.integer]) -> Int64Array: ...
    def saturate(self, x: int | NDArray[np.integer]) -> int | Int64Array:
        """Clamp to low..high."""
        wide = _wide(x)
        if isinstance(wide, int):
            return min(max(wide, self.low), self.high)
        return np.clip(wide, self.low, self.high)

    @overload
    def real(self, x: int) -> float: ...
    @overload
    def real(self, x: NDArray[np.integer]) -> NDArray[np.float64]: ...
    def real(self, x: int | NDArray[np.integer]) -> float | NDArray[np.float64]:
        """Return the number that raw `x` stands for, exact up to 53 bits."""
        wide = _wide(x)
        if isinstance(wide, int):
            return wide / 2.0**self.frac
        return wide.astype(np.float64) / 2.0**self.frac


class Formats:
    """The formats of all signals, parameters and products of a configuration.

    A weight stands for raw / 2^(B-1) of the full scale that the registers fp_loc_winp, fp_loc_wrec and
    fp_loc_wout give it: raw << fp_loc is what is added to a membrane or readout potential. A trace
    stands for raw / 2^fp_loc spikes in its own format, its fp_loc_t* register being the shift. A stored
    weight is a weight with its shadow bits, the same where there are none.
    """

    def __init__(self, config: "Config") -> None:
        potential = Format(config.membrane_bits, config.membrane_bits - 5)
        self.membrane = self.threshold = self.readout = potential
        self.error = self.learning_signal = potential
        self.weight = Format(config.weight_bits, config.weight_bits - 1)
        self.stored_weight = Format(
            config.weight_bits + config.shadow_bits, config.weight_bits + config.shadow_bits - 1
        )
        self.trace_in = _trace(config.trace_in_bits)
        self.trace_rec = self.regularization = _trace(config.trace_rec_bits)
        self.trace_out = _trace(config.trace_out_bits)
        self.alpha = Format(config.alpha_frac_bits + 1, config.alpha_frac_bits, signed=False)
        self.kappa = Format(config.kappa_frac_bits + 1, config.kappa_frac_bits, signed=False)
        self.pseudo_derivative = Format(config.surrogate_bits, config.surrogate_bits - 5)
        self.product_in = _product(potential, self.trace_in, self.pseudo_derivative)
        self.product_rec = _product(potential, self.trace_rec, self.pseudo_derivative)
        self.product_out = Format(
            potential.bits + self.trace_out.bits + 2, potential.frac + self.trace_out.frac
        )
        self.random_in = Format(self.product_in.bits, 0, signed=False)
        self.random_rec = Format(self.product_rec.bits, 0, signed=False)
        self.random_out = Format(self.product_out.bits, 0, signed=False)
        self.spike = Format(1, 0, signed=False)
        self.wins = Format(16, 0, signed=False)

    @property
    def product_bits(self) -> int:
        """Bits of the words in which products are computed: 32 where they hold every one, else 64.

        Leaks of more than 15 fraction bits, whose rounding has sources of its own, belong to the latter, and
        so do potentials of more than 16 bits, whose additive regularization may leave 32.
        """
        leaks = (
            self.membrane.bits + self.alpha.bits,
            self.readout.bits + self.kappa.bits,
            1 + max(self.trace_in.bits, self.trace_rec.bits) + self.alpha.bits,
            1 + self.trace_out.bits + self.kappa.bits,
        )
        changes = (self.product_in.bits, self.product_rec.bits, self.product_out.bits)
        narrow = max(*leaks, *changes) <= 32 and self.membrane.bits <= 16 and self.alpha.frac <= 15
        return 32 if narrow and self.stored_weight.bits < 32 else 64


def _trace(bits: int) -> Format:
    return Format(bits, max(bits - 9, 0), signed=False)


def _product(signal: Format, trace: Format, surrogate: Format) -> Format:
    """Return the format of learning signal x trace x pseudo-derivative."""
    return Format(signal.bits + trace.bits + surrogate.bits - 1, signal.frac + trace.frac + surrogate.frac)


def _wide(x: int | NDArray[np.integer]) -> int | Int64Array:
    """Return an integer as a Python int and an array as int64, refusing what int64 does not hold."""
    if not isinstance(x, np.ndarray):
        return operator.index(x)
    if x.dtype.kind not in "iub":
        raise ValueError(f"an array of dtype {x.dtype} does not hold integers")
    if x.dtype == np.uint64 and np.any(x > np.iinfo(np.int64).max):
        raise ValueError(f"{x.max()} is outside the 64-bit signed integers")
    return x.astype(np.int64)
