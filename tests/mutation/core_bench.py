"""What cocotb runs to let the checkers look at mutations of the core, one after the other."""

import os
from pathlib import Path
from typing import Any

import cocotb

from cosim.core.driver import INPUTS, STROBES, Driver
from cosim.core.replay import Replay
from cosim.lockstep.lockstep import Mismatch
from cosim.lockstep.words import OF_WEIGHTS
from golden_model.network.config import Config
from golden_model.recordings.vectors import Vector
from tests.mutation import FOUND
from tests.mutation.job import Found, read_task


class Host(Driver):
    """A host that goes on to the next mutation."""

    def let_go(self) -> None:
        """Take back what was asked of a core that did not do it."""
        for name in (*INPUTS, *STROBES):
            getattr(self.dut, name).value = 0


async def look(host: Host, config: Config, lanes: int, number: int, networks: dict[str, Vector]) -> Found:
    """Return what lock step and replay see first of a mutation, network after network."""
    host.dut.mutation.value = number
    for name, vector in networks.items():
        replay = Replay(host, config, lanes, vector, in_lock_step=True)
        host.let_go()
        problem = await replay.run()
        assert replay.lock is not None
        if replay.lock.mismatch is not None:
            return _of_mismatch(number, name, replay.lock.mismatch)
        if problem:
            return Found(number, name, problem)
    return Found(number)


def _of_mismatch(number: int, network: str, seen: Mismatch) -> Found:
    place = seen.place
    where = f"sample {seen.sample}, tick {seen.tick}, {place.phase}"
    row = f"{place.pre}, " if place.phase in OF_WEIGHTS else ""
    return Found(number, network, where, f"{seen.signal}[{row}{seen.number}]", seen.expected, seen.got)


@cocotb.test()
async def look_at_mutations(dut: Any) -> None:
    """Look at the mutations of a task; what is seen of each is appended to a file."""
    folder = Path(os.environ["COSIM_FOLDER"])
    config, lanes, numbers, networks = read_task(folder)
    dut.mutation.value = 0
    host = Host(dut)
    await host.start()
    for number in numbers:
        found = await look(host, config, lanes, number, networks)
        with (folder / FOUND).open("a", encoding="utf-8") as file:
            file.write(found.line() + "\n")
