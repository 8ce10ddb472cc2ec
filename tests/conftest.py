"""Settings and fixtures for all tests."""

from pathlib import Path

import hypothesis
import pytest

from tests.helpers.places import SHARED

# The same examples on every run, however slow the machine.
hypothesis.settings.register_profile("eprop-core", derandomize=True, deadline=None)
hypothesis.settings.load_profile("eprop-core")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specifications and reference data next to the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"the folder {SHARED} with the reference data does not exist")
    return SHARED
