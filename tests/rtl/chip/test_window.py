"""Memories as the chip's map shows them: words of 128 bits against a plain array of them."""

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.sim import Simulator, SimulatorContext

from golden_model.network.config import Config
from rtl.chip.flags import ValidFlags
from rtl.chip.spi import WORD_BITS
from rtl.chip.window import NEURONS, READOUTS, W_IN, W_OUT, W_REC, Window
from rtl.core.blocks import make_blocks

CONFIG = Config(n_in=40, n_rec=36, n_out=7)
WORD = (1 << WORD_BITS) - 1


def in_map(config: Config, space: int, row: int) -> int:
    """Return which bits of a word of the map there are, written from the map's description."""
    if space == READOUTS:
        return sum(0xFFFF << 32 * c for c in range(4) if 4 * row + c < config.n_out)
    if space == W_OUT:
        return (1 << 8 * config.n_out) - 1 if row < config.n_rec else 0
    if space in (W_IN, W_REC):
        pre, group = divmod(row, 16)
        there = pre < (config.n_in if space == W_IN else config.n_rec) and group < -(-config.n_rec // 16)
        return (1 << 128) - 1 if there else 0
    even, parameters = 2 * row, 0xFFFFFFF << 100 if 2 * row < max(config.n_in, config.n_rec) else 0
    neuron = 0xFFFF | 0x3FFFFF << 28 if even < config.n_rec else 0
    states = neuron | (0xFFF << 16 if even < config.n_in else 0)
    return parameters | states | states << 50


class Host:
    """Patches and fetches words of a chip's memories, and of a dictionary."""

    def __init__(self, lanes: int) -> None:
        self.blocks = make_blocks(CONFIG, lanes)
        self.flags = ValidFlags(self.blocks)
        self.window = Window(self.blocks, self.flags)
        self.words: dict[tuple[int, int], int] = {}

    def run(self, bench: object) -> None:
        module = Module()
        module.submodules += [*self.blocks.named().values(), self.flags, self.window]

        async def testbench(context: SimulatorContext) -> None:
            self.context = context
            context.set(self.window.live, 1)
            context.set(self.flags.live, 1)
            while context.get(self.flags.busy):
                await context.tick()
            await bench()

        simulator = Simulator(module)
        simulator.add_clock(1e-6)
        simulator.add_testbench(testbench)
        simulator.run()

    async def strobe(self, name: str, **inputs: int) -> None:
        for member, value in {**inputs, name: 1}.items():
            self.context.set(getattr(self.window, member), value)
        await self.context.tick()
        self.context.set(getattr(self.window, name), 0)

    async def patch(self, space: int, row: int, chunk: int, data: int) -> None:
        await self.strobe("patch", space=space, row=row, chunk=chunk, data=data)
        while self.context.get(self.window.busy):
            await self.context.tick()
        shift = WORD_BITS * chunk
        before = self.words.get((space, row), 0)
        after = before & ~(WORD << shift) | data << shift
        self.words[space, row] = after & in_map(CONFIG, space, row)

    async def fetch(self, space: int, row: int) -> int:
        """Return a word as soon as the published latency allows."""
        await self.strobe("fetch", space=space, row=row)
        for _ in range(self.window.latency - 1):
            await self.context.tick()
        word = self.context.get(self.window.word)
        while self.context.get(self.window.busy):
            await self.context.tick()
        return word


ROWS = {NEURONS: 20, READOUTS: 4, W_IN: 40 * 16, W_REC: 40 * 16, W_OUT: 40}


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_words_hold_what_is_patched(lanes: int) -> None:
    host, rng = Host(lanes), np.random.default_rng([84, lanes])

    async def bench() -> None:
        for space, rows in ROWS.items():
            chosen = rng.choice(rows, min(rows, 8), replace=False).tolist()
            for row in rng.choice(chosen, 24).tolist():
                data = int(rng.integers(1 << 32))
                await host.patch(space, row, int(rng.integers(4)), data)
        for (space, row), word in host.words.items():
            assert await host.fetch(space, row) & in_map(CONFIG, space, row) == word, (space, row)

    host.run(bench)


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_states_without_a_flag_read_as_zero_and_are_settled(lanes: int) -> None:
    host, states = Host(lanes), (1 << 100) - 1

    async def bench() -> None:
        context, flags = host.context, host.flags
        context.set(host.window.live, 0)
        context.set(flags.live, 0)
        for chunk in range(4):
            await host.patch(NEURONS, 3, chunk, 0x5A5A5A5A)
        word = host.words[NEURONS, 3]
        assert await host.fetch(NEURONS, 3) == word & ~states
        await host.patch(NEURONS, 1 << 7 | 7 >> 2, 7 & 3, 0b10)  # the flag of neuron 7, the odd one
        shown = word & ~((1 << 50) - 1)
        assert await host.fetch(NEURONS, 3) == shown
        assert context.get(flags.unsettled)
        context.set(flags.settle, 1)
        await context.tick()
        context.set(flags.settle, 0)
        while context.get(flags.busy):
            await context.tick()
        assert not context.get(flags.unsettled)
        assert await host.fetch(NEURONS, 3) == word & ~states  # flags are cleared
        context.set(host.window.live, 1)
        assert await host.fetch(NEURONS, 3) == shown  # what had a flag is still there

    host.run(bench)
