"""The order of a time step: step, winner, learn, propagate; and whole samples of time steps."""

from typing import NamedTuple

import numpy as np

from golden_model.core import neuron as neurons
from golden_model.core import readout as readouts
from golden_model.core import trace as traces
from golden_model.core.compiled import Flag, Int, Words, kernel
from golden_model.core.learning import Learning, learn, make_learning
from golden_model.core.neuron import Neuron
from golden_model.core.readout import Readout
from golden_model.core.recording import Detail, Log, PassRecord, log_learning, log_step, note_pass
from golden_model.core.synapse import Synapses
from golden_model.core.trace import Trace
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import Scaled

BEYOND = np.int64(1 << 62)  # every index


class Blocks(NamedTuple):
    """Everything that a core computes with.

    Attributes
    ----------
    neuron : Neuron
    traces : (input, recurrent, output) of Trace
    readout : Readout
    learning : Learning
    synapses : (input, recurrent, output) of Synapses
    force_traces : bool
        Traces grow even where plasticity is off.
    """

    neuron: Neuron
    traces: tuple[Trace, Trace, Trace]
    readout: Readout
    learning: Learning
    synapses: tuple[Synapses, Synapses, Synapses]
    force_traces: bool


class Tick(NamedTuple):
    """What the host says of one time step.

    Attributes
    ----------
    first, last : bool
        The first tick of a sample only propagates; the last one ends after the winner.
    learns : bool
        Plasticity is on in this sample, as the registers say.
    valid, infers : bool
        The step has a target; it counts for the winner.
    """

    first: bool
    last: bool
    learns: bool
    valid: bool
    infers: bool


def make_blocks(config: Config, parameters: Parameters, scaled: Scaled) -> Blocks:
    """Return the blocks of a network: state cleared, weights zero, random sources seeded.

    `scaled` are the values of its registers at the widths of the configuration.
    """
    return Blocks(
        neuron=neurons.make_neuron(config, parameters, scaled),
        traces=traces.make_traces(config, parameters, scaled),
        readout=readouts.make_readout(config, parameters, scaled),
        learning=make_learning(config, parameters, scaled),
        synapses=make_synapses(config, parameters),
        force_traces=bool(parameters.registers.force_traces),
    )


@kernel
def advance(
    blocks: Blocks, tick: Tick, lines: Int64Array, target: Int64Array, log: Log, row: Int, detail: Detail
) -> None:
    """Run one time step.

    Parameters
    ----------
    blocks : Blocks
    tick : Tick
    lines : int64 [n]
        Lines with an event since the last tick, ascending.
    target : int64 [n_out]
        Read where the step has a target.
    log, row : Log, int
        Where signals are kept, and in which row.
    detail : Detail
        Where single passes and updates are kept.
    """
    if not tick.first:
        step(blocks)
        if tick.infers:
            readouts.count_winner(blocks.readout)
        log_step(log, row, blocks.neuron, blocks.traces, blocks.readout)
    if tick.last:
        return
    if not tick.first and tick.learns and (tick.valid or blocks.learning.all_steps):
        adapt(blocks, tick.valid, target, detail)
        log_learning(log, row, blocks.learning, blocks.readout)
    propagate(blocks, tick.learns, lines, detail.passes)


@kernel
def step(blocks: Blocks) -> None:
    """Let everything decay by one step, and neurons fire."""
    t_in, t_rec, t_out = blocks.traces
    neurons.step(blocks.neuron)
    traces.decay(t_in)
    traces.decay(t_rec)
    traces.decay(t_out)
    readouts.decay(blocks.readout)


@kernel
def adapt(blocks: Blocks, valid: Flag, target: Int64Array, detail: Detail) -> None:
    """Learn from the error; in a step without a target there is none and only regularization acts."""
    readout = blocks.readout
    if valid:
        readouts.compare(readout, target)
    else:
        readout.error[:] = 0
    learn(
        blocks.learning,
        blocks.neuron.membrane,
        readout.error,
        blocks.synapses,
        blocks.traces,
        valid,
        detail.updates,
    )


@kernel
def propagate(blocks: Blocks, learns: Flag, lines: Int64Array, passes: PassRecord | None) -> None:
    """Make a pass for every index with an input event, a spike or both, ascending."""
    fired, n_fired = blocks.neuron.fired, blocks.neuron.n_fired[0]
    event, spike = 0, 0
    while event < lines.size or spike < n_fired:
        line = lines[event] if event < lines.size else BEYOND
        j = fired[spike] if spike < n_fired else BEYOND
        pass_through(blocks, learns, min(line, j), line <= j, j <= line)
        if passes is not None:
            note_pass(passes, min(line, j), blocks.neuron, blocks.readout)
        if line <= j:
            event += 1
        if j <= line:
            spike += 1


@kernel
def pass_through(blocks: Blocks, learns: Flag, i: Int, event: Flag, spike: Flag) -> None:
    """Pass an event of input line i and a spike of neuron i on, and let their traces grow."""
    w_in, w_rec, w_out = blocks.synapses
    t_in, t_rec, t_out = blocks.traces
    if spike:
        readouts.add_spike(blocks.readout, w_out.weights[i])
    neurons.integrate(
        blocks.neuron,
        w_in.weights[i if event else 0],
        w_in.scale if event else 0,
        w_in.drop,
        w_rec.weights[i if spike else 0],
        w_rec.scale if spike else 0,
        w_rec.drop,
    )
    if event and (blocks.force_traces or (learns and w_in.plastic)):
        traces.grow(t_in, i)
    if spike and (blocks.force_traces or (learns and w_rec.plastic)):
        traces.grow(t_rec, i)
    if spike and (blocks.force_traces or (learns and w_out.plastic)):
        traces.grow(t_out, i)


@kernel
def run_sample(
    blocks: Blocks,
    learns: Flag,
    has_target: Flag,
    infers: Flag,
    lines: Int64Array,
    offsets: Int64Array,
    start: Int,
    targets: Int64Array,
    log: Log,
    detail: Detail,
) -> None:
    """Run all time steps of a sample.

    Parameters
    ----------
    blocks : Blocks
    learns, has_target, infers : bool
        As in Tick, the last two from tick `start` on.
    lines, offsets : int64 [n_events], int64 [n_ticks + 1]
        Lines with an event, tick after tick, and where each tick's begin.
    start : int
        First tick with a target and inference.
    targets : int64 [n_ticks or 1, n_out]
        Targets of each tick, or of all of them.
    log, detail : Log, Detail
    """
    n_ticks = offsets.size - 1
    for t in range(n_ticks):
        on = t >= start
        tick = Tick(t == 0, t == n_ticks - 1, learns, has_target and on, infers and on)
        now = lines[offsets[t] : offsets[t + 1]]
        advance(blocks, tick, now, targets[min(t, targets.shape[0] - 1)], log, t, detail)


def clear(blocks: Blocks) -> None:
    """Clear the state, as at the start of a sample; weights and random sources stay."""
    neuron, readout = blocks.neuron, blocks.readout
    state: tuple[Words, ...] = (
        neuron.membrane,
        neuron.spike,
        neuron.n_fired,
        readout.potential,
        readout.wins,
    )
    for values in (*state, *(trace.value for trace in blocks.traces)):
        values[:] = 0
