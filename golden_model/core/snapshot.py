"""Snapshots: the whole state of a core, random sources included, in memory and in files."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from golden_model.core.lfsr import CHUNKS, Source
from golden_model.core.timestep import Blocks
from golden_model.core.wheel import Wheel
from golden_model.files.files import read_archive, write_atomically

VERSION = 1


class Part(NamedTuple):
    """An array of a core that outlives a time step.

    Attributes
    ----------
    array : int array
        The array itself, not a copy.
    low, high : int or int array
        Legal values; kernels do not check bounds.
    """

    array: NDArray[np.integer]
    low: int
    high: int | NDArray[np.int64]


def state_parts(blocks: Blocks) -> dict[str, Part]:
    """Return every array of a core that outlives a time step, by name."""
    neuron, readout = blocks.neuron, blocks.readout
    n_rec = neuron.membrane.size
    parts = {
        "membrane": _signed(neuron.membrane, neuron.bits),
        "spike": Part(neuron.spike, 0, 1),
        "fired": Part(neuron.fired, 0, n_rec - 1),
        "n_fired": Part(neuron.n_fired, 0, n_rec),
        "readout": _signed(readout.potential, readout.bits),
        "wins": Part(readout.wins, 0, (1 << readout.wins_bits) - 1),
        "source_noise": _source(neuron.noise),
        "source_readout": _place(readout.source),
    }
    roundings = {"membrane": neuron.rounding}
    for name, trace in zip(("trace_in", "trace_rec", "trace_out"), blocks.traces, strict=True):
        parts[name] = Part(trace.value, 0, (1 << trace.bits) - 1)
        roundings[name] = trace.rounding
    for name, rounding in roundings.items():
        for side, wheel in zip(("even", "odd"), rounding.wheels or (), strict=False):
            parts[f"source_{name}_{side}"] = _place(wheel)
        for side, source in zip(("even", "odd"), rounding.sources or (), strict=False):
            parts[f"source_{name}_{side}"] = _source(source)
    for name, synapses in zip(("w_in", "w_rec", "w_out"), blocks.synapses, strict=True):
        parts[name] = _signed(synapses.weights, synapses.weight_bits)
        parts[f"source_{name}"] = _source(synapses.source)
    return parts


def _signed(array: NDArray[np.integer], bits: int) -> Part:
    return Part(array, -(1 << bits - 1), (1 << bits - 1) - 1)


def _source(source: Source) -> Part:
    return Part(source.state, 0, (1 << CHUNKS * source.chunk_bits) - 1)


def _place(wheel: Wheel) -> Part:
    return Part(wheel.place, 0, np.array([wheel.words.shape[0] - 1, wheel.length - 1]))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of a core between two ticks.

    Registers, leaks and thresholds are not part of it: they are those of the core that it is restored to.

    Attributes
    ----------
    digest : str
        Digest of the Config of the core it was taken from.
    ticks : int
        Ticks of the sample under way; -1: no sample.
    learns, ended : bool
        The sample under way learns; its last tick is over.
    arrays : dict of str to int array
        State, weights and random sources, by the names of `state_parts`.
    """

    digest: str
    ticks: int
    learns: bool
    ended: bool
    arrays: dict[str, NDArray[np.integer]] = field(repr=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the snapshot to an .npz file, whole or not at all."""
        header = np.array([VERSION, self.ticks, self.learns, self.ended])
        content = BytesIO()
        arrays: dict[str, Any] = {"header": header, "digest": np.array(self.digest), **self.arrays}
        np.savez_compressed(content, **arrays)
        write_atomically(path, content.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a snapshot.

        Raises
        ------
        ValueError
            The file is damaged, no snapshot, or one of another version.
        OSError
            The file cannot be read.
        """
        arrays = read_archive(path)
        header, digest = arrays.pop("header", np.array(())), str(arrays.pop("digest", ""))
        if header.shape != (4,) or header.dtype.kind != "i":
            raise ValueError(f"{Path(path)} is not a snapshot of a core")
        version, ticks, learns, ended = header.tolist()
        if version != VERSION:
            raise ValueError(
                f"{Path(path)} is a snapshot of version {version}, this release reads version {VERSION}"
            )
        return cls(digest, ticks, bool(learns), bool(ended), arrays)

    def check(self, blocks: Blocks) -> None:
        """Tell whether the snapshot fits a core.

        Raises
        ------
        ValueError
            It is of a network of other sizes, or a value is out of its range.
        """
        parts = state_parts(blocks)
        if {name: part.array.shape for name, part in parts.items()} != {
            name: array.shape for name, array in self.arrays.items()
        }:
            raise ValueError("the snapshot is of a network of other sizes")
        for name, part in parts.items():
            array = self.arrays[name]
            if array.dtype.kind not in "iu" or np.any((array < part.low) | (array > part.high)):
                raise ValueError(f"{name} of the snapshot is out of range")
        if self.ticks < -1:
            raise ValueError(f"ticks = {self.ticks} of the snapshot is not -1 or more")
