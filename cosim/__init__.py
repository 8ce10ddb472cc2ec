"""The generated Verilog in simulation: agents for the chip's pins, and `eprop cosim` for recordings.

Agents take handles of pins under cocotb, of the generated chip or of a board of one's own around it. They
load on first use, so that the help of the command needs no simulator.
"""

from typing import TYPE_CHECKING

from golden_model.files.lazy import make_loader

if TYPE_CHECKING:
    from cosim.chip.agents import AerSource as AerSource
    from cosim.chip.agents import LocalTicks as LocalTicks
    from cosim.chip.agents import OutputSink as OutputSink
    from cosim.chip.agents import SpiMaster as SpiMaster
    from cosim.chip.agents import TickSource as TickSource
    from cosim.chip.board import Answer as Answer
    from cosim.chip.board import Board as Board
    from cosim.chip.memory import ChipMemory as ChipMemory

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
__all__ = [*_MODULES]

if not TYPE_CHECKING:
    __getattr__ = make_loader(__name__, _MODULES)


def __dir__() -> list[str]:
    return __all__
