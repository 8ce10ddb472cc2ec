"""Packages that only some commands need, which are extras of the installation."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "eprop-core"
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def check_packages(what: str, extra: str) -> None:
    """Raise a ValueError if packages of an extra are not installed.

    Parameters
    ----------
    what : str
        What needs them, for the sentence.
    extra : str
        Name of the extra, which knows them.
    """
    missing = sorted(set(_missing(_requirements(extra))))
    if missing:
        *most, last = missing
        names, verb = (f"{', '.join(most)} and {last}", "are") if most else (last, "is")
        raise ValueError(f"{what} needs {names}, which {verb} not installed: {_install(f'.[{extra}]')}")


def not_installed(module: str) -> str:
    """Return the sentence for a module of another package that cannot be found."""
    package = module.partition(".")[0]
    return f"the module {package} is not installed: {_install('.')}, or with the extra that needs it"


def _install(what: str) -> str:
    return f"in the checkout of {PROJECT}, run pip install -e '{what}'"


def _requirements(extra: str) -> list[Requirement]:
    """Return the packages of an extra, as pyproject.toml has them if a checkout is not installed."""
    try:
        lines = [Requirement(line) for line in requires(PROJECT) or ()]
    except PackageNotFoundError:
        extras = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
        return [Requirement(line) for line in extras[extra]]
    return _of_extra(lines, extra)


def _of_extra(lines: list[Requirement], extra: str) -> list[Requirement]:
    return [line for line in lines if line.marker is not None and line.marker.evaluate({"extra": extra})]


def _missing(lines: list[Requirement]) -> Iterator[str]:
    """Yield what is not installed of packages, and of the extras that they are wanted with."""
    for line in lines:
        try:
            found = distribution(line.name)
        except PackageNotFoundError:
            yield line.name
            continue
        further = [Requirement(text) for text in found.requires or ()] if line.extras else []
        for extra in line.extras:
            yield from _missing(_of_extra(further, extra))
