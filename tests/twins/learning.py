"""Error, learning signals and the update of all weights in one time step."""

from collections.abc import Sequence

from .arithmetic import (
    additive,
    excess,
    fires,
    hard_sigmoid,
    multiplicative,
    pseudo_derivative,
    saturate,
    stochastic_step,
    update,
)
from .state import ADDITIVE, ALL_STEPS, INPUT, MULTIPLICATIVE, OUTPUT, RECURRENT, State


def learn(state: State, target: Sequence[int] | None) -> None:
    """One learning step; without a target (None) regularization alone acts, if it is on at all steps (E3)."""
    all_steps = state.registers.regul_mode & ADDITIVE and state.registers.regul_mode & ALL_STEPS
    if not state.plasticity or (target is None and not all_steps):
        return
    visited = state.plasticity
    if target is None:
        visited &= state.registers.regul_w
    else:
        state.error = errors(state, target)
    for first in range(0, state.n_rec, 16):
        learn_group(state, list(range(first, min(first + 16, state.n_rec))), visited)


def errors(state: State, target: Sequence[int]) -> list[int]:
    """Target minus activation of each readout."""
    off = state.registers.no_out_act
    activation = [y if off else hard_sigmoid(y) for y in state.readout]
    return [saturate(t - a, 16) for t, a in zip(target, activation, strict=True)]


def learn_group(state: State, neurons: list[int], visited: int) -> None:
    """Post-synaptic neurons of one group: their own quantities first, then all rows that end on them."""
    registers = state.registers
    borders = [getattr(registers, f"thr_h_{n}") for n in range(4)]
    values = [getattr(registers, f"h_{n}") for n in range(5)]
    h, g = [], []
    for j in neurons:
        if visited & (INPUT | RECURRENT):
            state.learning_signal[j] = learning_signal(state, j)
        if visited & OUTPUT:
            update_readout_row(state, j)
        h.append(pseudo_derivative(state.membrane[j], borders, values))
        level = excess(state.trace_rec[j], registers.fp_loc_trec, registers.regul_f0)
        g.append(level if registers.regul_mode else 0)
    for i in range(max(state.n_in, state.n_rec)):
        if visited & INPUT and i < state.n_in:
            update_row(state, i, neurons, h, g, INPUT)
        if visited & RECURRENT and i < state.n_rec:
            update_row(state, i, neurons, h, g, RECURRENT)


def learning_signal(state: State, j: int) -> int:
    """Errors fed back to neuron j through its readout weights before their update."""
    total = sum(e * w for e, w in zip(state.error, state.w_out[j], strict=True))
    return saturate(total << state.registers.learn_sig_scale >> 12, 16)


def update_readout_row(state: State, j: int) -> None:
    """W_out[j]; a row without a trace takes no draw."""
    registers = state.registers
    trace = state.trace_out[j] >> registers.fp_loc_tout
    if trace == 0:
        return
    draw = state.sources.w_out.draw(448)
    for k in range(state.n_out):
        p, lane = state.error[k] * trace, draw >> 28 * k & 0xFFFFFFF
        old = state.w_out[j][k]
        state.w_out[j][k] = stochastic_step(p, old, registers.lr_r_wout, registers.lr_p_wout, 28, lane)


def update_row(state: State, i: int, neurons: list[int], h: list[int], g: list[int], array: int) -> None:
    """The synapses of one group that start at index i of the input or the recurrent array."""
    registers = state.registers
    if array == INPUT:
        weights, source, e = state.w_in, state.sources.w_in, state.trace_in[i] >> registers.fp_loc_tinp
        right, left = registers.lr_r_winp, registers.lr_p_winp
    else:
        weights, source, e = state.w_rec, state.sources.w_rec, state.trace_rec[i] >> registers.fp_loc_trec
        right, left = registers.lr_r_wrec, registers.lr_p_wrec
    if e == 0 and not any(g):
        return
    draw = source.draw(512)
    for n, j in enumerate(neurons):
        d = update_of(state, state.learning_signal[j] * e * h[n], g[n], array)
        lane = draw >> 32 * n & 0xFFFFFFFF
        if array == RECURRENT and i == j:
            weights[i][j] = 0 if fires(d, right, left, 32, lane) else weights[i][j]
        else:
            weights[i][j] = stochastic_step(d, weights[i][j], right, left, 32, lane)


def update_of(state: State, pe: int, g: int, array: int) -> int:
    """Update d of one synapse, regularized as the array is."""
    registers, m, r = state.registers, 16, 0
    if registers.regul_mode & MULTIPLICATIVE and registers.regul_w:
        m = multiplicative(g, registers.regul_k_mul)
    if registers.regul_mode & ADDITIVE and registers.regul_w & array:
        if array == INPUT:
            r = additive(g, registers.regul_k_inp_p, registers.regul_k_inp_r)
        else:
            r = additive(g, registers.regul_k_rec_p, registers.regul_k_rec_r)
    return update(pe, m, r, state.errata)
