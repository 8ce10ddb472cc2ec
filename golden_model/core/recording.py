"""Keeping what a run computes: signals per tick, single passes and updates, and records made of them.

Kernels that keep something take a place to keep it; a place of no rows, or None, costs nothing.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from golden_model.core.compiled import Int, Words, kernel, word
from golden_model.core.learning import Learning
from golden_model.core.neuron import Neuron
from golden_model.core.readout import Readout
from golden_model.core.records import PHASES, Record
from golden_model.core.synapse import GROUP, UpdateRecord, make_update_record
from golden_model.core.trace import Trace
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters


class Log(NamedTuple):
    """Signals as they stand after *step* (those of learning: after *learn*), one row per tick.

    An array without rows is not filled.
    """

    spike: Words
    membrane: Words
    trace_in: Words
    trace_rec: Words
    trace_out: Words
    readout: Words
    wins: Words
    error: Words
    learning_signal: Words
    pseudo_derivative: Words
    regularization: Words


class PassRecord(NamedTuple):
    """The passes of one *propagate*.

    Attributes
    ----------
    n_passes : int64 [1]
    origin : int64 [most passes]
        The index that each pass is of.
    membrane, readout : word [most passes, n]
        Potentials after each pass.
    """

    n_passes: Int64Array
    origin: Int64Array
    membrane: Words
    readout: Words


class Detail(NamedTuple):
    """What single passes and updates of one time step did; None where nobody asks."""

    passes: PassRecord | None
    updates: tuple[UpdateRecord | None, UpdateRecord | None, UpdateRecord | None]


NO_DETAIL = Detail(None, (None, None, None))


def make_log(parameters: Parameters, names: tuple[str, ...], n_ticks: int) -> Log:
    """Return a log of the named signals.

    Raises
    ------
    ValueError
        For a signal that a log does not hold.
    """
    for name in names:
        if name not in Log._fields:
            raise ValueError(f"record = {name!r} is not one of {', '.join(Log._fields)}")
    width = dict.fromkeys(Log._fields, parameters.n_rec) | {"trace_in": parameters.n_in}
    width |= dict.fromkeys(("readout", "wins", "error"), parameters.n_out)
    return Log(*(np.zeros((n_ticks if name in names else 0, width[name]), word) for name in Log._fields))


def make_detail(parameters: Parameters, product_bits: int = 32) -> Detail:
    """Return room for the detail of one time step of a core of 32- or 64-bit products."""
    n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
    most, groups = max(n_in, n_rec), -(-n_rec // GROUP)
    passes = PassRecord(
        np.zeros(1, np.int64),
        np.zeros(most, np.int64),
        np.zeros((most, n_rec), word),
        np.zeros((most, n_out), word),
    )
    return Detail(
        passes,
        (
            make_update_record(groups, n_in, GROUP, product_bits),
            make_update_record(groups, n_rec, GROUP, product_bits),
            make_update_record(1, n_rec, n_out, product_bits),
        ),
    )


@kernel
def keep(rows: Words, row: Int, values: Words) -> None:
    """Copy values into a row of a log, if it has rows."""
    if rows.shape[0]:
        for n in range(rows.shape[1]):
            rows[row, n] = values[n]


@kernel
def log_step(
    log: Log, row: Int, neuron: Neuron, traces: tuple[Trace, Trace, Trace], readout: Readout
) -> None:
    """Log the signals that *step* leaves behind."""
    t_in, t_rec, t_out = traces
    keep(log.spike, row, neuron.spike)
    keep(log.membrane, row, neuron.membrane)
    keep(log.trace_in, row, t_in.value)
    keep(log.trace_rec, row, t_rec.value)
    keep(log.trace_out, row, t_out.value)
    keep(log.readout, row, readout.potential)
    keep(log.wins, row, readout.wins)


@kernel
def log_learning(log: Log, row: Int, learning: Learning, readout: Readout) -> None:
    """Log the signals that *learn* leaves behind."""
    keep(log.error, row, readout.error)
    keep(log.learning_signal, row, learning.learning_signal)
    keep(log.pseudo_derivative, row, learning.pseudo_derivative)
    keep(log.regularization, row, learning.regularization)


@kernel
def note_pass(passes: PassRecord, index: Int, neuron: Neuron, readout: Readout) -> None:
    """Keep the potentials after a pass."""
    n = passes.n_passes[0]
    passes.origin[n] = index
    keep(passes.membrane, n, neuron.membrane)
    keep(passes.readout, n, readout.potential)
    passes.n_passes[0] = n + 1


def clear_detail(detail: Detail) -> None:
    """Forget the detail of the last time step."""
    assert detail.passes is not None
    detail.passes.n_passes[0] = 0
    for update in detail.updates:
        assert update is not None
        update.visited[:] = False


def tick_records(
    tick: int, log: Log, detail: Detail, n_pairs: int, stepped: bool, learned: bool
) -> Iterator[Record]:
    """Yield the records of one time step in order.

    Parameters
    ----------
    tick : int
    log : Log
        All signals, one row.
    detail : Detail
        Passes and updates.
    n_pairs : int
        Pairs of neurons that *step* goes through, absent ones included.
    stepped, learned : bool
        Which phases took place.
    """
    if stepped:
        for pair in range(n_pairs):
            yield _record(tick, "step", (pair,), log, slice(2 * pair, 2 * pair + 2), width=2)
        yield _record(tick, "readout", (), log, slice(None))
    if learned:
        yield _record(tick, "error", (), log, slice(None))
        for group in range(-(-log.membrane.shape[1] // GROUP)):
            yield from _group_records(tick, group, log, detail.updates)
    assert detail.passes is not None
    for n in range(detail.passes.n_passes[0]):
        values = {"membrane": detail.passes.membrane[n], "readout": detail.passes.readout[n]}
        yield Record(tick, "propagate", (int(detail.passes.origin[n]),), _copies(values))


def _group_records(
    tick: int,
    group: int,
    log: Log,
    updates: tuple[UpdateRecord | None, UpdateRecord | None, UpdateRecord | None],
) -> Iterator[Record]:
    """Yield the learning records of one group of neurons: first its neurons, then the rows onto them."""
    in_rows, rec_rows, out_rows = updates
    for j in range(group * GROUP, min((group + 1) * GROUP, log.membrane.shape[1])):
        yield _record(tick, "learn", (j,), log, slice(j, j + 1))
        yield from _update(tick, "update_out", out_rows, 0, j, (j,))
    assert in_rows is not None
    assert rec_rows is not None
    for i in range(max(in_rows.visited.shape[1], rec_rows.visited.shape[1])):
        yield from _update(tick, "update_in", in_rows, group, i, (group, i))
        yield from _update(tick, "update_rec", rec_rows, group, i, (group, i))


def _update(
    tick: int, phase: str, rows: UpdateRecord | None, group: int, i: int, index: tuple[int, ...]
) -> Iterator[Record]:
    assert rows is not None
    if i < rows.visited.shape[1] and rows.visited[group, i]:
        values = {
            "random": rows.random[group, i],
            "before": rows.before[group, i],
            "after": rows.after[group, i],
        }
        yield Record(tick, phase, index, _copies(values))


FIELDS = {phase.name: tuple(field.name for field in phase.fields) for phase in PHASES}


def _record(tick: int, phase: str, index: tuple[int, ...], log: Log, lanes: slice, width: int = 0) -> Record:
    """Return a record of logged signals, with zeros for absent neurons up to `width`."""
    values = {name: _padded(getattr(log, name)[0, lanes], width) for name in FIELDS[phase]}
    return Record(tick, phase, index, values)


def _padded(values: Words, width: int) -> Int64Array:
    padded = np.zeros(max(width, values.size), np.int64)
    padded[: values.size] = values
    return padded


def _copies(values: dict[str, Words]) -> dict[str, Int64Array]:
    return {name: array.astype(np.int64) for name, array in values.items()}
