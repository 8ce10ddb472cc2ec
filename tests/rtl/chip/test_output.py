"""The output bus: one byte per winner, two per potential, each in a handshake that the host may draw out."""

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from rtl.chip.output import Output
from tests.rtl.block import run

CONFIGS = {"published": Config(n_in=4, n_rec=4, n_out=4)}
CONFIGS["narrow"] = CONFIGS["published"].replace(membrane_bits=12)
configs = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
Result = tuple[int, bool]  # a value, and whether it is a winner


def sent(value: int, is_winner: bool) -> list[int]:
    """Return the bytes of a result."""
    return [value] if is_winner else [value & 0xFF, value >> 8 & 0xFF]


class Exchange:
    """A core that has results and a host that takes bytes, both with pauses of up to some cycles."""

    def __init__(self, circuit: Output, context: SimulatorContext, results: list[Result], pause: int) -> None:
        self.circuit, self.context, self.results, self.pause = circuit, context, list(results), pause
        self.rng, self.core_waits, self.host_waits = np.random.default_rng([4, pause]), 0, 0
        self.acknowledge, self.bytes, self.expected = 0, list[int](), list[int]()

    async def finish(self) -> None:
        """Go on until all results are sent and the bus is at rest, and for some cycles more."""
        rest = 0
        while rest < 10:
            at_rest = not self.results and not self.acknowledge and not self.context.get(self.circuit.request)
            rest = rest + 1 if at_rest else 0
            self._answer()
            self._offer()
            await self.context.tick()

    def _answer(self) -> None:
        """Let acknowledge follow request, and take a byte when it rises, which stays until request falls."""
        request, data = (self.context.get(one) for one in (self.circuit.request, self.circuit.data))
        if request and self.acknowledge:
            assert data == self.bytes[-1]
        elif request != self.acknowledge and self.host_waits:
            self.host_waits -= 1
        elif request != self.acknowledge:
            self.acknowledge, self.host_waits = request, int(self.rng.integers(self.pause + 1))
            self.bytes += [data] if request else []
        self.context.set(self.circuit.acknowledge, self.acknowledge)

    def _offer(self) -> None:
        """Offer a result until it is taken, which it is when its last byte has been acknowledged."""
        stream, valid = self.circuit.result, bool(self.results) and not self.core_waits
        self.core_waits -= self.core_waits > 0
        self.context.set(stream.valid, valid)
        if valid:
            value, is_winner = self.results[0]
            self.context.set(stream.payload, value)
            self.context.set(self.circuit.is_winner, is_winner)
        if valid and self.context.get(stream.ready):
            self.expected += sent(*self.results.pop(0))
            assert self.bytes == self.expected
            self.core_waits = int(self.rng.integers(self.pause + 1))


def check(config: Config, results: list[Result], pause: int) -> None:
    """Have results sent."""
    circuit = Output(config)

    async def bench(context: SimulatorContext) -> None:
        exchange = Exchange(circuit, context, results, pause)
        await exchange.finish()
        assert exchange.bytes == [byte for result in results for byte in sent(*result)]

    run(circuit, bench)


@configs
@pytest.mark.parametrize("pause", [0, 1, 9])
def test_winners(config: Config, pause: int) -> None:
    check(config, [(winner, True) for winner in range(16)], pause)


@configs
@pytest.mark.parametrize("pause", [0, 1, 9])
def test_potentials(config: Config, pause: int) -> None:
    """The low byte is first, the high one has the sign in all its upper bits."""
    high = (1 << config.membrane_bits - 1) - 1
    ends = [0, 1, -1, 255, 256, -256, -257, high, -high - 1]
    others = np.random.default_rng(5).integers(-high - 1, high + 1, 20).tolist()
    check(config, [(potential, False) for potential in [*ends, *others]], pause)


@configs
@pytest.mark.parametrize("pause", [0, 2, 5])
def test_winners_among_potentials(config: Config, pause: int) -> None:
    rng = np.random.default_rng(pause)
    winners = rng.integers(2, size=30).astype(bool).tolist()
    check(
        config, [(int(rng.integers(16) if one else rng.integers(-2048, 2048)), one) for one in winners], pause
    )


def test_latency_of_a_request() -> None:
    circuit = Output(CONFIGS["published"])

    async def bench(context: SimulatorContext) -> None:
        await context.tick().repeat(5)
        context.set(circuit.result.payload, 0x1234)
        context.set(circuit.result.valid, 1)
        for _ in range(circuit.latency):
            assert context.get(circuit.request) == 0
            await context.tick()
        assert (context.get(circuit.request), context.get(circuit.data)) == (1, 0x34)

    run(circuit, bench)


def test_nothing_is_sent_before_acknowledge_has_fallen() -> None:
    circuit = Output(CONFIGS["published"])

    async def bench(context: SimulatorContext) -> None:
        context.set(circuit.acknowledge, 1)
        context.set(circuit.result.valid, 1)
        for _ in range(10):
            await context.tick()
            assert context.get(circuit.request) == context.get(circuit.result.ready) == 0
        context.set(circuit.acknowledge, 0)
        await context.tick()
        assert context.get(circuit.request) == 1

    run(circuit, bench)
