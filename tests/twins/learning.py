"""Error, learning signals and the update of all weights in one time step."""

from collections.abc import Sequence

from .arithmetic import (
    additive,
    align,
    change,
    excess,
    hard_sigmoid,
    multiplicative,
    pseudo_derivative,
    saturate,
    update,
)
from .decisions import tell
from .lfsr import Source
from .rules import INPUT, OUTPUT, RECURRENT, Rule
from .state import ADDITIVE, ALL_STEPS, MULTIPLICATIVE, State
from .widths import unit


def learn(state: State, target: Sequence[int] | None) -> None:
    """One learning step; without a target (None) regularization alone acts, if it is on at all steps (E3)."""
    all_steps = state.registers.regul_mode & ADDITIVE and state.registers.regul_mode & ALL_STEPS
    tell("learn", plasticity=state.plasticity, target=target is not None, all_steps=bool(all_steps))
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
    off, widths = state.registers.no_out_act, state.widths
    activation = [y if off else hard_sigmoid(y, widths.one) for y in state.readout]
    return [saturate(t - a, widths.membrane_bits, "error") for t, a in zip(target, activation, strict=True)]


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
    total = sum(e * state.working(w) for e, w in zip(state.error, state.w_out[j], strict=True))
    scaled = total << state.registers.learn_sig_scale >> (state.widths.weight_bits + 4)
    return saturate(scaled, state.widths.membrane_bits, "learning signal")


def draws_of_row(state: State, rule: Rule, lanes: int) -> Sequence[int | None]:
    """A random word for each lane, where updates are stochastic."""
    if state.widths.update_rounding != "stochastic":
        return [None] * lanes
    source: Source = getattr(state.sources, rule.name)
    return source.draws(lanes, rule.bits)


def change_of(state: State, rule: Rule, d: int, draw: int | None) -> int:
    """What the update d adds to a stored weight of an array."""
    rounding, shadow_bits = state.widths.update_rounding, state.widths.shadow_bits
    return change(d, rule.right, rule.left, rule.bits, draw, rounding, shadow_bits, rule.name)


def update_readout_row(state: State, j: int) -> None:
    """W_out[j]; a row without a trace takes no draw."""
    rule, row = state.rules[OUTPUT], state.w_out[j]
    trace = state.trace_out[j] >> rule.radix
    tell("row", of=rule.name, trace=state.trace_out[j], e=trace, regularized=False)
    if trace == 0:
        return
    draws = draws_of_row(state, rule, state.out_slots)
    for k in range(state.n_out):
        step = change_of(state, rule, state.error[k] * trace, draws[k])
        row[k] = saturate(row[k] + step, state.widths.stored_bits, rule.name)


def update_row(state: State, i: int, neurons: list[int], h: list[int], g: list[int], array: int) -> None:
    """The synapses of one group that start at index i of the input or the recurrent array."""
    rule = state.rules[array]
    row: list[int] = getattr(state, rule.name)[i]
    trace = getattr(state, rule.trace)[i]
    e = trace >> rule.radix
    tell("row", of=rule.name, trace=trace, e=e, regularized=any(g))
    if e == 0 and not any(g):
        return
    draws = draws_of_row(state, rule, 16)
    for n, j in enumerate(neurons):
        d = update_of(state, state.learning_signal[j] * e * h[n], g[n], rule)
        step = change_of(state, rule, d, draws[n])
        if array == RECURRENT and i == j:
            tell("self-connection", d=d, weight=row[j], step=step)
            row[j] = 0 if step else row[j]
        else:
            row[j] = saturate(row[j] + step, state.widths.stored_bits, rule.name)


def update_of(state: State, pe: int, g: int, rule: Rule) -> int:
    """Update d of one synapse, regularized as its array is."""
    registers, m, r = state.registers, 16, 0
    published = align(g, 3 - unit(state.widths.trace_rec_bits))
    if registers.regul_mode & MULTIPLICATIVE and registers.regul_w:
        m = multiplicative(published, registers.regul_k_mul)
    if registers.regul_mode & ADDITIVE and registers.regul_w & rule.array:
        r = align(additive(published, rule.k_left, rule.k_right), rule.reduction)
    return update(pe, m, r, state.widths.errata, rule.bits)
