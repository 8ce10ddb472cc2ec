"""A small chip, reached through its pins only: every kind of result, and memories in the midst of samples."""

import pytest

from tests.helpers.pins import launch, problems
from tests.helpers.pins.networks import CONFIG, LANES

BENCHES = ["tests.pins.results_bench", "tests.pins.frozen_bench"]


@pytest.mark.long
def test_pins_of_a_small_chip() -> None:
    """One test, since one launch runs both benches."""
    found = problems(launch(CONFIG, LANES, BENCHES))
    assert found
    assert not any(found.values()), found
