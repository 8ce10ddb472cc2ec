"""Files of samples: text and NumPy archives."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.files.files import read_archive, single, write_atomically
from golden_model.files.reading import naming
from golden_model.samples.event_text import read_text, write_text
from golden_model.samples.samples import Sample, check_ticks

__all__ = [
    "read_npz",
    "read_samples",
    "read_text",
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
    with naming(path):
        return _unpack(content)


def _unpack(content: dict[str, NDArray[Any]]) -> list[Sample]:
    found = single(content, "format"), single(content, "version")
    if found != (_FORMAT, _VERSION):
        raise ValueError(f"format {found[0]!r}, version {found[1]!r}, is not {_FORMAT!r}, version {_VERSION}")
    columns = [_get(content, name) for name in _COLUMNS]
    length = columns[0].shape[:1]
    if any(column.shape != length or column.ndim != 1 or column.dtype != np.int64 for column in columns):
        raise ValueError(f"{', '.join(_COLUMNS)} are not int64 arrays of one length")
    samples, together = [], 0
    for index, (n_ticks, label, start) in enumerate(np.stack(columns, axis=-1).tolist()):
        events, targets = _get(content, f"events_{index}"), content.get(f"targets_{index}")
        try:
            samples.append(Sample(events, n_ticks, None if label == -1 else label, targets, start))
        except ValueError as error:
            raise ValueError(f"sample {index}: {error}") from None
        together += n_ticks
        check_ticks(together)
    return samples


def _get(content: dict[str, NDArray[Any]], name: str) -> NDArray[Any]:
    if name not in content:
        raise ValueError(f"{name} is missing")
    return content[name]
