"""Which rows of a weight array a learning step has to work on.

Weights change rarely: in most rows even the least random word lies above what the greatest change of the
group can reach. Such rows draw their random words, as the sequence of the source demands, but need not be
computed. The screen is exact: it never leaves out a row in which a weight changes.
"""

from typing import NamedTuple

import numpy as np

from golden_model.core.arithmetic import OVERFLOW_SHIFT, Rate
from golden_model.core.compiled import Flag, Int, Words, kernel
from golden_model.core.lfsr import BLOCK, TOP_BITS, Source, leap, least_top
from golden_model.network.formats import Int64Array

LIKELY = 1 << TOP_BITS - 5  # rows that random words below this can change are not worth a look


class Rows(NamedTuple):
    """The presynaptic indices that a learning step visits.

    Attributes
    ----------
    pre : int64 [n_pre + 1]
        The indices, ascending.
    seen : int64 [n_pre + 1]
        The trace of each, at the scale of the update rule.
    peak : int64 [n_pre / BLOCK + 1]
        The greatest of each BLOCK traces.
    filled : int64 [1]
        How many there are.
    """

    pre: Int64Array
    seen: Int64Array
    peak: Int64Array
    filled: Int64Array


class Reach(NamedTuple):
    """The greatest mark that a change onto a group can reach, as a function of the trace.

    Attributes
    ----------
    gain, reduction : int
        The greatest gain and the greatest additive regularization of the group's neurons.
    ceiling : int
        A magnitude that reaches every mark.
    left, right : int
        Shifts that bring a magnitude to the scale of a mark's upper TOP_BITS bits.
    """

    gain: Int
    reduction: Int
    ceiling: Int
    left: Int
    right: Int


def make_rows(n_pre: int) -> Rows:
    """Return an empty list of rows."""
    return Rows(
        np.zeros(n_pre + 1, np.int64),
        np.zeros(n_pre + 1, np.int64),
        np.zeros(n_pre // BLOCK + 1, np.int64),
        np.zeros(1, np.int64),
    )


@kernel
def list_rows(rows: Rows, seen: Words, every: Flag) -> None:
    """List the rows that have a trace, or every row."""
    count = 0
    for i in range(seen.size):
        rows.pre[count] = i
        rows.seen[count] = seen[i]
        count += every | (seen[i] != 0)
    rows.filled[0] = count
    for block in range(rows.peak.size):
        rows.peak[block] = 0
    for n in range(count):
        rows.peak[n // BLOCK] = max(rows.peak[n // BLOCK], rows.seen[n])


@kernel
def greatest(values: Words) -> Int:
    """Return the greatest magnitude among values."""
    most = np.int64(0)
    for n in range(values.size):
        most = max(most, abs(np.int64(values[n])))
    return most


@kernel
def make_reach(gain: Words, reduction: Words, seen: Int, rate: Rate) -> Reach:
    """Return the reach of a group.

    A change is at most the greatest gain x the trace + the greatest reduction as long as nothing can wrap
    or be taken for an overflow, which the greatest trace, `seen`, tells; else every mark is reached, as it is
    where the left shift clamps. A row is rather worked on than not.
    """
    most_gain, most_reduction = greatest(gain), greatest(reduction)
    wraps = (most_gain * seen + most_reduction) >> (rate.bits - OVERFLOW_SHIFT) != 0
    if wraps | (rate.limit == 0):
        return Reach(np.int64(0), np.int64(1) << TOP_BITS, np.int64(1) << TOP_BITS, np.int64(0), np.int64(0))
    right = rate.right + max(rate.bits - TOP_BITS, 0) - rate.shadow_bits
    left = rate.left + max(-right, 0)
    return Reach(most_gain, most_reduction, np.int64(rate.limit + 1), np.int64(left), np.int64(max(right, 0)))


@kernel
def reached(reach: Reach, seen: Int) -> Int:
    """Return the upper TOP_BITS bits of the greatest mark that is reached with a trace."""
    return (min(reach.gain * seen + reach.reduction, reach.ceiling) << reach.left) >> reach.right


@kernel
def least_mark(source: Source, state: Int, draws: Int, resting: Int) -> Int:
    """Return the upper TOP_BITS bits of the least mark of the next draws, or the one where none is drawn."""
    return resting if resting >= 0 else np.int64(least_top(source, state, draws))


@kernel
def choose(
    source: Source,
    states: Int64Array,
    rows: Rows,
    reach: Reach,
    resting: Int,
    chosen: Int64Array,
) -> Int:
    """List the places in `rows` at which a weight may change, and return how many they are.

    Parameters
    ----------
    source : Source
    states : int64
        The source's states over the rows, as `skip_draws` lists them.
    rows : Rows
    reach : Reach
    resting : int
        Upper TOP_BITS bits of the mark, where it is not drawn; else negative.
    chosen : int64 [n_pre + 1]
    """
    count, n_rows = 0, rows.filled[0]
    if reach.gain == 0 and reach.reduction == 0:
        return 0
    for block in range((n_rows + BLOCK - 1) // BLOCK):
        state, top = states[block], reached(reach, rows.peak[block])
        if (resting < 0) & (top >= LIKELY):
            for n in range(BLOCK * block, min(BLOCK * (block + 1), n_rows)):
                chosen[count] = n
                count += 1
            continue
        if least_mark(source, state, BLOCK, resting) > top:
            continue
        for n in range(BLOCK * block, min(BLOCK * (block + 1), n_rows)):
            chosen[count] = n
            count += least_mark(source, state, 1, resting) <= reached(reach, rows.seen[n])
            state = leap(source, 0, state)
    return count
