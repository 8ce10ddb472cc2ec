"""Bad hosts that send too few or too many targets, and that take results badly."""

from typing import Any

import cocotb
from cocotb.triggers import FallingEdge, RisingEdge, Timer, with_timeout

from cosim.chip.agents import AerSource, OutputSink
from tests.pins.bad_hosts import WAIT, Host, Silent, check

UNASKED = 300  # ns that a target is offered which nobody asked for, less than learning takes
N_OUT = 5


class Eager(AerSource):
    """Sends more labels than one, and offers targets of a regression before and after those asked for."""

    regression = False
    unasked = sent = 0

    async def send_label(self, label: int) -> None:
        for wrong in (label ^ 1, 255, label ^ 3):
            await super().send_label(wrong)
        await super().send_label(label)

    async def send_target(self, target: int) -> None:
        await super().send_target(target)
        self.sent += 1
        if self.sent % N_OUT == 0:
            await self._offer()

    async def send_event(self, line: int) -> None:
        if self.regression:
            await self._offer()
        await super().send_event(line)

    async def _offer(self) -> None:
        self._address.value, self._is_target.value = 77, 1
        await Timer(1, "ns")
        self._request.value = 1
        await Timer(UNASKED, "ns")
        assert not self._acknowledge.value
        self.unasked += 1
        self._request.value = 0
        await Timer(UNASKED, "ns")
        self._is_target.value = 0


class Slow(OutputSink):
    """Lets the first result wait."""

    waited = False

    async def receive(self) -> int:
        if not self._request.value:
            await RisingEdge(self._request)
        if not self.waited:
            byte, self.waited = int(self._data.value), True
            for _ in range(20):
                await Timer(WAIT // 10, "ns")
                assert self._request.value
                assert int(self._data.value) == byte
        return await super().receive()


class Dead(OutputSink):
    """Takes no result."""

    async def receive(self) -> int:
        await FallingEdge(self._request)
        return 0


class Hasty(OutputSink):
    """Acknowledges for a moment, and does not wait until the request ends."""

    async def receive(self) -> int:
        if not self._request.value:
            await RisingEdge(self._request)
        byte = int(self._data.value)
        self._acknowledge.value = 1
        await Timer(25, "ns")
        self._acknowledge.value = 0
        await Timer(60, "ns")
        return byte


async def until_asked(host: Host) -> None:
    """Wait until the chip asks for a label, and see that it goes on to wait."""
    if not host.dut.MISO.value:
        await with_timeout(RisingEdge(host.dut.MISO), 20 * WAIT, "ns")
    for _ in range(20):
        await Timer(WAIT // 10, "ns")
        assert host.dut.MISO.value
        assert not host.dut.OUT_REQ.value
        assert not host.dut.TIMING_ERROR_RDY.value


@cocotb.test()
async def a_target_that_never_comes_is_waited_for_until_a_reset(dut: Any) -> None:
    """A tick meanwhile is a timing error, which gives the sample up."""
    host = await Host(dut).set_up(Silent)
    sample = cocotb.start_soon(host.present(host.sample))
    await until_asked(host)
    await host.ticks.pulse()
    await Timer(WAIT // 10, "ns")
    sample.cancel()
    assert not dut.MISO.value
    assert not dut.TIMING_ERROR_RDY.value
    await host.expect(timing_errors=1, refused_accesses=0)
    await host.recover()
    await host.expect(timing_errors=0)
    host.use(AerSource)
    await host.prove()


@cocotb.test()
async def a_target_that_never_comes_is_forgotten_by_a_reset(dut: Any) -> None:
    host = await Host(dut).set_up(Silent)
    sample = cocotb.start_soon(host.present(host.sample))
    await until_asked(host)
    sample.cancel()
    await host.recover()
    assert not dut.MISO.value
    host.use(AerSource)
    await host.prove()


@cocotb.test()
async def a_late_target_counts_although_a_tick_came_meanwhile(dut: Any) -> None:
    host = Host(dut, error_halt=0)
    silent = host.use(Silent)
    await host.set_up()
    sample, core = cocotb.start_soon(host.present(host.sample)), host.core()
    await until_asked(host)
    await host.ticks.pulse()
    await until_asked(host)
    await AerSource.send_label(silent, host.sample.label or 0)
    check(await sample, core, host.sample)
    await host.expect(timing_errors=1)
    await host.check_weights(core)
    host.use(AerSource)
    await host.prove()


@cocotb.test()
async def the_last_label_counts(dut: Any) -> None:
    host = await Host(dut).set_up(Eager)
    await host.follow(host.core(), host.sample)
    await host.prove()


@cocotb.test()
async def targets_that_nobody_asked_for_are_not_taken(dut: Any) -> None:
    host = Host(dut, regression=1)
    eager = host.use(Eager)
    eager.regression = True
    await host.set_up()
    await host.follow(host.core(), host.sample)
    assert eager.unasked == host.sample.n_events + eager.sent // N_OUT
    assert eager.sent == N_OUT * 5  # steps with a target, all but the last
    host.use(AerSource)
    await host.prove()


@cocotb.test()
async def a_result_that_nobody_takes_holds_the_chip_up(dut: Any) -> None:
    """The first byte waits with its request up, and nothing is lost."""
    host = Host(dut)
    slow = host.use(Slow)
    await host.set_up()
    await host.follow(host.core(), host.sample)
    assert slow.waited
    await host.expect(timing_errors=0)
    await host.prove()


@cocotb.test()
async def a_result_that_is_never_taken_ends_with_a_reset(dut: Any) -> None:
    host = await Host(dut).set_up(Dead)
    sample = cocotb.start_soon(host.present(host.sample))
    await with_timeout(RisingEdge(dut.OUT_REQ), 20 * WAIT, "ns")
    await Timer(WAIT, "ns")
    sample.cancel()
    assert dut.OUT_REQ.value
    host.use(OutputSink)
    dut.RST.value = 1
    await Timer(WAIT // 100, "ns")
    assert not dut.OUT_REQ.value
    await host.recover()
    await host.prove()


@cocotb.test()
async def an_acknowledge_before_the_request_is_waited_out(dut: Any) -> None:
    """OUT_ACK is up from before the sample until long after its first result is there."""
    host = await Host(dut).set_up()
    await host.glitch(("OUT_ACK",), 10, 45)
    dut.OUT_ACK.value = 1
    sample, core = cocotb.start_soon(host.present(host.sample)), host.core()
    for _ in range(50):
        await Timer(WAIT // 10, "ns")
        assert not dut.OUT_REQ.value
    assert not dut.TIMING_ERROR_RDY.value
    dut.OUT_ACK.value = 0
    check(await sample, core, host.sample)
    await host.check_weights(core)
    await host.prove()


@cocotb.test()
async def a_short_acknowledge_is_one(dut: Any) -> None:
    host = await Host(dut).set_up(Hasty)
    await host.follow(host.core(), host.sample)
    await host.prove()
