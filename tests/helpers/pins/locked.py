"""A board whose chip lives in lock step with the golden model."""

from typing import Any

import cocotb
from cocotb.task import Task
from numpy.typing import NDArray

from cosim.chip.board import PERIOD, Board
from cosim.lockstep.lockstep import LockStep
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters


class LockedBoard(Board):
    """Every word is compared from each programming of the chip to its next reset, or until `detach`.

    A difference fails at the end of its sample, or at the reset before.

    Parameters
    ----------
    dut : handle
        A chip with the trace port of its core.
    config : Config
    parameters : Parameters
    lanes : int or None
        Of the chip; None for no lock step.

    Attributes
    ----------
    lock : LockStep or None
        The one that is attached.
    """

    def __init__(self, dut: Any, config: Config, parameters: Parameters, lanes: int | None) -> None:
        super().__init__(dut, config, parameters)
        self._lanes = lanes
        self.lock: LockStep | None = None
        self._watching: Task[None] | None = None
        self._samples = 0

    async def reset(self) -> None:
        """Reset the chip, which loses the lock step."""
        self.detach()
        await super().reset()

    async def program(self, w_in: NDArray[Any], w_rec: NDArray[Any], w_out: NDArray[Any]) -> None:
        """Program the chip; from then on it is in lock step."""
        self.detach()
        await super().program(w_in, w_rec, w_out)
        self.attach(w_in, w_rec, w_out)

    def attach(self, *weights: NDArray[Any]) -> None:
        """Compare from now on, between samples, with a golden model that is as new but for its weights."""
        if self._lanes is not None:
            core = self.dut.chip.core
            self.lock = LockStep(core, self.config, self._lanes, self.parameters, weights, PERIOD)
            self._watching = cocotb.start_soon(self.lock.monitor.watch())

    def detach(self) -> None:
        """Compare no more."""
        if self.lock is not None:
            assert self.lock.compare_so_far() is None, str(self.lock.mismatch)
            self.lock = None
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def begin(self) -> None:
        """Start a sample."""
        self._samples = 0 if self.lock is None else self.lock.samples
        await super().begin()

    async def end(self) -> list[int]:
        """End a sample, all of which has to have been lived in lock step."""
        sent = await super().end()
        if self.lock is not None:
            assert self.lock.mismatch is None, str(self.lock.mismatch)
            assert self.lock.samples == self._samples + 1
        return sent
