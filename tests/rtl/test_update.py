"""Changes into weights: the steps of all small changes, and whole updates at real widths."""

from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest
from amaranth.hdl import Module, Shape, Signal, Value, signed, unsigned
from amaranth.lib import data

from golden_model import arithmetic as golden
from golden_model.config import Config
from golden_model.formats import Formats
from rtl import arithmetic
from tests.golden_model.configurations import CONFIGS, UPDATE_ROUNDINGS
from tests.rtl.evaluation import Operands, any_number, evaluate, held, values


def steps(m: Module, cases: Iterable[tuple[int, str]], *operands: Value) -> tuple[Value, ...]:
    """Return the steps for a change with each of some numbers of shadow bits and roundings."""
    change, draw, left, right = operands
    bits, size = len(change), held(m, arithmetic.magnitude(change))
    rate = data.View(arithmetic.rate_layout(bits), held(m, arithmetic.make_rate(left, right, bits)))
    return tuple(arithmetic.weight_step(change[-1], size, draw, rate, *case) for case in cases)


def golden_step(change: int, draw: int, left: int, right: int, bits: int, shadow: int, rounding: str) -> int:
    rate = golden.make_rate(bits, left, right, shadow, truncate=rounding == "truncate")
    mark = draw if rounding == "stochastic" else 1 << bits - 1
    return int(golden.weight_step(np.int64(change), np.uint64(mark), rate))


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


def updated(m: Module, config: Config, *operands: Value) -> tuple[Value, ...]:
    """Return the change and the weight after it, as an array's lane makes them from its registers."""
    product_, multiplier, reduction, draw, left, right, weight = operands
    scaled = held(m, arithmetic.multiply_sixteenths(product_, multiplier))
    change = held(m, arithmetic.change(scaled, reduction, len(product_), config.errata))
    (step,) = steps(m, [(config.shadow_bits, config.update_rounding)], change, draw, left, right)
    return change, arithmetic.bounded_step(weight, step, config.weight_bits + config.shadow_bits)


def golden_updated(config: Config, bits: int, *operands: int) -> Operands:
    product_, multiplier, reduction, draw, left, right, weight = operands
    rule = golden.multiplied_change if config.errata else golden.saturated_change
    change = rule(np.int64(product_), np.int64(1), np.int64(multiplier), np.int64(reduction), bits)
    step = golden_step(change, draw, left, right, bits, config.shadow_bits, config.update_rounding)
    stored_bits = config.weight_bits + config.shadow_bits
    return int(change), int(golden.bounded_step(weight, np.int64(step), stored_bits))


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_updates_of_real_widths(config: Config) -> None:
    """Products of P bits, reductions of up to 48, every shift that registers and widths can make."""
    rng, formats = np.random.default_rng(71), Formats(config)
    for bits in {formats.product_in.bits, formats.product_out.bits}:
        widths = [bits, 5, 48, bits, 6, 6, config.weight_bits + config.shadow_bits]
        inputs = [Shape(width, place in (0, 6)) for place, width in enumerate(widths)]
        operands = [tuple(any_number(rng, shape) for shape in inputs) for _ in range(1500)]
        operands = [(x, min(m, 16), *rest) for x, m, *rest in operands]
        results = evaluate(lambda m, *signals: updated(m, config, *signals), inputs, operands)
        for one, result in zip(operands, results, strict=True):
            assert result == golden_updated(config, bits, *one), one
