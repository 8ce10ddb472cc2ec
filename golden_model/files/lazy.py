"""Names of a package that load on first use, so that importing the package loads nothing."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def make_loader(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package, from its public names to the modules in it that have them.

    To be called where no checker of types looks: it would take the package for one that has every name.
    """

    def load(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
