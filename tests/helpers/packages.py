"""A machine on which packages are missing."""

from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest


def uninstall(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the commands find all packages but some."""

    def found(name: str) -> Distribution:
        if name in names:
            raise PackageNotFoundError(name)
        return distribution(name)

    monkeypatch.setattr("golden_model.console.packages.distribution", found)
