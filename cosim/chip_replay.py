"""A recording, run on the chip through its pins."""

from typing import Any

import cocotb
import numpy as np

from cosim.board import PERIOD, Answer, Board, half_period_for, potentials
from cosim.lockstep import LockStep, Mismatch
from cosim.replay import ARRAYS, compare
from golden_model.config import Config
from golden_model.vectors import Difference, Vector


class ChipReplay:
    """One recording on a chip that may have larger maxima.

    Parameters
    ----------
    dut : handle
        The chip, whose clock runs.
    config : Config
        What the chip was generated from.
    lanes : int
    vector : Vector
    in_lock_step : bool
        Compare every word of the core's trace port with the golden model too.

    Attributes
    ----------
    cycles : int
        Clock cycles of all samples, with the pauses of the host.
    lock : LockStep or None
    """

    def __init__(self, dut: Any, config: Config, lanes: int, vector: Vector, *, in_lock_step: bool) -> None:
        self.board = Board(dut, config, vector.parameters, half_period=half_period_for(lanes))
        self._vector = vector
        self.cycles = 0
        self.lock: LockStep | None = None
        if in_lock_step:
            parameters, weights = vector.parameters, vector.weights
            self.lock = LockStep(dut.chip.core, config, lanes, parameters, weights, PERIOD)

    async def run(self) -> str:
        """Run all samples and return the first problem, an empty text if there is none."""
        board = self.board
        await board.start()
        await board.program(*self._vector.weights)
        if self.lock is not None:
            cocotb.start_soon(self.lock.monitor.watch())
        for index in range(len(self._vector.samples)):
            try:
                difference = await self._sample(index)
            except TimeoutError as error:
                return str(self._mismatch(stuck=True) or f"sample {index}: {error}")
            if problem := self._mismatch() or difference:
                return str(problem)
        return ""

    def _mismatch(self, *, stuck: bool = False) -> Mismatch | None:
        """Return the first difference in lock step; if stuck, also of the step that does not end."""
        if self.lock is None:
            return None
        return self.lock.compare_so_far() if stuck else self.lock.mismatch

    async def _sample(self, index: int) -> Difference | None:
        """Present a sample; compare its answer and, read back, all weights."""
        start = cocotb.utils.get_sim_time("step")
        answer = await self.board.present(self._vector.samples[index])
        self.cycles += int(cocotb.utils.get_sim_time("step") - start) // PERIOD
        difference = self._compare_answer(index, answer)
        found = await self.board.weights()
        for name, weights in zip(ARRAYS, found, strict=True):
            expected = getattr(self._vector, f"{name}_after")[index]
            difference = difference or compare(index, None, name, expected, weights)
        return difference

    def _compare_answer(self, index: int, answer: Answer) -> Difference | None:
        """Compare the winner, in a regression the potentials that are sent at the end."""
        if self._vector.parameters.registers.regression:
            expected = self._vector.readouts[index, -1]
            return compare(index, None, "result", expected, np.array(potentials(answer.last)))
        got = np.array(answer.last[0])
        return compare(index, None, "inference", self._vector.inference[index], got)
