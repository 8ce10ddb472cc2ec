"""A recording, run on the core: programming it, its samples, and the comparison."""

from collections.abc import Sequence
from typing import Any

import cocotb
import numpy as np
from numpy.typing import NDArray

from cosim.core.driver import PATIENCE, PERIOD, Driver, StuckError
from cosim.core.observer import Observer
from cosim.lockstep.lockstep import LockStep, Mismatch
from golden_model.network.config import Config
from golden_model.network.scaling import targets_at
from golden_model.recordings.vectors import Difference, Vector
from golden_model.samples.samples import Sample
from rtl.core.storage import Space
from rtl.delivery.program import Program

ARRAYS = {"w_in": Space.W_IN, "w_rec": Space.W_REC, "w_out": Space.W_OUT}


class Replay:
    """One recording on a core that may have larger maxima.

    Parameters
    ----------
    driver : Driver
    config : Config
        What the core was generated from.
    lanes : int
    vector : Vector
    in_lock_step : bool
        Compare every word of the trace port with the golden model too.

    Attributes
    ----------
    cycles : int
        Clock cycles from ticks to ready so far.
    lock : LockStep or None
    sample, tick : int or None
        What is under way: a sample, and a tick of it.
    """

    def __init__(
        self, driver: Driver, config: Config, lanes: int, vector: Vector, *, in_lock_step: bool = False
    ) -> None:
        self._driver = driver
        self._config = config
        self._vector = vector
        self._observer = Observer(driver.dut, config, lanes, vector.parameters)
        self.sample: int | None = None
        self.tick: int | None = None
        sizes = vector.parameters
        self._limit = 100 * PATIENCE + 4 * (sizes.n_in + sizes.n_rec + 64) * (sizes.n_rec + 64)
        self.cycles = 0
        self.lock: LockStep | None = None
        if in_lock_step:
            parameters, weights = vector.parameters, vector.weights
            self.lock = LockStep(driver.dut, config, lanes, parameters, weights, PERIOD)
            self.lock.monitor.since = driver.now() * PERIOD  # as if it were the first recording of the launch

    async def run(self) -> str:
        """Run all samples and return the first problem, an empty text if there is none."""
        watching = None
        try:
            await self._program()
            if self.lock is not None:
                watching = cocotb.start_soon(self.lock.monitor.watch())
            await self._driver.run()
            return await self._samples()
        except StuckError as error:
            return str(self._mismatch(stuck=True) or f"{self._place()}: {error}")
        finally:
            if watching is not None:
                watching.cancel()

    def _mismatch(self, *, stuck: bool = False) -> Mismatch | None:
        """Return the first difference in lock step; if stuck, also of the step that does not end."""
        if self.lock is None:
            return None
        return self.lock.compare_so_far() if stuck else self.lock.mismatch

    async def _samples(self) -> str:
        for index in range(len(self._vector.samples)):
            difference = await self._sample(index)
            await self._driver.next_cycle()  # the lock step looks at the end of a cycle
            if problem := self._mismatch() or difference:
                return str(problem)
        return ""

    def _place(self) -> str:
        if self.sample is None:
            return "before the first sample"
        return f"sample {self.sample}" + ("" if self.tick is None else f", tick {self.tick}")

    async def _program(self) -> None:
        """Write everything that outlives a sample."""
        driver, program = self._driver, Program(self._config, self._vector.parameters)
        await driver.reset()
        for number, data in program.register_writes():
            await driver.write_register(number, data)
        for pair, alpha, threshold in program.pair_writes():
            await driver.write(Space.ALPHA.value, pair, 0, alpha)
            await driver.write(Space.THRESHOLD.value, pair, 0, threshold)
        for space, weights in zip(ARRAYS.values(), self._vector.weights, strict=True):
            for (row, column), weight in np.ndenumerate(weights):
                await driver.write(space.value, row, column, int(weight) << self._config.shadow_bits)

    async def _sample(self, index: int) -> Difference | None:
        """Run a sample and compare it; a difference in lock step ends it early."""
        sample, self.sample = self._vector.samples[index], index
        for self.tick in range(sample.n_ticks):
            await self._tick(sample, self.tick)
            if self._mismatch():
                return None
            if self.tick and (difference := self._compare_tick(index, self.tick)):
                return difference
        self.tick = None
        if difference := await self._compare_answer(index):
            return difference
        for name, space in ARRAYS.items():
            if difference := await self._compare_weights(index, name, space):
                return difference
        return None

    async def _tick(self, sample: Sample, tick: int) -> None:
        driver, observer = self._driver, self._observer
        for line in sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]]:
            await driver.send_event(int(line))
        on = tick >= sample.target_start
        driver.targets = self._targets(sample, tick)
        driver.results.clear()
        observer.clear()
        start = driver.now()
        await driver.tick(sample=tick < sample.n_ticks - 1, target_valid=on, infer=on)
        if tick:
            await self._observe()
        await driver.wait_ready(self._limit)
        self.cycles += driver.now() - start

    async def _observe(self) -> None:
        """Follow the trace port until the readouts have been seen."""
        for _ in range(self._limit):
            if self._observer.look():
                return
            await self._driver.next_cycle()
        raise StuckError("the trace port shows no readouts")

    def _targets(self, sample: Sample, tick: int) -> Sequence[int]:
        if sample.targets is not None:
            return [int(target) for target in targets_at(self._config, sample.targets[tick])]
        return [] if sample.label is None else [sample.label]

    def _compare_tick(self, index: int, tick: int) -> Difference | None:
        vector, observer = self._vector, self._observer
        return compare(index, tick, "spike", vector.spikes[index, tick], observer.spike) or compare(
            index, tick, "readout", vector.readouts[index, tick], observer.readout
        )

    async def _compare_answer(self, index: int) -> Difference | None:
        """Compare the winner, in a regression the potentials that are sent at the end."""
        regression = bool(self._vector.parameters.registers.regression)
        count = self._vector.parameters.n_out if regression else 1
        await self._driver.wait_results(count)
        got = np.array(self._driver.results[-count:])
        if regression:
            return compare(index, None, "result", self._vector.readouts[index, -1], got)
        return compare(index, None, "inference", self._vector.inference[index], got[0])

    async def _compare_weights(self, index: int, name: str, space: Space) -> Difference | None:
        expected = getattr(self._vector, f"{name}_after")[index]
        got = await self._driver.read(space.value, np.ndindex(expected.shape))
        return compare(index, None, name, expected, np.array(got).reshape(expected.shape))


def compare(
    sample: int, tick: int | None, signal: str, expected: NDArray[Any], got: NDArray[Any]
) -> Difference | None:
    """Return the first differing element in C order."""
    wrong = np.argwhere(np.asarray(expected != got))
    if not len(wrong):
        return None
    index = tuple(int(number) for number in wrong[0])
    return Difference(sample, tick, signal, index, int(expected[index]), int(got[index]))
