"""Bad hosts that tick too early, or whose levels glitch."""

from typing import Any

import cocotb
from cocotb.triggers import RisingEdge, Timer, with_timeout

from cosim.chip.agents import OutputSink, TickSource
from rtl.chip.window import W_IN
from tests.pins.bad_hosts import WAIT, Host

TIMING_MODE = 23
LEVELS = ("SAMPLE", "TARGET_VALID", "INFER_ACC")
EARLY = {1: 20, 3: 300, 4: 1000, 5: 37}  # ticks after which another one comes, and ns between them


class Blind(TickSource):
    """Waits for a fixed time, since TIMING_ERROR_RDY does not tell when the chip is ready."""

    async def tick(self) -> None:
        await self.pulse()
        await Timer(WAIT, "ns")


class Early(TickSource):
    """Makes some ticks twice."""

    number = count = 0

    async def pulse(self) -> None:
        number, self.number = self.number, self.number + 1
        await super().pulse()
        if number in EARLY:
            await Timer(EARLY[number], "ns")
            await super().pulse()
            self.count += 1


class BlindEarly(Early, Blind):
    """Makes some ticks twice and waits for a fixed time."""


class Fidgety(TickSource):
    """Lets levels glitch before ticks."""

    host: Host

    async def pulse(self) -> None:
        for width in (5, 35, 450):
            await self.host.glitch(LEVELS, 4, width)
        await Timer(WAIT // 300, "ns")
        await super().pulse()


class Pausing(TickSource):
    """Lets SAMPLE fall after each tick, and raises it before the next one."""

    host: Host
    number = 0

    async def pulse(self) -> None:
        sample = self.host.dut.SAMPLE
        before, self.number = sample.value, self.number + 1
        sample.value = 0
        await Timer(WAIT, "ns")
        sample.value = before
        await Timer(WAIT // 300, "ns")
        await super().pulse()


class FidgetySink(OutputSink):
    """Lets levels glitch when *step* has ended."""

    host: Host

    async def receive(self) -> int:
        if not self._request.value:
            await RisingEdge(self._request)
        await self.host.glitch(LEVELS, 2, 15)
        return await super().receive()


async def halted(host: Host) -> None:
    """See that the chip is idle and takes no ticks: it is silent, not ready, and its memories are free."""
    for _ in range(3):
        await host.ticks.pulse()
        await Timer(WAIT, "ns")
        assert not host.dut.OUT_REQ.value
        assert host.dut.TIMING_ERROR_RDY.value == host.parameters.registers.timing_mode
    assert host.received == []
    await host.freeze()
    assert not host.dut.SPI_RDY.value
    await host.spi.write(W_IN, 0, [0x01020304])
    assert await host.spi.read(W_IN, 0) == [0x01020304]
    await host.expect(timing_errors=1, refused_accesses=0)


async def halts(dut: Any, timing_mode: int) -> None:
    """Make one tick too early with error_halt 1."""
    host = Host(dut, timing_mode=timing_mode)
    host.use((TickSource, Blind)[timing_mode])
    await host.set_up()
    dut.SAMPLE.value = 1
    await host.aer.send_event(3)
    await host.ticks.pulse()
    await Timer(WAIT, "ns")
    assert dut.TIMING_ERROR_RDY.value != timing_mode
    for _ in range(2):
        await host.ticks.pulse()
        await Timer(40, "ns")
    await Timer(WAIT, "ns")
    host.received = []
    await halted(host)
    await host.recover()
    assert dut.TIMING_ERROR_RDY.value
    await host.expect(timing_errors=0)
    await host.prove()


@cocotb.test()
async def an_early_tick_halts_until_a_reset(dut: Any) -> None:
    await halts(dut, 0)


@cocotb.test()
async def an_early_tick_halts_until_a_reset_and_is_shown(dut: Any) -> None:
    await halts(dut, 1)


@cocotb.test()
async def early_ticks_change_nothing_if_they_do_not_halt(dut: Any) -> None:
    host = Host(dut, error_halt=0)
    early = host.use(Early)
    await host.set_up()
    await host.follow(host.core(), host.sample)
    assert early.count == len(EARLY)
    await host.expect(timing_errors=len(EARLY))
    await host.prove()


@cocotb.test()
async def early_ticks_are_shown_until_a_reset(dut: Any) -> None:
    host = await Host(dut, error_halt=0, timing_mode=1).set_up(BlindEarly)
    assert not dut.TIMING_ERROR_RDY.value
    await host.follow(host.core(), host.sample)
    assert dut.TIMING_ERROR_RDY.value
    await host.expect(timing_errors=len(EARLY))
    await host.prove()
    assert dut.TIMING_ERROR_RDY.value
    await host.recover()
    await host.freeze()
    await host.spi.write_register(TIMING_MODE, 1)
    await Timer(WAIT // 100, "ns")
    assert not dut.TIMING_ERROR_RDY.value


@cocotb.test()
async def levels_may_glitch_where_they_are_not_taken(dut: Any) -> None:
    host = Host(dut)
    host.use(Fidgety).host = host
    host.use(FidgetySink).host = host
    await host.set_up()
    await host.follow(host.core(), host.sample)
    await host.expect(timing_errors=0)
    await host.prove()


@cocotb.test()
async def without_a_sample_ticks_and_without_ticks_samples_are_nothing(dut: Any) -> None:
    host = await Host(dut).set_up()
    for width in (5, 20, 300, WAIT):
        await host.glitch(LEVELS, 3, width)
        await host.ticks.pulse()
        await Timer(WAIT // 100, "ns")
        assert dut.TIMING_ERROR_RDY.value
    assert host.received == []
    await host.follow(host.core(), host.sample)
    await host.expect(timing_errors=0)
    await host.prove()


@cocotb.test()
async def a_sample_may_pause(dut: Any) -> None:
    """SAMPLE is low for long between ticks, which is not its end."""
    host = Host(dut)
    ticks = host.use(Pausing)
    ticks.host = host
    await host.set_up()
    await host.follow(host.core(), host.sample)
    assert ticks.number == host.sample.n_ticks
    await host.prove()


@cocotb.test()
async def a_tick_may_stay_high(dut: Any) -> None:
    """The chip is not ready before it falls."""
    host = Host(dut)
    host.ticks.high = WAIT
    await host.set_up()
    await host.follow(host.core(), host.sample)
    await host.expect(timing_errors=0)
    dut.SAMPLE.value, dut.TIME_TICK.value = 1, 1
    await Timer(WAIT, "ns")
    assert not dut.TIMING_ERROR_RDY.value
    await host.reset()
    assert not dut.TIMING_ERROR_RDY.value
    dut.TIME_TICK.value = 0
    await Timer(WAIT // 100, "ns")
    assert dut.TIMING_ERROR_RDY.value
    await host.prove()  # no sample began with the reset


@cocotb.test()
async def an_early_tick_while_frozen_halts(dut: Any) -> None:
    host = await Host(dut).set_up()
    await host.freeze()
    sample = cocotb.start_soon(host.present(host.sample))
    await with_timeout(RisingEdge(dut.SPI_RDY), WAIT, "ns")
    sample.cancel()
    await host.ticks.pulse()
    await Timer(WAIT // 100, "ns")
    assert not dut.SPI_RDY.value
    await halted(host)
    await host.recover()
    await host.prove()
