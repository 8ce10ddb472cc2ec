"""The recurrent neurons: leaky integrate-and-fire, two to a pair.

Equations 6 to 8 of Bellec et al. 2020 in fixed point: the membrane potential decays by the leak alpha,
spikes where it had reached the threshold, and gathers the weights of arriving events and spikes one by one.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import add_weight, align, leak, wrap
from golden_model.core.compiled import PRODUCTS, Int, Words, kernel, word
from golden_model.core.lfsr import NOISE, Source, draw_words, make_source
from golden_model.core.rounding import Rounding, draw_marks, make_rounding, state_mode
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters, per_neuron
from golden_model.network.scaling import Scaled

NOISE_BITS = 16  # of one neuron's noise, half of a draw for a pair


class Neuron(NamedTuple):
    """The recurrent neurons of a core.

    Attributes
    ----------
    membrane : word [n_rec]
        Membrane potentials, s(M); cleared at the start of a sample.
    spike : word [n_rec]
        1 where a neuron fired in the last step.
    fired, n_fired : int64 [n_rec], int64 [1]
        The neurons that fired in the last step, ascending, and how many.
    alpha, threshold : word of products [n_rec], word [n_rec]
        Leak, u1.A, and threshold, s(M).
    rounding : Rounding
        Of the leaked potentials.
    noise : Source
        Membrane noise, a word of NOISE_BITS per neuron and pass.
    noise_word : word [n_rec]
        The last pass's noise as added, s(M).
    bits, frac_bits : int
        Width M, fraction bits A of the leak.
    reset_to_zero, noisy : bool
        Reset a neuron that fires to zero, not by its threshold; add noise.
    noise_shift, noise_align : int
        Right shift of the noise (register noise_str), then left shift to the potential's scale.
    """

    membrane: Words
    spike: Words
    fired: Int64Array
    n_fired: Int64Array
    alpha: Words
    threshold: Words
    rounding: Rounding
    noise: Source
    noise_word: Words
    bits: int
    frac_bits: int
    reset_to_zero: bool
    noisy: bool
    noise_shift: int
    noise_align: int


def make_neuron(config: Config, parameters: Parameters, scaled: Scaled) -> Neuron:
    """Return the neurons of a network, at rest."""
    registers, n_rec = parameters.registers, parameters.n_rec
    product_bits = config.formats.product_bits
    rounding = make_rounding(
        registers.seed_strnd_neur,
        config.alpha_frac_bits,
        (scaled.alpha == 1 << config.alpha_frac_bits).tolist(),
        state_mode(config, parameters),
        config.errata,
        skip_exact=True,
        product_bits=product_bits,
    )
    return Neuron(
        membrane=np.zeros(n_rec, word),
        spike=np.zeros(n_rec, word),
        fired=np.zeros(n_rec, np.int64),
        n_fired=np.zeros(1, np.int64),
        alpha=per_neuron(scaled.alpha, n_rec).astype(PRODUCTS[product_bits]),
        threshold=per_neuron(scaled.threshold, n_rec).astype(word),
        rounding=rounding,
        noise=make_source(NOISE, registers.seed_noise_neur, NOISE_BITS, range(n_rec), n_rec),
        noise_word=np.zeros(n_rec, word),
        bits=config.membrane_bits,
        frac_bits=config.alpha_frac_bits,
        reset_to_zero=bool(registers.rst_mode),
        noisy=bool(registers.noise_en),
        noise_shift=registers.noise_str,
        noise_align=config.membrane_bits - NOISE_BITS,
    )


@kernel
def step(neuron: Neuron) -> None:
    """Let the potentials decay, fire and reset; list the neurons that fired."""
    draw_marks(neuron.rounding)
    membrane, threshold, spike = neuron.membrane, neuron.threshold, neuron.spike
    alpha, mark, bits = neuron.alpha, neuron.rounding.mark, neuron.bits
    product = alpha.dtype.type
    kept = product(0 if neuron.reset_to_zero else 1)  # of a potential that fires
    n_spikes = word(0)
    for j in range(membrane.size):
        potential = membrane[j]
        left = leak(potential, alpha[j], neuron.frac_bits, mark[j], bits)
        fires = word(potential >= threshold[j])
        reset = product((np.int64(left) - np.int64(threshold[j])) * kept)
        membrane[j] = wrap(reset if fires else left, bits)
        spike[j] = fires
        n_spikes = word(n_spikes + fires)
    list_fired(neuron, n_spikes)


@kernel
def list_fired(neuron: Neuron, n_spikes: Int) -> None:
    """Gather the indices of the neurons that fired."""
    neuron.n_fired[0] = 0
    j = 0
    while neuron.n_fired[0] < n_spikes:
        if neuron.spike[j]:
            neuron.fired[neuron.n_fired[0]] = j
            neuron.n_fired[0] += 1
        j += 1


@kernel
def integrate(
    neuron: Neuron, w_in: Words, scale_in: Int, drop_in: Int, w_rec: Words, scale_rec: Int, drop_rec: Int
) -> None:
    """Add one pass to the potentials: the weights of an input event, of a spike, or of both.

    Parameters
    ----------
    neuron : Neuron
    w_in, w_rec : word [at least n_rec]
        The rows of stored weights of the event's line and of the spiking neuron.
    scale_in, scale_rec : int
        What the weights are multiplied by, 0 where there is no event or spike.
    drop_in, drop_rec : int
        By how many bits stored weights are shifted right before.
    """
    if neuron.noisy:
        draw_noise(neuron)
    membrane, noise, bits = neuron.membrane, neuron.noise_word, neuron.bits
    whole = (drop_in | drop_rec) == 0  # as it mostly is; the compiler makes two loops of one
    for j in range(membrane.size):
        arriving = np.int64(w_in[j] if whole else np.right_shift(w_in[j], word(drop_in))) * scale_in
        spiking = np.int64(w_rec[j] if whole else np.right_shift(w_rec[j], word(drop_rec))) * scale_rec
        weight = word(arriving + spiking)
        membrane[j] = add_weight(membrane[j], weight, noise[j], bits)


@kernel
def draw_noise(neuron: Neuron) -> None:
    """Draw the noise of a pass, one draw per pair: low half the even, high half the odd neuron's."""
    draw_words(neuron.noise, neuron.noise_word)
    for j in range(neuron.noise_word.size):
        drawn = wrap(np.int64(neuron.noise_word[j]), NOISE_BITS)
        neuron.noise_word[j] = align(drawn >> neuron.noise_shift, neuron.noise_align)
