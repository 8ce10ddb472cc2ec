"""The chip without its pins: what the SPI may do and when, and ticks that come too early."""

from collections.abc import Awaitable, Callable

import pytest
from amaranth.sim import Simulator, SimulatorContext

from golden_model.network.config import Config
from golden_model.network.registers import BY_NAME, STATUS
from rtl.chip.chip import Chip
from rtl.chip.window import READOUTS, W_IN

CONFIG = Config(n_in=4, n_rec=4, n_out=2)
NUMBERS = {name: number for name, number, *_ in STATUS}
QUARTER = 2  # clocks of half a period of SCK


class Host:
    """Drives the synchronous inputs of a chip."""

    def __init__(self, context: SimulatorContext, chip: Chip) -> None:
        self.context, self.chip = context, chip

    async def send(self, word: int) -> int:
        received = 0
        for bit in reversed(range(32)):
            self.context.set(self.chip.mosi, word >> bit & 1)
            await self.wait(QUARTER)
            received = received << 1 | self.context.get(self.chip.miso)
            self.context.set(self.chip.sck, 1)
            await self.wait(QUARTER)
            self.context.set(self.chip.sck, 0)
        return received

    async def write(self, space: int, address: int, *words: int) -> None:
        await self.send(space << 28 | len(words) << 16 | address)
        for word in words:
            await self.send(word)

    async def read(self, space: int, address: int, count: int = 1) -> list[int]:
        await self.send(1 << 31 | space << 28 | count << 16 | address)
        return [await self.send(0) for _ in range(count)]

    async def status(self, name: str) -> int:
        return (await self.read(0, NUMBERS[name]))[0]

    async def register(self, name: str, value: int) -> None:
        await self.write(0, BY_NAME[name].number, value)

    async def wait(self, clocks: int) -> None:
        for _ in range(clocks):
            await self.context.tick()

    async def tick(self, clocks: int) -> None:
        """Make a tick and wait so long."""
        self.context.set(self.chip.time_tick, 1)
        await self.wait(1)
        self.context.set(self.chip.time_tick, 0)
        await self.wait(clocks)


def simulate(bench: Callable[[Host], Awaitable[None]]) -> None:
    chip = Chip(CONFIG, lanes=4)

    async def testbench(context: SimulatorContext) -> None:
        await bench(Host(context, chip))

    simulator = Simulator(chip)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()


def test_the_digest_of_the_configuration_can_be_read() -> None:
    async def bench(host: Host) -> None:
        low, high = await host.status("config_hash_low"), await host.status("config_hash_high")
        assert f"{high:08x}{low:08x}" == CONFIG.digest

    simulate(bench)


def test_memories_are_reached_only_while_configuring() -> None:
    words = [0x04030201, 0xF3F2F1F0]

    async def bench(host: Host) -> None:
        await host.write(W_IN, 1 << 6, words[0])
        assert await host.read(W_IN, 1 << 6) == [words[0]]
        await host.register("en_conf", 0)
        await host.write(W_IN, 1 << 6, *words, *words)
        assert await host.read(W_IN, 1 << 6) == [0]
        assert await host.status("refused_accesses") == 2  # frames, not words
        await host.register("en_conf", 1)
        assert await host.read(W_IN, 1 << 6) == [words[0]]
        await host.write(READOUTS, 1, 0xFFFE)
        assert await host.read(READOUTS, 0, 2) == [0, 0xFFFE]

    simulate(bench)


@pytest.mark.parametrize("space", [6, 7])
def test_spaces_that_do_not_exist_are_refused(space: int) -> None:
    async def bench(host: Host) -> None:
        await host.write(space, 0, 1)
        assert await host.read(space, 0) == [0]
        assert await host.status("refused_accesses") == 2

    simulate(bench)


@pytest.mark.parametrize("halts", [0, 1])
def test_a_tick_too_early_is_an_error_and_may_halt(halts: int) -> None:
    async def bench(host: Host) -> None:
        await host.register("en_conf", 0)
        await host.register("error_halt", halts)
        await host.register("timing_mode", 1)
        host.context.set(host.chip.sample, 1)
        await host.tick(40)
        assert not host.context.get(host.chip.timing)
        for _ in range(2):
            await host.tick(1)
        await host.wait(40)
        assert host.context.get(host.chip.timing)
        assert host.context.get(host.chip.core.idle) == halts
        assert await host.status("timing_errors") == 1
        await host.tick(40)
        assert host.context.get(host.chip.core.idle) == halts

    simulate(bench)


def test_events_of_absent_lines_are_counted() -> None:
    async def bench(host: Host) -> None:
        await host.register("num_inp_neur", 2)
        for line in (2, 3, 200):
            host.context.set(host.chip.aer_address, line)
            host.context.set(host.chip.aer_request, 1)
            await host.wait(4)
            assert host.context.get(host.chip.aer_acknowledge)
            host.context.set(host.chip.aer_request, 0)
            await host.wait(2)
        assert await host.status("dropped_events") == 2

    simulate(bench)
