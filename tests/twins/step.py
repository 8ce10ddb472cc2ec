"""Decay and fire, then the winner."""

from .arithmetic import leak, wrap
from .decisions import tell
from .lfsr import Source
from .state import State


def step(state: State) -> None:
    """All pairs, present or not, then the readouts."""
    for p in range(state.n_pairs):
        for odd in (0, 1):
            step_membrane(state, p, odd)
            step_traces(state, p, odd)
    step_readouts(state)


def drawn(state: State, source: Source, bits: int) -> int | None:
    """A draw for a leak with `bits` fraction bits, where rounding is stochastic."""
    return source.draw(bits) if state.rounding == "stochastic" else None


def step_membrane(state: State, p: int, odd: int) -> None:
    """Leak and fire of neuron 2p + odd."""
    j, alpha, frac = 2 * p + odd, state.alpha[p], state.widths.alpha_frac_bits
    draw = drawn(state, state.sources.membrane[odd], frac) if alpha != 1 << frac else None
    if j >= state.n_rec:
        tell("absent", of="membrane", drawn=draw is not None)
        return
    u, theta, bits = state.membrane[j], state.threshold[p], state.widths.membrane_bits
    state.spike[j] = u >= theta
    state.membrane[j] = leak(
        u, alpha, frac, bits, draw, True, state.widths.errata, state.rounding, "membrane"
    )
    tell("fire", u=u, theta=theta, rest=state.membrane[j] - theta, bits=bits, zero=state.registers.rst_mode)
    if state.spike[j]:
        state.membrane[j] = 0 if state.registers.rst_mode else wrap(state.membrane[j] - theta, bits)


def step_traces(state: State, p: int, odd: int) -> None:
    """Decay of the three traces of index 2p + odd."""
    i, widths = 2 * p + odd, state.widths
    alpha = state.alpha[p], widths.alpha_frac_bits
    kappa = state.registers.kappa, widths.kappa_frac_bits
    for name, (factor, frac) in (("trace_in", alpha), ("trace_rec", alpha), ("trace_out", kappa)):
        traces, bits = getattr(state, name), getattr(widths, f"{name}_bits")
        draw = drawn(state, getattr(state.sources, name)[odd], frac)
        traces[i] = leak(traces[i], factor, frac, bits, draw, False, widths.errata, state.rounding, name)


def step_readouts(state: State) -> None:
    """Leak of the readouts; absent ones draw too."""
    kappa, frac = state.registers.kappa, state.widths.kappa_frac_bits
    bits, errata = state.widths.membrane_bits, state.widths.errata
    for k in range(min(state.out_slots, max(state.n_in, state.n_rec, state.n_out))):
        draw = drawn(state, state.sources.readout, frac) if kappa != 1 << frac else None
        if k >= state.n_out:
            tell("absent", of="readout", drawn=draw is not None)
            continue
        y = state.readout[k]
        state.readout[k] = leak(y, kappa, frac, bits, draw, True, errata, state.rounding, "readout")


def winner(state: State) -> None:
    """Count the highest readout, the first of equals."""
    best = state.readout.index(max(state.readout))
    tell("winner", of="readout", values=state.readout, best=best)
    state.wins[best] = (state.wins[best] + 1) & 0xFFFF
