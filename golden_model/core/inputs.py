"""What a network is given at run time, checked: lines with events, labels, and targets in published units."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.network.checks import checked, integers, within
from golden_model.network.formats import Int64Array
from golden_model.network.parameters import PUBLISHED
from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample

TARGET = PUBLISHED.readout
ONE = 1 << TARGET.frac  # the target of the readout that a label names


def checked_names(record: str | Iterable[str]) -> tuple[str, ...]:
    """Return names of signals, one or several; ValueError if it is something else."""
    names = (record,) if isinstance(record, str) else record
    names = tuple(names) if isinstance(names, Iterable) else (names,)
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"record = {name!r} is not the name of a signal")
    return names


def checked_learn(learn: bool) -> bool:
    """Return whether a network learns; ValueError if it is something else than True or False."""
    if not isinstance(learn, bool | np.bool_):
        raise ValueError(f"learn = {learn!r} is neither True nor False")
    return bool(learn)


def checked_lines(registers: Registers, lines: Iterable[int] | NDArray[np.integer]) -> Int64Array:
    """Return lines with an event, ascending, each once.

    Raises
    ------
    ValueError
        They are no list of integers, or the network has no such line.
    """
    array = integers("lines", list(lines) if isinstance(lines, Iterable) else lines)
    if array.ndim != 1:
        raise ValueError(f"lines has shape {array.shape}, not one dimension")
    return np.unique(within("line", array, 0, registers.n_in - 1))


def checked_targets(registers: Registers, sample: Sample) -> Int64Array | None:
    """Return a sample's targets, s16 [n_ticks or 1, n_out], None if it has none; check its lines too.

    Raises
    ------
    ValueError
        It is no sample, or does not fit the network.
    """
    if not isinstance(sample, Sample):
        raise ValueError(f"a network runs a Sample, not a {type(sample).__name__}")
    within("line", sample.lines, 0, registers.n_in - 1)
    if sample.label is None and sample.targets is None:
        return None
    if sample.targets is None or not registers.regression:
        return checked_target(registers, sample.label if sample.targets is None else sample.targets)[None]
    return checked("targets", sample.targets, (sample.n_ticks, registers.n_out), TARGET)


def checked_target(registers: Registers, target: Any) -> Int64Array:
    """Return the targets of one tick, s16 [n_out], from a label or, in regression, from targets.

    Raises
    ------
    ValueError
        It is neither, or not what the network learns from.
    """
    array, n_out = integers("target", target), registers.n_out
    if registers.regression and array.ndim == 0:
        raise ValueError(f"label = {target} in a regression network, which has a target per readout")
    if registers.regression:
        return checked("target", array, (n_out,), TARGET)
    if array.ndim:
        raise ValueError("targets in a classification network, which has a label")
    label = within("label", array, 0, n_out - 1)
    return np.where(np.arange(n_out) == label, ONE, 0).astype(np.int64)
