"""A look at a core in simulation: whether what it does ends."""

import os
import pickle
from pathlib import Path
from typing import Any

from cocotb.triggers import First, RisingEdge, SimTimeoutError, with_timeout

from tests.endings import TASK, Write, longest_step

FOLDER = Path(os.environ["COSIM_FOLDER"])


def task() -> tuple[int, list[Write]]:
    """Return the lanes of the circuit and what is to be written, each after a reset."""
    lanes, chosen = pickle.loads((FOLDER / TASK).read_bytes())
    return lanes, chosen


class Core:
    """A core whose steps have to end.

    Parameters
    ----------
    dut : handle
        The core.
    lanes : int
    period : int
        Of its clock.
    unit : str
        Of the period.
    """

    def __init__(self, dut: Any, lanes: int, period: int, unit: str) -> None:
        self.dut, self.unit, self.most = dut, unit, longest_step(lanes) * period

    async def ends(self) -> bool:
        """Wait until the core waits for its host; tell whether it does so in time."""
        if self.dut.ready.value or self.dut.frozen.value:
            return True
        waits = First(RisingEdge(self.dut.ready), RisingEdge(self.dut.frozen))
        try:
            await with_timeout(waits, self.most, self.unit)
        except SimTimeoutError:
            return False
        return True
