"""When time steps begin: ticks at once, held, too early, made inside, and what the pin says of them."""

from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from rtl.chip.ticks import Ticks
from rtl.core.registers import OF_PINS, Registers
from tests.rtl.block import run

CONFIG = Config(n_in=4, n_rec=4, n_out=1)
OUTPUTS = ("tick", "late", "error", "waiting", "halted", "pin")


class Pins:
    """Ticks with registers that may be set to anything, and the outputs of each cycle."""

    def __init__(self, ticks: Ticks, context: SimulatorContext) -> None:
        self.ticks, self.context = ticks, context

    async def cycle(self, **inputs: int) -> dict[str, int]:
        """Set inputs or registers, and return the names of outputs and what they are in this cycle."""
        for name, value in inputs.items():
            block = self.ticks.registers if name in OF_PINS else self.ticks
            self.context.set(getattr(block, name), value)
        outputs = {name: self.context.get(getattr(self.ticks, name)) for name in OUTPUTS}
        await self.context.tick()
        return outputs

    async def cycles(self, count: int, **inputs: int) -> list[set[str]]:
        """Return the outputs that are 1 in each of some cycles."""
        return [{name for name, one in (await self.cycle(**inputs)).items() if one} for _ in range(count)]


def simulate(bench: Callable[[Pins], Awaitable[None]]) -> None:
    ticks = Ticks(Registers(CONFIG, OF_PINS))

    async def testbench(context: SimulatorContext) -> None:
        await bench(Pins(ticks, context))

    run(ticks, testbench)


def test_a_tick_is_the_rise_of_the_pin() -> None:
    async def bench(pins: Pins) -> None:
        assert await pins.cycles(2, ready=1) == [{"pin"}] * 2
        for high in (1, 2, 7):
            assert await pins.cycles(1, time_tick=1) == [{"tick"}]
            assert await pins.cycles(high - 1) == [set()] * (high - 1)
            assert await pins.cycles(3, time_tick=0) == [{"pin"}] * 3

    simulate(bench)


@pytest.mark.parametrize("high", [1, 4, 12])
def test_a_tick_waits_for_memories(high: int) -> None:
    async def bench(pins: Pins) -> None:
        seen = [await pins.cycle(ready=1, busy=n < 8, time_tick=n < high) for n in range(12)]
        assert [one["tick"] for one in seen] == [n == 8 for n in range(12)]
        assert [one["waiting"] for one in seen] == [1 <= n <= 8 for n in range(12)]
        assert [one["pin"] for one in seen] == [n > 8 and n >= high for n in range(12)]
        assert not any(one["late"] | one["error"] for one in seen)

    simulate(bench)


def test_a_second_tick_while_one_waits_is_late() -> None:
    async def bench(pins: Pins) -> None:
        assert await pins.cycles(1, ready=1, busy=1, time_tick=1, error_halt=0) == [set()]
        assert await pins.cycles(1, time_tick=0) == [{"waiting"}]
        assert await pins.cycles(1, time_tick=1) == [{"waiting", "late"}]
        assert await pins.cycles(1, time_tick=0) == [{"waiting", "error"}]
        assert await pins.cycles(2, busy=0) == [{"waiting", "error", "tick"}, {"error", "pin"}]

    simulate(bench)


@pytest.mark.parametrize("halts", [0, 1])
def test_a_tick_that_comes_too_early(halts: int) -> None:
    """It is counted once, the error stays, and halts the core if it should."""

    async def bench(pins: Pins) -> None:
        assert await pins.cycles(1, error_halt=halts, time_tick=1) == [{"late"}]
        stays = {"error", "halted"} if halts else {"error"}
        assert await pins.cycles(4) == [stays] * 4
        assert await pins.cycles(2, time_tick=0, ready=1) == [stays if halts else stays | {"pin"}] * 2
        assert await pins.cycles(1, time_tick=1) == [stays if halts else stays | {"tick"}]
        assert await pins.cycles(1, time_tick=0, ready=0) == [stays]
        assert ["late" in one for one in await pins.cycles(3, time_tick=1)] == [True, False, False]

    simulate(bench)


def test_a_tick_that_waits_is_forgotten_when_halted() -> None:
    async def bench(pins: Pins) -> None:
        await pins.cycles(1, ready=1, busy=1, time_tick=1)
        await pins.cycles(1, time_tick=0)
        assert await pins.cycles(1, time_tick=1) == [{"waiting", "late"}]
        assert await pins.cycles(1, time_tick=0) == [{"waiting", "error", "halted"}]
        assert await pins.cycles(2) == [{"error", "halted"}] * 2
        assert await pins.cycles(2, busy=0) == [{"error", "halted"}] * 2

    simulate(bench)


def test_the_pin_shows_the_error() -> None:
    async def bench(pins: Pins) -> None:
        assert await pins.cycles(2, ready=1, timing_mode=1) == [set()] * 2
        assert await pins.cycles(1, time_tick=1) == [{"tick"}]
        assert await pins.cycles(1, time_tick=0, ready=0) == [set()]
        assert await pins.cycles(1, time_tick=1) == [{"late"}]
        for inputs in ({}, {"time_tick": 0}, {"ready": 1}, {"time_tick": 1}):
            assert await pins.cycles(2, **inputs) == [{"error", "halted", "pin"}] * 2
        assert await pins.cycles(1, timing_mode=0, time_tick=0) == [{"error", "halted"}]

    simulate(bench)


@pytest.mark.parametrize("period", [1, 2, 5, 12])
def test_ticks_made_inside(period: int) -> None:
    """The first comes a period after the sample begins; the pin for ticks has no effect."""

    async def bench(pins: Pins) -> None:
        await pins.cycles(1, local_tick=1, cycles_per_tick=period, ready=1)
        for length in (3 * period, 4 * period - 1, period):
            seen = [await pins.cycle(active=1, time_tick=n % 2) for n in range(length)]
            assert [one["tick"] for one in seen] == [n % period == period - 1 for n in range(length)]
            assert await pins.cycles(2 * period, active=0, time_tick=0) == [{"pin"}] * (2 * period)

    simulate(bench)


def test_a_tick_made_inside_may_be_too_early() -> None:
    async def bench(pins: Pins) -> None:
        await pins.cycles(1, local_tick=1, cycles_per_tick=4, error_halt=0)
        assert ["late" in one for one in await pins.cycles(8, active=1)] == [n % 4 == 3 for n in range(8)]
        assert ["tick" in one for one in await pins.cycles(8, ready=1)] == [n % 4 == 3 for n in range(8)]

    simulate(bench)


def test_no_tick_is_lost_or_doubled() -> None:
    """Every rise is a tick, waits, or is late."""
    rng = np.random.default_rng(6)

    async def bench(pins: Pins) -> None:
        ready, before, rises, total = 1, 0, 0, dict.fromkeys(OUTPUTS, 0)
        await pins.cycle(error_halt=0)
        for _ in range(2000):
            level = int(rng.integers(2))
            seen = await pins.cycle(time_tick=level, ready=ready, busy=int(rng.integers(4) > 0))
            rises, before = rises + (level > before), level
            total = {name: total[name] + seen[name] for name in OUTPUTS}
            ready = int(not seen["tick"] if ready else rng.integers(2))  # it falls after a tick only
            assert rises - total["tick"] - total["late"] in (0, 1)
        assert total["tick"] > 100 < total["late"]

    simulate(bench)
