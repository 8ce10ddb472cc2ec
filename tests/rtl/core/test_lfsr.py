# amaranth: UnusedElaboratable=no
"""Random sources as circuits: the golden model's draws, whatever is taken at a time."""

from collections.abc import Iterator

import numpy as np
import pytest
from amaranth.sim import Simulator, SimulatorContext

from golden_model.core.lfsr import LONG_ROUNDING, NOISE, ROUNDING, WEIGHT, WEIGHT_OUT, Fibonacci
from rtl.core.lfsr import Source

SHORT = [Fibonacci(1, 4), Fibonacci(2, 5)]
TAKEN = [(ROUNDING, 15, 8), (ROUNDING, 7, 16), (ROUNDING, 4, 1), (LONG_ROUNDING, 20, 8), (NOISE, 16, 16)]
TAKEN += [(NOISE, 32, 1), (WEIGHT, 47, 2), (SHORT[0], 3, 5), (SHORT[1], 1, 7)]
ROWS = [(WEIGHT, 32, 16, 16), (WEIGHT, 32, 4, 16), (WEIGHT, 32, 1, 16), (WEIGHT, 47, 16, 16)]
ROWS += [(WEIGHT, 13, 8, 16), (WEIGHT_OUT, 28, 16, 16), (WEIGHT_OUT, 28, 16, 64), (WEIGHT_OUT, 14, 2, 32)]
ROWS += [(SHORT[0], 3, 2, 6), (SHORT[1], 2, 4, 4)]
# The last is how many rows are passed over at a time.
LEAPS = [(WEIGHT, 32, 16, 16, 16), (WEIGHT, 47, 4, 4, 16), (WEIGHT, 13, 1, 1, 16), (WEIGHT, 9, 2, 2, 1)]
LEAPS += [(WEIGHT_OUT, 28, 4, 16, 3), (SHORT[0], 3, 2, 6, 5), (SHORT[1], 2, 4, 4, 2)]


class Follower:
    """A circuit in simulation and the golden state that it has to be in."""

    def __init__(self, source: Source, context: SimulatorContext, state: int) -> None:
        self.source, self.context, self.state = source, context, state

    def check(self) -> None:
        source = self.source
        drawn, _ = source.sequence.draw(self.state, source.bits * source.words)
        assert self.context.get(source.state) == self.state
        assert self.context.get(source.word.as_value()) == drawn

    async def move(self, state: int, **inputs: int) -> None:
        """Hold inputs for a cycle, after which the circuit is to be in a state."""
        for name, value in inputs.items():
            self.context.set(getattr(self.source, name), value)
        await self.context.tick()
        for name in inputs:
            self.context.set(getattr(self.source, name), 0)
        self.state = state
        self.check()

    def after(self, words: int, state: int) -> int:
        """Return the state after some words are drawn in a state."""
        return self.source.sequence.draw(state, self.source.bits * words)[1] if words else state

    async def load(self, seed: int, **inputs: int) -> None:
        await self.move(self.source.sequence.seed(seed, self.source.bits), load=1, seed=seed, **inputs)


def seeds(sequence: Fibonacci, count: int) -> Iterator[int]:
    rng = np.random.default_rng(sequence.b)
    yield from (0, (1 << sequence.b) - 1)
    yield from rng.integers(0, 1 << sequence.b, count).tolist()


def simulate(source: Source, bench: object) -> None:
    async def testbench(context: SimulatorContext) -> None:
        follower = Follower(source, context, source.sequence.seed(source.reset, source.bits))
        follower.check()
        await bench(follower)

    simulator = Simulator(source)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()


@pytest.mark.parametrize(("sequence", "bits", "words"), TAKEN)
def test_words_taken_at_random(sequence: Fibonacci, bits: int, words: int) -> None:
    rng = np.random.default_rng(73)

    async def bench(follower: Follower) -> None:
        for seed in seeds(sequence, 3):
            await follower.load(seed)
            for _ in range(40):
                taken = int(rng.integers(words + 1))
                await follower.move(follower.after(taken, follower.state), take=taken)
            await follower.load(seed, take=words)  # which loading precedes

    simulate(Source(sequence, bits, words, reset=(1 << sequence.b) // 3), bench)


async def walk_row(follower: Follower, rng: np.random.Generator) -> None:
    """Go through a row as far as any place in it, and on to the next row."""
    start, words, whole = follower.state, follower.source.words, follower.source.whole
    for _ in range(int(rng.integers(whole // words))):
        await follower.move(follower.after(words, follower.state), advance=1)
    if rng.integers(2):
        await follower.move(follower.state)
    await follower.move(follower.after(whole, start), finish=1, advance=int(rng.integers(2)))


@pytest.mark.parametrize(("sequence", "bits", "words", "whole"), ROWS)
def test_rows_walked_at_random(sequence: Fibonacci, bits: int, words: int, whole: int) -> None:
    rng = np.random.default_rng(74)

    async def bench(follower: Follower) -> None:
        await walk_row(follower, rng)
        for seed in seeds(sequence, 3):
            await follower.load(seed)
            for _ in range(6):
                await walk_row(follower, rng)
            await follower.load(seed, finish=1)

    simulate(Source(sequence, bits, words, whole=whole, reset=(1 << sequence.b) // 3), bench)


@pytest.mark.parametrize(("sequence", "bits", "words", "whole", "leap"), LEAPS)
def test_rows_leapt_over_at_random(sequence: Fibonacci, bits: int, words: int, whole: int, leap: int) -> None:
    rng = np.random.default_rng(75)

    async def bench(follower: Follower) -> None:
        for seed in seeds(sequence, 3):
            await follower.load(seed)
            for _ in range(12):
                if rng.integers(2):
                    await walk_row(follower, rng)
                else:
                    await follower.move(follower.after(leap * whole, follower.state), leap=1)
            await follower.load(seed, leap=1)

    simulate(Source(sequence, bits, words, whole=whole, leap=leap, reset=5), bench)


@pytest.mark.parametrize("sequence", SHORT)
@pytest.mark.parametrize(("whole", "leap"), [(1, 1), (1, 16), (2, 3), (5, 7)])
def test_leaps_from_every_state(sequence: Fibonacci, whole: int, leap: int) -> None:
    async def bench(follower: Follower) -> None:
        for seed in range(1 << sequence.b):
            await follower.load(seed)
            await follower.move(follower.after(leap * whole, follower.state), leap=1)
            await follower.move(follower.after(whole, follower.state), finish=1)

    simulate(Source(sequence, 3, 1, whole=whole, leap=leap), bench)


@pytest.mark.parametrize("sequence", SHORT)
@pytest.mark.parametrize("bits", [1, 2, 3, 7])
def test_every_state(sequence: Fibonacci, bits: int) -> None:
    async def bench(follower: Follower) -> None:
        for seed in range(1 << sequence.b):
            for taken in range(5):
                await follower.load(seed)
                await follower.move(follower.after(taken, follower.state), take=taken)

    simulate(Source(sequence, bits, 4), bench)


def test_whole_rows_advance_without_a_finish() -> None:
    async def bench(follower: Follower) -> None:
        for _ in range(5):
            await follower.move(follower.after(4, follower.state), advance=1)

    simulate(Source(WEIGHT, 9, 4, whole=4, reset=5), bench)


def test_rows_shorter_than_what_is_delivered_are_refused() -> None:
    with pytest.raises(ValueError, match=r"whole = 8 is less than the 16 words"):
        Source(WEIGHT, 32, 16, whole=8)
