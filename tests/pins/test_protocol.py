"""A small chip, reached through its pins only: every kind of result, and memories in the midst of samples."""

import pytest

from tests.pins import launch
from tests.pins.networks import CONFIG, LANES


@pytest.mark.slow
@pytest.mark.parametrize("bench", ["results_bench", "frozen_bench"])
def test_pins_of_a_small_chip(bench: str) -> None:
    launch(CONFIG, LANES, f"tests.pins.{bench}")
