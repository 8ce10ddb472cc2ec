"""The structured event arrays of other tools, as samples and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.console.limits import integer
from golden_model.network.formats import Int64Array
from golden_model.samples.samples import Sample

MOST_DT_US = 10**9
MOST_PIXELS = 2**31 - 1  # along each axis, and polarities; lines are numbered in 64 bits
SENSOR = ("width", "height", "polarities")

SensorSize = tuple[int, int, int]


def from_structured(
    events: NDArray[np.void],
    *,
    n_ticks: int,
    dt_us: int = 1000,
    sensor_size: SensorSize | None = None,
    label: int | None = None,
    targets: ArrayLike | None = None,
    target_start: int | None = None,
) -> Sample:
    """Make a sample of a structured event array, as tonic and the Spiking Heidelberg Digits use them.

    Parameters
    ----------
    events : structured ndarray, shape (n,)
        Fields t (microseconds), x, p (polarity) and possibly y; ordered by t.
    n_ticks : int
    dt_us : int
        Microseconds per tick, 1..1000000000.
    sensor_size : tuple of int, optional
        (width, height, polarities), each 1 or more; then the line is (p * height + y) * width + x, without
        what there is only one of, which has to be the same in all events. If omitted the line is x.
    label, targets, target_start
        As for `Sample`.

    Raises
    ------
    ValueError
        If a field is missing, not an integer or outside `sensor_size`; if p or y would be lost; if a number
        is not an integer in its range; or as for `Sample`.
    """
    ticks = _field(events, "t") // integer("dt_us", dt_us, 1, MOST_DT_US)
    if sensor_size is None:
        lines, hint = _field(events, "x"), "give sensor_size = (width, height, polarities)"
        for name in ("p", "y"):
            _refuse_varying(events, name, hint)
    else:
        lines = _lines(events, _checked(sensor_size))
    return Sample(np.stack((ticks, lines), axis=1), n_ticks, label, targets, target_start)


def to_structured(
    sample: Sample, *, dt_us: int = 1000, sensor_size: SensorSize | None = None
) -> NDArray[np.void]:
    """Return the events as a structured array of int64 fields t, x, p, and y if the sensor has a height.

    Parameters
    ----------
    sample : Sample
    dt_us : int
        Microseconds per tick, 1..1000000000; an event stands at the beginning of its tick.
    sensor_size : tuple of int, optional
        As for `from_structured`; with one polarity, or without a sensor, p is 1.

    Raises
    ------
    ValueError
        If a line lies outside the sensor, or a number is not an integer in its range.
    """
    duration = integer("dt_us", dt_us, 1, MOST_DT_US)
    size = (sample.max_line + 1, 1, 1) if sensor_size is None else _checked(sensor_size)
    width, height, polarities = size
    if sample.max_line >= width * height * polarities:
        raise ValueError(f"line {sample.max_line} is outside 0..{width * height * polarities - 1}")
    values = {"t": sample.events[:, 0] * duration, "x": sample.lines % max(width, 1)}
    values["p"] = sample.lines // (width * height) if polarities > 1 else np.ones_like(sample.lines)
    if height > 1:
        values["y"] = sample.lines // width % height
    array = np.empty(sample.n_events, dtype=[(name, np.int64) for name in values])
    for name, column in values.items():
        array[name] = column
    return array


def _checked(sensor_size: Any) -> SensorSize:
    """Return the size of a sensor whose lines can be numbered."""
    if not isinstance(sensor_size, tuple | list) or len(sensor_size) != len(SENSOR):
        raise ValueError(f"sensor_size = {sensor_size!r} is not ({', '.join(SENSOR)})")
    named = zip(SENSOR, sensor_size, strict=True)
    width, height, polarities = (integer(name, value, 1, MOST_PIXELS) for name, value in named)
    if width * height * polarities > np.iinfo(np.int64).max:
        raise ValueError(f"sensor_size = {sensor_size!r} has more lines than 63 bits can number")
    return width, height, polarities


def _lines(events: NDArray[np.void], sensor_size: SensorSize) -> Int64Array:
    lines = np.zeros(len(events), np.int64)
    for name, size in zip("pyx", reversed(sensor_size), strict=True):
        if size == 1:
            _refuse_varying(events, name, f"the sensor has only one {name}")
        if size > 1 or (name in "xy" and name in _names(events)):  # one polarity is 0 or 1
            values = _field(events, name)
            outside = values[(values < 0) | (values >= size)]
            if outside.size:
                raise ValueError(f"{name} = {outside[0]} is outside 0..{size - 1}")
            lines = lines * size + values
    return lines


def _field(events: NDArray[np.void], name: str) -> Int64Array:
    if name not in _names(events):
        raise ValueError(f"the event array has no field {name!r}")
    values = events[name]
    if values.ndim != 1 or values.dtype.kind not in "biu":
        found = f"dtype {values.dtype} and shape {values.shape}"
        raise ValueError(f"field {name!r} has {found}, not integers of one dimension")
    if values.max(initial=0) > np.iinfo(np.int64).max:
        raise ValueError(f"{name} = {values.max()} is outside 0..{np.iinfo(np.int64).max}")
    return values.astype(np.int64)


def _refuse_varying(events: NDArray[np.void], name: str, hint: str) -> None:
    if name in _names(events) and len(np.unique(_field(events, name))) > 1:
        raise ValueError(f"field {name!r} varies: {hint}")


def _names(events: Any) -> tuple[str, ...]:
    """Return the names of the fields of events, none of anything else."""
    return getattr(getattr(events, "dtype", None), "names", None) or ()
