"""The packages beside golden_model, rtl and cosim, which a folder of the user may be named like."""

import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).parents[2]
SIBLINGS = ("rtl", "cosim")


def put_siblings_first() -> None:
    """Let rtl and cosim be those beside golden_model, here and in the simulators that are started.

    `python -m golden_model` looks into the current folder first, and PYTHONPATH may name any: such folders
    are looked into after ours, which may be that of all installed packages and stays where it is.
    """
    if all(_is_sibling(name) for name in SIBLINGS):
        return
    others = [entry for entry in sys.path if _has_another(entry)]
    kept = [entry for entry in sys.path if entry not in others]
    if str(HOME) not in kept:
        kept.append(str(HOME))
    after = kept.index(str(HOME)) + 1
    sys.path[:] = [*kept[:after], *others, *kept[after:]]


def _is_sibling(name: str) -> bool:
    spec = find_spec(name)
    return spec is not None and spec.origin == str(HOME / name / "__init__.py")


def _has_another(entry: str) -> bool:
    """Tell whether a folder of the path has packages of these names that are not ours."""
    specs = (PathFinder.find_spec(name, [entry]) for name in SIBLINGS)
    return Path(entry).resolve() != HOME and any(spec is not None and spec.origin for spec in specs)
