"""The packages beside golden_model, rtl and cosim, which a folder of the user may be named like."""

import sys
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).parents[2]
SIBLINGS = ("rtl", "cosim")


def put_siblings_first() -> None:
    """Let rtl and cosim be those beside golden_model, here and in the simulators that are started.

    `python -m golden_model` looks into the current folder first, and PYTHONPATH may name any.
    """
    if not all(_is_sibling(name) for name in SIBLINGS):
        sys.path.insert(0, str(HOME))


def _is_sibling(name: str) -> bool:
    spec = find_spec(name)
    return spec is not None and spec.origin == str(HOME / name / "__init__.py")
