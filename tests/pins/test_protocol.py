"""A small chip, reached through its pins only: every kind of result, and memories in the midst of samples."""

import pytest

from tests.pins import launch
from tests.pins.networks import CONFIG, LANES

BENCHES = "tests.pins.results_bench,tests.pins.frozen_bench"


@pytest.mark.slow
def test_pins_of_a_small_chip() -> None:
    """One test, since one launch runs both benches."""
    launch(CONFIG, LANES, BENCHES)
