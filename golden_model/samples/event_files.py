"""Files of samples (text and NumPy archives) and the structured event arrays of other tools."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.files.files import read_archive, write_atomically
from golden_model.samples.event_text import read_text, write_text
from golden_model.samples.samples import Sample

__all__ = [
    "from_structured",
    "read_npz",
    "read_samples",
    "read_text",
    "to_structured",
    "write_npz",
    "write_samples",
    "write_text",
]

_FORMAT, _VERSION = "eprop-core samples", 1
_COLUMNS = ("n_ticks", "label", "target_start")


def read_samples(
    path: str | os.PathLike[str], target_start: int | None = None, default_start: int | None = None
) -> list[Sample]:
    """Read a file of samples, .dat or .npz.

    Parameters
    ----------
    path : path-like
    target_start, default_start : int, optional
        For text files, see `read_text`.

    Raises
    ------
    ValueError
        If the suffix is unknown or the content is wrong; the sentence names file and line.
    """
    return read_npz(path) if _suffix(path) == ".npz" else read_text(path, target_start, default_start)


def write_samples(path: str | os.PathLike[str], samples: Sequence[Sample]) -> None:
    """Write a file of samples, .dat or .npz, whole or not at all; errors as for `read_samples`."""
    (write_npz if _suffix(path) == ".npz" else write_text)(path, samples)


def _suffix(path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix
    if suffix not in (".dat", ".npz"):
        raise ValueError(f"{path}: a file of samples ends in .dat or .npz, not {suffix!r}")
    return suffix


def write_npz(path: str | os.PathLike[str], samples: Sequence[Sample]) -> None:
    """Write samples of any kind as a NumPy archive, whole or not at all; equal samples give equal bytes.

    One value per sample in `n_ticks`, `label` (-1: none) and `target_start`; the events of sample 3
    are `events_3`, its targets, if it has any, `targets_3`.
    """
    content = {"format": np.array(_FORMAT), "version": np.array(_VERSION)}
    content["n_ticks"] = np.array([sample.n_ticks for sample in samples], np.int64)
    content["label"] = np.array([-1 if s.label is None else s.label for s in samples], np.int64)
    content["target_start"] = np.array([sample.target_start for sample in samples], np.int64)
    for index, sample in enumerate(samples):
        content[f"events_{index}"] = sample.events
        if sample.targets is not None:
            content[f"targets_{index}"] = sample.targets
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **content)
    write_atomically(path, buffer.getvalue())


def read_npz(path: str | os.PathLike[str]) -> list[Sample]:
    """Read what `write_npz` wrote.

    Raises
    ------
    ValueError
        If the file is damaged, of another format or version, or a sample in it is wrong.
    OSError
        If the file cannot be read.
    """
    content = read_archive(path)
    try:
        return _unpack(content)
    except KeyError as error:
        raise ValueError(f"{path}: {error.args[0]} is missing") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _unpack(content: dict[str, NDArray[Any]]) -> list[Sample]:
    found = (content["format"].tolist(), content["version"].tolist())
    if found != (_FORMAT, _VERSION):
        raise ValueError(f"format {found[0]!r}, version {found[1]!r}, is not {_FORMAT!r}, version {_VERSION}")
    columns = [content[name] for name in _COLUMNS]
    if any(column.shape != columns[0].shape or column.dtype != np.int64 for column in columns):
        raise ValueError(f"{', '.join(_COLUMNS)} are not int64 arrays of one length")
    samples = []
    for index, (n_ticks, label, start) in enumerate(np.stack(columns, axis=-1).tolist()):
        events, targets = content[f"events_{index}"], content.get(f"targets_{index}")
        try:
            samples.append(Sample(events, n_ticks, None if label == -1 else label, targets, start))
        except ValueError as error:
            raise ValueError(f"sample {index}: {error}") from None
        except MemoryError:
            raise ValueError(f"sample {index}: n_ticks = {n_ticks} does not fit into memory") from None
    return samples


def from_structured(
    events: NDArray[np.void],
    *,
    n_ticks: int,
    dt_us: int = 1000,
    sensor_size: tuple[int, int, int] | None = None,
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
        Microseconds per tick.
    sensor_size : tuple of int, optional
        (width, height, polarities); then the line is (p * height + y) * width + x, where a p or y of
        which there is only one is ignored. Without it the line is x.
    label, targets, target_start
        As for `Sample`.

    Raises
    ------
    ValueError
        If a field is missing, not an integer or outside `sensor_size`; if p or y would be lost; or as
        for `Sample`.
    """
    ticks = _field(events, "t") // _positive("dt_us", dt_us)
    lines = _field(events, "x")
    if sensor_size is None:
        _refuse_varying(events, ("p", "y"))
    else:
        lines = _lines(events, sensor_size)
    return Sample(np.stack((ticks, lines), axis=1), n_ticks, label, targets, target_start)


def to_structured(
    sample: Sample, *, dt_us: int = 1000, sensor_size: tuple[int, int, int] | None = None
) -> NDArray[np.void]:
    """Return the events as a structured array of int64 fields t, x, p, and y if the sensor has a height.

    Parameters
    ----------
    sample : Sample
    dt_us : int
        Microseconds per tick; an event stands at the beginning of its tick.
    sensor_size : tuple of int, optional
        As for `from_structured`; with one polarity, or without a sensor, p is 1.

    Raises
    ------
    ValueError
        If a line lies outside the sensor, or `dt_us` is below 1.
    """
    width, height, polarities = sensor_size or (sample.max_line + 1, 1, 1)
    if sample.max_line >= width * height * polarities:
        raise ValueError(f"line {sample.max_line} is outside 0..{width * height * polarities - 1}")
    values = {"t": sample.events[:, 0] * _positive("dt_us", dt_us), "x": sample.lines % width}
    values["p"] = sample.lines // (width * height) if polarities > 1 else np.ones_like(sample.lines)
    if height > 1:
        values["y"] = sample.lines // width % height
    array = np.empty(sample.n_events, dtype=[(name, np.int64) for name in values])
    for name, column in values.items():
        array[name] = column
    return array


def _lines(events: NDArray[np.void], sensor_size: tuple[int, int, int]) -> NDArray[np.int64]:
    lines = np.zeros(len(events), np.int64)
    for name, size in zip("pyx", reversed(sensor_size), strict=True):
        if _positive("sensor_size", size) > 1:
            values = _field(events, name)
            outside = values[(values < 0) | (values >= size)]
            if outside.size:
                raise ValueError(f"{name} = {outside[0]} is outside 0..{size - 1}")
            lines = lines * size + values
    return lines


def _field(events: NDArray[np.void], name: str) -> NDArray[np.int64]:
    if name not in (events.dtype.names or ()):
        raise ValueError(f"the event array has no field {name!r}")
    values = events[name]
    if values.dtype.kind not in "biu":
        raise ValueError(f"field {name!r} has dtype {values.dtype}, not an integer one")
    if values.max(initial=0) > np.iinfo(np.int64).max:
        raise ValueError(f"{name} = {values.max()} is outside 0..{np.iinfo(np.int64).max}")
    return values.astype(np.int64)


def _refuse_varying(events: NDArray[np.void], names: tuple[str, ...]) -> None:
    for name in names:
        if name in (events.dtype.names or ()) and len(np.unique(events[name])) > 1:
            raise ValueError(f"field {name!r} varies: give sensor_size = (width, height, polarities)")


def _positive(name: str, value: int) -> int:
    if value < 1:
        raise ValueError(f"{name} = {value} is not at least 1")
    return value
