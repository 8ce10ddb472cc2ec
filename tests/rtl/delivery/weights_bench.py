"""What cocotb runs on a chip with memory images: what the memories hold, and the chip after its program."""

import os
import pickle
from pathlib import Path
from typing import Any

import cocotb
import numpy as np

from cosim import Board

FOLDER = Path(os.environ["COSIM_FOLDER"])


@cocotb.test()
async def memories_start_from_images(dut: Any) -> None:
    """Before anything is written, the weights are those of the file."""
    task = pickle.loads((FOLDER / "task.pickle").read_bytes())
    board = Board(dut, task.config, task.parameters)
    await board.start()
    for found, given in zip(await board.weights(), task.weights, strict=True):
        assert np.array_equal(found, given)


@cocotb.test()
async def program_makes_the_network(dut: Any) -> None:
    """After the words of the program, a sample is what the golden model makes of it."""
    task = pickle.loads((FOLDER / "task.pickle").read_bytes())
    board = Board(dut, task.config, task.parameters)
    await board.start()
    for line in (FOLDER / "program.hex").read_text().splitlines():
        if not line.startswith("//"):
            await board.spi.send(int(line.split()[0], 16))
    (sample,) = task.samples
    assert (await board.present(sample)).last == [task.inference]
    for found, expected in zip(await board.weights(), task.after, strict=True):
        assert np.array_equal(found, expected)
