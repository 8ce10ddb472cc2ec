"""Rounding of states: the golden draws of both sources, whatever the lanes, and states of small widths."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Shape, unsigned
from amaranth.sim import SimulatorContext

from golden_model.core import arithmetic
from golden_model.core.rounding import Mode, draw_marks, make_rounding, resting_mark, state_mode
from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.parameters import Parameters
from golden_model.network.registers import SOURCE_SEEDS, Registers
from rtl.core.rounding import Rounding, popcount, rounded
from tests.helpers.configurations import STATE_ROUNDINGS
from tests.rtl.block import run, stream, strobe
from tests.rtl.evaluation import evaluate, every

NAMES = [name for name in SOURCE_SEEDS if name.startswith("seed_strnd") and name != "seed_strnd_oneur"]
BITS = [4, 7, 15, 16, 20]


def draws_of(seed: int, bits: int, exact: list[bool], skip: bool) -> Iterator[list[int | None]]:
    """Yield the draws of all neurons in three steps; None for those that take none."""
    rounding = make_rounding(
        seed, bits, exact, "stochastic", skip_exact=skip, product_bits=32 if bits <= 15 else 64
    )
    takes = np.repeat(~np.array(exact) | (not skip), 2).tolist()
    for _ in range(3):
        draw_marks(rounding)
        marks = rounding.mark.tolist()
        yield [mark % (1 << bits) if own else None for mark, own in zip(marks, takes, strict=True)]


def words_of(rng: np.random.Generator, block: Rounding, exact: list[bool]) -> Iterator[dict[str, Any]]:
    """Yield the words of a step, and cycles without a word in between; absent pairs have any leak."""
    for first in range(0, 2 * len(exact), block.lanes):
        pairs = range(first // 2, first // 2 + block.pairs)
        own = sum(1 << n for n, pair in enumerate(pairs) if pair < len(exact))
        ones = sum(1 << n for n, pair in enumerate(pairs) if pair < len(exact) and exact[pair])
        any_pairs = int(rng.integers(1 << block.pairs))
        odd = first % 2 if block.lanes == 1 else int(rng.integers(2))
        yield {"word": 1, "odd": odd, "present": own, "exact": ones | any_pairs & ~own}
        if rng.random() < 0.3:
            yield {"word": 0, "odd": int(rng.integers(2)), "present": any_pairs}


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("bits", BITS)
def test_draws_are_those_of_both_sources(bits: int, lanes: int, skip: bool) -> None:
    rng, name = np.random.default_rng([79, bits, lanes]), NAMES[(bits + lanes) % 4]
    block = Rounding(name, bits=bits, lanes=lanes, skip_exact=skip)

    async def bench(context: SimulatorContext) -> None:
        seed = SOURCE_SEEDS[name]
        for often in (0.0, 0.3, 0.6, 1.0):
            exact = (rng.random(rng.integers(1, 24)) < often).tolist()
            for expected in draws_of(seed, bits, exact, skip):
                cycles = list(words_of(rng, block, exact))
                outputs = zip(cycles, await stream(context, block, cycles, block.draw), strict=True)
                draws = [draw for cycle, word in outputs if cycle["word"] for draw in word]
                for neuron, draw in enumerate(expected):
                    assert draw is None or draw == draws[neuron], neuron
            seed = int(rng.integers(1 << 30))
            await strobe(context, block, "load", seed=seed)

    run(block, bench)


@pytest.mark.parametrize("errata", [False, True])
@pytest.mark.parametrize("mode", STATE_ROUNDINGS)
@pytest.mark.parametrize(("bits", "frac_bits", "is_signed"), [(3, 3, False), (3, 3, True), (4, 2, True)])
def test_rounded_all(bits: int, frac_bits: int, is_signed: bool, mode: Mode, errata: bool) -> None:
    config, state = Config(state_rounding=mode, errata=errata), Format(bits)
    inputs = [Shape(bits + frac_bits + 1, is_signed), unsigned(frac_bits), unsigned(1)]
    operands = list(every(*inputs))
    results = evaluate(lambda _, x, *mark: (rounded(config, x, frac_bits, bits, *mark),), inputs, operands)
    used = [state_mode(config, network(en_stoch_round=enabled)) for enabled in (0, 1)]
    for (x, draw, enabled), (value,) in zip(operands, results, strict=True):
        drawn = used[enabled] == "stochastic"
        mark = draw + (not errata) if drawn else resting_mark(used[enabled], frac_bits)
        expected = arithmetic.leak(np.int64(x), np.int64(1), frac_bits, mark, bits)
        assert state.wrap(value) == state.wrap(int(expected)), (x, draw, enabled)


def network(**values: int) -> Parameters:
    return Parameters(Registers.for_network(n_in=2, n_rec=2, n_out=1, **values))


@pytest.mark.parametrize("bits", range(1, 9))
def test_popcount_all(bits: int) -> None:
    inputs = [unsigned(bits)]
    results = evaluate(lambda _, word: (popcount(word),), inputs, every(*inputs))
    assert results == [(word.bit_count(),) for word in range(1 << bits)]
