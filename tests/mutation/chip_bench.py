"""What cocotb runs to look at mutations of the chip through its pins, one after the other."""

import os
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.task import Task
from cocotb.triggers import SimTimeoutError, Timer

from cosim.chip.board import PERIOD, Board
from golden_model.core.core import Core
from golden_model.core.snapshot import state_parts
from golden_model.network.config import Config
from golden_model.network.registers import STATUS
from golden_model.samples.samples import Sample
from tests.helpers.pins.networks import Stepwise, lines_of
from tests.mutation import FOUND
from tests.mutation.job import Found, read_task

ABSENT, ABSENT_TICK, FROZEN_TICK = 250, 2, 4  # an event of a line that does not exist; when the host looks
COUNTS = {"dropped_events": 1, "refused_accesses": 0, "timing_errors": 0}  # after a sample
NUMBERS = {name: number for name, number, *_ in STATUS}


@dataclass
class Difference(Exception):  # noqa: N818
    """The first thing that is not as the golden model has it."""

    where: str
    signal: str
    expected: Any
    got: Any


def compare(where: str, signal: str, expected: Any, got: Any) -> None:
    """Compare arrays or lists.

    Raises
    ------
    Difference
        With the first element that differs.
    """
    wanted, read = np.asarray(expected), np.asarray(got)
    if wanted.shape != read.shape:
        raise Difference(where, f"{signal}, how many", list(wanted.shape), list(read.shape))
    for index in np.argwhere(wanted != read)[:1]:
        place = tuple(index.tolist())
        raise Difference(where, f"{signal}{list(place)}", int(wanted[place]), int(read[place]))


class Host(Board):
    """A board that goes on to the next mutation."""

    async def begin_work(self) -> None:
        """Reset the chip and take what it sends."""
        self._tasks = list[Task[Any]]()
        await self.reset()
        self.beside(self._collect())

    def beside(self, deed: Coroutine[Any, Any, Any]) -> Task[Any]:
        """Begin something that goes on beside what follows."""
        self._tasks.append(cocotb.start_soon(deed))
        return self._tasks[-1]

    def end_work(self) -> None:
        """Stop what goes on beside."""
        for task in (*self._tasks, self._answering):
            if task is not None:
                task.cancel()


class Visit:
    """A network on a chip: samples, memories in the midst of one, and what was counted."""

    def __init__(self, host: Host, core: Core, samples: Sequence[Sample]) -> None:
        self.host, self.core, self.samples = host, core, samples
        self.where = "while it is programmed"

    async def run(self) -> None:
        """Do all of it; raise a Difference at the first one."""
        await self.host.begin_work()
        await self.host.program(self.core.w_in, self.core.w_rec, self.core.w_out)
        for number, sample in enumerate(self.samples):
            self.where = f"before sample {number}"
            await self._soil()
            await self._sample(f"sample {number}", sample)
            self.where = f"after sample {number}"
            await self._weights()
        for name, count in COUNTS.items():
            got = await self.host.spi.read(0, NUMBERS[name])
            self._compare(name, [count * len(self.samples)], got)

    async def _soil(self) -> None:
        """Write states without a flag, which do not count."""
        await self.host.freeze()
        await self.host.memory.write_states({"membrane": np.full(self.core.parameters.n_rec, 77)})
        await self.host.run()

    async def _sample(self, name: str, sample: Sample) -> None:
        """Present a sample; stop in one of its ticks and read the states."""
        halves, last = Stepwise(self.core), sample.n_ticks - 1
        await self.host.begin()
        self.core.begin()
        for tick in range(sample.n_ticks):
            on, infer = tick >= sample.target_start, tick % 3 > 0
            target = sample.label if sample.targets is None else sample.targets[tick]
            lines = [*lines_of(sample, tick), *[ABSENT] * (tick == ABSENT_TICK)]
            told = (target if on else None, infer)
            self.where = f"{name}, tick {tick}"
            if tick == last:
                self.core.tick(lines_of(sample, tick), *told, True)
                await self.host.tick(lines, *told, True)
            else:
                await self._tick(tick, halves, lines, lines_of(sample, tick), told)
        self._compare("byte", self._result(), await self.host.end())
        self.core.end()

    async def _tick(
        self, tick: int, halves: Stepwise, lines: list[int], known: list[int], told: tuple[Any, bool]
    ) -> None:
        """Run a tick that is not the last one, in two halves."""
        stops = tick == FROZEN_TICK
        if stops:
            await self.host.freeze()
        ticking = self.host.beside(self.host.tick(lines, *told))
        if tick:
            halves.step(told[1])
        if stops:
            await self.host.frozen()
            states = await self.host.memory.states()
            for signal, expected in halves.states().items():
                self._compare(signal, expected, states[signal])
            await self.host.run()
        sent = await ticking
        if tick:
            self._compare("byte", self._result(), sent)
            halves.go_on(known, told[0])
        else:
            self.core.tick(known, *told)

    def _compare(self, signal: str, expected: Any, got: Any) -> None:
        compare(self.where, signal, expected, got)

    def _result(self) -> list[int]:
        """Return the bytes that are sent of the present state: potentials, or the winner so far."""
        parts = state_parts(self.core._blocks)
        if self.core.parameters.registers.regression:
            return parts["readout"].array.astype("<i2").view(np.uint8).tolist()
        return [int(np.argmax(parts["wins"].array))]

    async def _weights(self) -> None:
        names = ("w_in", "w_rec", "w_out")
        for name, weights in zip(names, await self.host.weights(), strict=True):
            self._compare(name, getattr(self.core, name), weights)


async def look(dut: Any, config: Config, number: int, networks: dict[str, Any]) -> Found:
    """Return what is seen first of a mutation, network after network."""
    dut.mutation.value = number
    for name, (parameters, weights, samples) in networks.items():
        host, core = Host(dut, config, parameters), Core(config, parameters)
        core.load_weights(*weights)
        visit = Visit(host, core, samples)
        try:
            await visit.run()
        except Difference as seen:
            return Found(number, name, seen.where, seen.signal, seen.expected, seen.got)
        except (SimTimeoutError, TimeoutError):
            return Found(number, name, f"{visit.where}: the chip is stuck")
        finally:
            host.end_work()
    return Found(number)


@cocotb.test()
async def look_at_mutations(dut: Any) -> None:
    """Look at the mutations of a task; what is seen of each is appended to a file."""
    folder = Path(os.environ["COSIM_FOLDER"])
    config, _, numbers, networks = read_task(folder)
    dut.mutation.value = 0
    Clock(dut.CLK_EXT, PERIOD, "ns", impl="gpi").start()
    await Timer(PERIOD, "ns")
    for number in numbers:
        found = await look(dut, config, number, networks)
        with (folder / FOUND).open("a", encoding="utf-8") as file:
            file.write(found.line() + "\n")
