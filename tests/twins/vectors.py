"""Replay of recorded vectors through the twin."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .network import Twin
from .widths import Widths

WEIGHTS = ("w_in", "w_rec", "w_out")


def unpacked(packed: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Bits of the last axis, the least significant of a byte first."""
    bits = np.unpackbits(packed.astype(np.uint8), axis=-1, bitorder="little", count=count)
    return bits.astype(np.int64)


@dataclass
class Vector:
    """One recorded file: widths, registers, alpha and threshold per pair, and the arrays by their names."""

    widths: Widths
    registers: dict[str, Any]
    alpha: list[int]
    threshold: list[int]
    data: dict[str, NDArray[np.int64]]

    @property
    def n_samples(self) -> int:
        return len(self.data["labels"])

    def events(self, sample: int) -> NDArray[np.int64]:
        """Raster [n_ticks, n_in] of one sample."""
        return unpacked(self.data["events"][sample], int(self.data["n_in"]))

    def spikes(self, sample: int) -> NDArray[np.int64]:
        """Expected spikes [n_ticks, n_rec] of one sample."""
        return unpacked(self.data["spikes"][sample], int(self.data["n_rec"]))


def pair_values(recorded: Sequence[np.int64] | NDArray[np.int64], n_pairs: int) -> list[int]:
    """The recorded values, then zeros; pairs beyond them belong to readouts alone."""
    return [int(x) for x in recorded] + [0] * (n_pairs - len(recorded))


def load(path: Path) -> Vector:
    """Read one file; alpha is recorded, or put together from alpha_conf and its recorded low bits."""
    with np.load(path) as file:
        registers = json.loads(str(file["registers"]))
        config = json.loads(str(file["config"])) if "config" in file.files else {}
        texts = ("registers", "config")
        data = {name: file[name].astype(np.int64) for name in file.files if name not in texts}
    data["spikes"][:, 0] = data["outputs"][:, 0] = 0  # no step precedes the first tick
    n_pairs = (max(registers[f"num_{name}_neur"] for name in ("inp", "rec", "out")) + 2) // 2
    alpha = data["alpha"].tolist() if "alpha" in data else published_alpha(registers, data, n_pairs)
    return Vector(widths_of(config), registers, alpha, pair_values(data["threshold"], n_pairs), data)


def published_alpha(registers: dict[str, Any], data: dict[str, NDArray[np.int64]], n_pairs: int) -> list[int]:
    """Leaks from the top bits in alpha_conf and the recorded low bits."""
    recorded = [*data["alpha_low12"], *data.get("alpha_low12_out", ())]
    conf, low = int(registers["alpha_conf"], 16), pair_values(recorded, n_pairs)
    return [(0x8000 if conf >> p & 1 else 0x7000) + low[p] for p in range(n_pairs)]


def widths_of(config: dict[str, Any]) -> Widths:
    """The widths of a configuration; its greatest sizes change no result."""
    return Widths(**{name: value for name, value in config.items() if name not in ("n_in", "n_rec", "n_out")})


def difference(expected: NDArray[np.int64], got: NDArray[np.int64], what: str) -> str | None:
    """First place where two arrays differ, in words."""
    if expected.shape != got.shape:
        return f"{what}: expected shape {expected.shape}, got {got.shape}"
    places = np.argwhere(expected != got)
    if len(places) == 0:
        return None
    place = tuple(int(x) for x in places[0])
    return f"{what} {place}: expected {expected[place]}, got {got[place]}"


def replay(vector: Vector) -> str | None:
    """First difference between the twin and the vector, None if there is none."""
    twin = Twin(vector.registers, vector.alpha, vector.threshold, vector.widths)
    data, start = vector.data, int(vector.data["target_start"])
    twin.load_weights(data["w_in"], data["w_rec"], data["w_out"])
    for s in range(vector.n_samples):
        label, targets = int(data["labels"][s]), data["targets"][s].tolist()
        result = twin.run(vector.events(s).tolist(), label, targets, start)
        spike, readout = np.array(result.records["spike"]), np.array(result.records["readout"])
        inference = np.array(-1 if result.inference is None else result.inference)
        checks = [
            (vector.spikes(s), spike, f"sample {s}, spike [tick, neuron]"),
            (data["outputs"][s], readout, f"sample {s}, readout [tick, readout]"),
            (data["inference"][s], inference, f"sample {s}, inference"),
        ]
        checks += [(data[f"{w}_after"][s], np.array(getattr(twin, w)), f"sample {s}, {w}") for w in WEIGHTS]
        for check in checks:
            if text := difference(*check):
                return text
    return None
