"""What cocotb runs to present samples to a chip."""

import os
import pickle
from pathlib import Path
from typing import Any

import cocotb

from cosim.board import Board
from tests.pins import DONE, TASK, Done


@cocotb.test()
async def present_samples(dut: Any) -> None:
    """Program the chip, present the samples of a task, and read weights back after each."""
    folder = Path(os.environ["COSIM_FOLDER"])
    task, done = pickle.loads((folder / TASK).read_bytes()), Done()
    board = Board(dut, task.config, task.parameters)
    await board.start()
    await board.program(*task.weights)
    for sample, learn in task.samples:
        await board.set_plasticity(task.parameters.registers.do_eprop if learn else 0)
        done.answers.append(await board.present(sample, learn=learn))
        done.weights.append(await board.weights())
    (folder / DONE).write_bytes(pickle.dumps(done))
