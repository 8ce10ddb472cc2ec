"""Bad hosts that send events: requests that do not end, are withdrawn or mean nothing, and floods."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import RisingEdge, Timer, with_timeout
from numpy.typing import NDArray

from cosim.chip.agents import AerSource, TickSource
from cosim.chip.board import PERIOD, Answer
from golden_model.core.core import Core
from golden_model.core.snapshot import Snapshot
from tests.pins.bad_hosts import WAIT, Host, Silent, check, sample_of

ABSENT = (8, 15, 31, 128, 255)  # lines
REQUEST = 500  # ns after a request that was withdrawn
RACED = 2  # line whose events of ticks 2 and 3 lead to answers of their own


class Holding(AerSource):
    """Never ends the request of its last event."""

    left = 0

    async def send_event(self, line: int) -> None:
        self.left -= 1
        if self.left:
            await super().send_event(line)
        else:
            self._address.value, self._request.value = line, 1
            await with_timeout(RisingEdge(self._acknowledge), WAIT, "ns")


class Withdrawing(AerSource):
    """Withdraws requests: short ones of other lines and labels, longer ones of the event that follows."""

    width = 0

    async def send_event(self, line: int) -> None:
        await self._withdrawn(line ^ 1, self.width % 2 == 1, 15)
        self.width = self.width % 95 + 7
        await self._withdrawn(line, False, self.width)
        await super().send_event(line)

    async def _withdrawn(self, byte: int, is_target: bool, width: int) -> None:
        self._address.value, self._is_target.value = byte, is_target
        await Timer(self.width % PERIOD + 1, "ns")  # at any phase of the clock
        self._request.value = 1
        await Timer(width, "ns")
        self._request.value = 0
        await Timer(REQUEST, "ns")


class Absent(AerSource):
    """Sends events of absent lines before each event."""

    count = 0

    async def send_event(self, line: int) -> None:
        for absent in ABSENT:
            await super().send_event(absent)
        self.count += len(ABSENT)
        await super().send_event(line)


class Toggling(AerSource):
    """Changes address and TAR_EN where they do not count."""

    async def _send(self, byte: int, *, is_target: bool) -> None:
        await self._toggle()
        self._address.value, self._is_target.value = byte, is_target
        await Timer(1, "ns")
        self._request.value = 1
        await with_timeout(RisingEdge(self._acknowledge), WAIT, "ns")
        await self._toggle()
        self._request.value = 0
        await self._toggle()

    async def _toggle(self) -> None:
        for time in range(6):
            self._address.value, self._is_target.value = 3 * time + 1, time % 2
            await Timer(33, "ns")


class Patient(TickSource):
    """Leaves time after each time step."""

    async def tick(self) -> None:
        await super().tick()
        await Timer(WAIT // 4, "ns")


class Racing(TickSource):
    """Sends an event some time before tick 2."""

    host: Host
    lead = number = 0

    async def pulse(self) -> None:
        self.number += 1
        if self.number - 1 != 2:
            await super().pulse()
            return
        await self.host.phase(3)
        event = cocotb.start_soon(self.host.aer.send_event(RACED))
        await Timer(self.lead + 1, "ns")
        await super().pulse()
        await event


@cocotb.test()
async def a_request_that_never_ends_is_one_event(dut: Any) -> None:
    host = Host(dut)
    raster = host.sample.raster(8)
    raster[4:] = False
    sample = sample_of(raster)
    host.use(Holding).left = sample.n_events
    await host.set_up()
    await host.follow(host.core(), sample)
    assert dut.AERIN_ACK.value
    dut.AERIN_REQ.value = 0
    host.use(AerSource)
    await host.prove()


@cocotb.test()
async def withdrawn_requests_are_harmless(dut: Any) -> None:
    host = await Host(dut).set_up(Withdrawing)
    await host.follow(host.core(), host.sample)
    await host.expect(dropped_events=0)
    await host.prove()


@cocotb.test()
async def events_of_absent_lines_are_counted(dut: Any) -> None:
    host = Host(dut)
    source = host.use(Absent)
    await host.set_up()
    await host.follow(host.core(), host.sample)
    await host.expect(dropped_events=source.count)
    await host.prove()


@cocotb.test()
async def address_and_kind_may_change_where_they_do_not_count(dut: Any) -> None:
    host = await Host(dut).set_up(Toggling)
    await host.follow(host.core(), host.sample)
    await host.prove()


@cocotb.test()
async def a_flood_of_events_loses_none(dut: Any) -> None:
    """All lines have an event in every time step; those after the last one belong to the next sample."""
    host = Host(dut)
    host.use(Patient)
    silent = host.use(Silent)
    await host.set_up()
    sample, everything = sample_of(np.zeros((8, 8), bool)), sample_of(np.ones((8, 8), bool))
    await AerSource.send_label(silent, sample.label or 0)

    async def flood() -> None:
        while True:
            for line in range(8):
                await host.aer.send_event(line)

    task, core = cocotb.start_soon(flood()), host.core()
    await Timer(WAIT, "ns")
    check(await host.present(sample), core, everything)
    task.cancel()
    await host.recover()
    await host.check_weights(core)
    host.use(AerSource)
    await host.prove()


@cocotb.test()
async def an_event_at_the_moment_of_a_tick_is_before_or_after_it(dut: Any) -> None:
    """Never lost, never in both time steps."""
    host = Host(dut)
    ticks = host.use(Racing)
    ticks.host = host
    await host.set_up()
    await host.set_plasticity(0)
    core, raster, earlier = host.core(), host.sample.raster(8), []
    raster[2:4, RACED] = False
    for lead in range(0, 160, 10):
        ticks.lead, ticks.number = lead, 0
        answer = await host.present(sample_of(raster), learn=False)
        start = core.snapshot()
        fits = [_fits(answer, core, start, raster, tick) for tick in (2, 3)]
        assert sum(fits) == 1
        earlier.append(fits[0])
    assert earlier == sorted(earlier)
    assert len(set(earlier)) == 2
    await host.set_plasticity(7)
    await host.prove()


def _fits(answer: Answer, core: Core, start: Snapshot, raster: NDArray[np.bool_], tick: int) -> bool:
    """Tell whether an answer is that to an event of a tick; the core then has run this sample."""
    before = core.snapshot()
    core.restore(start)
    raced = raster.copy()
    raced[tick, RACED] = True
    try:
        check(answer, core, sample_of(raced), learn=False)
    except AssertionError:
        core.restore(before)
        return False
    return True
