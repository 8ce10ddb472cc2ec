"""The arrays of a recorded vector: read from an .npz file, their presence, types and shapes checked."""

import json
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.files import read_archive
from golden_model.registers import Registers

Arrays = dict[str, NDArray[Any]]
BoolArray = NDArray[np.bool_]

_SCALARS = ("n_in", "n_rec", "target_start")
_SHAPES: dict[str, tuple[str, ...]] = {
    "alpha_low12": ("n_pairs",),
    "threshold": ("n_pairs",),
    "w_in": ("n_in", "n_rec"),
    "w_rec": ("n_rec", "n_rec"),
    "w_out": ("n_rec", "n_out"),
    "events": ("n_samples", "n_ticks", "n_in / 8"),
    "labels": ("n_samples",),
    "targets": ("n_samples", "n_ticks", "n_out"),
    "spikes": ("n_samples", "n_ticks", "n_rec / 8"),
    "outputs": ("n_samples", "n_ticks", "n_out"),
    "inference": ("n_samples",),
    "w_in_after": ("n_samples", "n_in", "n_rec"),
    "w_rec_after": ("n_samples", "n_rec", "n_rec"),
    "w_out_after": ("n_samples", "n_rec", "n_out"),
}


def read_recording(path: str | os.PathLike[str]) -> tuple[Registers, Arrays]:
    """Read the registers and the arrays of a recording.

    Raises
    ------
    ValueError
        If the file is damaged, or an array is missing or has another type or shape than the registers
        ask for; the sentence names the file.
    OSError
        If the file cannot be read.
    """
    arrays = read_archive(path)
    try:
        _check_types(arrays)
        registers = _registers(arrays)
        _check_shapes(arrays, registers)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return registers, arrays


def unpack_bits(name: str, packed: NDArray[Any], count: int) -> BoolArray:
    """Return the first `count` bits of the last axis, least significant first; the others must be 0."""
    if packed.dtype != np.uint8:
        raise ValueError(f"{name} has dtype {packed.dtype}, not uint8")
    bits = np.unpackbits(packed, axis=-1, bitorder="little").astype(np.bool_)
    if bits[..., count:].any():
        raise ValueError(f"{name} has a padding bit set beyond its {count} columns")
    return bits[..., :count]


def _check_types(arrays: Arrays) -> None:
    for name in ("registers", *_SCALARS, *_SHAPES):
        if name not in arrays:
            raise ValueError(f"the array {name!r} is missing")
        if name != "registers" and arrays[name].dtype.kind not in "iu":
            raise ValueError(f"{name} has dtype {arrays[name].dtype}, which is not an integer one")


def _registers(arrays: Arrays) -> Registers:
    try:
        values = json.loads(str(arrays["registers"]))
        return Registers(**values)
    except (json.JSONDecodeError, TypeError) as error:
        raise ValueError(f"registers are not a JSON object: {error}") from None


def _check_shapes(arrays: Arrays, registers: Registers) -> None:
    for name in _SCALARS:
        if arrays[name].shape != ():
            raise ValueError(f"{name} has shape {list(arrays[name].shape)}, not a single value")
    for name in ("n_in", "n_rec"):
        if arrays[name] != getattr(registers, name):
            raise ValueError(
                f"{name} = {arrays[name]} disagrees with {getattr(registers, name)} of the registers"
            )
    sizes = _sizes(arrays["events"], registers)
    for name, axes in _SHAPES.items():
        shape = tuple(sizes[axis] for axis in axes)
        if arrays[name].shape != shape:
            raise ValueError(
                f"{name} has shape {list(arrays[name].shape)}, not {list(shape)} ({', '.join(axes)})"
            )


def _sizes(events: NDArray[Any], registers: Registers) -> dict[str, int]:
    if events.ndim != 3:
        raise ValueError(f"events has {events.ndim} axes, not (sample, tick, line)")
    return {
        "n_samples": events.shape[0],
        "n_ticks": events.shape[1],
        "n_in": registers.n_in,
        "n_rec": registers.n_rec,
        "n_out": registers.n_out,
        "n_in / 8": -(-registers.n_in // 8),
        "n_rec / 8": -(-registers.n_rec // 8),
        "n_pairs": (max(registers.n_in, registers.n_rec) + 1) // 2,
    }
