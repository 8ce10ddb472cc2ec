"""Resets at any moment, of any length and at any phase of the clock."""

from typing import Any

import cocotb
import numpy as np
from cocotb.task import Task
from cocotb.triggers import RisingEdge, Timer, with_timeout

from cosim.chip.agents import WORD_BITS
from golden_model.network.registers import BY_NAME, REGISTERS, SIZES, SOURCE_SEEDS
from rtl.chip.window import W_IN, W_REC
from rtl.delivery.frames import packed
from rtl.delivery.program import Program
from tests.pins.bad_hosts import WAIT, Host, check

# Tick of the reference sample, and between how many ns after it.
MOMENTS = {
    "propagation": (0, 30, 300),
    "step": (3, 30, 260),
    "learning": (4, 260, 1400),
    "sending": (3, 1500, 3200),
    "propagation of spikes": (5, 3000, 3400),
    "the end": (7, 20, 560),
}
REPEATS = 2
PROGRAMMING = 820_000  # ns
FRAMES = 60_000
SIZE_NUMBERS = {BY_NAME[name].number for name in SIZES.values()}
WORD = 1 << WORD_BITS


async def interrupt(host: Host, moment: int, length: int, *works: Task[Any]) -> None:
    """Give up works some ns later, none of which has ended until then, and reset the chip for a length."""
    await Timer(moment, "ns")
    for work in works:
        assert not work.done()
        work.cancel()
    await host.recover(length)


async def interrupt_sample(
    host: Host, rng: np.random.Generator, tick: int, earliest: int, latest: int, *, learn: bool
) -> None:
    """Reset the chip some time after a tick of a sample."""
    sample = cocotb.start_soon(host.present(host.sample, learn=learn))
    for _ in range(tick + 1):
        await with_timeout(RisingEdge(host.dut.TIME_TICK), 20 * WAIT, "ns")
    await interrupt(host, int(rng.integers(earliest, latest)), length(rng), sample)


def length(rng: np.random.Generator) -> int:
    """Return for how many ns a reset lasts."""
    return int(rng.integers(1, 90))


@cocotb.test()
async def resets_while_programming(dut: Any) -> None:
    host = await Host(dut).set_up()
    rng = np.random.default_rng(1)
    for _ in range(3):
        program = cocotb.start_soon(host.program(*host.given))
        await interrupt(host, int(rng.integers(1, PROGRAMMING)), length(rng), program)
        await host.prove()


@cocotb.test()
async def resets_during_frames(dut: Any) -> None:
    """Of a burst that is read no weight changes; one that is written may come to any of its bits."""
    host = await Host(dut).set_up()
    rng = np.random.default_rng(2)
    await host.freeze()
    frame = cocotb.start_soon(host.spi.read(W_IN, 0, 20))
    await interrupt(host, int(rng.integers(1, FRAMES)), length(rng), frame)
    await host.check_weights(host.core())
    for space in (W_IN, W_REC):
        await host.freeze()
        frame = cocotb.start_soon(host.spi.write(space, 0, [0x5A5A5A5A] * 20))
        await interrupt(host, int(rng.integers(1, FRAMES)), length(rng), frame)
        await host.prove()


@cocotb.test()
async def resets_during_a_sample_that_learns(dut: Any) -> None:
    host = await Host(dut).set_up()
    rng = np.random.default_rng(3)
    for _ in range(REPEATS):
        for moment in MOMENTS.values():
            await interrupt_sample(host, rng, *moment, learn=True)
            await host.prove()


@cocotb.test()
async def resets_during_a_sample_keep_the_weights_and_clear_the_state(dut: Any) -> None:
    """Without a target nothing learns; after the reset registers are written, but no memory."""
    host = await Host(dut).set_up()
    rng = np.random.default_rng(4)
    for moment in MOMENTS.values():
        await interrupt_sample(host, rng, *moment, learn=False)
        await host.check_weights(host.core())
        await host.freeze()
        for number, value in Program(host.config, host.parameters).register_writes():
            await host.spi.write_register(number, value)
        await host.run()
        host.attach(*host.given)
        check(await host.present(host.sample, learn=False), host.core(), host.sample, learn=False)
    await host.prove()


@cocotb.test()
async def resets_while_frozen(dut: Any) -> None:
    """SPI_RDY is high, with and without an access under way."""
    host = await Host(dut).set_up()
    rng = np.random.default_rng(5)
    for reads in (False, True):
        await host.freeze()
        sample = cocotb.start_soon(host.present(host.sample))
        await with_timeout(RisingEdge(dut.SPI_RDY), 20 * WAIT, "ns")
        works = [cocotb.start_soon(host.spi.read(W_REC, 0, 20))] if reads else []
        await interrupt(host, int(rng.integers(1, WAIT)), length(rng), sample, *works)
        assert not dut.SPI_RDY.value
        await host.prove()


@cocotb.test()
async def a_reset_sets_registers_and_sources_and_keeps_memories(dut: Any) -> None:
    """All registers are overwritten; after a reset only those are written whose reset value will not do."""
    host = await Host(dut, **SOURCE_SEEDS, noise_en=1).set_up()
    core, reset = host.core(), {entry.number: (entry.default or 0) % WORD for entry in REGISTERS}
    await host.freeze()
    for number in sorted(reset, reverse=True):  # en_conf at last, which lets seeds be written
        await host.spi.write_register(number, reset[number] ^ WORD - 1)
    await host.recover()
    assert await host.spi.read(W_IN, 0) == list(packed(core.w_in[0])[:1])  # en_conf is set
    writes = dict(Program(host.config, host.parameters).register_writes())
    needed = {number for number in writes if writes[number] != reset[number]} - SIZE_NUMBERS
    assert not needed & {BY_NAME[name].number for name in SOURCE_SEEDS}
    for number in needed:
        await host.spi.write_register(number, writes[number])
    await host.check_weights(core)
    host.attach(*host.given)
    await host.follow(core, host.sample)
    await host.prove()


@cocotb.test()
async def sizes_beyond_the_chip_are_those_of_the_chip(dut: Any) -> None:
    """The network has all lines, neurons and readouts that there are."""
    host = await Host(dut).set_up()
    for number in sorted(SIZE_NUMBERS):
        await host.spi.write_register(number, 255)
    await host.follow(host.core(), host.sample)
    await host.prove()
