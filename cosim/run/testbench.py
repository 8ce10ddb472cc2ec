"""What cocotb runs in the simulator: the recordings of a job, until one is not equal."""

import os
from pathlib import Path
from typing import Any

import cocotb

from cosim.chip.board import PERIOD as PIN_PERIOD
from cosim.chip.replay import ChipReplay
from cosim.core.driver import PERIOD, Driver
from cosim.core.replay import Replay
from cosim.run.job import Job, Report
from cosim.run.simulate import JOB, REPORTS
from cosim.run.waves import Waves
from golden_model.recordings.vectors import Vector


@cocotb.test()
async def replay_recordings(dut: Any) -> None:
    """Run recordings and append a report on each to a file.

    After a problem the state of the core is unknown: the launch ends there. A chip gets one recording.
    """
    folder = Path(os.environ["COSIM_FOLDER"])
    job = Job.read(folder / JOB)
    if job.waves_at is not None:
        period = PIN_PERIOD if job.face == "chip" else PERIOD
        cocotb.start_soon(Waves(dut, folder, job.waves_at, period).record())
    if job.face == "chip":
        await _replay_on_chip(dut, job, folder)
        return
    driver = Driver(dut)
    await driver.start()
    for path in job.vectors:
        vector = Vector.load(path)
        replay = Replay(driver, job.config, job.lanes, vector, in_lock_step=job.in_lock_step)
        problem = await replay.run()
        _report(folder, path, replay, problem)
        if problem:
            return


async def _replay_on_chip(dut: Any, job: Job, folder: Path) -> None:
    path = job.vectors[0]
    replay = ChipReplay(dut, job.config, job.lanes, Vector.load(path), in_lock_step=job.in_lock_step)
    _report(folder, path, replay, await replay.run())


def _report(folder: Path, path: Path, replay: Replay | ChipReplay, problem: str) -> None:
    lock = replay.lock
    mismatch = lock.mismatch.to_dict() if lock and lock.mismatch else None
    report = Report(str(path), replay.cycles, problem, mismatch, lock.words if lock else 0)
    with (folder / REPORTS).open("a", encoding="utf-8") as file:
        file.write(report.line() + "\n")
