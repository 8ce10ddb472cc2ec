"""The generated Verilog in simulation: agents for the chip's pins, and `eprop cosim` for recordings.

Agents take handles of pins under cocotb, of the generated chip or of a board of one's own around it. They
load on first use, so that the help of the command needs no simulator.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosim.chip.agents import AerSource, LocalTicks, OutputSink, SpiMaster, TickSource
    from cosim.chip.board import Answer, Board
    from cosim.chip.memory import ChipMemory

__all__ = [
    "AerSource",
    "Answer",
    "Board",
    "ChipMemory",
    "LocalTicks",
    "OutputSink",
    "SpiMaster",
    "TickSource",
]

_MODULES = {
    "AerSource": "chip.agents",
    "Answer": "chip.board",
    "Board": "chip.board",
    "ChipMemory": "chip.memory",
    "LocalTicks": "chip.agents",
    "OutputSink": "chip.agents",
    "SpiMaster": "chip.agents",
    "TickSource": "chip.agents",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
