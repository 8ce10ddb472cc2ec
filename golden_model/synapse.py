"""A weight array and the stochastic update of its rows.

The update is equation 27 of Bellec et al. 2020 (the e-prop gradient of a recurrent network: learning
signal x pseudo-derivative x filtered presynaptic activity) with firing-rate regularization, taken as a
random step of one weight unit whose probability is the magnitude of the change.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from golden_model.arithmetic import (
    bounded_step,
    multiplied_change,
    published_change,
    saturated_change,
    stochastic_step,
)
from golden_model.compiled import Flag, Int, Words, kernel, uword, word
from golden_model.formats import Int64Array
from golden_model.lfsr import Fibonacci, Source, draw_words, make_source, skip_draws, state_at, words_at
from golden_model.screening import Rows, choose, greatest, make_reach

GROUP = 16  # postsynaptic neurons that share a draw, at any number of lanes of a circuit


class Synapses(NamedTuple):
    """One weight array with what its update needs.

    Attributes
    ----------
    weights : word [n_pre, lanes]
        Weights, s(B); rows are padded to whole groups with zeros that never change.
    source : Source
        Random words of one row of a group.
    states, random : int64 [n_pre / BLOCK + 2], unsigned [lanes of a group]
        Scratch: states of the source over the rows of a group, and the random words of a row.
    chosen : int64 [n_pre + 1]
        Scratch: the places of the rows of a group in which a weight may change.
    active, every : Rows
        Rows with a trace, and all rows, in the present learning step.
    reduction : unsigned [lanes]
        Additive regularization of each postsynaptic neuron, 0 where it is off.
    plastic, regularized : bool
        The array's bits of the registers do_eprop and regul_w.
    left, right : int
        Registers lr_p and lr_r of the array.
    regul_left, regul_right : int
        Registers regul_k_*_p and regul_k_*_r of the array.
    scale : int
        2^fp_loc_w*, by which weights enter the potentials.
    bits, weight_bits : int
        Width P of a product, width B of a weight.
    errata : bool
        Reproduce erratum E1.
    """

    weights: Words
    source: Source
    states: Int64Array
    random: Words
    chosen: Int64Array
    active: Rows
    every: Rows
    reduction: Words
    plastic: bool
    regularized: bool
    left: int
    right: int
    regul_left: int
    regul_right: int
    scale: int
    bits: int
    weight_bits: int
    errata: bool


class UpdateRecord(NamedTuple):
    """What one learning step did to an array, for records; see golden_model/records.py.

    Attributes
    ----------
    visited : bool [groups, n_pre]
        Rows of groups that were drawn for.
    random, before, after : [groups, n_pre, lanes of a group]
        Random words, weights before and after.
    """

    visited: Words
    random: Words
    before: Words
    after: Words


def make_update_record(groups: int, n_pre: int, lanes: int) -> UpdateRecord:
    """Return an empty record for an array's updates."""
    shape = (groups, n_pre, lanes)
    return UpdateRecord(
        np.zeros((groups, n_pre), np.bool_),
        np.zeros(shape, uword),
        np.zeros(shape, word),
        np.zeros(shape, word),
    )


def make_weight_source(sequence: Fibonacci, seed: int, bits: int, lanes: int) -> Source:
    """Return a source that draws for whole groups and delivers the first `lanes` words."""
    return make_source(sequence, seed, bits, range(lanes), GROUP * -(-lanes // GROUP))


def _row_update(rule: Callable[..., int]) -> Callable[..., None]:
    """Return the kernel that updates the weights from one presynaptic index to one group by a rule."""

    @kernel
    def update_row(
        synapses: Synapses,
        row: Words,
        random: Words,
        trace: Int,
        gain: Words,
        multiplier: Words,
        reduction: Words,
        itself: Int,
    ) -> None:
        left, right, bits, weight_bits = synapses.left, synapses.right, synapses.bits, synapses.weight_bits
        cleared = False
        if 0 <= itself < row.size:  # a self-connection, which any step clears
            change = rule(gain[itself], trace, multiplier[itself], reduction[itself], bits)
            cleared = stochastic_step(change, random[itself], left, right, bits) != 0
        for n in range(row.size):
            change = rule(gain[n], trace, multiplier[n], reduction[n], bits)
            step = stochastic_step(change, random[n], left, right, bits)
            row[n] = bounded_step(row[n], step, weight_bits)
        if cleared:
            row[itself] = 0

    return update_row


# A rule each, chosen outside the loop over lanes so that the compiler can vectorize it.
update_published = _row_update(published_change)
update_multiplied = _row_update(multiplied_change)
update_saturated = _row_update(saturated_change)


@kernel
def update_group(
    synapses: Synapses,
    group: Int,
    rows: Rows,
    gain: Words,
    multiplier: Words,
    multiplicative: Flag,
    recurrent: Flag,
    record: UpdateRecord | None,
) -> None:
    """Update the rows of one group of postsynaptic neurons, presynaptic index ascending.

    Parameters
    ----------
    synapses : Synapses
    group : int
        The neurons GROUP * group and following.
    rows : Rows
        The presynaptic indices to visit.
    gain, multiplier : word [lanes]
        Learning signal x pseudo-derivative, and multiplicative regularization, of each neuron.
    multiplicative : bool
        Multiplicative regularization is on.
    recurrent : bool
        Row i holds the self-connection of neuron i.
    record : UpdateRecord, optional
        Where every row is kept that is visited, whether or not a weight can change.
    """
    source, states, chosen, random = synapses.source, synapses.states, synapses.chosen, synapses.random
    n_chosen = rows.filled[0]
    skip_draws(source, n_chosen, states)
    first = group * GROUP
    lanes = slice(first, first + GROUP)
    reduction, gain, multiplier = synapses.reduction[lanes], gain[lanes], multiplier[lanes]
    if record is None:
        peak = greatest(rows.peak)
        reach = make_reach(gain, reduction, peak, synapses.left, synapses.right, synapses.bits)
        n_chosen = choose(source, states, rows, reach, chosen)
    for c in range(n_chosen):
        n = chosen[c] if record is None else c
        i, seen = rows.pre[n], rows.seen[n]
        row = synapses.weights[i, lanes]
        words_at(source, state_at(source, states, n), random)
        if record is not None:
            note_before(row, random, record, group, i)
        itself = i - first if recurrent else -1
        if not synapses.errata:
            update_saturated(synapses, row, random, seen, gain, multiplier, reduction, itself)
        elif multiplicative:
            update_multiplied(synapses, row, random, seen, gain, multiplier, reduction, itself)
        else:
            update_published(synapses, row, random, seen, gain, multiplier, reduction, itself)
        if record is not None:
            note_after(row, record, group, i)


@kernel
def update_output(synapses: Synapses, j: Int, trace: Int, error: Words, record: UpdateRecord | None) -> None:
    """Update the output weights of neuron j: the change is error x trace."""
    row, random = synapses.weights[j], synapses.random
    draw_words(synapses.source, random)
    if record is not None:
        note_before(row, random, record, 0, j)
    for k in range(error.size):
        change = word(np.int64(error[k]) * trace)
        step = stochastic_step(change, random[k], synapses.left, synapses.right, synapses.bits)
        row[k] = bounded_step(row[k], step, synapses.weight_bits)
    if record is not None:
        note_after(row, record, 0, j)


@kernel
def note_before(row: Words, random: Words, record: UpdateRecord, group: Int, i: Int) -> None:
    """Record a row's random words and its weights before the update."""
    record.visited[group, i] = True
    for n in range(row.size):
        record.random[group, i, n] = random[n]
        record.before[group, i, n] = row[n]


@kernel
def note_after(row: Words, record: UpdateRecord, group: Int, i: Int) -> None:
    """Record a row's weights after the update."""
    for n in range(row.size):
        record.after[group, i, n] = row[n]
