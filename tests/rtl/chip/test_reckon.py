"""The chip, reached through its pins only: recorded vectors, with readbacks of all weights."""

import numpy as np
import pytest

from cosim.chip.board import Answer, potentials
from golden_model.network.config import Config
from golden_model.recordings.vectors import Vector
from tests.helpers.pins import Task, present
from tests.helpers.places import VECTORS

CONFIG = Config(n_in=28, n_rec=48, n_out=16)
NAMES = ("late_701_03", "wide_701_02", "regul_701_03")  # a label, a label per step, a regression


def check_answer(vector: Vector, answer: Answer) -> None:
    """Compare what was sent at the end, and after each step, with the recording."""
    registers, readouts = vector.parameters.registers, vector.readouts[0]
    if registers.regression:
        assert potentials(answer.last) == readouts[-1].tolist()
    else:
        assert answer.last == [vector.inference[0]]
    for tick, sent in enumerate(answer.steps):
        if tick == 0 or not registers.send_per_timestep:
            assert sent == []
        elif not registers.send_label_only:
            assert potentials(sent) == readouts[tick].tolist()
        else:
            assert len(sent) == 1


@pytest.mark.slow
def test_recorded_vectors_through_the_pins() -> None:
    """One test, since one build serves them all."""
    vectors = [Vector.load(VECTORS / f"{name}.npz") for name in NAMES]
    assert any(v.parameters.registers.send_per_timestep for v in vectors)
    for vector in vectors:
        task = Task(CONFIG, vector.parameters, vector.weights, [(vector.samples[0], True)])
        done = present(task, lanes=4)
        check_answer(vector, done.answers[0])
        for name, weights in zip(("w_in", "w_rec", "w_out"), done.weights[0], strict=True):
            assert np.array_equal(weights, getattr(vector, f"{name}_after")[0]), name
