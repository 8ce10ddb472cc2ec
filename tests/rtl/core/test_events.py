"""What arrives in a time step: the circuit lists the union of events and spikes, in ascending order."""

from collections.abc import Awaitable, Callable
from itertools import product

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from rtl.core.events import Events
from tests.rtl.block import run

TINY = Config(n_in=4, n_rec=4, n_out=1)
SUBSETS = [{n for n in range(4) if bits >> n & 1} for bits in range(16)]
SIZES = [(40, 100), (70, 18), (3, 2), (250, 256)]
INPUTS = ("swap", "forget", "fire", "lists", "take")


class Host:
    """Sends events to a circuit and has them listed, and knows the sets that they have to make up."""

    def __init__(self, circuit: Events, config: Config, context: SimulatorContext) -> None:
        self.circuit, self.config, self.context = circuit, config, context
        self.rng, self.rate = np.random.default_rng([config.n_in, circuit.lanes]), 0.0
        self.waiting: list[int] = []  # events that are still to be taken
        self.collected: set[int] = set()

    async def cycle(self, **inputs: int) -> None:
        """Hold inputs for a cycle, in which an event that waits is taken, but not beside a swap."""
        if self.rng.random() < self.rate:
            self.waiting.append(int(self.rng.integers(self.config.n_in)))
        for name, value in {**dict.fromkeys(INPUTS, 0), **inputs}.items():
            self.context.set(getattr(self.circuit, name), value)
        event, comes = self.circuit.event, len(self.waiting) > 0
        self.context.set(event.valid, comes)
        self.context.set(event.payload, self.waiting[0] if comes else 0)
        assert self.context.get(event.ready) == ("swap" not in inputs)
        if comes and "swap" not in inputs:
            self.collected.add(self.waiting.pop(0))
        await self.context.tick()

    async def pause(self, **inputs: int) -> None:
        for _ in range(self.rng.integers(3) if self.rate else 0):
            await self.cycle(**inputs)

    async def send(self, events: set[int]) -> None:
        """Have events taken, all twice."""
        self.waiting += [*events, *events]
        while self.waiting:
            await self.cycle()

    async def swap(self) -> set[int]:
        """Begin a time step and return its events."""
        events, self.collected = self.collected, set()
        await self.cycle(swap=1)
        return events

    async def fire(self, spikes: set[int]) -> None:
        """Let neurons fire, a word of lanes per cycle."""
        lanes = self.circuit.lanes
        for word in range(self.circuit.spike_words):
            await self.pause()
            spike = sum(1 << n for n in range(lanes) if word * lanes + n in spikes)
            await self.cycle(fire=1, spike_word=word, spike=spike)

    async def check_list(self, events: set[int], spikes: set[int]) -> None:
        """Take what is listed; the first index is there `latency` after a swap or spikes, others at once."""
        await self.pause()
        order, empty = sorted(events | spikes), self.circuit.empty
        for _ in range(self.circuit.latency - 1):
            assert not self.listed()
            assert self.context.get(empty) == (not order)
            await self.cycle(lists=1)
        for index in order:
            assert self.listed() == (index, index in events, index in spikes)
            assert self.context.get(empty) == (index == order[-1])
            await self.pause(lists=1)
            assert self.listed() == (index, index in events, index in spikes)
            await self.cycle(lists=1, take=1)
        assert not self.listed()
        await self.pause(lists=1)
        assert not self.listed()

    def listed(self) -> tuple[int, ...]:
        """Return what is listed now, if anything."""
        outputs = (getattr(self.circuit, name) for name in ("valid", "index", "has_event", "has_spike"))
        valid, *what = (self.context.get(output) for output in outputs)
        return tuple(what) if valid else ()


def simulate(config: Config, lanes: int, bench: Callable[[Host], Awaitable[None]]) -> None:
    circuit = Events(config, lanes)

    async def testbench(context: SimulatorContext) -> None:
        await bench(Host(circuit, config, context))

    run(circuit, testbench)


@pytest.mark.parametrize("lanes", [1, 2, 4, 16])
def test_all_events_and_spikes_of_a_tiny_core(lanes: int) -> None:
    async def bench(host: Host) -> None:
        for events, spikes in product(SUBSETS, SUBSETS):
            await host.send(events)
            assert await host.swap() == events
            await host.fire(spikes)
            await host.check_list(events, spikes)

    simulate(TINY, lanes, bench)


def test_all_events_of_a_step_in_which_nothing_fires() -> None:
    async def bench(host: Host) -> None:
        for events in SUBSETS:
            await host.send(events)
            await host.check_list(await host.swap(), set())

    simulate(TINY, 1, bench)


@pytest.mark.parametrize("lanes", [1, 4, 16])
@pytest.mark.parametrize(("n_in", "n_rec"), SIZES)
def test_a_stream_of_events(n_in: int, n_rec: int, lanes: int) -> None:
    """Events go on coming while spikes come and are listed; those of the cycle of a swap have to wait."""

    async def bench(host: Host) -> None:
        for host.rate, rate in [(0.3, 0.5), (1, 0.05), (0.9, 1), (0.05, 0), (1, 0), (0.5, 0.2)]:
            await host.pause()
            events = await host.swap()
            spikes = set(np.flatnonzero(host.rng.random(n_rec) < rate).tolist())
            await host.fire(spikes)
            await host.check_list(events, spikes)

    simulate(Config(n_in=n_in, n_rec=n_rec, n_out=1), lanes, bench)


def test_an_event_waits_for_the_next_step_in_the_cycle_of_a_swap() -> None:
    async def bench(host: Host) -> None:
        await host.send({1})
        host.waiting = [3]
        for events in ({1}, {3}):
            assert await host.swap() == events
            await host.check_list(events, set())

    simulate(TINY, 4, bench)


def test_events_that_are_not_listed_are_forgotten_at_the_next_swap() -> None:
    async def bench(host: Host) -> None:
        await host.send({0, 2})
        await host.swap()
        await host.send({1})
        await host.swap()
        await host.check_list({1}, set())

    simulate(TINY, 4, bench)


@pytest.mark.parametrize("lanes", [1, 4])
def test_what_comes_while_a_step_is_forgotten_is_kept(lanes: int) -> None:
    async def bench(host: Host) -> None:
        await host.send({0, 2})
        await host.swap()
        await host.fire({2, 3})
        await host.send({0})
        host.waiting = [1]
        await host.cycle(forget=1)
        await host.check_list(set(), set())
        assert await host.swap() == {0, 1}
        await host.check_list({0, 1}, set())

    simulate(TINY, lanes, bench)
