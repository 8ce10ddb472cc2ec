"""Bit-accurate fixed-point model of an e-prop learning core.

The public names load on first use, so that reading a configuration does not compile anything.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golden_model.core.core import Core, Result, TickResult
    from golden_model.core.parallel import run_many
    from golden_model.core.snapshot import Snapshot
    from golden_model.network.config import Config
    from golden_model.network.parameters import Parameters
    from golden_model.network.registers import Registers
    from golden_model.reference.reference import Reference
    from golden_model.samples.samples import Sample

__version__ = "0.1.0"
__all__ = [
    "Config",
    "Core",
    "Parameters",
    "Reference",
    "Registers",
    "Result",
    "Sample",
    "Snapshot",
    "TickResult",
    "run_many",
]

_MODULES = {
    "Config": "network.config",
    "Core": "core.core",
    "Parameters": "network.parameters",
    "Reference": "reference.reference",
    "Registers": "network.registers",
    "Result": "core.core",
    "Sample": "samples.samples",
    "TickResult": "core.core",
    "Snapshot": "core.snapshot",
    "run_many": "core.parallel",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
