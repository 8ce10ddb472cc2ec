"""Bad hosts that reach for memories while a sample runs."""

from typing import Any

import cocotb
import numpy as np
from cocotb.triggers import FallingEdge, RisingEdge, Timer, with_timeout

from cosim.chip.agents import TickSource
from cosim.chip.board import PERIOD
from golden_model.network.registers import BY_NAME
from golden_model.samples.samples import Sample
from rtl.chip.window import NEURONS, READOUTS, W_IN, W_OUT, W_REC
from tests.pins.bad_hosts import WAIT, Host, check

WRONG = ((NEURONS, 0), (NEURONS, 0x200), (READOUTS, 1), (W_IN, 3 << 6), (W_REC, 0), (W_OUT, 5 << 2))
SEEDS = tuple(BY_NAME[name].number for name in ("seed_inp", "seed_strnd_neur", "seed_noise_neur"))
FROZEN_AT = 4  # tick
OLD, NEW = 0, 0x7F7F7F7F  # weights of line 0 that keep four neurons still, and that make them fire
BITS = 64  # of a frame with a data word


class Slow(TickSource):
    """Leaves so much time between time steps that frames come at any of their moments."""

    async def tick(self) -> None:
        await super().tick()
        await Timer(WAIT, "ns")


class Freezing(TickSource):
    """Asks for access before a tick, and begins frames too early."""

    host: Host
    number = 0

    async def tick(self) -> None:
        self.number += 1
        if self.number - 1 != FROZEN_AT:
            await super().tick()
            return
        spi = self.host.spi
        await self.host.freeze()
        assert not self.host.dut.SPI_RDY.value
        burst = cocotb.start_soon(spi.write(W_REC, 0, [0x11111111] * 4))
        await Timer(3 * 32 * 2 * spi.half_period - 200, "ns")
        await self.pulse()
        if not self.host.dut.SPI_RDY.value:
            await with_timeout(RisingEdge(self.host.dut.SPI_RDY), WAIT, "ns")
        await burst
        await self._look()
        await self.host.spi.write_register(0, 0)
        await with_timeout(RisingEdge(self._ready), WAIT, "ns")

    async def _look(self) -> None:
        """Reach memories while frozen."""
        self.seen = await self.host.spi.read(READOUTS, 0, 5)
        row = await self.host.spi.read(W_IN, 2 << 6, 1)
        await self.host.spi.write(W_IN, 2 << 6, row)


@cocotb.test()
async def accesses_during_a_sample_are_refused(dut: Any) -> None:
    """Each frame is counted, reads give 0, and no bit of the sample changes."""
    host = await Host(dut).set_up(Slow)
    frames, ongoing = 0, True

    async def reach() -> None:
        nonlocal frames
        while ongoing:
            for space, address in WRONG:
                await host.spi.write(space, address, [0xA5A5A5A5, 0x3C3C3C3C])
                assert await host.spi.read(space, address, 2) == [0, 0]
                frames += 2
            for number in SEEDS:
                await host.spi.write_register(number, 0x2AAAA)
                frames += 1

    task, core = cocotb.start_soon(reach()), host.core()
    await Timer(WAIT, "ns")
    check(await host.present(host.sample), core, host.sample)
    ongoing = False
    await task
    assert frames > 20
    await host.expect(refused_accesses=frames)
    await host.check_weights(core)
    await host.prove()


@cocotb.test()
async def a_frame_that_begins_too_early_is_refused_as_a_whole(dut: Any) -> None:
    """The core freezes while it goes on; what follows is allowed."""
    host = Host(dut)
    ticks = host.use(Freezing)
    ticks.host = host
    await host.set_up()
    core = host.core()
    readouts = host.core().run(host.sample, record="readout").records["readout"]
    await host.follow(core, host.sample)
    assert ticks.seen == (readouts[FROZEN_AT] % (1 << 16)).tolist()
    await host.expect(refused_accesses=1, timing_errors=0)
    await host.prove()


@cocotb.test()
async def a_tick_at_the_moment_of_an_access_waits_or_comes_first(dut: Any) -> None:
    """Weights are written before the tick or not at all, and the time step has them or not."""
    host = await Host(dut, do_eprop=0, en_stoch_round=0).set_up()
    host.detach()
    expected = {word: _answer(host, word) for word in (OLD, NEW)}
    assert expected[OLD] != expected[NEW]
    found = set()
    for clocks in range(-6, 16):
        await _write(host, OLD)
        word, *answer = await _race(host, host.spi.write(W_IN, 0, [NEW]), BITS, clocks)
        assert answer == expected[word]
        found.add(word)
    assert found == {OLD, NEW}
    await _write(host, NEW)
    for clocks in range(-10, 12):
        word, *answer = await _race(host, host.spi.read(W_IN, 1 << 6), 30, clocks)
        assert [word, *answer] == [NEW, *expected[NEW]]
    host.given[0][0, :4] = 127
    await host.check_weights(host.core())
    await host.prove()


def _answer(host: Host, word: int) -> list[list[int]]:
    """Return the potentials after each step if line 0 has weights and an event in tick 0."""
    core = host.core()
    w_in = core.w_in
    w_in[0, :4] = np.array([word], "<u4").view(np.int8)
    core.load_weights(w_in, core.w_rec, core.w_out)
    result = core.run(Sample([[0, 0]], 4), record="readout")
    return [row.tolist() for row in result.records["readout"][1:3] % (1 << 16)]


async def _write(host: Host, word: int) -> None:
    await host.freeze()
    await host.spi.write(W_IN, 0, [word])


async def _race(host: Host, access: Any, bits: int, clocks: int) -> list[Any]:
    """Begin a sample about so many clocks after a bit of a frame; return weights and answers."""
    dut, half = host.dut, host.spi.half_period
    await host.aer.send_event(0)
    dut.SAMPLE.value = 1
    await host.phase(3)
    frame = cocotb.start_soon(access)
    await Timer((2 * bits - 1) * half + clocks * PERIOD, "ns")
    await host.ticks.pulse()
    await frame
    await host.run()
    answers = []
    for last in (False, False, True):
        dut.SAMPLE.value = not last
        await Timer(WAIT // 100, "ns")
        host.received = []
        await host.ticks.pulse() if last else await host.ticks.tick()
        answers.append(host.received)
    if dut.OUT_REQ.value:
        await with_timeout(FallingEdge(dut.OUT_REQ), WAIT, "ns")
    await Timer(WAIT // 3, "ns")
    host.received = []
    await host.freeze()
    word = (await host.spi.read(W_IN, 0))[0]
    return [word, *(np.array(sent, np.uint8).view("<u2").tolist() for sent in answers[:2])]
