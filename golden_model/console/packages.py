"""Packages that only some commands need, which are extras of the installation."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires

from packaging.requirements import Requirement

PROJECT = "eprop-core"


def check_packages(what: str, extra: str) -> None:
    """Raise a ValueError if packages of an extra are not installed.

    Parameters
    ----------
    what : str
        What needs them, for the sentence.
    extra : str
        Name of the extra, which knows them.
    """
    missing = sorted(name for name in _names(extra) if not _is_installed(name))
    if missing:
        *most, last = missing
        names, verb = (f"{', '.join(most)} and {last}", "are") if most else (last, "is")
        install = f"in the checkout of {PROJECT}, run pip install -e '.[{extra}]'"
        raise ValueError(f"{what} needs {names}, which {verb} not installed: {install}")


def _names(extra: str) -> Iterator[str]:
    """Yield the packages of an extra; none of a checkout that is on the path without being installed."""
    try:
        requirements = [Requirement(line) for line in requires(PROJECT) or ()]
    except PackageNotFoundError:
        return
    for requirement in requirements:
        if requirement.marker is not None and requirement.marker.evaluate({"extra": extra}):
            yield requirement.name


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
