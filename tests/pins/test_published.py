"""The first training and the first test sample of cue accumulation, whole, through the pins only."""

import pytest

from cosim.chip.board import potentials
from golden_model.network.config import Config
from tests.helpers.pins import present
from tests.helpers.pins.published import cases, digest

PER_STEP = {"send_per_timestep": 1, "send_label_only": 0}


@pytest.mark.long
def test_whole_samples() -> None:
    """One test, since one build serves both; on a chip of the network's size, which changes no result.

    The potentials after each step tell random sources that go on from those that do not, even where weights
    and the answer would not.
    """
    for case in cases(Config.preset("navigation"), **PER_STEP):
        done = present(case.task, lanes=4)
        steps = [potentials(sent) for sent in done.answers[0].steps]
        assert steps == [[], *case.readouts[1:-1].tolist()], case.kind
        assert done.answers[0].last == [case.inference], case.kind
        assert digest(done.weights[0]) == case.digest, case.kind
