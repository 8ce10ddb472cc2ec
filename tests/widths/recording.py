"""The arrays of one recording, made by the naive twin."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.twins.network import Twin
from tests.twins.vectors import widths_of
from tests.twins.widths import Widths
from tests.widths.networks import (
    IntegerArray,
    WidthSet,
    events_of,
    leaks_of,
    registers_of,
    targets_of,
    weights_of,
)

Arrays = dict[str, NDArray[Any]]
MAXIMA = {"n_in": 256, "n_rec": 256, "n_out": 16}
PLASTIC = {"w_in": 1, "w_rec": 2, "w_out": 4}


def record(width_set: WidthSet) -> Arrays:
    """Run the twin over all samples and keep what tests/vectors/widths/README.md lists."""
    rng, widths = width_set.generator(), widths_of(dict(width_set.config))
    registers = registers_of(width_set, rng)
    alpha, threshold = leaks_of(width_set, rng)
    weights, events = weights_of(width_set, rng), events_of(width_set, rng)
    labels, targets = targets_of(width_set, rng)
    arrays: Arrays = {
        "config": np.array(json.dumps(config_of(width_set))),
        "registers": np.array(json.dumps(registers)),
        "alpha": alpha.astype(np.uint16),
        "threshold": threshold.astype(np.int16),
        **{name: packed(matrix, widths.weight_bits) for name, matrix in weights.items()},
        "n_in": np.array(width_set.sizes[0]),
        "n_rec": np.array(width_set.sizes[1]),
        "events": np.packbits(events, axis=-1, bitorder="little"),
        "labels": labels.astype(np.int8),
        "targets": targets.astype(np.int16),
        "target_start": np.array(width_set.target_start),
    }
    twin = Twin(registers, alpha.tolist(), threshold.tolist(), widths)
    twin.load_weights(*weights.values())
    return arrays | answers(twin, arrays, events, widths)


def config_of(width_set: WidthSet) -> dict[str, Any]:
    """Fields of a Config that are not at their default; sizes only where the network is larger."""
    sizes = zip(MAXIMA.items(), width_set.sizes, strict=True)
    return {**width_set.config, **{name: size for (name, most), size in sizes if size > most}}


def answers(twin: Twin, arrays: Arrays, events: NDArray[np.bool_], widths: Widths) -> Arrays:
    """Spikes, readouts, inferences and stored weights of all samples."""
    kept: dict[str, list[Any]] = {name: [] for name in ("spikes", "outputs", "inference", *PLASTIC)}
    start = int(arrays["target_start"])
    for raster, label, targets in zip(events, arrays["labels"], arrays["targets"], strict=True):
        result = twin.run(raster.tolist(), int(label), targets.tolist(), start)
        kept["spikes"].append(result.records["spike"])
        kept["outputs"].append(result.records["readout"])
        kept["inference"].append(-1 if result.inference is None else result.inference)
        for name in PLASTIC:
            kept[name].append(np.array(getattr(twin, name)))
    return {
        "spikes": np.packbits(np.array(kept["spikes"], np.bool_), axis=-1, bitorder="little"),
        "outputs": packed(np.array(kept["outputs"]), widths.membrane_bits),
        "inference": packed(np.array(kept["inference"]), 8),
        **{f"{name}_after": packed(np.array(kept[name]), widths.stored_bits) for name in PLASTIC},
    }


def packed(values: IntegerArray, bits: int) -> NDArray[Any]:
    """The same values in the smallest signed type that holds words of `bits` bits."""
    return values.astype(np.int8 if bits <= 8 else np.int16 if bits <= 16 else np.int32)


def activity(width_set: WidthSet, arrays: Arrays) -> dict[str, int]:
    """Number of spikes, and of weights of each array that end otherwise than they began."""
    shadow_bits = width_set.config.get("shadow_bits", 0)
    counts = {"spikes": int(np.unpackbits(arrays["spikes"]).sum())}
    for name in PLASTIC:
        before = arrays[name].astype(np.int64) << shadow_bits
        counts[name] = int((arrays[f"{name}_after"][-1] != before).sum())
    return counts


def check_activity(width_set: WidthSet, arrays: Arrays) -> None:
    """Refuse a recording that would test little.

    Raises
    ------
    ValueError
        If less than 10 or more than half of all possible spikes occur, or less than 5 weights of a plastic
        array (1 in one of less than 20) change that the set does not name as still.
    """
    counts, plastic = activity(width_set, arrays), json.loads(str(arrays["registers"]))["do_eprop"]
    most = width_set.n_samples * width_set.n_ticks * width_set.sizes[1] // 2
    if not 10 <= counts["spikes"] <= most:
        raise ValueError(f"{width_set.name}: {counts['spikes']} spikes are outside 10..{most}")
    for name, bit in PLASTIC.items():
        least = 5 if arrays[name].size >= 20 else 1
        if plastic & bit and name not in width_set.still and counts[name] < least:
            raise ValueError(f"{width_set.name}: {counts[name]} changes in {name} are less than {least}")
