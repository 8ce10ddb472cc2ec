"""Memories against lists: words that are read, lanes that are written, in any order of accesses."""

from typing import Any

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from rtl.core.memory import Memory
from tests.rtl.block import run, stream

SHAPES = [(1, 12, 16), (2, 1, 2), (5, 3, 4), (16, 24, 16), (37, 9, 8), (100, 32, 1), (256, 8, 1), (300, 2, 2)]


class Model:
    """The words of a memory and the one read last, as lists; what it is told is also kept for a circuit."""

    def __init__(self, depth: int, lanes: int) -> None:
        self.words = [[0] * lanes for _ in range(depth)]
        self.read_word = self.words[0]
        self.cycles: list[dict[str, Any]] = []
        self.expected: list[list[int]] = []

    def cycle(self, read: int, read_address: int, write: int, write_address: int, word: list[int]) -> None:
        """Read a word and write lanes of another."""
        if read:
            self.read_word = self.words[read_address]
        if write:
            before = enumerate(self.words[write_address])
            self.words[write_address] = [word[n] if write >> n & 1 else value for n, value in before]
        names = "read", "read_address", "write", "write_address", "write_word"
        self.cycles.append(dict(zip(names, (read, read_address, write, write_address, word), strict=True)))
        self.expected.append(self.read_word)

    def check(self, memory: Memory) -> None:
        """Compare with a circuit that is told the same."""

        async def bench(context: SimulatorContext) -> None:
            words = await stream(context, memory, self.cycles, memory.read_word)
            assert [list(word) for word in words] == self.expected

        run(memory, bench)


@pytest.mark.parametrize(("depth", "bits", "lanes"), SHAPES)
def test_accesses_at_random(depth: int, bits: int, lanes: int) -> None:
    rng, model = np.random.default_rng([75, depth]), Model(depth, lanes)
    for _ in range(400 + 6 * depth):
        word = rng.integers(0, 1 << bits, lanes).tolist()
        read_address, write_address = rng.integers(0, depth, 2).tolist()
        read, some = int(rng.integers(2)), int(rng.integers(1 << lanes))
        write = int(rng.choice([0, some, (1 << lanes) - 1]))
        write = 0 if read and read_address == write_address else write
        model.cycle(read, read_address, write, write_address, word)
    model.check(Memory(depth=depth, bits=bits, lanes=lanes))


@pytest.mark.parametrize(("depth", "bits", "lanes"), SHAPES)
def test_every_word_has_a_place_of_its_own(depth: int, bits: int, lanes: int) -> None:
    rng, model = np.random.default_rng([76, depth]), Model(depth, lanes)
    words = rng.integers(0, 1 << bits, (depth, lanes)).tolist()
    for address, word in enumerate(words):
        model.cycle(0, address, (1 << lanes) - 1, address, word)
    for address in rng.permutation(depth).tolist():
        model.cycle(1, address, 0, address, words[0])
    assert model.words == words
    model.check(Memory(depth=depth, bits=bits, lanes=lanes))


@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 16])
def test_a_word_that_is_read_stays_while_it_is_written_over(lanes: int) -> None:
    model, rest = Model(4, lanes), [0] * lanes
    model.cycle(0, 0, 1, 3, [7] * lanes)
    model.cycle(1, 3, 0, 0, rest)
    for address in (3, 0, 3):
        model.cycle(0, address, (1 << lanes) - 1, address, [9] * lanes)
    assert model.read_word == [7, *rest[1:]]
    model.check(Memory(depth=4, bits=4, lanes=lanes))
