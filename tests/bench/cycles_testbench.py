"""What cocotb runs to count cycles: a recording, and beside it a look at the core's state in every cycle."""

import json
import os
import pickle
from collections import Counter
from pathlib import Path
from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, RisingEdge

from cosim.driver import Driver
from cosim.job import Job
from cosim.replay import Replay
from cosim.simulate import JOB
from tests.bench.cycles import COUNTS, STATE


@cocotb.test()
async def count_cycles(dut: Any) -> None:
    """Run the recording of a job; write how often each state was seen from the first tick on."""
    folder = Path(os.environ["COSIM_FOLDER"])
    job = Job.read(folder / JOB)
    driver, counts = Driver(dut), Counter[int]()
    await driver.start()
    cocotb.start_soon(watch(dut, counts))
    replay = Replay(driver, job.config, job.lanes, pickle.loads(job.vectors[0].read_bytes()))
    problem = await replay.run()
    content = {"counts": counts, "problem": problem, "from ticks to ready": replay.cycles}
    (folder / COUNTS).write_text(json.dumps(content), encoding="utf-8")


async def watch(dut: Any, counts: Counter[int]) -> None:
    """Count the cycles in each state, from the first tick on."""
    await RisingEdge(dut.tick)
    state, clock = getattr(dut, STATE), dut.clk
    while True:
        await FallingEdge(clock)
        counts[int(state.value)] += 1
