"""The input bus: events, labels and halves of targets, one per handshake, and those that have to wait."""

from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from rtl.chip.aer import AerInput
from rtl.core.registers import Registers
from tests.rtl.block import run

CONFIG = Config(n_in=40, n_rec=4, n_out=2)
PATIENCE = 500
TARGETS = [0, 1, -1, 255, 256, -256, 0x1234, -0x1234, 2**15 - 1, -(2**15)]


class Bus:
    """A host and a core at the bus, and all that passes."""

    def __init__(self, aer: AerInput, context: SimulatorContext) -> None:
        self.aer, self.context, self.dropped = aer, context, 0
        self.events, self.targets = list[int](), list[int]()
        self.members = {"event_ready": aer.event.ready, "target_ready": aer.target.ready}
        self.members |= {"regression": aer.registers.regression, "lines": aer.registers.num_inp_neur}
        self.rng, self.rate = np.random.default_rng(7), 1.0  # how often the core is ready, if at random

    async def cycle(self, **inputs: int) -> int:
        """Set inputs, note what passes in a cycle, and return acknowledge after it."""
        if self.rate < 1:
            ready = (self.rng.random(2) < self.rate).astype(int).tolist()
            inputs |= dict(zip(("event_ready", "target_ready"), ready, strict=True))
        for name, value in inputs.items():
            self.context.set(self.members.get(name, getattr(self.aer, name, None)), value)
        for stream, passed in ((self.aer.event, self.events), (self.aer.target, self.targets)):
            if self.context.get(stream.valid) and self.context.get(stream.ready):
                passed.append(self.context.get(stream.payload))
        self.dropped += self.context.get(self.aer.dropped)
        await self.context.tick()
        return self.context.get(self.aer.acknowledge)

    async def cycles(self, count: int, **inputs: int) -> list[int]:
        return [await self.cycle(**inputs) for _ in range(count)]

    async def pause(self) -> None:
        await self.cycles(int(self.rng.integers(4)) if self.rate < 1 else 0)

    async def send(self, byte: int, is_target: int = 0, **opening: int) -> None:
        """Make a handshake, in whose first cycles other inputs may be held."""
        await self.cycle(request=1, address=byte, is_target=is_target, **opening)
        await self.pause()
        await self.finish(1, **{"target_request": 1} if "target_request" in opening else {})
        await self.pause()
        await self.finish(0, request=0)
        await self.pause()

    async def finish(self, acknowledge: int, **inputs: int) -> None:
        """Wait until acknowledge is as given."""
        for _ in range(PATIENCE):
            if await self.cycle(**inputs) == acknowledge:
                return
        raise TimeoutError

    async def send_target(self, target: int) -> None:
        for byte in (target & 0xFF, target >> 8 & 0xFF):
            await self.send(byte, is_target=1)


def simulate(bench: Callable[[Bus], Awaitable[None]], **inputs: int) -> None:
    """Run a bench on a bus of a core that is always ready, if inputs do not say otherwise."""
    aer = AerInput(CONFIG, Registers(CONFIG))

    async def testbench(context: SimulatorContext) -> None:
        bus = Bus(aer, context)
        await bus.cycle(**{"lines": CONFIG.n_in - 1, "event_ready": 1, "target_ready": 1, **inputs})
        await bench(bus)

    run(aer, testbench)


@pytest.mark.parametrize("lines", [40, 39, 7, 1])
def test_events_of_all_lines(lines: int) -> None:
    """Those that do not exist are acknowledged too, whether the core is ready or not, dropped and counted."""

    async def bench(bus: Bus) -> None:
        for line in range(256):
            await bus.send(line, event_ready=int(line < lines))
            assert (bus.events, bus.dropped) == (list(range(min(line + 1, lines))), max(line + 1 - lines, 0))
        assert bus.targets == []

    simulate(bench, lines=lines - 1)


@pytest.mark.parametrize("asks", [0, 1])
def test_labels(asks: int) -> None:
    """A label is one transfer, whether the core asks for it or not."""

    async def bench(bus: Bus) -> None:
        for label in [*range(16), 200, 255]:
            await bus.send(label, is_target=1)
        assert (bus.targets, bus.events, bus.dropped) == ([*range(16), 200, 255], [], 0)

    simulate(bench, target_request=asks, event_ready=0)


def test_targets_of_a_regression() -> None:
    async def bench(bus: Bus) -> None:
        for count, target in enumerate(TARGETS):
            await bus.send_target(target)
            assert bus.targets == TARGETS[: count + 1]
        assert (bus.events, bus.dropped) == ([], 0)

    simulate(bench, regression=1, target_request=1)


def test_a_target_waits_until_the_core_asks() -> None:
    async def bench(bus: Bus) -> None:
        assert await bus.cycles(20, request=1, is_target=1, address=0x34) == [0] * 20
        await bus.finish(1, target_request=1)
        await bus.finish(0, request=0)
        await bus.send(0x12, is_target=1)
        assert bus.targets == [0x1234]

    simulate(bench, regression=1)


def test_half_a_target_is_forgotten_when_the_core_asks_no_more() -> None:
    async def bench(bus: Bus) -> None:
        await bus.send(0x99, is_target=1)
        await bus.cycle(target_request=0)
        await bus.cycle(target_request=1)
        await bus.send_target(0x1234)
        assert bus.targets == [0x1234]

    simulate(bench, regression=1, target_request=1)


@pytest.mark.parametrize("is_target", [0, 1])
def test_what_is_not_taken_is_not_acknowledged(is_target: int) -> None:
    async def bench(bus: Bus) -> None:
        name, passed = ("target_ready", bus.targets) if is_target else ("event_ready", bus.events)
        assert await bus.cycles(20, request=1, address=9, is_target=is_target) == [0] * 20
        assert passed == []
        assert await bus.cycle(**{name: 1}) == 1
        assert await bus.cycles(20) == [1] * 20  # a request that never ends
        assert passed == [9]

    simulate(bench, event_ready=0, target_ready=0)


def test_data_may_be_seen_a_cycle_after_the_request() -> None:
    async def bench(bus: Bus) -> None:
        for byte, is_target in ((5, 0), (3, 1), (200, 0)):
            assert await bus.cycles(bus.aer.latency, request=1) == [0] * bus.aer.latency
            assert await bus.cycles(3, address=byte, is_target=is_target) == [1] * 3
            assert await bus.cycles(2, request=0) == [0] * 2
        assert (bus.events, bus.targets, bus.dropped) == ([5], [3], 1)

    simulate(bench)


@pytest.mark.parametrize("regression", [0, 1])
@pytest.mark.parametrize("rate", [0.9, 0.5, 0.1])
def test_handshakes_at_random(regression: int, rate: float) -> None:
    """Halves of targets find each other, whatever events come between; requests end between targets."""

    async def bench(bus: Bus) -> None:
        bus.rate, sent, halves = rate, [], list[int]()
        for byte, is_target in bus.rng.integers((48, 2), size=(150, 2)).tolist():
            asks = len(halves) % 2 or int(bus.rng.integers(2))
            await bus.send(byte, is_target, target_request=asks)
            (halves if is_target else sent).append(byte)
        pairs = [low | high << 8 for low, high in zip(halves[::2], halves[1::2], strict=False)]
        assert bus.targets == (pairs if regression else halves)
        assert bus.events == [line for line in sent if line < CONFIG.n_in]
        assert bus.dropped == len(sent) - len(bus.events)

    simulate(bench, regression=regression)
