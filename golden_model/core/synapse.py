"""A weight array and the stochastic update of its rows.

The update is equation 27 of Bellec et al. 2020 (the e-prop gradient of a recurrent network: learning
signal x pseudo-derivative x filtered presynaptic activity) with firing-rate regularization, taken as a
random step of one weight unit whose probability is the magnitude of the change.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import (
    Rate,
    bounded_single,
    bounded_step,
    multiplied_change,
    published_change,
    saturated_change,
    single_step,
    weight_step,
)
from golden_model.core.compiled import MAGNITUDES, Flag, Int, Words, kernel, word
from golden_model.core.lfsr import Fibonacci, Source, draw_words, make_source, skip_draws, state_at, words_at
from golden_model.core.screening import Rows, choose, greatest, make_reach
from golden_model.network.formats import Int64Array

GROUP = 16  # postsynaptic neurons that share a draw, at any number of lanes of a circuit


class Synapses(NamedTuple):
    """One weight array with what its update needs.

    Attributes
    ----------
    weights : word [n_pre, lanes]
        Stored weights, s(B+F); rows are padded to whole groups with zeros that never change.
    source : Source
        Random words of one row of a group.
    states : int64 [n_pre / BLOCK + 2]
        Scratch: states of the source over the rows of a group.
    mark : unsigned word of products [lanes of a group]
        What the remainders of a row have to reach to be rounded up: its random words, or one half.
    chosen : int64 [n_pre + 1]
        Scratch: the places of the rows of a group in which a weight may change.
    active, every : Rows
        Rows with a trace, and all rows, in the present learning step.
    reduction : unsigned word of products [lanes]
        Additive regularization of each postsynaptic neuron, 0 where it is off.
    plastic, regularized : bool
        The array's bits of the registers do_eprop and regul_w.
    rate : Rate
        Of the array's updates.
    stochastic, single : bool
        Draw the marks; there are only single steps, since there are no shadow bits either.
    resting : int
        Where marks are not drawn: upper bits of the mark, see `choose`.
    regul_left, regul_right, regul_align : int
        Registers regul_k_*_p and regul_k_*_r of the array, and the left shift from there to a product.
    scale, drop : int
        What weights are multiplied by on their way into the potentials, after a right shift of the stored
        weights.
    weight_bits : int
        Width B+F of a stored weight.
    errata : bool
        Reproduce erratum E1.
    """

    weights: Words
    source: Source
    states: Int64Array
    mark: Words
    chosen: Int64Array
    active: Rows
    every: Rows
    reduction: Words
    plastic: bool
    regularized: bool
    rate: Rate
    stochastic: bool
    single: bool
    resting: int
    regul_left: int
    regul_right: int
    regul_align: int
    scale: int
    drop: int
    weight_bits: int
    errata: bool


class UpdateRecord(NamedTuple):
    """What one learning step did to an array, for records; see golden_model/core/records.py.

    Attributes
    ----------
    visited : bool [groups, n_pre]
        Rows of groups that were drawn for.
    random, before, after : [groups, n_pre, lanes of a group]
        Random words (or one half, where updates are not stochastic), stored weights before and after.
    """

    visited: Words
    random: Words
    before: Words
    after: Words


def make_update_record(groups: int, n_pre: int, lanes: int, product_bits: int = 32) -> UpdateRecord:
    """Return an empty record for an array's updates."""
    shape = (groups, n_pre, lanes)
    return UpdateRecord(
        np.zeros((groups, n_pre), np.bool_),
        np.zeros(shape, MAGNITUDES[product_bits]),
        np.zeros(shape, word),
        np.zeros(shape, word),
    )


def make_weight_source(
    sequence: Fibonacci, seed: int, bits: int, lanes: int, product_bits: int = 32
) -> Source:
    """Return a source that draws for whole groups and delivers the first `lanes` words."""
    slots = GROUP * -(-lanes // GROUP)
    return make_source(sequence, seed, bits, range(lanes), slots, MAGNITUDES[product_bits])


Rule = Callable[..., int]


def _row_update(rule: Rule, size: Rule, bounded: Rule) -> Callable[..., None]:
    """Return the kernel that updates the weights from one presynaptic index to one group.

    `rule` gives the change of a weight, `size` the step that it makes, `bounded` what the weight becomes.
    """

    @kernel
    def update_row(
        synapses: Synapses,
        row: Words,
        mark: Words,
        trace: Int,
        gain: Words,
        multiplier: Words,
        reduction: Words,
        itself: Int,
    ) -> None:
        rate, weight_bits = synapses.rate, synapses.weight_bits
        cleared = False
        if 0 <= itself < row.size:  # a self-connection, which any step clears
            change = rule(gain[itself], trace, multiplier[itself], reduction[itself], rate.bits)
            cleared = size(change, mark[itself], rate) != 0
        for n in range(row.size):
            change = rule(gain[n], trace, multiplier[n], reduction[n], rate.bits)
            row[n] = bounded(row[n], size(change, mark[n], rate), weight_bits)
        if cleared:
            row[itself] = 0

    return update_row


# A rule each, chosen outside the loop over lanes so that the compiler can vectorize it.
update_published = _row_update(published_change, single_step, bounded_single)
update_multiplied = _row_update(multiplied_change, weight_step, bounded_step)
update_saturated = _row_update(saturated_change, weight_step, bounded_step)


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
    gain, multiplier : word of products [lanes], word [lanes]
        Learning signal x pseudo-derivative, and multiplicative regularization, of each neuron.
    multiplicative : bool
        Multiplicative regularization is on.
    recurrent : bool
        Row i holds the self-connection of neuron i.
    record : UpdateRecord, optional
        Where every row is kept that is visited, whether or not a weight can change.
    """
    source, states, chosen, mark = synapses.source, synapses.states, synapses.chosen, synapses.mark
    n_chosen = rows.filled[0]
    if synapses.stochastic:
        skip_draws(source, n_chosen, states)
    first = group * GROUP
    lanes = slice(first, first + GROUP)
    reduction, gain, multiplier = synapses.reduction[lanes], gain[lanes], multiplier[lanes]
    if record is None:
        peak = greatest(rows.peak)
        reach = make_reach(gain, reduction, peak, synapses.rate)
        n_chosen = choose(source, states, rows, reach, synapses.resting, chosen)
    for c in range(n_chosen):
        n = chosen[c] if record is None else c
        i, seen = rows.pre[n], rows.seen[n]
        row = synapses.weights[i, lanes]
        if synapses.stochastic:
            words_at(source, state_at(source, states, n), mark)
        if record is not None:
            note_before(row, mark, record, group, i)
        itself = i - first if recurrent else -1
        if not synapses.errata:
            update_saturated(synapses, row, mark, seen, gain, multiplier, reduction, itself)
        elif multiplicative | (not synapses.single):
            update_multiplied(synapses, row, mark, seen, gain, multiplier, reduction, itself)
        else:
            update_published(synapses, row, mark, seen, gain, multiplier, reduction, itself)
        if record is not None:
            note_after(row, record, group, i)


@kernel
def update_output(synapses: Synapses, j: Int, trace: Int, error: Words, record: UpdateRecord | None) -> None:
    """Update the output weights of neuron j: the change is error x trace."""
    row, mark = synapses.weights[j], synapses.mark
    if synapses.stochastic:
        draw_words(synapses.source, mark)
    if record is not None:
        note_before(row, mark, record, 0, j)
    for k in range(error.size):
        step = weight_step(np.int64(error[k]) * trace, mark[k], synapses.rate)
        row[k] = bounded_step(row[k], step, synapses.weight_bits)
    if record is not None:
        note_after(row, record, 0, j)


@kernel
def note_before(row: Words, mark: Words, record: UpdateRecord, group: Int, i: Int) -> None:
    """Record a row's marks and its weights before the update."""
    record.visited[group, i] = True
    for n in range(row.size):
        record.random[group, i, n] = mark[n]
        record.before[group, i, n] = row[n]


@kernel
def note_after(row: Words, record: UpdateRecord, group: Int, i: Int) -> None:
    """Record a row's weights after the update."""
    for n in range(row.size):
        record.after[group, i, n] = row[n]
