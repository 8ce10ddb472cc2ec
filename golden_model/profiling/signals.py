"""How the words of one signal are used, and how far they are from the reference: running statistics."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from golden_model.core.core import Core
from golden_model.network.formats import Format, Int64Array
from golden_model.training.run_folder import ARRAYS

STATE = ("membrane", "trace_in", "trace_rec", "trace_out", "readout")
LEARNING = ("error", "learning_signal", "pseudo_derivative", "regularization")
SIGNALS = (*STATE, *LEARNING)


@dataclass
class Use:
    """How the words of one signal are used, over all values added.

    Attributes
    ----------
    format : Format
    low, high : int or int64 [n]
        Values that stand for saturation: the ends of the format (of an unsigned one only the upper), or what
        a leak leaves of them.
    count, zeros : int
        Values, and those that are 0.
    saturated : int
        Values at or beyond `low` or `high`.
    least, greatest : int
        Raw, 0 included even if it does not occur.
    used : int
        All values or'ed together, in two's complement.
    positive, negative : int64 [bits]
        Values by the position of the leading bit of their magnitude.
    """

    format: Format
    low: Int64Array | int
    high: Int64Array | int
    count: int = 0
    zeros: int = 0
    saturated: int = 0
    least: int = 0
    greatest: int = 0
    used: int = 0
    positive: Int64Array = field(init=False)
    negative: Int64Array = field(init=False)

    def __post_init__(self) -> None:
        self.positive, self.negative = np.zeros((2, self.format.bits), np.int64)

    def add(self, values: Int64Array) -> None:
        """Take note of raw values [..., n]."""
        self.count += values.size
        self.zeros += int(np.sum(values == 0))
        self.saturated += int(np.sum((values <= self.low) | (values >= self.high)))
        self.least = min(self.least, int(values.min(initial=0)))
        self.greatest = max(self.greatest, int(values.max(initial=0)))
        self.used |= int(np.bitwise_or.reduce(values, axis=None))
        for counts, magnitudes in ((self.positive, values[values > 0]), (self.negative, -values[values < 0])):
            counts += np.bincount(leading_bits(magnitudes), minlength=self.format.bits)

    @property
    def top_unused(self) -> int:
        """Most significant bits that were never more than an extension of the sign."""
        return self.format.bits - self.format.signed - max(self.greatest, ~self.least).bit_length()

    @property
    def low_unused(self) -> int:
        """Least significant bits that were 0 in every value; all of them where every value was 0."""
        return (self.used & -self.used).bit_length() - 1 if self.used else self.format.bits


@dataclass
class Loss:
    """The difference of one signal from the reference, over all values added, in real units.

    Attributes
    ----------
    count : int
    error, reference : float
        Sums of squares of the difference and of the reference.
    largest : float
        Magnitude of the largest difference.
    """

    count: int = 0
    error: float = 0.0
    reference: float = 0.0
    largest: float = 0.0

    def add(self, values: NDArray[np.float64], reference: NDArray[np.float64]) -> None:
        """Take note of values and what the reference has in their place."""
        difference = values - reference
        self.count += difference.size
        self.error += float(np.sum(difference**2))
        self.reference += float(np.sum(reference**2))
        self.largest = max(self.largest, float(np.abs(difference).max(initial=0.0)))

    @property
    def rms_error(self) -> float:
        """Root mean square of the difference."""
        return float(np.sqrt(self.error / max(self.count, 1)))

    @property
    def rms_reference(self) -> float:
        """Root mean square of the reference."""
        return float(np.sqrt(self.reference / max(self.count, 1)))

    @property
    def bits(self) -> float | None:
        """Significant bits, log2 of reference over difference; None where one of them is 0."""
        if self.error == 0 or self.reference == 0:
            return None
        return float(np.log2(self.reference / self.error) / 2)


def make_uses(core: Core) -> dict[str, Use]:
    """Return the empty uses of every signal and weight array of a core.

    Signals of state are seen after they leaked: what saturated in a tick then is a leak away from the end.
    """
    formats, scaled, parameters = core.config.formats, core.scaled, core.parameters
    alpha, kappa = np.repeat(scaled.alpha, 2), np.array([scaled.kappa])
    leaks = (alpha[: parameters.n_rec], alpha[: parameters.n_in], alpha[: parameters.n_rec], kappa, kappa)
    fracs = [formats.alpha.frac] * 3 + [formats.kappa.frac] * 2
    uses = {
        name: make_use(getattr(formats, name), leak, frac)
        for name, leak, frac in zip(STATE, leaks, fracs, strict=True)
    }
    uses |= {name: make_use(getattr(formats, name)) for name in LEARNING}
    return uses | {name: make_use(formats.stored_weight) for name in ARRAYS}


def make_use(word: Format, leak: Int64Array | int = 1, frac: int = 0) -> Use:
    """Return the empty use of a signal that was multiplied by leak / 2^frac, rounded in any way."""
    low = np.maximum(-(-word.low * leak >> frac), word.low) if word.signed else -1
    return Use(word, low, np.minimum(word.high * leak >> frac, word.high))


def leading_bits(magnitudes: Int64Array) -> Int64Array:
    """Return the positions of the leading bits of positive numbers below 2^53."""
    return np.frexp(magnitudes.astype(np.float64))[1].astype(np.int64) - 1
