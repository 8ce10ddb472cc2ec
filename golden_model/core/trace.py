"""Eligibility traces: low-pass filtered events of the input lines or spikes of the recurrent neurons.

Equation 24 of Bellec et al. 2020 in fixed point: a trace decays at each step and grows by a fixed amount
per event. Input and recurrent traces decay with the leak of their neuron pair, the output trace with the
readout leak.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import leak
from golden_model.core.compiled import PRODUCTS, Int, Words, kernel, word
from golden_model.core.rounding import Rounding, draw_marks, make_rounding, state_mode
from golden_model.network.config import Config
from golden_model.network.formats import Format, Int64Array
from golden_model.network.parameters import Parameters, per_neuron
from golden_model.network.scaling import Scaled


class Trace(NamedTuple):
    """The eligibility traces of one kind.

    Attributes
    ----------
    value : word [n]
        Traces, u(T); cleared at the start of a sample.
    factor : word of products [n]
        Leak of each trace.
    rounding : Rounding
        Of the leaked traces.
    bits, frac_bits : int
        Width T, fraction bits of the leak.
    seen : word [n]
        Scratch: the traces at the scale of the update rule.
    radix : int
        Register fp_loc_t*: the right shift to that scale.
    increment : int
        What an event adds.
    """

    value: Words
    seen: Words
    factor: Words
    rounding: Rounding
    bits: int
    frac_bits: int
    radix: int
    increment: int


def make_traces(config: Config, parameters: Parameters, scaled: Scaled) -> tuple[Trace, Trace, Trace]:
    """Return the input, recurrent and output traces of a network, at rest."""
    registers, formats = parameters.registers, config.formats
    alpha, alpha_bits = scaled.alpha, config.alpha_frac_bits
    kappa, kappa_bits = np.full(parameters.n_pairs, scaled.kappa), config.kappa_frac_bits
    n_in, n_rec, product_bits = parameters.n_in, parameters.n_rec, formats.product_bits
    mode = state_mode(config, parameters)

    def make(count: int, factor: Int64Array, frac_bits: int, kind: str, trace: Format) -> Trace:
        exact = (factor == 1 << frac_bits).tolist()
        seed = getattr(registers, f"seed_strnd_t{kind}")
        radix = getattr(registers, f"fp_loc_t{kind}")
        return Trace(
            value=np.zeros(count, word),
            seen=np.zeros(count, word),
            factor=per_neuron(factor, count).astype(PRODUCTS[product_bits]),
            rounding=make_rounding(seed, frac_bits, exact, mode, config.errata, product_bits=product_bits),
            bits=trace.bits,
            frac_bits=frac_bits,
            radix=radix,
            increment=min(1 << trace.frac + radix, trace.high),
        )

    return (
        make(n_in, alpha, alpha_bits, "inp", formats.trace_in),
        make(n_rec, alpha, alpha_bits, "rec", formats.trace_rec),
        make(n_rec, kappa, kappa_bits, "out", formats.trace_out),
    )


@kernel
def decay(trace: Trace) -> None:
    """Let the traces decay by one step."""
    draw_marks(trace.rounding)
    value, factor, mark = trace.value, trace.factor, trace.rounding.mark
    last = (1 << trace.bits) - 1
    for i in range(value.size):
        value[i] = leak(value[i], factor[i], trace.frac_bits, mark[i], trace.bits) & last


@kernel
def grow(trace: Trace, i: Int) -> None:
    """Add an event to trace i, saturating at all ones."""
    trace.value[i] = min(trace.value[i] + trace.increment, (1 << trace.bits) - 1)


@kernel
def look(trace: Trace) -> None:
    """Set what the update rule sees of the traces."""
    for i in range(trace.value.size):
        trace.seen[i] = np.right_shift(trace.value[i], word(trace.radix))
