"""What cocotb runs in the simulator: the recordings of a job, until one is not equal."""

import os
from pathlib import Path
from typing import Any

import cocotb

from cosim.driver import Driver
from cosim.job import Job, Report
from cosim.replay import Replay
from cosim.simulate import JOB, REPORTS
from golden_model.vectors import Vector


@cocotb.test()
async def replay_recordings(dut: Any) -> None:
    """Run recordings and append a report on each to a file.

    After a problem the state of the core is unknown: the launch ends there.
    """
    folder = Path(os.environ["COSIM_FOLDER"])
    job = Job.read(folder / JOB)
    driver = Driver(dut)
    await driver.start()
    for path in job.vectors:
        vector = Vector.load(path)
        replay = Replay(driver, job.config, job.lanes, vector, in_lock_step=job.in_lock_step)
        problem = await replay.run()
        mismatch = replay.mismatch.to_dict() if replay.mismatch else None
        with (folder / REPORTS).open("a", encoding="utf-8") as file:
            file.write(Report(str(path), replay.cycles, problem, mismatch).line() + "\n")
        if problem:
            return
