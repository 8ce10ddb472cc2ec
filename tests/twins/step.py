"""Decay and fire, then the winner."""

from .arithmetic import leak, wrap
from .state import State


def step(state: State) -> None:
    """All pairs, present or not, then the readouts."""
    for p in range(state.n_pairs):
        for odd in (0, 1):
            step_membrane(state, p, odd)
            step_traces(state, p, odd)
    step_readouts(state)


def step_membrane(state: State, p: int, odd: int) -> None:
    """Leak and fire of neuron 2p + odd."""
    j, alpha = 2 * p + odd, state.alpha[p]
    rounding = state.registers.en_stoch_round and alpha != 0x8000
    draw = state.sources.membrane[odd].draw(15) if rounding else None
    if j >= state.n_rec:
        return
    u, theta = state.membrane[j], state.threshold[p]
    state.spike[j] = u >= theta
    state.membrane[j] = leak(u, alpha, 15, 16, draw, errata=state.errata)
    if state.spike[j]:
        state.membrane[j] = 0 if state.registers.rst_mode else wrap(state.membrane[j] - theta, 16)


def step_traces(state: State, p: int, odd: int) -> None:
    """Decay of the three traces of index 2p + odd."""
    i, alpha, kappa, sources = 2 * p + odd, state.alpha[p], state.registers.kappa, state.sources
    rounding = state.registers.en_stoch_round
    draw = sources.trace_in[odd].draw(15) if rounding else None
    state.trace_in[i] = leak(state.trace_in[i], alpha, 15, 12, draw, False, state.errata)
    draw = sources.trace_rec[odd].draw(15) if rounding else None
    state.trace_rec[i] = leak(state.trace_rec[i], alpha, 15, 12, draw, False, state.errata)
    draw = sources.trace_out[odd].draw(7) if rounding else None
    state.trace_out[i] = leak(state.trace_out[i], kappa, 7, 10, draw, False, state.errata)


def step_readouts(state: State) -> None:
    """Leak of the readouts; absent ones draw too."""
    kappa = state.registers.kappa
    rounding = state.registers.en_stoch_round and kappa != 0x80
    for k in range(min(16, max(state.n_in, state.n_rec, state.n_out))):
        draw = state.sources.readout.draw(7) if rounding else None
        if k < state.n_out:
            state.readout[k] = leak(state.readout[k], kappa, 7, 16, draw, errata=state.errata)


def winner(state: State) -> None:
    """Count the highest readout, the first of equals."""
    best = state.readout.index(max(state.readout))
    state.wins[best] = (state.wins[best] + 1) & 0xFFFF
