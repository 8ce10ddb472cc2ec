"""What the reference computes with: a network's registers, leaks and thresholds in real units.

Nothing here depends on a width. Potentials are in units of the readout's one, traces in spikes times
2^fp_loc_t*, weights in units of their full scale; docs/reference.md derives every factor.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from golden_model.network.formats import Format, Int64Array
from golden_model.network.parameters import PUBLISHED, Parameters, per_neuron

Reals = NDArray[np.float64]
Flags = NDArray[np.bool_]


class RealTrace(NamedTuple):
    """Eligibility traces of one kind: values [n], leaks [n], and what an event adds (2^fp_loc_t*)."""

    value: Reals
    factor: Reals
    increment: float


class RealSynapses(NamedTuple):
    """A weight array with what its update needs.

    Attributes
    ----------
    weights : float64 [n_pre, n_post]
    plastic : bool
        The array's bit of the register do_eprop.
    scale : float
        What a weight of 1.0 adds to a potential.
    rate : float
        Change of a weight for a change d of 1.0.
    reduction : float
        Additive regularization for an excess g of one spike, 0 where it is off.
    """

    weights: Reals
    plastic: bool
    scale: float
    rate: float
    reduction: float


class Network(NamedTuple):
    """Everything that the reference computes with.

    Attributes
    ----------
    membrane, alpha, threshold : float64 [n_rec]
    spike : bool [n_rec]
    readout, error : float64 [n_out]
    wins : int64 [n_out]
    learning_signal, pseudo_derivative, regularization : float64 [n_rec]
        L; h in published units; g in spikes.
    gain, multiplier : float64 [n_rec]
        L h, and what multiplicative regularization leaves of a positive change, 0..1.
    borders, values : float64 [4], float64 [5]
        Registers thr_h_* and h_*.
    traces, synapses : (input, recurrent, output)
    kappa : float
    signal_scale : float
        Of the learning signal, 2^(learn_sig_scale - 5).
    level, softness : float
        Excess g is counted from `level` spikes on; each spike of it takes `softness` off the multiplier.
    reset_to_zero, activation, force_traces, regularizes, all_steps : bool
        What the registers rst_mode, no_out_act, force_traces and regul_mode say.
    """

    membrane: Reals
    alpha: Reals
    threshold: Reals
    spike: Flags
    readout: Reals
    error: Reals
    wins: Int64Array
    learning_signal: Reals
    pseudo_derivative: Reals
    regularization: Reals
    gain: Reals
    multiplier: Reals
    borders: Reals
    values: Reals
    traces: tuple[RealTrace, RealTrace, RealTrace]
    synapses: tuple[RealSynapses, RealSynapses, RealSynapses]
    kappa: float
    signal_scale: float
    level: float
    softness: float
    reset_to_zero: bool
    activation: bool
    force_traces: bool
    regularizes: bool
    all_steps: bool


def make_network(parameters: Parameters) -> Network:
    """Return a network at rest, all weights zero."""
    registers, n_rec, n_out = parameters.registers, parameters.n_rec, parameters.n_out
    mode = registers.regul_mode
    multiplicative = bool(mode & 1) and registers.regul_w != 0
    return Network(
        membrane=np.zeros(n_rec),
        alpha=per_neuron(PUBLISHED.alpha.real(parameters.alpha), n_rec),
        threshold=per_neuron(PUBLISHED.threshold.real(parameters.threshold), n_rec),
        spike=np.zeros(n_rec, np.bool_),
        readout=np.zeros(n_out),
        error=np.zeros(n_out),
        wins=np.zeros(n_out, np.int64),
        learning_signal=np.zeros(n_rec),
        pseudo_derivative=np.zeros(n_rec),
        regularization=np.zeros(n_rec),
        gain=np.zeros(n_rec),
        multiplier=np.ones(n_rec),
        borders=np.array([PUBLISHED.membrane.real(getattr(registers, f"thr_h_{n}")) for n in range(4)]),
        values=np.array([float(getattr(registers, f"h_{n}")) for n in range(5)]),
        traces=make_traces(parameters),
        synapses=make_synapses(parameters),
        kappa=PUBLISHED.kappa.real(registers.kappa),
        signal_scale=2.0 ** (registers.learn_sig_scale - 5),
        level=PUBLISHED.trace_rec.real(registers.regul_f0),
        softness=2.0 ** -(1 + registers.regul_k_mul) if multiplicative else 0.0,
        reset_to_zero=bool(registers.rst_mode),
        activation=not registers.no_out_act,
        force_traces=bool(registers.force_traces),
        regularizes=mode != 0,
        all_steps=mode & 6 == 6,
    )


def make_traces(parameters: Parameters) -> tuple[RealTrace, RealTrace, RealTrace]:
    """Return the input, recurrent and output traces of a network, at rest."""
    registers, n_in, n_rec = parameters.registers, parameters.n_in, parameters.n_rec
    alpha = PUBLISHED.alpha.real(parameters.alpha)
    kappa = np.full(n_rec, PUBLISHED.kappa.real(registers.kappa))
    return (
        RealTrace(np.zeros(n_in), per_neuron(alpha, n_in), 2.0**registers.fp_loc_tinp),
        RealTrace(np.zeros(n_rec), per_neuron(alpha, n_rec), 2.0**registers.fp_loc_trec),
        RealTrace(np.zeros(n_rec), kappa, 2.0**registers.fp_loc_tout),
    )


def make_synapses(parameters: Parameters) -> tuple[RealSynapses, RealSynapses, RealSynapses]:
    """Return the input, recurrent and output weight arrays of a network, all weights zero."""
    n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
    return (
        _synapses(parameters, "inp", (n_in, n_rec), PUBLISHED.product_in),
        _synapses(parameters, "rec", (n_rec, n_rec), PUBLISHED.product_rec),
        _synapses(parameters, "out", (n_rec, n_out), PUBLISHED.product_out),
    )


def _synapses(parameters: Parameters, name: str, shape: tuple[int, int], product: Format) -> RealSynapses:
    """Return an array; `name` is that of its registers and its place in do_eprop and regul_w."""
    registers, bit = parameters.registers, ("inp", "rec", "out").index(name)
    location = getattr(registers, f"fp_loc_w{name}")
    net = getattr(registers, f"lr_p_w{name}") - getattr(registers, f"lr_r_w{name}")
    reduction = 0.0
    if registers.regul_w >> bit & 1 and registers.regul_mode & 2:
        shift = getattr(registers, f"regul_k_{name}_p") - getattr(registers, f"regul_k_{name}_r")
        reduction = 2.0 ** (shift + PUBLISHED.regularization.frac - product.frac)
    return RealSynapses(
        weights=np.zeros(shape),
        plastic=bool(registers.do_eprop >> bit & 1),
        scale=2.0 ** (location + PUBLISHED.weight.frac - PUBLISHED.membrane.frac),
        rate=2.0 ** (net + product.frac - product.bits - PUBLISHED.weight.frac),
        reduction=reduction,
    )


def state_arrays(network: Network) -> dict[str, NDArray[Any]]:
    """Return every array that outlives a time step, by name; not copies."""
    state: dict[str, NDArray[Any]] = {
        name: getattr(network, name) for name in ("membrane", "spike", "readout", "wins")
    }
    for name, trace in zip(("trace_in", "trace_rec", "trace_out"), network.traces, strict=True):
        state[name] = trace.value
    return state


def weight_arrays(network: Network) -> dict[str, Reals]:
    """Return the weights by name; not copies."""
    names = ("w_in", "w_rec", "w_out")
    return {name: array.weights for name, array in zip(names, network.synapses, strict=True)}
