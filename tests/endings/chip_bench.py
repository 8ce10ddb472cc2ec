"""What cocotb runs on a chip: a sample after each write of a register over SPI, and a look into a memory."""

from typing import Any

import cocotb
from cocotb.triggers import RisingEdge

from cosim.chip.board import PERIOD, Board, half_period_for
from golden_model.network.parameters import Parameters
from golden_model.network.registers import STATUS, Registers
from rtl.chip.window import W_OUT
from tests.endings import CONFIG, TICKS, Write, from_reset
from tests.endings.watch import Core, task

REFUSED = next(number for name, number, *_ in STATUS if name == "refused_accesses")


@cocotb.test()
async def steps_and_accesses_end(dut: Any) -> None:
    """The writes after which one does not are told."""
    lanes, chosen = task()
    parameters = Parameters(Registers(), 0x7FEF, 0)
    board = Board(dut, CONFIG, parameters, half_period=half_period_for(lanes))
    core = Core(dut.chip.core, lanes, PERIOD, "ns")
    await board.start()
    await board.spi.write(W_OUT, 0, [127])
    cocotb.start_soon(answer(board, core))
    endless = [write for write in chosen if not await sample(board, core, write)]
    assert not endless, endless


async def answer(board: Board, core: Core) -> None:
    """Send a byte whenever the core asks for a target."""
    while True:
        if not core.dut.target_request.value:
            await RisingEdge(core.dut.target_request)
        await board.aer.send_label(0)


async def sample(board: Board, core: Core, write: Write) -> bool:
    """Run a sample after a reset and writes; tell whether all its steps end, and an access after them."""
    await board.reset()
    for one in from_reset(write):
        await board.spi.write_register(one.number, one.data)
    board.dut.SAMPLE.value = board.dut.TARGET_VALID.value = board.dut.INFER_ACC.value = 1
    for tick in range(TICKS):
        if not await core.ends():
            return False
        if core.dut.frozen.value:
            await board.run()
        if not await core.ends():
            return False
        for line in range(CONFIG.n_in):
            await board.aer.send_event(line)
        board.dut.SAMPLE.value = tick < TICKS - 1
        await board.ticks.pulse()
    return await core.ends() and await reads(board)


async def reads(board: Board) -> bool:
    """Tell whether a memory can be read."""
    await board.freeze()
    await board.spi.read(W_OUT, 0, 4)
    return await board.spi.read(0, REFUSED) == [0]
