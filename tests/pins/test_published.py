"""The first training and the first test sample of cue accumulation, whole, through the pins only."""

import pytest

from golden_model.config import Config
from tests.pins import present
from tests.pins.published import cases, digest


@pytest.mark.slow
def test_whole_samples() -> None:
    """One test, since one build serves both; on a chip of the network's size, which changes no result."""
    for case in cases(Config.preset("navigation")):
        done = present(case.task, lanes=4)
        assert done.answers[0].last == [case.inference], case.kind
        assert digest(done.weights[0]) == case.digest, case.kind
