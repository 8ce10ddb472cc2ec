"""Bad hosts at the SPI: broken frames, wrong addresses, too fast a clock."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import Timer

from cosim.chip.agents import header
from cosim.chip.board import PERIOD
from golden_model.network.registers import BY_NAME
from rtl.chip.window import NEURONS, READOUTS, W_IN, W_OUT, W_REC
from tests.pins.bad_hosts import Host

QUARTER = 2 * PERIOD  # half a period of SCK at a quarter of the clock
FRAME = header(W_IN, 3 << 6, 2, reads=False)
NO_SPACES = (6, 7)
NO_REGISTERS = (4, 24, 97, 105, 191, 192, 255, 511, 512 + BY_NAME["fp_loc_winp"].number, 0x8000 | 9, 0xFFFF)
BEYOND = {
    NEURONS: (5 << 2, 5 << 2 | 3, 63 << 2, 127 << 2, 0x200 + 10, 0x200 + 16, 0x300, 0x400, 0x402, 0xFC03),
    READOUTS: (5, 7, 15, 16, 20, 0x100, 0xFFF0),
    W_IN: (8 << 6, 3, 1 << 2, 5 << 6 | 15 << 2, 255 << 6, 0x4000, 0xFFFF),
    W_REC: (10 << 6, 1 << 2, 9 << 6 | 3, 255 << 6, 0x8000, 0xFFFF),
    W_OUT: (10 << 2, 2, 3 << 2 | 3, 255 << 2, 0x400, 0xFFFF),
}
BURSTS = ((NEURONS, 20, 12), (READOUTS, 5, 20), (W_IN, 8 << 6, 30), (W_REC, 10 << 6, 9), (W_OUT, 40, 9))


@cocotb.test()
async def frames_cut_short_end_with_a_reset(dut: Any) -> None:
    """A frame that lacks bits of its address or its data writes nothing."""
    host = await Host(dut).set_up()
    await host.freeze()
    for bits in (1, 4, 5, 16, 30, 31):
        await host.spi.send(FRAME, bits)
        await host.recover()
    for bits in (0, 1, 17, 31):
        await host.spi.send(FRAME)
        await host.spi.send(0x5A5A5A5A, bits)
        await host.recover()
    await host.check_weights(host.core())
    await host.spi.send(header(W_REC, 0, 3, reads=True))
    await host.spi.send(0, 21)
    await host.recover()
    await host.prove()
    await host.expect(refused_accesses=0)


@cocotb.test()
async def a_reset_while_sck_is_high_is_no_bit(dut: Any) -> None:
    """SCK stays high until long after the reset, and falls before the next frame."""
    host = await Host(dut).set_up()
    await host.spi.send(FRAME, 20)
    dut.SCK.value = 1
    await host.reset()
    dut.SCK.value = 0
    await Timer(host.spi.half_period, "ns")
    await host.check_weights(host.core())
    await host.prove()
    await host.expect(refused_accesses=0)


@cocotb.test()
async def spaces_without_a_memory_are_refused(dut: Any) -> None:
    host = await Host(dut).set_up()
    before, refused = await host.contents(), 0
    await host.freeze()
    for space in NO_SPACES:
        for address, count in ((0, 1), (0x1234, 1), (0xFFFE, 5)):
            await host.spi.write(space, address, [0xFFFFFFFF] * count)
            assert await host.spi.read(space, address, count) == [0] * count
            refused += 2
            await host.expect(refused_accesses=refused)
    assert await host.contents() == before
    await host.run()
    await host.follow(host.core(), host.sample)
    await host.prove()


@cocotb.test()
async def addresses_beyond_the_network_reach_nothing(dut: Any) -> None:
    """Nothing that can be read changes, and neither does the next sample."""
    host = await Host(dut).set_up()
    await host.freeze()
    await host.spi.write(NEURONS, 0, [0x01230123])  # counts only if the flag of neuron 0 gets set
    before = await host.contents()
    await host.freeze()
    for number in NO_REGISTERS:
        await host.spi.write_register(number, 0xFFFFFFFF)
    for space, addresses in BEYOND.items():
        for address in addresses:
            await host.spi.write(space, address, [0x7F7F7F7F])
            await host.spi.read(space, address)
    for space, address, count in BURSTS:
        await host.spi.write(space, address, [0x55555555] * count)
        await host.spi.read(space, address, count)
    assert await host.contents() == before
    await host.follow(host.core(), host.sample)
    await host.expect(refused_accesses=0)
    await host.prove()


@cocotb.test()
async def numbers_without_a_register_read_as_0(dut: Any) -> None:
    host = await Host(dut).set_up()
    for number in (0, 9, 64, 191, 198, 255, 512 + 192, 0xFFFF):
        assert await host.spi.read(0, number) == [0]
    digest = await host.spi.read(0, 193), await host.spi.read(0, 192)
    assert f"{digest[0][0]:08x}{digest[1][0]:08x}" == host.config.digest
    await host.prove()


@cocotb.test()
async def frames_without_data_do_nothing(dut: Any) -> None:
    host = await Host(dut).set_up()
    before = await host.contents()
    await host.freeze()
    for space in range(8):
        for reads in (False, True):
            await host.spi.send(header(space, 9, 0, reads=reads))
    assert await host.contents() == before
    await host.expect(refused_accesses=0)
    await host.follow(host.core(), host.sample)


@cocotb.test()
async def sck_at_a_quarter_of_the_clock_has_any_phase(dut: Any) -> None:
    """What four lanes promise, for writes and reads."""
    host = await Host(dut).set_up()
    host.spi.half_period = QUARTER
    for phase in (0, 1, 9, 10, 19):
        weights = [array[::-1] if phase % 2 else array for array in host.given]
        await host.phase(phase)
        await host.program(*weights)
        await host.phase(phase)
        for found, given in zip(await host.weights(), weights, strict=True):
            assert np.array_equal(found, given)
    await host.prove()


@cocotb.test()
async def too_fast_an_sck_ends_with_a_reset(dut: Any) -> None:
    """Half the clock, the clock, and periods that are no multiple of the clock's."""
    host = await Host(dut).set_up()
    for half_period in (20, 10, 13, 27, 33):
        host.spi.half_period = half_period
        await host.phase(half_period // 2)
        await host.freeze()
        await host.spi.write(W_OUT, 0, [0xFFFFFFFF, 0x12345678])
        await host.spi.read(W_IN, 0, 4)
        host.spi.half_period = 50
        await host.recover()
        await host.expect(refused_accesses=0, timing_errors=0)
    await host.prove()


@cocotb.test()
async def glitches_of_sck_end_with_a_reset(dut: Any) -> None:
    host = await Host(dut).set_up()
    rng = np.random.default_rng(10)
    for _ in range(3):
        for width in rng.integers(1, 60, 150).tolist():
            dut.MOSI.value = width % 2
            await host.glitch(("SCK",), 1, width)
            await Timer(int(rng.integers(1, 60)), "ns")
        await host.recover()
        await host.expect(refused_accesses=0, timing_errors=0)
    await host.prove()
