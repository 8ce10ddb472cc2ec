"""The arrays of a recorded vector: read from an .npz file, their presence, types and shapes checked."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.files.files import read_archive, single
from golden_model.files.reading import naming, parse_object
from golden_model.network.config import Config
from golden_model.network.pairs import pairs_of
from golden_model.network.registers import Registers

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
READOUT_LEAKS = "alpha_low12_out"  # of the pairs that only readouts have; need not be there


def read_recording(path: str | os.PathLike[str]) -> tuple[Config, Registers, Arrays]:
    """Read the configuration, the registers and the arrays of a recording.

    A recording of other widths than the published ones has its configuration in an array `config`, and
    whole leaks `alpha` in place of `alpha_low12`. An array `alpha_low12_out` may go on where `alpha_low12`
    ends, with the pairs that exist for readouts only.

    Raises
    ------
    ValueError
        If the file is damaged, or an array is missing or has another type or shape than the registers
        ask for; the sentence names the file.
    OSError
        If the file cannot be read.
    """
    arrays = read_archive(path)
    with naming(path):
        shapes = dict(_SHAPES)
        if "alpha" in arrays:
            del shapes["alpha_low12"]
            shapes |= {"alpha": ("all pairs",), "threshold": ("all pairs",)}
        elif READOUT_LEAKS in arrays:
            shapes[READOUT_LEAKS] = ("pairs of readouts only",)
        _check_types(arrays, shapes)
        config, registers = Config(**_values(arrays, "config")), Registers(**_values(arrays, "registers"))
        _check_shapes(arrays, registers, shapes)
    return config, registers, arrays


def unpack_bits(name: str, packed: NDArray[Any], count: int) -> BoolArray:
    """Return the first `count` bits of the last axis, least significant first; the others must be 0."""
    if packed.dtype != np.uint8:
        raise ValueError(f"{name} has dtype {packed.dtype}, not uint8")
    bits = np.unpackbits(packed, axis=-1, bitorder="little").astype(np.bool_)
    if bits[..., count:].any():
        raise ValueError(f"{name} has a padding bit set beyond its {count} columns")
    return bits[..., :count]


def _check_types(arrays: Arrays, shapes: Mapping[str, tuple[str, ...]]) -> None:
    for name in ("registers", *_SCALARS, *shapes):
        if name not in arrays:
            raise ValueError(f"the array {name!r} is missing")
        if name != "registers" and arrays[name].dtype.kind not in "iu":
            raise ValueError(f"{name} has dtype {arrays[name].dtype}, which is not an integer one")


def _values(arrays: Arrays, name: str) -> dict[str, Any]:
    """Return the content of a JSON object, an empty one if there is no such array."""
    if name not in arrays:
        return {}
    try:
        return parse_object(str(single(arrays, name)))
    except ValueError as error:
        raise ValueError(f"{name} is not a JSON object: {error}") from None


def _check_shapes(arrays: Arrays, registers: Registers, shapes: Mapping[str, tuple[str, ...]]) -> None:
    for name in _SCALARS:
        if arrays[name].shape != ():
            raise ValueError(f"{name} has shape {list(arrays[name].shape)}, not a single value")
    for name in ("n_in", "n_rec"):
        if arrays[name] != getattr(registers, name):
            raise ValueError(
                f"{name} = {arrays[name]} disagrees with {getattr(registers, name)} of the registers"
            )
    sizes = _sizes(arrays["events"], registers)
    for name, axes in shapes.items():
        shape = tuple(sizes[axis] for axis in axes)
        if arrays[name].shape != shape:
            raise ValueError(
                f"{name} has shape {list(arrays[name].shape)}, not {list(shape)} ({', '.join(axes)})"
            )


def _sizes(events: NDArray[Any], registers: Registers) -> dict[str, int]:
    if events.ndim != 3:
        raise ValueError(f"events has {events.ndim} axes, not (sample, tick, line)")
    n_pairs = pairs_of(registers.n_in, registers.n_rec)
    all_pairs = pairs_of(registers.n_in, registers.n_rec, registers.n_out)
    return {
        "n_samples": events.shape[0],
        "n_ticks": events.shape[1],
        "n_in": registers.n_in,
        "n_rec": registers.n_rec,
        "n_out": registers.n_out,
        "n_in / 8": -(-registers.n_in // 8),
        "n_rec / 8": -(-registers.n_rec // 8),
        "n_pairs": n_pairs,
        "all pairs": all_pairs,
        "pairs of readouts only": all_pairs - n_pairs,
    }
