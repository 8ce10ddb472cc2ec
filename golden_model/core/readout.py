"""The readouts: leaky integrators of the recurrent spikes, their winner and their error.

Equations 11 and 28 of Bellec et al. 2020 in fixed point; the softmax of a classification is replaced by a
hard sigmoid.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import hard_sigmoid, leak, saturate, wrap
from golden_model.core.compiled import Words, kernel, word
from golden_model.core.lfsr import ROUNDING
from golden_model.core.rounding import resting_mark, state_mode
from golden_model.core.wheel import Wheel, make_wheel, turn
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import Scaled, weight_shifts

SLOTS = 16  # readouts of one word; draws are made for whole words


class Readout(NamedTuple):
    """The readouts of a core.

    Attributes
    ----------
    potential : word [n_out]
        Readout potentials, s(M); cleared at the start of a sample.
    error : word [n_out]
        Target minus activation in the last learning step, s(M).
    wins : int64 [n_out]
        Steps of the sample in which each readout was the greatest.
    mark : int
        What fractions have to reach to be rounded up where that is not drawn.
    source : Wheel
        Of the marks that are drawn.
    strict : int
        1 where a fraction has to exceed its draw (no errata), 0 where it has to reach it.
    stochastic, activation : bool
        Draw the marks; pass the potentials through the hard sigmoid.
    kappa, frac_bits, bits : int
        Readout leak, its fraction bits K, width M.
    one : int
        Raw value that stands for 1.0.
    scale, drop : int
        What output weights are multiplied by on their way into the potentials, after a right shift of the
        stored weights.
    wins_bits : int
        Width of a winner counter, which wraps.
    """

    potential: Words
    error: Words
    wins: Int64Array
    mark: int
    source: Wheel
    strict: int
    stochastic: bool
    activation: bool
    kappa: int
    frac_bits: int
    bits: int
    one: int
    scale: int
    drop: int
    wins_bits: int


def make_readout(config: Config, parameters: Parameters, scaled: Scaled) -> Readout:
    """Return the readouts of a network, at rest."""
    registers, n_out, frac_bits = parameters.registers, parameters.n_out, config.kappa_frac_bits
    mode, (drop, shift) = state_mode(config, parameters), weight_shifts(config, registers.fp_loc_wout)
    slots = min(SLOTS * -(-n_out // SLOTS), max(parameters.n_in, parameters.n_rec, n_out))
    return Readout(
        potential=np.zeros(n_out, word),
        error=np.zeros(n_out, word),
        wins=np.zeros(n_out, np.int64),
        mark=resting_mark(mode, frac_bits),
        source=make_wheel(ROUNDING, registers.seed_strnd_oneur, frac_bits, slots),
        strict=int(not config.errata),
        stochastic=mode == "stochastic" and scaled.kappa != 1 << frac_bits,
        activation=not registers.no_out_act,
        kappa=scaled.kappa,
        frac_bits=frac_bits,
        bits=config.membrane_bits,
        one=1 << config.formats.readout.frac,
        scale=1 << shift,
        drop=drop,
        wins_bits=config.formats.wins.bits,
    )


@kernel
def decay(readout: Readout) -> None:
    """Let the potentials decay by one step."""
    potential, kappa, bits = readout.potential, readout.kappa, readout.bits
    row, columns = turn(readout.source) if readout.stochastic else (0, slice(0, readout.source.slots))
    words = readout.source.words[row, columns]
    for k in range(potential.size):
        mark = np.int64(words[k]) + readout.strict if readout.stochastic else readout.mark
        left = leak(potential[k], kappa, readout.frac_bits, mark, bits)
        potential[k] = wrap(left, bits)


@kernel
def count_winner(readout: Readout) -> None:
    """Count the step for the readout of the greatest potential, ties to the lowest index."""
    best = 0
    for k in range(1, readout.potential.size):
        if readout.potential[k] > readout.potential[best]:
            best = k
    readout.wins[best] = (readout.wins[best] + 1) & ((1 << readout.wins_bits) - 1)


@kernel
def compare(readout: Readout, target: Int64Array) -> None:
    """Set the error to the target minus the activation of each readout."""
    for k in range(readout.error.size):
        activation = np.int64(readout.potential[k])
        if readout.activation:
            activation = np.int64(hard_sigmoid(activation, readout.one))
        readout.error[k] = saturate(target[k] - activation, readout.bits)


@kernel
def add_spike(readout: Readout, weights: Words) -> None:
    """Add the output weights of a neuron that fired."""
    for k in range(readout.potential.size):
        arriving = (np.int64(weights[k]) >> readout.drop) * readout.scale
        readout.potential[k] = saturate(readout.potential[k] + arriving, readout.bits)
