"""Events and spikes onto potentials and traces."""

from collections.abc import Sequence

from .arithmetic import add_membrane, saturate, wrap
from .state import INPUT, OUTPUT, RECURRENT, State


def propagate(state: State, events: Sequence[bool]) -> None:
    """One pass per index with an event, a spike or both."""
    for i in range(max(state.n_in, state.n_rec)):
        event = i < state.n_in and bool(events[i])
        spike = i < state.n_rec and state.spike[i]
        if not (event or spike):
            continue
        if spike:
            add_to_readouts(state, i)
        add_to_membranes(state, i, event, spike)
        add_to_traces(state, i, event, spike)


def add_to_readouts(state: State, i: int) -> None:
    """The spike of neuron i onto every readout."""
    for k in range(state.n_out):
        weight = state.w_out[i][k] << state.registers.fp_loc_wout
        state.readout[k] = saturate(state.readout[k] + weight, 16)


def add_to_membranes(state: State, i: int, event: bool, spike: bool) -> None:
    """Row i of both arrays, and the noise, onto every neuron."""
    registers = state.registers
    for p in range(state.n_rec // 2):
        noise = state.sources.noise.draw(32) if registers.noise_en else 0
        for j, half in ((2 * p, noise & 0xFFFF), (2 * p + 1, noise >> 16)):
            weight = state.w_in[i][j] << registers.fp_loc_winp if event else 0
            weight += state.w_rec[i][j] << registers.fp_loc_wrec if spike else 0
            s = wrap(half, 16) >> registers.noise_str
            state.membrane[j] = add_membrane(state.membrane[j], weight, s)


def add_to_traces(state: State, i: int, event: bool, spike: bool) -> None:
    """Trace increments of index i, up to all ones."""
    registers = state.registers
    computed = INPUT | RECURRENT | OUTPUT if registers.force_traces else state.plasticity
    if event and computed & INPUT:
        state.trace_in[i] = min(state.trace_in[i] + (8 << registers.fp_loc_tinp), 4095)
    if spike and computed & RECURRENT:
        state.trace_rec[i] = min(state.trace_rec[i] + (8 << registers.fp_loc_trec), 4095)
    if spike and computed & OUTPUT:
        state.trace_out[i] = min(state.trace_out[i] + (2 << registers.fp_loc_tout), 1023)
