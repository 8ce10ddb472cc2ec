"""Snapshots: the whole state of a core, random sources included, in memory and in files."""

import os
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from golden_model.files import write_atomically
from golden_model.timestep import Blocks

VERSION = 1
# What reading a damaged archive may raise; encrypted and future archives count as damaged.
DAMAGE = (
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)


def state_arrays(blocks: Blocks) -> dict[str, NDArray[np.integer]]:
    """Return every array of a core that outlives a time step, by name."""
    neuron, readout = blocks.neuron, blocks.readout
    arrays: dict[str, NDArray[np.integer]] = {
        "membrane": neuron.membrane,
        "spike": neuron.spike,
        "fired": neuron.fired,
        "n_fired": neuron.n_fired,
        "readout": readout.potential,
        "wins": readout.wins,
        "source_noise": neuron.noise.state,
        "source_readout": readout.source.place,
    }
    roundings = {"membrane": neuron.rounding}
    for name, trace in zip(("trace_in", "trace_rec", "trace_out"), blocks.traces, strict=True):
        arrays[name] = trace.value
        roundings[name] = trace.rounding
    for name, rounding in roundings.items():
        arrays[f"source_{name}_even"] = rounding.even.place
        arrays[f"source_{name}_odd"] = rounding.odd.place
    for name, synapses in zip(("w_in", "w_rec", "w_out"), blocks.synapses, strict=True):
        arrays[name] = synapses.weights
        arrays[f"source_{name}"] = synapses.source.state
    return arrays


@dataclass(frozen=True)
class Snapshot:
    """The state of a core between two ticks.

    Attributes
    ----------
    digest : str
        Digest of the Config of the core it was taken from.
    ticks : int
        Ticks of the sample under way; -1: no sample.
    learns, ended : bool
        The sample under way learns; its last tick is over.
    arrays : dict of str to int array
        State, weights and random sources.
    """

    digest: str
    ticks: int
    learns: bool
    ended: bool
    arrays: dict[str, NDArray[np.integer]]

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
            The file is no snapshot, or one of another version.
        OSError
            The file cannot be read.
        """
        content = Path(path).read_bytes()
        try:
            with np.load(BytesIO(content), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            version, ticks, learns, ended = arrays.pop("header").tolist()
            digest = str(arrays.pop("digest"))
        except DAMAGE as error:
            raise ValueError(f"{Path(path)} is not a snapshot of a core") from error
        if version != VERSION:
            raise ValueError(
                f"{Path(path)} is a snapshot of version {version}, this release reads version {VERSION}"
            )
        return cls(digest, ticks, bool(learns), bool(ended), arrays)
