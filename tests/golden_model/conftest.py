"""A run that all tests of the command line may read."""

from pathlib import Path

import pytest

from golden_model.cli import run
from tests.helpers.commands import train


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small finished run."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    assert run(train(folder, "--epochs", "2", "--seed", "1")) == 0
    return folder
