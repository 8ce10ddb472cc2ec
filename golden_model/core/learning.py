"""The learning phase of a time step: learning signal, pseudo-derivative, regularization, updates.

Equations 3 to 5 and 27 of Bellec et al. 2020 in fixed point. Neurons are taken in groups of 16; within a
group only the presynaptic trace varies, so everything else is worked out once per neuron.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import Rate, align, make_rate, saturate
from golden_model.core.compiled import MAGNITUDES, PRODUCTS, Flag, Int, Words, kernel, word
from golden_model.core.lfsr import BLOCK, TOP_BITS, WEIGHT, WEIGHT_OUT, Fibonacci
from golden_model.core.screening import greatest, list_rows, make_rows
from golden_model.core.synapse import (
    GROUP,
    Synapses,
    UpdateRecord,
    make_weight_source,
    update_group,
    update_output,
)
from golden_model.core.trace import Trace, look
from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import (
    Scaled,
    reduction_shift,
    regularization_shift,
    update_shifts,
    weight_shifts,
)

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
    lanes, mode = _lanes(n_rec), registers.regul_mode
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


def make_synapses(config: Config, parameters: Parameters) -> tuple[Synapses, Synapses, Synapses]:
    """Return the input, recurrent and output weight arrays of a network, all weights zero."""
    formats = config.formats
    n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
    lanes = _lanes(n_rec)
    return (
        _make(config, parameters, "inp", (n_in, lanes), WEIGHT, (formats.trace_in, formats.product_in)),
        _make(config, parameters, "rec", (n_rec, lanes), WEIGHT, (formats.trace_rec, formats.product_rec)),
        _make(
            config, parameters, "out", (n_rec, n_out), WEIGHT_OUT, (formats.trace_out, formats.product_out)
        ),
    )


def _make(
    config: Config,
    parameters: Parameters,
    name: str,
    shape: tuple[int, int],
    sequence: Fibonacci,
    formats: tuple[Format, Format],
) -> Synapses:
    """Return an array; `name` is that of its registers and its place in do_eprop and regul_w."""
    registers, product_bits = parameters.registers, config.formats.product_bits
    stochastic = config.update_rounding == "stochastic"
    (n_pre, lanes), (trace, product), bit = shape, formats, ("inp", "rec", "out").index(name)
    regularized = bool(registers.regul_w >> bit & 1)
    words = lanes if name == "out" else GROUP  # of a draw
    seed = getattr(registers, f"seed_{name}")
    drop, shift = weight_shifts(config, getattr(registers, f"fp_loc_w{name}"))
    return Synapses(
        weights=np.zeros((n_pre, lanes), word),
        source=make_weight_source(sequence, seed, product.bits, words, product_bits),
        states=np.zeros(n_pre // BLOCK + 2, np.int64),
        mark=np.full(words, 1 << product.bits - 1, MAGNITUDES[product_bits]),
        chosen=np.zeros(n_pre + 1, np.int64),
        active=make_rows(n_pre),
        every=make_rows(n_pre),
        reduction=np.zeros(lanes, MAGNITUDES[product_bits]),
        plastic=bool(registers.do_eprop >> bit & 1),
        regularized=regularized,
        rate=_rate(config, registers, name, formats),
        stochastic=stochastic,
        single=stochastic and not config.shadow_bits,
        resting=_resting(config, product),
        regul_left=getattr(registers, f"regul_k_{name}_p") if regularized else 0,
        regul_right=getattr(registers, f"regul_k_{name}_r") if regularized else 0,
        regul_align=reduction_shift(config, trace),
        scale=1 << shift,
        drop=drop,
        weight_bits=config.weight_bits + config.shadow_bits,
        errata=config.errata,
    )


def _rate(config: Config, registers: Registers, name: str, formats: tuple[Format, Format]) -> Rate:
    """Return the rate of an array's updates, of its registers lr_p_w* and lr_r_w*."""
    trace, product = formats
    lr_p, lr_r = (getattr(registers, f"lr_{way}_w{name}") for way in "pr")
    left, right = update_shifts(config, trace, lr_p, lr_r)
    truncate = config.update_rounding == "truncate"
    return make_rate(product.bits, left, right, config.shadow_bits, truncate=truncate)


def _resting(config: Config, product: Format) -> int:
    """Return what stands for the upper bits of a mark that is not drawn."""
    half = 1 << product.bits - 1
    mark = {"stochastic": -1, "nearest": half, "truncate": 2 * half}[config.update_rounding]
    return mark >> max(product.bits - TOP_BITS, 0)


def _lanes(count: int) -> int:
    return GROUP * -(-count // GROUP)


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
