"""What cocotb runs to let the checkers look at mutations of the core, one after the other."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import Timer

from cosim.driver import INPUTS, PERIOD, STROBES, Driver, StuckError
from cosim.lockstep import LockStep, Mismatch
from cosim.replay import Replay
from golden_model.config import Config
from golden_model.vectors import Vector
from tests.mutation import FOUND
from tests.mutation.job import Found, read_task

LOOK = 50 * PERIOD  # between looks at whether there is a mismatch


class Host(Driver):
    """A host whose answers outlive a core that does not take them."""

    async def _answer(self) -> None:
        while True:
            try:
                await super()._answer()
            except StuckError:
                continue  # the replay finds it stuck as well

    async def begin(self) -> None:
        """Reset a core, whatever was under way."""
        for name in (*INPUTS, *STROBES):
            getattr(self.dut, name).value = 0
        await self.reset()


@dataclass
class Checkers:
    """Lock step and replay, on a core and for the networks of a task."""

    host: Host
    config: Config
    lanes: int
    networks: dict[str, Vector]

    async def look(self, number: int) -> Found:
        """Return what is seen first of a mutation, network after network."""
        self.host.dut.mutation.value = number
        for name, vector in self.networks.items():
            mismatch, problem = await self._run(vector)
            if mismatch is not None:
                return _of_mismatch(number, name, mismatch)
            if problem:
                return Found(number, name, problem)
        return Found(number)

    async def _run(self, vector: Vector) -> tuple[Mismatch | None, str]:
        """Run a network until there is a difference; return what the lock step and the replay say."""
        try:
            await self.host.begin()
        except StuckError as error:
            return None, str(error)
        lock = LockStep(self.host.dut, self.config, self.lanes, vector.parameters, vector.weights)
        watching = cocotb.start_soon(lock.monitor.watch())
        replaying = cocotb.start_soon(Replay(self.host, self.config, self.lanes, vector).run())
        while not replaying.done() and lock.mismatch is None:
            await Timer(LOOK, "step")
        watching.cancel()
        if not replaying.done():
            replaying.cancel()
            return lock.mismatch, ""
        return lock.mismatch, replaying.result()


def _of_mismatch(number: int, network: str, seen: Mismatch) -> Found:
    place = seen.place
    where = f"sample {seen.sample}, tick {seen.tick}, {place.phase}"
    row = f"{place.pre}, " if place.phase.startswith(("update", "propagate")) else ""
    return Found(number, network, where, f"{seen.signal}[{row}{seen.number}]", seen.expected, seen.got)


@cocotb.test()
async def look_at_mutations(dut: Any) -> None:
    """Look at the mutations of a task; what is seen of each is appended to a file."""
    folder = Path(os.environ["COSIM_FOLDER"])
    config, lanes, numbers, networks = read_task(folder)
    dut.mutation.value = 0
    host = Host(dut)
    await host.start()
    checkers = Checkers(host, config, lanes, networks)
    for number in numbers:
        found = await checkers.look(number)
        with (folder / FOUND).open("a", encoding="utf-8") as file:
            file.write(found.line() + "\n")
