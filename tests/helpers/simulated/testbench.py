"""What cocotb runs: vectors one after the other, and beside them a look at the core in every cycle."""

import os
import pickle
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, RisingEdge

from cosim.core.driver import Driver
from cosim.core.replay import Replay
from tests.helpers.simulated import SEEN, STATE, TASK, Seen


class Watch:
    """Looks at the core in every cycle of a sample."""

    def __init__(self, dut: Any, *, records: bool) -> None:
        self.dut, self.records, self.state = dut, records, getattr(dut, STATE)
        self.replay: Replay | None = None
        self.before: int | None = None  # the state at the last look
        self.seen = Seen()

    async def run(self) -> None:
        while True:
            if self.replay is None or self.replay.tick is None:
                await RisingEdge(self.dut.tick)  # without a look at every cycle between samples
                self.move()
            await FallingEdge(self.dut.clk)
            if self.replay.tick is not None:
                self.look(self.replay.sample, self.replay.tick)

    def look(self, sample: int, tick: int) -> None:
        state = self.move()
        self.seen.states[state] = self.seen.states.get(state, 0) + 1
        if self.records and (phases := int(self.dut.trace__phase.value)):
            index, record = self.dut.trace__index.value, self.dut.trace__record.value
            self.seen.records.append((sample, tick, phases, index.to_unsigned(), record.to_unsigned()))

    def move(self) -> int:
        """Return the state, and count a transition to it."""
        before, self.before = self.before, int(self.state.value)
        if before not in (None, self.before):
            move = before, self.before
            self.seen.moves[move] = self.seen.moves.get(move, 0) + 1
        return self.before


@cocotb.test()
async def run_vectors(dut: Any) -> None:
    """Run the vectors of a task until one is not equal, and write what was seen."""
    folder = Path(os.environ["COSIM_FOLDER"])
    task = pickle.loads((folder / TASK).read_bytes())
    driver, watch, seen = Driver(dut), Watch(dut, records=task.records), []
    await driver.start()
    cocotb.start_soon(watch.run())
    for vector in task.vectors:
        watch.seen = Seen()
        watch.replay = Replay(driver, task.config, task.lanes, vector)
        watch.seen.problem = await watch.replay.run()
        seen.append(watch.seen)
        if watch.seen.problem:
            break
    (folder / SEEN).write_bytes(pickle.dumps(seen))
