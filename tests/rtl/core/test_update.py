"""Changes into weights: the steps of all small changes, whole updates at real widths, words of weights."""

from collections.abc import Iterable
from functools import cache
from itertools import product

import numpy as np
import pytest
from amaranth.hdl import Module, Shape, Signal, Value, signed, unsigned
from amaranth.lib import data
from amaranth.sim import SimulatorContext

from golden_model.core import arithmetic as golden
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from rtl.core import arithmetic
from rtl.core.blocks import KINDS
from rtl.core.registers import Registers
from rtl.core.update import REGISTER, Update
from tests.helpers.configurations import CONFIGS, UPDATE_ROUNDINGS, legal_parameters
from tests.rtl.block import simulate, stream
from tests.rtl.evaluation import Operands, any_number, evaluate, held, values


def steps(m: Module, cases: Iterable[tuple[int, str]], *operands: Value) -> tuple[Value, ...]:
    """Return the steps for a change with each of some numbers of shadow bits and roundings."""
    change, draw, left, right = operands
    bits, size = len(change), held(m, arithmetic.magnitude(change))
    rate = data.View(arithmetic.rate_layout(bits), held(m, arithmetic.make_rate(left, right, bits)))
    return tuple(arithmetic.weight_step(change[-1], size, draw, rate, *case) for case in cases)


def golden_step(change: int, draw: int, left: int, right: int, bits: int, shadow: int, rounding: str) -> int:
    mark = draw if rounding == "stochastic" else 1 << bits - 1
    return marked_step(change, mark, bits, left, right, shadow, rounding == "truncate")


@cache  # most of the roundings do not look at the draw
def marked_step(change: int, mark: int, *rate: int) -> int:
    return int(golden.weight_step(np.int64(change), np.uint64(mark), golden.make_rate(*rate)))


@pytest.mark.parametrize("bits", [4, 5])
def test_weight_step_all(bits: int) -> None:
    cases = list(product([0, 1, bits, bits + 2], UPDATE_ROUNDINGS))
    inputs = [signed(bits), unsigned(bits), unsigned(3), unsigned(3)]
    operands = list(product(values(inputs[0]), values(inputs[1]), *2 * [range(bits + 2)]))
    results = evaluate(lambda m, *signals: steps(m, cases, *signals), inputs, operands)
    for one, result in zip(operands, results, strict=True):
        expected = [golden_step(*one, bits, *case) for case in cases]
        assert list(result) == expected, one


@pytest.mark.parametrize("rounding", UPDATE_ROUNDINGS)
@pytest.mark.parametrize("shadow", [0, 3, 16])
def test_shape_of_a_weight_step(shadow: int, rounding: str) -> None:
    rate = Signal(arithmetic.rate_layout(13))
    step = arithmetic.weight_step(Signal(), Signal(12), Signal(13), rate, shadow, rounding)
    assert step.shape() == signed(shadow + 2)


def updated(m: Module, config: Config, bits: int, *operands: Value) -> tuple[Value, ...]:
    """Return the change and the weight after it, as an array's lane makes them from its registers."""
    gain, trace, multiplier, reduction, draw, left, right, weight = operands
    factor = held(m, trace * held(m, arithmetic.sixteenths(gain, multiplier)))
    scaled = held(m, arithmetic.multiply_sixteenths(gain, factor, bits))
    change = held(m, arithmetic.change(scaled, reduction, bits, config.errata))
    (step,) = steps(m, [(config.shadow_bits, config.update_rounding)], change, draw, left, right)
    return change, arithmetic.bounded_step(weight, step, config.weight_bits + config.shadow_bits)


def golden_updated(config: Config, bits: int, *operands: int) -> Operands:
    *factors, reduction, draw, left, right, weight = operands
    rule = golden.multiplied_change if config.errata else golden.saturated_change
    change = rule(*map(np.int64, factors), np.int64(reduction), bits)
    step = golden_step(change, draw, left, right, bits, config.shadow_bits, config.update_rounding)
    stored_bits = config.weight_bits + config.shadow_bits
    return int(change), int(golden.bounded_step(weight, np.int64(step), stored_bits))


@pytest.mark.parametrize("kind", ["in", "out"])
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_updates_of_real_widths(config: Config, kind: str) -> None:
    """Products of P bits, reductions of up to 48, every shift that registers and widths can make."""
    rng, formats = np.random.default_rng(71), Formats(config)
    bits, trace_bits = (getattr(formats, f"{name}_{kind}").bits for name in ("product", "trace"))
    widths = [bits - trace_bits + 1, trace_bits, 5, 48, bits, 6, 6, formats.stored_weight.bits]
    inputs = [Shape(width, place in (0, 7)) for place, width in enumerate(widths)]
    drawn = [tuple(any_number(rng, shape) for shape in inputs) for _ in range(1500)]
    most = 1 << bits - trace_bits - 1  # of a gain, either sign
    operands = [(max(min(x, most), -most), t, min(k, 16), *rest) for x, t, k, *rest in drawn]
    results = evaluate(lambda m, *signals: updated(m, config, bits, *signals), inputs, operands)
    for one, result in zip(operands, results, strict=True):
        assert result == golden_updated(config, bits, *one), one


class Compared:
    """The weights of an array, a word at a time: their golden model, and a circuit that updates them."""

    def __init__(self, config: Config, kind: str, lanes: int) -> None:
        self.config, self.kind, self.lanes = config, kind, lanes
        self.rng = rng = np.random.default_rng([config.membrane_bits, lanes])
        rates = {f"lr_{way}_w{REGISTER[kind]}": int(rng.integers(0, 9)) for way in "pr"}
        self.parameters = legal_parameters(rng, config, (3, 2, 1), **rates)
        self.golden = make_synapses(config, self.parameters)[KINDS.index(kind)]

    def make(self, registers: Registers) -> Update:
        self.circuit = Update(self.config, self.kind, self.lanes, registers)
        return self.circuit

    def any_word(self) -> dict[str, list[int]]:
        """Return any changes, draws and weights of a word, and which lanes are self-connections."""
        bits, stored = self.golden.rate.bits, self.golden.weight_bits
        shapes = {
            "change": signed(bits),
            "draw": unsigned(bits),
            "weight": signed(stored),
            "itself": unsigned(1),
        }
        return {
            name: [any_number(self.rng, shape) for _ in range(self.lanes)] for name, shape in shapes.items()
        }

    def mark(self, draw: int) -> int:
        """Return what a remainder has to reach."""
        return draw if self.golden.stochastic else 1 << self.golden.rate.bits - 1

    def updated(self, change: int, draw: int, weight: int, itself: int) -> int:
        """Return what becomes of a weight."""
        step = golden.weight_step(np.int64(change), np.uint64(self.mark(draw)), self.golden.rate)
        return 0 if itself and step else int(golden.bounded_step(weight, step, self.golden.weight_bits))

    async def check_words(self, context: SimulatorContext) -> None:
        """Update a word per cycle; marks are there at once."""
        circuit, words = self.circuit, [self.any_word() for _ in range(150)]
        inputs = [word | {"itself": sum(bit << n for n, bit in enumerate(word["itself"]))} for word in words]
        results = await stream(context, circuit, inputs, circuit.updated)
        for word, result in zip(words, results, strict=True):
            assert list(result) == [self.updated(*lane) for lane in zip(*word.values(), strict=True)]
            context.set(circuit.draw, word["draw"])
            assert list(context.get(circuit.mark)) == [self.mark(draw) for draw in word["draw"]]


def check_words(config: Config, kind: str, lanes: int) -> None:
    compared = Compared(config, kind, lanes)
    simulate(config, compared.parameters, compared.make, compared.check_words)


@pytest.mark.parametrize("name", CONFIGS)
def test_words(name: str) -> None:
    row, column = divmod(list(CONFIGS).index(name), 3)
    check_words(CONFIGS[name], KINDS[(row + column) % 3], (1, 3, 4)[column])


@pytest.mark.parametrize("kind", KINDS)
def test_words_whose_traces_are_short(kind: str) -> None:
    bits = {f"trace_{kind}_bits": 4 + n for n, kind in enumerate(KINDS)}
    check_words(Config(**bits, shadow_bits=9), kind, 2)
