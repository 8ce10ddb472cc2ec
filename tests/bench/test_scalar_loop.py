"""The baseline of the speed figure computes what the core computes: it is exact on every vector."""

from pathlib import Path

import numpy as np
import pytest

from golden_model.recordings.vectors import Vector
from tests.bench.scalar_loop import ScalarLoop, run
from tests.helpers.places import VECTORS

RECORDINGS = sorted(VECTORS.glob("*.npz"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_scalar_loop_is_exact(path: Path) -> None:
    vector = Vector.load(path)
    parameters = vector.parameters
    registers = parameters.registers.to_dict()
    loop = ScalarLoop(registers, parameters.alpha, parameters.threshold, *vector.weights)
    for n, sample in enumerate(vector.samples):
        one_hot = np.where(np.arange(parameters.n_out) == sample.label, 2048, 0)[None]
        targets = one_hot if sample.targets is None else np.array(sample.targets)
        events = (sample.lines, sample.offsets, targets, sample.target_start)
        winner = run(loop.constants, loop.arrays, *events, registers["do_eprop"])
        assert registers["regression"] or winner == vector.inference[n]
        for after, weights in (
            (vector.w_in_after, loop.w_in),
            (vector.w_rec_after, loop.w_rec),
            (vector.w_out_after, loop.w_out),
        ):
            np.testing.assert_array_equal(after[n], weights)
