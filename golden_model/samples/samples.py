"""Samples: the events of one trial, tick by tick, and what the network should answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.console.limits import integer
from golden_model.network.checks import integers
from golden_model.network.formats import Int64Array

MOST_TICKS = 10**7 - 1  # of a sample, as many as a text file can say
MOST_TICKS_TOGETHER = 1 << 27  # of samples that are in memory at a time, whose offsets are 1 GiB
MOST_LABEL = 2**63 - 1
_TARGET_LIMITS = (-(2**15), 2**15 - 1)


@dataclass(frozen=True, eq=False, init=False)
class Sample:
    """One trial: input events and a label, or regression targets, or neither.

    Parameters
    ----------
    events : array_like of int, shape (n, 2)
        Rows of (tick, line), ticks in order. An event of tick t arrives before tick t; several events
        of one line in one tick are one event.
    n_ticks : int
        Duration in ticks, 2..9999999: the first tick has nothing to decay, the last nothing to send on.
    label : int, optional
        Class of the sample, 0 or more, of at most 63 bits.
    targets : array_like of int, shape (n_ticks, n_out), optional
        Regression targets in readout units, s16.
    target_start : int, optional
        First tick at which the target is valid and inference counts; the whole sample if omitted.

    Attributes
    ----------
    events : ndarray of int64, shape (n_events, 2)
        The distinct events, ordered by tick, then by line.
    lines : ndarray of int64, shape (n_events,)
        Lines of all events; those of tick t are ``lines[offsets[t]:offsets[t + 1]]``, ascending.
    offsets : ndarray of int64, shape (n_ticks + 1,)

    Raises
    ------
    ValueError
        If an argument has the wrong shape, type or order, or a value is out of range.

    Notes
    -----
    Every array is a read-only copy. Samples compare by content.
    """

    events: Int64Array
    n_ticks: int
    label: int | None
    targets: Int64Array | None
    target_start: int
    lines: Int64Array = field(repr=False)
    offsets: Int64Array = field(repr=False)

    def __init__(
        self,
        events: ArrayLike,
        n_ticks: int,
        label: int | None = None,
        targets: ArrayLike | None = None,
        target_start: int | None = None,
    ) -> None:
        if label is not None and targets is not None:
            raise ValueError("a sample has a label or targets, not both")
        n_ticks = integer("n_ticks", n_ticks, 2, MOST_TICKS)
        checked = _checked_events(events, n_ticks)
        values = {
            "events": checked,
            "n_ticks": n_ticks,
            "label": None if label is None else integer("label", label, 0, MOST_LABEL),
            "targets": None if targets is None else _checked_targets(targets, n_ticks),
            "target_start": integer(
                "target_start", 0 if target_start is None else target_start, 0, n_ticks - 1
            ),
            "lines": _frozen(checked[:, 1].copy()),
            "offsets": _frozen(np.searchsorted(checked[:, 0], np.arange(n_ticks + 1)).astype(np.int64)),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_raster(
        cls,
        raster: ArrayLike,
        label: int | None = None,
        targets: ArrayLike | None = None,
        target_start: int | None = None,
    ) -> Self:
        """Make a sample of a raster.

        Parameters
        ----------
        raster : array_like of bool or int, shape (n_ticks, n_in)
            Nonzero where the line has an event.
        label, targets, target_start
            As for `Sample`.

        Raises
        ------
        ValueError
            If the raster is not two-dimensional or of another dtype, or as for `Sample`.
        """
        active = np.asarray(raster)
        if active.ndim != 2:
            raise ValueError(f"raster has shape {active.shape}, not (n_ticks, n_in)")
        if active.size and active.dtype.kind not in "biu":
            raise ValueError(f"raster has dtype {active.dtype}, not bool or an integer one")
        return cls(np.argwhere(active), len(active), label, targets, target_start)

    def raster(self, n_in: int) -> NDArray[np.bool_]:
        """Return the events as a bool array of shape (n_ticks, n_in).

        Raises
        ------
        ValueError
            If an event is on a line that is not in 0..n_in-1.
        """
        if self.max_line >= n_in:
            raise ValueError(f"line {self.max_line} is outside 0..{n_in - 1}")
        raster = np.zeros((self.n_ticks, n_in), dtype=np.bool_)
        raster[self.events[:, 0], self.events[:, 1]] = True
        return raster

    @property
    def n_events(self) -> int:
        """Number of distinct events."""
        return len(self.lines)

    @property
    def max_line(self) -> int:
        """Highest line with an event, -1 without events."""
        return int(self.lines.max(initial=-1))

    def __repr__(self) -> str:
        answer = "" if self.label is None else f", label {self.label}"
        if self.targets is not None:
            answer = f", {self.targets.shape[1]} target(s)"
        return f"<Sample: {self.n_events} events, {self.n_ticks} ticks{answer} from tick {self.target_start}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sample):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("events", "n_ticks", "label", "targets", "target_start")
        )

    def __hash__(self) -> int:
        return hash((self.events.tobytes(), self.n_ticks, self.label, self.target_start))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the constructor's arguments: unpickled arrays would be writable."""
        return Sample, (self.events, self.n_ticks, self.label, self.targets, self.target_start)


def check_ticks(n_ticks: int) -> None:
    """Raise a ValueError if samples have too many ticks for being in memory at a time."""
    if n_ticks > MOST_TICKS_TOGETHER:
        raise ValueError(f"all samples have {n_ticks} ticks together, more than {MOST_TICKS_TOGETHER}")


def _checked_events(events: ArrayLike, n_ticks: int) -> Int64Array:
    array = _int64_array("events", events)
    if array.shape == (0,):
        array = array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"events have shape {array.shape}, not (n, 2)")
    ticks, lines = array.T
    _check_range("tick", ticks, 0, n_ticks - 1)
    if lines.min(initial=0) < 0:
        raise ValueError(f"line {lines.min()} is negative")
    backwards = np.flatnonzero(np.diff(ticks) < 0)
    if len(backwards):
        first = backwards[0]
        raise ValueError(f"events are out of order: tick {ticks[first + 1]} follows tick {ticks[first]}")
    return _frozen(np.unique(array, axis=0))


def _checked_targets(targets: ArrayLike, n_ticks: int) -> Int64Array:
    array = _int64_array("targets", targets)
    if array.ndim != 2 or len(array) != n_ticks or array.shape[1] == 0:
        raise ValueError(f"targets have shape {array.shape}, not ({n_ticks}, n_out)")
    _check_range("target", array, *_TARGET_LIMITS)
    return _frozen(array)


def _int64_array(name: str, values: ArrayLike) -> Int64Array:
    array = integers(name, values)
    if array.dtype.kind == "u":
        _check_range("value", array, 0, np.iinfo(np.int64).max)
    return array.astype(np.int64)


def _check_range(name: str, values: NDArray[np.integer], low: int, high: int) -> None:
    outside = values[(values < low) | (values > high)]
    if outside.size:
        raise ValueError(f"{name} {outside[0]} is outside {low}..{high}")


def _frozen(array: Int64Array) -> Int64Array:
    array.flags.writeable = False
    return array
