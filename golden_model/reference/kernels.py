"""The time step of the reference: what `timestep` does, in real numbers.

Equations 3 to 8, 11, 24 and 27 of Bellec et al. 2020, without rounding, saturation or draws; a weight takes
the expected change in place of a step.
"""

from typing import Any

from golden_model.core.compiled import Flag, Int, kernel
from golden_model.core.recording import Log, keep
from golden_model.core.timestep import Tick
from golden_model.network.formats import Int64Array
from golden_model.reference.network import Flags, Network, Reals, RealSynapses, RealTrace

Real = Any  # a number in a kernel


@kernel
def advance(
    network: Network, tick: Tick, lines: Int64Array, target: Reals, forced: Flags, log: Log, row: Int
) -> None:
    """Run one time step, in the order of `timestep.advance`.

    Parameters
    ----------
    network : Network
    tick : Tick
    lines : int64 [n]
        Lines with an event since the last tick, ascending.
    target : float64 [n_out]
        Read where the step has a target.
    forced : bool [1 or 0, n_rec]
        The spikes of the step, if not its own.
    log, row : Log, int
        Where signals are kept, and in which row.
    """
    if not tick.first:
        step(network, forced)
        if tick.infers:
            count_winner(network)
        log_step(log, row, network)
    if tick.last:
        return
    if not tick.first and tick.learns and (tick.valid or network.all_steps):
        learn(network, tick.valid, target)
        log_learning(log, row, network)
    propagate(network, tick.learns, lines)


@kernel
def step(network: Network, forced: Flags) -> None:
    """Let everything decay by one step, and neurons fire where they had reached their thresholds."""
    membrane, spike = network.membrane, network.spike
    for j in range(membrane.size):
        fires = forced[0, j] if forced.size else membrane[j] >= network.threshold[j]
        left = membrane[j] * network.alpha[j]
        reset = 0.0 if network.reset_to_zero else left - network.threshold[j]
        membrane[j] = reset if fires else left
        spike[j] = fires
    t_in, t_rec, t_out = network.traces
    decay(t_in)
    decay(t_rec)
    decay(t_out)
    for k in range(network.readout.size):
        network.readout[k] *= network.kappa


@kernel
def decay(trace: RealTrace) -> None:
    """Let the traces decay by one step."""
    for i in range(trace.value.size):
        trace.value[i] *= trace.factor[i]


@kernel
def count_winner(network: Network) -> None:
    """Count the step for the readout of the greatest potential, ties to the lowest index."""
    best = 0
    for k in range(1, network.readout.size):
        if network.readout[k] > network.readout[best]:
            best = k
    network.wins[best] += 1


@kernel
def learn(network: Network, valid: Flag, target: Reals) -> None:
    """Learn from the error; without a target it is zero and only regularization changes weights."""
    w_in, w_rec, w_out = network.synapses
    t_in, t_rec, t_out = network.traces
    for k in range(network.error.size):
        network.error[k] = target[k] - activate(network, network.readout[k]) if valid else 0.0
    for j in range(network.membrane.size):
        attribute(network, j, w_out.weights[j], w_in.plastic | w_rec.plastic)
        if w_out.plastic:
            change = t_out.value[j] / t_out.increment * w_out.rate
            for k in range(network.error.size):
                w_out.weights[j, k] += network.error[k] * change
    if w_in.plastic:
        update(network, w_in, t_in, False)
    if w_rec.plastic:
        update(network, w_rec, t_rec, True)


@kernel
def activate(network: Network, potential: Real) -> Real:
    """Return the output of a readout: its potential, or the hard sigmoid of it."""
    if network.activation:
        return min(max((potential + 1.0) / 2.0, 0.0), 1.0)
    return potential


@kernel
def attribute(network: Network, j: Int, weights: Reals, signals: Flag) -> None:
    """Set L, h and g of neuron j, and what follows from them."""
    signal = 0.0
    if signals:
        for k in range(network.error.size):
            signal += network.error[k] * weights[k]
    n = 0
    while n < network.borders.size and network.membrane[j] >= network.borders[n]:
        n += 1
    _, t_rec, _ = network.traces
    excess = t_rec.value[j] / t_rec.increment - network.level
    network.learning_signal[j] = signal * network.signal_scale
    network.pseudo_derivative[j] = network.values[n]
    network.regularization[j] = excess if network.regularizes and excess > 0 else 0.0
    network.gain[j] = network.learning_signal[j] * network.pseudo_derivative[j]
    multiplier: Real = 1.0 - network.regularization[j] * network.softness
    network.multiplier[j] = max(multiplier, 0.0)


@kernel
def update(network: Network, synapses: RealSynapses, trace: RealTrace, recurrent: Flag) -> None:
    """Change all weights of an array; a row without a trace changes by regularization only."""
    for i in range(trace.value.size):
        seen = trace.value[i] / trace.increment
        if seen == 0 and synapses.reduction == 0:
            continue
        row = synapses.weights[i]
        cleared = recurrent and change(network, synapses, i, seen) != 0
        for j in range(row.size):
            row[j] += change(network, synapses, j, seen) * synapses.rate
        if cleared:
            row[i] = 0.0


@kernel
def change(network: Network, synapses: RealSynapses, j: Int, seen: Real) -> Real:
    """Return d onto neuron j for a presynaptic trace of `seen` spikes."""
    product = network.gain[j] * seen if network.gain[j] != 0 else 0.0  # a trace may have become infinite
    kept = product * network.multiplier[j] if product > 0 else product
    return kept - network.regularization[j] * synapses.reduction


@kernel
def propagate(network: Network, learns: Flag, lines: Int64Array) -> None:
    """Make a pass for every index with an input event, a spike or both, ascending."""
    n = 0
    t_in, _, _ = network.traces
    for i in range(max(t_in.value.size, network.spike.size)):
        event = n < lines.size and lines[n] == i
        spike = i < network.spike.size and network.spike[i]
        if event or spike:
            pass_through(network, i, event, spike)
            grow(network, learns, i, event, spike)
        if event:
            n += 1


@kernel
def pass_through(network: Network, i: Int, event: Flag, spike: Flag) -> None:
    """Add the weights of an event of input line i and of a spike of neuron i to the potentials."""
    w_in, w_rec, w_out = network.synapses
    if spike:
        for k in range(network.readout.size):
            network.readout[k] += w_out.weights[i, k] * w_out.scale
    for j in range(network.membrane.size):
        arriving = w_in.weights[i, j] * w_in.scale if event else 0.0
        arriving += w_rec.weights[i, j] * w_rec.scale if spike else 0.0
        network.membrane[j] += arriving


@kernel
def grow(network: Network, learns: Flag, i: Int, event: Flag, spike: Flag) -> None:
    """Add an event of line i and a spike of neuron i to their traces."""
    w_in, w_rec, w_out = network.synapses
    t_in, t_rec, t_out = network.traces
    if event and (network.force_traces or (learns and w_in.plastic)):
        t_in.value[i] += t_in.increment
    if spike and (network.force_traces or (learns and w_rec.plastic)):
        t_rec.value[i] += t_rec.increment
    if spike and (network.force_traces or (learns and w_out.plastic)):
        t_out.value[i] += t_out.increment


@kernel
def log_step(log: Log, row: Int, network: Network) -> None:
    """Log the signals that *step* leaves behind."""
    t_in, t_rec, t_out = network.traces
    keep(log.spike, row, network.spike)
    keep(log.membrane, row, network.membrane)
    keep(log.trace_in, row, t_in.value)
    keep(log.trace_rec, row, t_rec.value)
    keep(log.trace_out, row, t_out.value)
    keep(log.readout, row, network.readout)
    keep(log.wins, row, network.wins)


@kernel
def log_learning(log: Log, row: Int, network: Network) -> None:
    """Log the signals that *learn* leaves behind."""
    keep(log.error, row, network.error)
    keep(log.learning_signal, row, network.learning_signal)
    keep(log.pseudo_derivative, row, network.pseudo_derivative)
    keep(log.regularization, row, network.regularization)


@kernel
def run_sample(
    network: Network,
    learns: Flag,
    has_target: Flag,
    infers: Flag,
    lines: Int64Array,
    offsets: Int64Array,
    start: Int,
    targets: Reals,
    forced: Flags,
    log: Log,
) -> None:
    """Run all time steps of a sample, as `timestep.run_sample` does; forced [n_ticks or 0, n_rec]."""
    n_ticks = offsets.size - 1
    for t in range(n_ticks):
        on = t >= start
        tick = Tick(t == 0, t == n_ticks - 1, learns, has_target and on, infers and on)
        now = lines[offsets[t] : offsets[t + 1]]
        target = targets[min(t, targets.shape[0] - 1)]
        advance(network, tick, now, target, forced[t : t + 1], log, t)
