"""How a state decays when nothing arrives: the core's own leak, tick by tick, in many neurons at once."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from golden_model.core.compiled import Int, Words, kernel, word
from golden_model.core.lfsr import LONG_ROUNDING, ROUNDING
from golden_model.core.neuron import Neuron, make_neuron, step
from golden_model.core.rounding import Mode, Rounding, make_rounding
from golden_model.core.trace import Trace, decay, make_traces
from golden_model.network.config import Config
from golden_model.network.formats import Format, Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import scale

State = Literal["membrane", "trace"]
Floats = NDArray[np.float64]
TICKS = 10_000  # 10 s of 1 ms
SMALL = 16  # a small start is this part of full scale, which is 1.0 of a membrane potential
RUNS = 64  # neurons that start alike where rounding is stochastic
PAIR = 2  # neurons that start alike where it is not, as few as there can be
COURSE = 100  # ticks from one point of a course to the next


@dataclass(frozen=True)
class Case:
    """What a decay depends on.

    Attributes
    ----------
    state : {"membrane", "trace"}
    bits : int
        Width of the state.
    frac_bits : int
        Fraction bits of the leak, register alpha.
    rounding : {"floor", "nearest", "stochastic"}
    factor : int
        Raw leak, at most 1.0.
    """

    state: State
    bits: int
    frac_bits: int
    rounding: Mode
    factor: int

    @cached_property
    def config(self) -> Config:
        """The configuration of a core with this state."""
        name = "membrane_bits" if self.state == "membrane" else "trace_in_bits"
        widths = {name: self.bits, "alpha_frac_bits": self.frac_bits}
        return Config.preset("reckon").replace(**widths, state_rounding=self.rounding)

    @cached_property
    def word(self) -> Format:
        """The format of the state."""
        formats = self.config.formats
        return formats.membrane if self.state == "membrane" else formats.trace_in

    @cached_property
    def product_bits(self) -> int:
        """Bits of the words that products are computed in."""
        return self.config.formats.product_bits

    @property
    def alpha(self) -> float:
        """The leak as a number."""
        return self.factor / (1 << self.frac_bits)

    @property
    def starts(self) -> tuple[int, ...]:
        """Where decays start: full scale, a small part of it, and the least value if it is negative."""
        high = self.word.high
        negative = (self.word.low,) if self.word.low else ()
        return high, (high + 1) // SMALL, *negative


@dataclass(frozen=True)
class Decay:
    """What became of a state, one column per start.

    Attributes
    ----------
    starts : sequence of int
    mean, variance : float array [TICKS + 1, n_starts]
        Over the neurons that started alike, from the start on.
    tau : sequence of float
        Ticks until the mean has fallen to 1/e of its start, inf if it never does.
    """

    starts: Sequence[int]
    mean: Floats
    variance: Floats
    tau: Sequence[float]


Run = Callable[[Floats], tuple[Floats, Floats]]  # means now to means and variances, now and after each tick


def observe(case: Case) -> Decay:
    """Let neurons decay for TICKS, and longer until every mean fell to 1/e or stands still for good."""
    run = _make_run(case)
    mean, variance = run(np.array(case.starts, dtype=float))
    return Decay(case.starts, mean, variance, _tau(run, mean, _patience(case)).tolist())


def _tau(run: Run, course: Floats, patience: int) -> Floats:
    """Return when each mean falls to 1/e, inf for those that do not change for so many ticks."""
    starts = course[0]
    tau, ticks, still = _falls(course, starts), 0, 0
    while np.isinf(tau).any():
        moves = np.isinf(tau) & (course[0] != course[-1])
        still = 0 if moves.any() else still + TICKS
        if still >= patience:
            break
        ticks += TICKS
        course, _ = run(course[-1])
        tau = np.minimum(tau, ticks + _falls(course, starts))
    return tau


def _patience(case: Case) -> int:
    """Return the ticks after which states that have not changed never will: all draws have come by then."""
    if case.rounding != "stochastic" or case.alpha == 1:
        return TICKS
    return 1 << (ROUNDING if case.frac_bits <= ROUNDING.b else LONG_ROUNDING).b


def _falls(course: Floats, starts: Floats) -> Floats:
    """Return when each mean falls to 1/e of its start, between two ticks on the line through them."""
    ratio = course / starts * math.e
    below = ratio <= 1
    tick, column = below.argmax(axis=0), np.arange(starts.size)
    before, after = ratio[tick - 1, column], ratio[tick, column]
    with np.errstate(invalid="ignore", divide="ignore"):  # where nothing falls
        between = (1 - after) / (before - after)
    return np.where(below.any(axis=0), tick - np.where(tick > 0, between, 0), math.inf)


def _make_run(case: Case) -> Run:
    """Return what lets the neurons of all starts decay for TICKS more."""
    runs = RUNS if case.rounding == "stochastic" else PAIR
    starts = np.repeat(case.starts, runs)
    state: Any = (make_membrane if case.state == "membrane" else make_trace)(case, starts)
    decay_for: Any = decay_membranes if case.state == "membrane" else decay_traces

    def run(now: Floats) -> tuple[Floats, Floats]:
        totals = np.zeros((2, TICKS, now.size), np.int64)
        decay_for(state, runs, totals[0], totals[1])
        variance = (runs * totals[1] - totals[0] ** 2) / runs**2  # integers up to here: nothing cancels
        return np.vstack([now, totals[0] / runs]), np.vstack([np.zeros(now.size), variance])

    return run


def make_membrane(case: Case, starts: Int64Array) -> Neuron:
    """Return neurons that do not fire, with membrane potentials."""
    parameters = _parameters(starts.size)
    neuron = make_neuron(case.config, parameters, scale(case.config, parameters))
    neuron.membrane[:] = starts
    beyond = np.full(starts.size, case.word.high + 1, word)  # a threshold that no potential reaches
    rounding = _make_rounding(case, parameters.registers.seed_strnd_neur, starts.size)
    return neuron._replace(alpha=np.full_like(neuron.alpha, case.factor), threshold=beyond, rounding=rounding)


def make_trace(case: Case, starts: Int64Array) -> Trace:
    """Return input traces with values."""
    parameters = _parameters(starts.size)
    trace = make_traces(case.config, parameters, scale(case.config, parameters))[0]
    trace.value[:] = starts
    rounding = _make_rounding(case, parameters.registers.seed_strnd_tinp, starts.size)
    return trace._replace(factor=np.full_like(trace.factor, case.factor), rounding=rounding)


def _parameters(count: int) -> Parameters:
    """Return a network of some neurons and as many input lines, with the random sources of the chip."""
    return Parameters(Registers.for_network(n_in=count, n_rec=count, n_out=1, en_stoch_round=1))


def _make_rounding(case: Case, seed: int, count: int) -> Rounding:
    """Return the rounding of a raw leak, which register values of 15 fraction bits need not have."""
    exact = [case.factor == 1 << case.frac_bits] * (count // 2)
    return make_rounding(
        seed,
        case.frac_bits,
        exact,
        case.rounding,
        case.config.errata,
        product_bits=case.product_bits,
    )


@kernel
def decay_membranes(neuron: Neuron, runs: Int, totals: Int64Array, squares: Int64Array) -> None:
    """Let potentials decay; sum those that started alike, and their squares, after every tick."""
    for t in range(totals.shape[0]):
        step(neuron)
        tally(neuron.membrane, runs, totals, squares, t)


@kernel
def decay_traces(trace: Trace, runs: Int, totals: Int64Array, squares: Int64Array) -> None:
    """Let traces decay; sum those that started alike, and their squares, after every tick."""
    for t in range(totals.shape[0]):
        decay(trace)
        tally(trace.value, runs, totals, squares, t)


@kernel
def tally(values: Words, runs: Int, totals: Int64Array, squares: Int64Array, t: Int) -> None:
    """Sum every `runs` values, and their squares."""
    for n in range(totals.shape[1]):
        total = square = np.int64(0)
        for i in range(n * runs, (n + 1) * runs):
            value = np.int64(values[i])
            total += value
            square += value * value
        totals[t, n] = total
        squares[t, n] = square
