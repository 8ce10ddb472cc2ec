"""The last words of a network's states, for every size and number of lanes."""

import pytest
from amaranth.hdl import Cat
from amaranth.sim import SimulatorContext

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME
from golden_model.network.registers import Registers as Published
from rtl.core.registers import Registers
from rtl.core.sizes import Sizes
from tests.rtl.block import simulate, strobe

CONFIG = Config(n_in=19, n_rec=18, n_out=6)
NAMES = ("last_pair", "last_step", "last_in", "last_rec", "last_out")
REGISTERS = ("num_inp_neur", "num_rec_neur", "num_out_neur")
NETWORKS = [(n_in, n_rec, n_out) for n_in in (1, 7, 16, 19) for n_rec in (2, 4, 18) for n_out in (1, 4, 6)]


def expected(lanes: int, sizes: tuple[int, int, int]) -> tuple[int, ...]:
    """Return the last words, counted one element after the other."""
    n_in, n_rec, n_out = sizes
    pairs = [n // 2 for n in range(max(sizes))]
    states = [n // lanes for pair in pairs for n in (2 * pair, 2 * pair + 1)]
    readouts = [n // min(lanes, 8) for n in range(n_out)]
    return pairs[-1], states[-1], (n_in - 1) // lanes, (n_rec - 1) // lanes, readouts[-1]


@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 16])
def test_last_words_of_every_size(lanes: int) -> None:
    made: list[tuple[Registers, Sizes]] = []

    def make(registers: Registers) -> Sizes:
        made.append((registers, Sizes(CONFIG, lanes, registers)))
        return made[0][1]

    async def bench(context: SimulatorContext) -> None:
        registers, block = made[0]
        for sizes in NETWORKS:
            for name, size in zip(REGISTERS, sizes, strict=True):
                await strobe(context, registers, "write", number=BY_NAME[name].number, data=size - 1)
            for _ in range(block.latency):
                await context.tick()
            assert tuple(context.get(getattr(block, name)) for name in NAMES) == expected(lanes, sizes)
            words = range(-(-CONFIG.n_rec // lanes))
            assert [neurons(context, block, word) for word in words] == present(lanes, sizes[1], len(words))

    network = Published.for_network(n_in=1, n_rec=2, n_out=1)
    simulate(CONFIG, Parameters(network, 0x7FEF, 614), make, bench)


def neurons(context: SimulatorContext, block: Sizes, word: int) -> int:
    return context.get(Cat(block.neurons_of(word)))


def present(lanes: int, n_rec: int, words: int) -> list[int]:
    """Return a bit per lane of each word that is one of the first `n_rec` neurons."""
    return [sum((word * lanes + lane < n_rec) << lane for lane in range(lanes)) for word in range(words)]
