"""Events and spikes onto potentials and traces."""

from collections.abc import Sequence

from .arithmetic import add_membrane, align, saturate, wrap
from .decisions import tell
from .rules import INPUT, OUTPUT, RECURRENT
from .state import State
from .widths import unit


def propagate(state: State, events: Sequence[bool]) -> None:
    """One pass per index with an event, a spike or both."""
    for i in range(max(state.n_in, state.n_rec)):
        event = i < state.n_in and bool(events[i])
        spike = i < state.n_rec and state.spike[i]
        if not (event or spike):
            continue
        tell("pass", event=event, spike=spike)
        if spike:
            add_to_readouts(state, i)
        add_to_membranes(state, i, event, spike)
        add_to_traces(state, i, event, spike)


def contribution(state: State, stored: int, fp_loc: int) -> int:
    """What a weight adds to a potential: the same number of volts at any width."""
    return align(state.working(stored), fp_loc + (8 - state.widths.weight_bits) + state.widths.finer)


def add_to_readouts(state: State, i: int) -> None:
    """The spike of neuron i onto every readout."""
    for k in range(state.n_out):
        weight = contribution(state, state.w_out[i][k], state.registers.fp_loc_wout)
        state.readout[k] = saturate(state.readout[k] + weight, state.widths.membrane_bits, "readout")


def add_to_membranes(state: State, i: int, event: bool, spike: bool) -> None:
    """Row i of both arrays, and the noise, onto every neuron."""
    registers = state.registers
    for p in range(state.n_rec // 2):
        noise = state.sources.noise.draw(32) if registers.noise_en else 0
        for j, half in ((2 * p, noise & 0xFFFF), (2 * p + 1, noise >> 16)):
            weight = contribution(state, state.w_in[i][j], registers.fp_loc_winp) if event else 0
            weight += contribution(state, state.w_rec[i][j], registers.fp_loc_wrec) if spike else 0
            s = align(wrap(half, 16) >> registers.noise_str, state.widths.finer)
            state.membrane[j] = add_membrane(state.membrane[j], weight, s, state.widths.membrane_bits)


def add_to_traces(state: State, i: int, event: bool, spike: bool) -> None:
    """Trace increments of index i."""
    computed = INPUT | RECURRENT | OUTPUT if state.registers.force_traces else state.plasticity
    for array, grows in ((INPUT, event), (RECURRENT, spike), (OUTPUT, spike)):
        if grows and computed & array:
            add_to_trace(state, i, array)
        elif grows:
            tell("trace off", of=state.rules[array].trace)


def add_to_trace(state: State, i: int, array: int) -> None:
    """One event or spike more, up to all ones."""
    rule = state.rules[array]
    traces, bits = getattr(state, rule.trace), getattr(state.widths, f"{rule.trace}_bits")
    grown = traces[i] + (1 << (unit(bits) + rule.radix))
    traces[i] = min(grown, (1 << bits) - 1)
    tell("increment", of=rule.trace, lost=grown - traces[i])
