"""The SPI slave at several speeds of SCK: writes, reads, bursts and bare headers, against the protocol."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pytest
from amaranth.sim import SimulatorContext

from rtl.chip.spi import Spi
from tests.rtl.block import run

# Cycles that SCK is low and high, in turns.
CLOCKS = {
    "quarter": [(2, 2)],
    "fifth": [(2, 3), (3, 2), (3, 2)],
    "slow": [(5, 6)],
    "uneven": [(2, 6), (5, 2)],
}
clocks = pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS)
Effect = tuple[int, ...]
FETCH, WRITE, END = range(3)


@dataclass(frozen=True)
class Frame:
    """A header and data words; those of a read are what MOSI happens to be."""

    reads: bool
    space: int
    address: int
    words: tuple[int, ...]

    @property
    def sent(self) -> tuple[int, ...]:
        return self.reads << 31 | self.space << 28 | len(self.words) << 16 | self.address, *self.words

    def effects(self, start: int) -> list[Effect]:
        """Return what happens at which bit: fetches, writes and the end."""
        effects: list[Effect] = [(start + 31 + 32 * len(self.words), END)]
        for n, word in enumerate(self.words):
            place = self.place(n)
            if self.reads:
                effects.append((start + (32 * n if n else 29), FETCH, self.space, place >> 2))
            else:
                effects.append((start + 63 + 32 * n, WRITE, self.space, place, word))
        return sorted(effects)

    def answers(self) -> list[int]:
        return [stored(self.space, self.place(n)) for n in range(len(self.words) * self.reads)]

    def place(self, n: int) -> int:
        return (self.address + n * (self.space != 0)) % 2**16


def stored(space: int, address: int) -> int:
    """Return what is read at a place."""
    return (space << 16 | address) * 2654435761 % 2**32


class Master:
    """Sends frames, notes what happens, and offers the values that are asked for when SCK rises."""

    def __init__(self, spi: Spi, context: SimulatorContext, clock: Iterable[tuple[int, int]]) -> None:
        self.spi, self.context, self.clock = spi, context, cycle(clock)
        self.bits = self.shown = 0
        self.effects: list[Effect] = []

    async def cycle(self, sck: int, mosi: int, rises: bool = False) -> None:
        """Hold SCK and MOSI for a cycle; outside the rise nothing happens."""
        spi, get = self.spi, self.context.get
        self.context.set(spi.sck, sck)
        self.context.set(spi.mosi, mosi)
        if rises:
            self._note()
            self.context.set(spi.value, stored(get(spi.space), get(spi.read_address)))
        else:
            assert not get(spi.fetch) | get(spi.write) | get(spi.ends)
            self.context.set(spi.value, 0x55AA33CC)
        await self.context.tick()

    def _note(self) -> None:
        spi, get = self.spi, self.context.get
        if get(spi.fetch):
            self.effects.append((self.bits, FETCH, get(spi.space), get(spi.fetch_word)))
        if get(spi.write):
            self.effects.append((self.bits, WRITE, get(spi.space), get(spi.address), get(spi.data)))
        if get(spi.ends):
            self.effects.append((self.bits, END))

    async def bit(self, mosi: int) -> int:
        """Send a bit, and return MISO just before SCK rises, as it has been since `latency` after it did."""
        low, high = next(self.clock)
        for _ in range(low):
            await self.cycle(0, mosi)
        miso = self.context.get(self.spi.miso)
        assert miso == self.shown
        await self.cycle(1, mosi, rises=True)
        self.shown, self.bits = self.context.get(self.spi.miso), self.bits + 1
        for _ in range(high - 1):
            await self.cycle(1, 1 - mosi)
        return miso

    async def send(self, word: int) -> int:
        bits = [await self.bit(word >> 31 - n & 1) for n in range(32)]
        return int("".join(map(str, bits)), 2)


def check(frames: list[Frame], clock: list[tuple[int, int]]) -> None:
    """Send frames back to back."""
    spi = Spi()

    async def bench(context: SimulatorContext) -> None:
        master, expected = Master(spi, context, clock), []
        for frame in frames:
            expected += frame.effects(master.bits)
            _, *received = [await master.send(word) for word in frame.sent]
            assert received[: len(frame.answers())] == frame.answers()
        assert master.effects == expected

    run(spi, bench)


def any_frames(seed: int, count: int) -> list[Frame]:
    """Return frames of all kinds; a read is of at least one word."""
    rng, frames = np.random.default_rng(seed), []
    for _ in range(count):
        reads, space, address = bool(rng.integers(2)), int(rng.integers(8)), int(rng.integers(2**16))
        words = rng.integers(2**32, size=rng.integers(reads, 4)).tolist()
        frames.append(Frame(reads, space, address, tuple(words)))
    return frames


@clocks
@pytest.mark.parametrize("reads", [False, True])
def test_addresses_count_up_but_those_of_registers(reads: bool, clock: list[tuple[int, int]]) -> None:
    places = [(1, 0, 94), (3, 0, 193), (1, 3, 0x1FF), (4, 4, 0x2FFE), (2, 5, 0xFFFF), (1, 2, 15)]
    words = (0x12345678, 0xFEDCBA98, 0x80000001, 0x7FFFFFFE)
    check([Frame(reads, space, address, words[:count]) for count, space, address in places], clock)


@clocks
def test_frames_at_random(clock: list[tuple[int, int]]) -> None:
    check(any_frames(3, 7), clock)


@pytest.mark.parametrize("space", range(8))
def test_a_bare_header_ends_a_frame(space: int) -> None:
    bare = Frame(False, space, 0x8421 + space, ())
    check([bare, bare, Frame(True, 7 - space, space, (0,)), bare, Frame(False, space, 3, (5,))], [(2, 2)])


def test_a_bare_header_of_a_read_ends_a_frame() -> None:
    """Whatever it fetches, what follows is a frame of its own."""
    spi, following = Spi(), [Frame(False, 3, 5, (0xC0FFEE,)), Frame(True, 4, 6, (0, 0))]

    async def bench(context: SimulatorContext) -> None:
        master = Master(spi, context, [(2, 2)])
        await master.send(0xB0001234)
        assert master.effects[-1] == (31, END)
        master.effects.clear()
        answers = [await master.send(word) for frame in following for word in frame.sent]
        assert answers[-2:] == following[1].answers()
        assert master.effects == following[0].effects(32) + following[1].effects(96)

    run(spi, bench)
