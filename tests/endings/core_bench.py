"""What cocotb runs on a core: a sample after each write of a register."""

from typing import Any

import cocotb

from cosim.core.driver import PERIOD, Driver
from rtl.core.storage import Space
from rtl.delivery.program import FREEZE
from tests.endings import CONFIG, TICKS, Write, from_reset
from tests.endings.watch import Core, task


@cocotb.test()
async def steps_end(dut: Any) -> None:
    """The names and values of the writes after which one does not are told."""
    lanes, chosen = task()
    driver, core = Driver(dut), Core(dut, lanes, PERIOD, "step")
    driver.targets = range(CONFIG.n_out)
    await driver.start()
    await driver.reset()
    await driver.write(Space.W_OUT.value, 0, 0, 127)
    endless = [write for write in chosen if not await sample(driver, core, write)]
    assert not endless, endless


async def sample(driver: Driver, core: Core, write: Write) -> bool:
    """Run a sample after a reset and a write; tell whether all its steps end."""
    await driver.reset()
    for one in from_reset(write):
        await driver.write_register(one.number, one.data)
    for tick in range(TICKS):
        if not await core.ends():
            return False
        if core.dut.frozen.value:
            await driver.write_register(FREEZE, 0)
        if not await core.ends():
            return False
        for line in range(CONFIG.n_in):
            await driver.send_event(line)
        await driver.tick(sample=tick < TICKS - 1, target_valid=True, infer=True)
    return await core.ends()
