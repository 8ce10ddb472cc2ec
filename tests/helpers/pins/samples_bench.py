"""What cocotb runs to present samples to a chip."""

import os
import pickle
import time
from pathlib import Path
from typing import Any

import cocotb
from cocotb.utils import get_sim_time

from cosim.chip.board import PERIOD
from tests.helpers.pins import DONE, TASK, Done
from tests.helpers.pins.locked import LockedBoard


@cocotb.test()
async def present_samples(dut: Any) -> None:
    """Program the chip, present the samples of a task, and read weights back after each."""
    folder = Path(os.environ["COSIM_FOLDER"])
    (task, lanes), done = pickle.loads((folder / TASK).read_bytes()), Done()
    began = time.perf_counter()
    board = LockedBoard(dut, task.config, task.parameters, lanes)
    await board.start()
    await board.program(*task.weights)
    for sample, learn in task.samples:
        await board.set_plasticity(task.parameters.registers.do_eprop if learn else 0)
        start = get_sim_time("ns")
        done.answers.append(await board.present(sample, learn=learn))
        done.cycles.append(round(get_sim_time("ns") - start) // PERIOD)
        done.weights.append(await board.weights())
        done.seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
    (folder / DONE).write_bytes(pickle.dumps(done))
