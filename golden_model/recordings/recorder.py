"""Recordings of the golden model, in the format of those of the published circuit."""

import io
import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from golden_model.files.files import write_atomically
from golden_model.recordings.vectors import Vector
from golden_model.samples.samples import Sample

if TYPE_CHECKING:
    from golden_model.core.core import Core


def record(core: "Core", samples: Sequence[Sample]) -> Vector:
    """Run samples and return a recording of them.

    Parameters
    ----------
    core : Core
        It goes on from where it is; its weights must have no shadow bits set.
    samples : sequence of Sample
        Of equally many ticks, with targets from the same tick on.
    """
    before = (core.w_in, core.w_rec, core.w_out)
    spikes, readouts, inference, after = [], [], [], []
    for sample in samples:
        result = core.run(sample, record=("spike", "readout"))
        spikes.append(result.records["spike"])
        readouts.append(result.records["readout"])
        inference.append(-1 if result.inference is None else result.inference)
        after.append(core.stored_weights)
    w_in, w_rec, w_out = (np.stack(weights) for weights in zip(*after, strict=True))
    answers = np.stack(spikes), np.stack(readouts), np.array(inference)
    return Vector(core.config, core.parameters, before, list(samples), *answers, w_in, w_rec, w_out)


def save(vector: Vector, path: str | os.PathLike[str]) -> None:
    """Write a recording, whole or not at all; `Vector.load` reads it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, allow_pickle=False, **_network(vector), **_samples(vector), **_answers(vector)
    )
    write_atomically(path, buffer.getvalue())


def _network(vector: Vector) -> dict[str, NDArray[Any]]:
    parameters, (w_in, w_rec, w_out) = vector.parameters, vector.weights
    return {
        "config": np.array(json.dumps(vector.config.model_dump())),
        "registers": np.array(json.dumps(parameters.table()["registers"])),
        "n_in": np.array(parameters.n_in),
        "n_rec": np.array(parameters.n_rec),
        "alpha": np.asarray(parameters.alpha, np.uint16),
        "threshold": np.asarray(parameters.threshold, np.int16),
        "w_in": w_in,
        "w_rec": w_rec,
        "w_out": w_out,
    }


def _samples(vector: Vector) -> dict[str, NDArray[Any]]:
    parameters, samples = vector.parameters, vector.samples
    shape = (len(samples), samples[0].n_ticks, parameters.n_out)
    targets = np.zeros(shape, np.int16)
    for number, sample in enumerate(samples):
        if sample.targets is not None:
            targets[number] = sample.targets
    return {
        "events": _packed(np.stack([sample.raster(parameters.n_in) for sample in samples])),
        "labels": np.array([sample.label or 0 for sample in samples], np.int8),
        "targets": targets,
        "target_start": np.array(samples[0].target_start),
    }


def _answers(vector: Vector) -> dict[str, NDArray[Any]]:
    return {
        "spikes": _packed(vector.spikes),
        "outputs": vector.readouts,
        "inference": vector.inference,
        "w_in_after": vector.w_in_after,
        "w_rec_after": vector.w_rec_after,
        "w_out_after": vector.w_out_after,
    }


def _packed(bits: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(bits, axis=-1, bitorder="little")
