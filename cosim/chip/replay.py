"""A recording, run on the chip through its pins."""

from typing import Any

import cocotb
import numpy as np
from numpy.typing import NDArray

from cosim.chip.board import PERIOD, Answer, Board, half_period_for, potentials
from cosim.core.replay import ARRAYS, compare
from cosim.lockstep.lockstep import LockStep, Mismatch
from golden_model.network.config import Config
from golden_model.recordings.vectors import Difference, Vector


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
        difference = compare_answer(self._vector, index, answer)
        found = await self.board.weights()
        for name, weights in zip(ARRAYS, found, strict=True):
            expected = getattr(self._vector, f"{name}_after")[index]
            difference = difference or compare(index, None, name, expected, weights)
        return difference


def compare_answer(vector: Vector, index: int, answer: Answer) -> Difference | None:
    """Return the first difference of what a chip sent in a sample; winners so far are not recorded."""
    registers, readouts = vector.parameters.registers, vector.readouts[index]
    for tick, sent in enumerate(answer.steps):
        sends = tick and registers.send_per_timestep
        if sends and registers.send_label_only:
            difference = _compare_count(index, tick, 1, sent)
        else:
            difference = _compare_potentials(
                index, tick, readouts[tick] if sends else readouts[tick, :0], sent
            )
        if difference:
            return difference
    if registers.regression:
        return _compare_potentials(index, None, readouts[-1], answer.last)
    return _compare_count(index, None, 1, answer.last) or compare(
        index, None, "inference", vector.inference[index], np.array(answer.last[0])
    )


def _compare_potentials(
    index: int, tick: int | None, expected: NDArray[Any], sent: list[int]
) -> Difference | None:
    """Compare potentials, which have at most 16 bits in a chip."""
    return _compare_count(index, tick, 2 * expected.size, sent) or compare(
        index, tick, "result", expected, np.array(potentials(sent))
    )


def _compare_count(index: int, tick: int | None, count: int, sent: list[int]) -> Difference | None:
    return compare(index, tick, "bytes sent", np.array(count), np.array(len(sent)))
