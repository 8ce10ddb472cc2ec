"""The learning phase of a time step: learning signal, pseudo-derivative, regularization, updates.

Equations 3 to 5 and 27 of Bellec et al. 2020 in fixed point. Neurons are taken in groups of 16; within a
group only the presynaptic trace varies, so everything else is worked out once per neuron.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import align, saturate
from golden_model.core.compiled import PRODUCTS, Flag, Int, Words, kernel, word
from golden_model.core.screening import greatest, list_rows
from golden_model.core.synapse import GROUP, Synapses, UpdateRecord, update_group, update_output
from golden_model.core.trace import Trace, look
from golden_model.core.weights import lanes_of
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import Scaled, regularization_shift

FULL = 16  # multiplier of multiplicative regularization that leaves a change as it is


class Learning(NamedTuple):
    """The quantities of a learning step, one per recurrent neuron, padded to whole groups.

    Attributes
    ----------
    learning_signal : word [lanes]
        L, s(M).
    pseudo_derivative : word [lanes]
        h, s(S).
    regularization : word [lanes]
        g, by how much the recurrent trace exceeds the regularization threshold, u(T).
    gain : word of products [lanes]
        L h.
    multiplier : word [lanes]
        What multiplicative regularization leaves of a positive change, in sixteenths.
    borders, values : word [4], word [5]
        Registers thr_h_* and h_*, the pseudo-derivative as a function of the potential.
    left, right, bits : int
        Shifts of the learning signal and its width M.
    level : int
        Register regul_f0, at the scale of recurrent traces.
    regul_align, regul_mul : int
        Left shift from there to published units, and register regul_k_mul, a right shift after it.
    regularizes, multiplicative, additive, all_steps : bool
        What regul_mode and regul_w turn on.
    """

    learning_signal: Words
    pseudo_derivative: Words
    regularization: Words
    gain: Words
    multiplier: Words
    borders: Words
    values: Words
    left: int
    right: int
    bits: int
    level: int
    regul_align: int
    regul_mul: int
    regularizes: bool
    multiplicative: bool
    additive: bool
    all_steps: bool


def make_learning(config: Config, parameters: Parameters, scaled: Scaled) -> Learning:
    """Return the learning block of a network."""
    registers, n_rec = parameters.registers, parameters.n_rec
    lanes, mode = lanes_of(n_rec), registers.regul_mode
    return Learning(
        learning_signal=np.zeros(lanes, word),
        pseudo_derivative=np.zeros(lanes, word),
        regularization=np.zeros(lanes, word),
        gain=np.zeros(lanes, PRODUCTS[config.formats.product_bits]),
        multiplier=np.full(lanes, FULL, word),
        borders=scaled.borders.astype(word),
        values=scaled.values.astype(word),
        left=registers.learn_sig_scale,
        right=config.weight_bits + 4,
        bits=config.membrane_bits,
        level=scaled.regul_f0,
        regul_align=regularization_shift(config),
        regul_mul=registers.regul_k_mul,
        regularizes=mode != 0,
        multiplicative=bool(mode & 1) and registers.regul_w != 0,
        additive=bool(mode & 2),
        all_steps=mode & 6 == 6,
    )


@kernel
def learn(
    learning: Learning,
    membrane: Words,
    error: Words,
    synapses: tuple[Synapses, Synapses, Synapses],
    traces: tuple[Trace, Trace, Trace],
    valid: Flag,
    records: tuple[UpdateRecord | None, UpdateRecord | None, UpdateRecord | None],
) -> None:
    """Run the learning phase of a step.

    Parameters
    ----------
    learning : Learning
    membrane : word [n_rec]
        Potentials after the step, a neuron that fired with its potential after the reset.
    error : word [n_out]
        Readout errors, all 0 where the target is not valid.
    synapses, traces : (input, recurrent, output)
    valid : bool
        The step has a target; without one only regularization acts.
    records : (input, recurrent, output) of UpdateRecord, optional
    """
    w_in, w_rec, w_out = synapses
    t_in, t_rec, t_out = traces
    look(t_in)
    look(t_rec)
    look(t_out)
    for j in range(membrane.size):
        signal = 0
        if w_in.plastic | w_rec.plastic:
            signal = learning_signal(learning, error, w_out.weights[j], w_out.rate.shadow_bits)
        learning.learning_signal[j] = signal
        if valid & w_out.plastic & (t_out.seen[j] != 0):
            update_output(w_out, j, np.int64(t_out.seen[j]), error, records[2])
        learning.pseudo_derivative[j] = pseudo_derivative(learning, membrane[j])
        learning.gain[j] = np.int64(signal) * np.int64(learning.pseudo_derivative[j])
        regularize(learning, j, np.int64(t_rec.seen[j]))
    if w_in.plastic & (valid | w_in.regularized):
        update_array(learning, w_in, t_in, False, records[0])
    if w_rec.plastic & (valid | w_rec.regularized):
        update_array(learning, w_rec, t_rec, True, records[1])


@kernel
def learning_signal(learning: Learning, error: Words, weights: Words, shadow_bits: Int) -> Int:
    """Return L of one neuron: the errors of the readouts, weighted by its output weights."""
    total = np.int64(0)
    for k in range(error.size):
        total += np.int64(error[k]) * (np.int64(weights[k]) >> shadow_bits)
    return saturate((total << learning.left) >> learning.right, learning.bits)


@kernel
def pseudo_derivative(learning: Learning, potential: Int) -> Int:
    """Return h, a step function of the membrane potential; the first border above it decides."""
    for n in range(learning.borders.size):
        if potential < learning.borders[n]:
            return learning.values[n]
    return learning.values[learning.borders.size]


@kernel
def regularize(learning: Learning, j: Int, trace: Int) -> None:
    """Set g of neuron j, and what multiplicative regularization leaves of positive changes."""
    excess = max(0, trace - learning.level) if learning.regularizes else 0
    learning.regularization[j] = excess
    if learning.multiplicative:
        published = align(excess, learning.regul_align)
        learning.multiplier[j] = max(0, FULL - (published >> learning.regul_mul))


@kernel
def update_array(
    learning: Learning,
    synapses: Synapses,
    trace: Trace,
    recurrent: Flag,
    record: UpdateRecord | None,
) -> None:
    """Update an array, group after group; a row without a trace is visited for regularized groups only."""
    list_rows(synapses.active, trace.seen, False)
    list_rows(synapses.every, trace.seen, True)
    for group in range(learning.gain.size // GROUP):
        rows = synapses.every if reduce_group(learning, synapses, group) else synapses.active
        update_group(
            synapses,
            group,
            rows,
            learning.gain,
            learning.multiplier,
            learning.multiplicative,
            recurrent,
            record,
        )


@kernel
def reduce_group(learning: Learning, synapses: Synapses, group: Int) -> Flag:
    """Set the additive regularization of a group; tell whether any neuron of it is to be regularized."""
    neurons = slice(group * GROUP, (group + 1) * GROUP)
    regularization, reduction = learning.regularization[neurons], synapses.reduction[neurons]
    if learning.additive & synapses.regularized:
        for n in range(GROUP):
            published = align(np.int64(regularization[n]), learning.regul_align) << synapses.regul_left
            reduced = (published & 0xFFFFFFFF) >> synapses.regul_right
            reduction[n] = align(reduced, synapses.regul_align)
    return greatest(regularization) > 0
