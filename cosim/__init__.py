"""The generated Verilog in simulation: agents for the chip's pins, and `python -m cosim` for recordings.

Agents take handles of pins under cocotb, of the generated chip or of a board of one's own around it.
"""

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
