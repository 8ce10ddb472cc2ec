"""The three arrays of weights, as the registers of a network set them up."""

import numpy as np

from golden_model.core.arithmetic import Rate, make_rate
from golden_model.core.compiled import MAGNITUDES, word
from golden_model.core.lfsr import BLOCK, TOP_BITS, WEIGHT, WEIGHT_OUT, Fibonacci
from golden_model.core.screening import make_rows
from golden_model.core.synapse import GROUP, Synapses, make_weight_source
from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import reduction_shift, update_shifts, weight_shifts


def make_synapses(config: Config, parameters: Parameters) -> tuple[Synapses, Synapses, Synapses]:
    """Return the input, recurrent and output weight arrays of a network, all weights zero."""
    formats = config.formats
    n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
    lanes = lanes_of(n_rec)
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


def lanes_of(count: int) -> int:
    """Return a number of neurons, padded to whole groups."""
    return GROUP * -(-count // GROUP)
