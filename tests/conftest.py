"""Settings and fixtures for all tests."""

from pathlib import Path

import hypothesis
import pytest

# The same examples on every run, however slow the machine.
hypothesis.settings.register_profile("eprop-core", derandomize=True, deadline=None)
hypothesis.settings.load_profile("eprop-core")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specifications and reference data next to the checkout."""
    folder = (Path(__file__).parents[1] / ".." / "shared").resolve()
    if not folder.is_dir():
        pytest.skip(f"the folder {folder} with the reference data does not exist")
    return folder
