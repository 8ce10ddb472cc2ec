"""Eligibility traces: whole networks, word after word as the core feeds them, and growth from every value."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import unsigned
from amaranth.sim import SimulatorContext

from golden_model.core import trace as golden
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from golden_model.network.parameters import Parameters
from golden_model.network.registers import BY_NAME
from golden_model.network.registers import Registers as Values
from golden_model.network.scaling import scale
from rtl.core.registers import Registers
from rtl.core.trace import Trace, grown, look
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.rtl.block import simulate, stream, strobe
from tests.rtl.evaluation import Operands, any_number, evaluate

KINDS = ("in", "rec", "out")
LANES = (1, 4, 16)
KAPPAS = (121, 128, 1, 255)
CASES = [
    (name, kind, LANES[(n + m) % 3], KAPPAS[n % 4])
    for n, name in enumerate(CONFIGS)
    for m, kind in enumerate(KINDS)
]
EN_STOCH_ROUND = BY_NAME["en_stoch_round"].number


def golden_trace(config: Config, parameters: Parameters, kind: str, **changes: int) -> golden.Trace:
    registers = parameters.registers.replace(**changes)
    changed = Parameters(registers, parameters.alpha, parameters.threshold)
    return blocks_of(config, changed).traces[KINDS.index(kind)]


def anything(rng: np.random.Generator, block: Trace) -> dict[str, Any]:
    """Return the inputs of a cycle without a word."""
    return {
        "decay": 0,
        "odd": int(rng.integers(2)),
        "present": int(rng.integers(1 << block.pairs)),
        "value": rng.integers(0, 1 << block.format.bits, block.lanes).tolist(),
        "factor": rng.integers(0, 2 << block.frac_bits, block.pairs).tolist(),
    }


def words_of(
    rng: np.random.Generator, block: Trace, values: list[int], factors: list[int]
) -> Iterator[dict[str, Any]]:
    """Yield the words of a step, and cycles without a word in between; absent lanes hold anything."""
    for first in range(0, 2 * len(factors), block.lanes):
        word, own = anything(rng, block), values[first : first + block.lanes]
        leaks = factors[first // 2 :][: block.pairs]
        word["value"][: len(own)], word["factor"][: len(leaks)] = own, leaks
        word["odd"] = first % 2 if block.lanes == 1 else word["odd"]
        yield word | {"decay": 1, "present": (1 << len(leaks)) - 1}
        if rng.random() < 0.3:
            yield anything(rng, block)
    yield anything(rng, block)


@pytest.mark.parametrize(("name", "kind", "lanes", "kappa"), CASES)
def test_decay(name: str, kind: str, lanes: int, kappa: int) -> None:
    """Without rounding first, when nobody draws, then with it."""
    rng, config = np.random.default_rng([lanes, kappa, KINDS.index(kind)]), CONFIGS[name]
    sizes = int(rng.integers(1, 40)), 2 * int(rng.integers(1, 20)), int(rng.integers(1, 25))
    parameters = legal_parameters(rng, config, sizes, en_stoch_round=0, kappa=kappa)
    scaled = scale(config, parameters)
    factors = [scaled.kappa] * parameters.n_pairs if kind == "out" else scaled.alpha.tolist()
    blocks: list[Trace] = []

    def make(registers: Registers) -> Trace:
        blocks.append(Trace(config, kind, lanes, registers))
        return blocks[0]

    async def bench(context: SimulatorContext) -> None:
        (block,) = blocks
        for rounds in (0, 1):
            await strobe(context, block.registers, "write", number=EN_STOCH_ROUND, data=rounds)
            trace = golden_trace(config, parameters, kind, en_stoch_round=rounds)
            for _ in range(6):
                trace.value[:] = rng.integers(0, 2 ** rng.integers(1, trace.bits + 1, trace.value.size))
                cycles = list(words_of(rng, block, trace.value.tolist(), factors))
                outputs = zip(cycles, await stream(context, block, cycles, block.decayed), strict=True)
                decayed = [value for cycle, word in outputs if cycle["decay"] for value in word]
                golden.decay(trace)
                assert decayed[: trace.value.size] == trace.value.tolist()

    simulate(config, parameters, make, bench)


def golden_growth(bits: int, radix: int, values: list[int]) -> list[Operands]:
    """Return what becomes of traces with an event, and what the update rule sees of them before."""
    registers = Values.for_network(n_in=len(values), n_rec=2, n_out=1, fp_loc_tinp=radix)
    trace = golden_trace(Config(trace_in_bits=bits), Parameters(registers), "in")
    trace.value[:] = values
    golden.look(trace)
    for n in range(len(values)):
        golden.grow(trace, n)
    return list(zip(trace.value.tolist(), trace.seen.tolist(), strict=True))


@pytest.mark.parametrize("bits", [4, 6, 8, 9, 10, 12, 13, 16])
def test_grown_and_look(bits: int) -> None:
    """From every value of up to 10 bits and from many of more, with every radix point."""
    rng, shapes, radices = np.random.default_rng(bits), [unsigned(bits), unsigned(3)], range(min(bits, 8))
    values = [(1 << bits) - 1, *(any_number(rng, shapes[0]) for _ in range(200))]
    values = list(range(1 << bits)) if bits <= 10 else values
    form = Formats(Config(trace_in_bits=bits)).trace_in
    operands = [(value, radix) for radix in radices for value in values]
    results = evaluate(lambda _, *word: (grown(*word, form), look(*word)), shapes, operands)
    assert results == [one for radix in radices for one in golden_growth(bits, radix, values)]
