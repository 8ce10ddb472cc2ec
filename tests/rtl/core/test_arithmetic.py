"""The arithmetic of states and changes as circuits: all operands at small widths, many at real ones."""

from collections.abc import Callable, Iterable
from itertools import product

import numpy as np
import pytest
from amaranth.hdl import Const, Mux, Shape, Signal, Value, signed, unsigned

from golden_model.core import arithmetic as golden
from golden_model.network.config import Config
from rtl.core import arithmetic
from tests.helpers.configurations import CONFIGS
from tests.rtl.evaluation import Operands, any_number, evaluate, every, values


def check(
    build: Callable[..., Value],
    expected: Callable[..., int],
    inputs: list[Shape],
    output: Shape,
    operands: Iterable[Operands] | None = None,
) -> None:
    """Compare an expression's shape and values with a golden function's; without operands, for all."""
    operands = list(every(*inputs) if operands is None else operands)
    assert build(*(Signal(shape) for shape in inputs)).shape() == output
    results = evaluate(lambda _, *signals: (build(*signals),), inputs, operands)
    for one, (result,) in zip(operands, results, strict=True):
        assert result == expected(*map(np.int64, one)), one


@pytest.mark.parametrize("bits", range(1, 9))
def test_wrap_and_saturate_all(bits: int) -> None:
    for shape in (signed(6), unsigned(6)):
        check(lambda x: arithmetic.wrap(x, bits), lambda x: golden.wrap(x, bits), [shape], signed(bits))
        check(
            lambda x: arithmetic.saturate(x, bits), lambda x: golden.saturate(x, bits), [shape], signed(bits)
        )


@pytest.mark.parametrize("right", [signed(4), signed(6), unsigned(4), unsigned(5)])
@pytest.mark.parametrize("left", [signed(5), unsigned(3), unsigned(5)])
def test_greater_all(left: Shape, right: Shape) -> None:
    both = Mux(Const(0), Const(0, left), Const(0, right)).shape()
    check(arithmetic.greater, max, [left, right], both)


@pytest.mark.parametrize("shift", range(-5, 5))
def test_align_all(shift: int) -> None:
    for shape in (signed(6), unsigned(6)):
        aligned = Shape(6 + shift, shape.signed)
        check(lambda x: arithmetic.align(x, shift), lambda x: golden.align(x, shift), [shape], aligned)


def leaked(product_: Value, mark: Value, frac_bits: int, bits: int, strict: bool) -> Value:
    quotient, fraction = arithmetic.quotient_and_fraction(product_, frac_bits, bits)
    up = arithmetic.rounds_up(fraction, quotient, mark, strict=strict)
    return arithmetic.leak(product_, frac_bits, up, bits)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize("bits", [3, 4, 5])
def test_leak_all(bits: int, is_signed: bool, strict: bool) -> None:
    state = Shape(bits, is_signed)

    def expected(product_: np.int64, mark: np.int64) -> int:
        raw = golden.leak(product_, np.int64(1), 3, mark + strict, bits)
        return int(golden.wrap(raw, bits)) if is_signed else int(raw) % 2**bits

    inputs = [Shape(8, is_signed), unsigned(4)]
    operands = ((x, mark) for x, mark in every(*inputs) if mark <= 8)
    check(lambda x, mark: leaked(x, mark, 3, bits, strict), expected, inputs, state, operands)


@pytest.mark.parametrize("weight_bits", [2, 4, 5])
def test_add_weight_all(weight_bits: int) -> None:
    inputs = [signed(4), signed(weight_bits), signed(4)]
    check(
        lambda *operands: arithmetic.add_weight(*operands, 4),
        lambda *operands: golden.add_weight(*operands, 4),
        inputs,
        signed(4),
    )


@pytest.mark.parametrize("bits", [8, 11])
def test_hard_sigmoid_all(bits: int) -> None:
    one = 1 << bits - 5
    check(
        lambda x: arithmetic.hard_sigmoid(x, one, bits),
        lambda x: golden.hard_sigmoid(x, one),
        [signed(bits)],
        signed(bits),
    )


@pytest.mark.parametrize(("total_bits", "scale_bits", "right", "bits"), [(7, 2, 3, 4), (5, 3, 2, 9)])
def test_learning_signal_all(total_bits: int, scale_bits: int, right: int, bits: int) -> None:
    check(
        lambda total, scale: arithmetic.learning_signal(total, scale, right, bits),
        lambda total, scale: golden.saturate((total << scale) >> right, bits),
        [signed(total_bits), unsigned(scale_bits)],
        signed(bits),
    )


def test_sixteenths_all() -> None:
    inputs = [signed(5), unsigned(5)]
    check(arithmetic.sixteenths, lambda gain, multiplier: 16 if gain < 0 else multiplier, inputs, unsigned(5))


def multiplied(gain: Value, trace: Value, multiplier: Value, bits: int) -> Value:
    """Return pk >> 4 as the circuit makes it: of the trace, multiplied first."""
    return arithmetic.multiply_sixteenths(gain, trace * arithmetic.sixteenths(gain, multiplier), bits)


def test_multiply_sixteenths_all() -> None:
    check(
        lambda product_, multiplier: multiplied(product_, Const(1, 1), multiplier, 8),
        golden.multiply_sixteenths,
        [signed(8), unsigned(5)],
        signed(8),
        product(values(signed(8)), range(17)),
    )


@pytest.mark.parametrize("bits", [4, 8, 9])
def test_sixteenths_before_the_product_all(bits: int) -> None:
    def expected(gain: np.int64, trace: np.int64, multiplier: np.int64) -> int:
        return int(golden.wrap(golden.multiply_sixteenths(gain * trace, multiplier), bits))

    inputs = [signed(5), unsigned(4), unsigned(5)]
    operands = product(values(signed(5)), values(unsigned(4)), range(17))
    check(lambda *factors: multiplied(*factors, bits), expected, inputs, signed(bits), operands)


@pytest.mark.parametrize("errata", [False, True])
@pytest.mark.parametrize("reduction_bits", [2, 7, 8])
def test_change_all(reduction_bits: int, errata: bool) -> None:
    rule = golden.published_change if errata else golden.saturated_change
    check(
        lambda pk, reduction: arithmetic.change(pk, reduction, 6, errata),
        lambda pk, reduction: rule(pk, np.int64(1), np.int64(16), reduction, 6),
        [signed(6), unsigned(reduction_bits)],
        signed(6),
    )


@pytest.mark.parametrize("step_bits", [2, 4, 7])
def test_bounded_step_all(step_bits: int) -> None:
    check(
        lambda weight, step: arithmetic.bounded_step(weight, step, 5),
        lambda weight, step: golden.bounded_step(weight, step, 5),
        [signed(5), signed(step_bits)],
        signed(5),
    )


def states(config: Config, *operands: Value) -> tuple[Value, ...]:
    """Return a leaked potential, a leaked trace and a potential that a weight and noise reached."""
    value, factor, mark, trace, weight, noise = operands
    bits, frac_bits, strict = config.membrane_bits, config.alpha_frac_bits, not config.errata
    return (
        leaked(value * factor, mark, frac_bits, bits, strict),
        leaked(trace * factor, mark, frac_bits, config.trace_in_bits, strict),
        arithmetic.add_weight(value, weight, noise, bits),
    )


def golden_states(config: Config, *operands: np.int64) -> Operands:
    value, factor, mark, trace, weight, noise = operands
    bits, traces, mark = config.membrane_bits, 1 << config.trace_in_bits, mark + (not config.errata)
    potential = golden.leak(value, factor, config.alpha_frac_bits, mark, bits)
    left = golden.leak(trace, factor, config.alpha_frac_bits, mark, config.trace_in_bits)
    return golden.wrap(potential, bits), left % traces, golden.add_weight(value, weight, noise, bits)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_states_of_real_widths(config: Config) -> None:
    rng, bits, frac_bits = np.random.default_rng(72), config.membrane_bits, config.alpha_frac_bits
    inputs = [signed(bits), *2 * [unsigned(frac_bits + 1)], unsigned(config.trace_in_bits)]
    inputs += [signed(bits + 7), signed(bits)]
    operands = []
    for _ in range(1500):
        value, factor, mark, trace, *rest = (any_number(rng, shape) for shape in inputs)
        fractions = (x * factor % (1 << frac_bits) for x in (value, trace))
        mark = int(rng.choice([mark, *fractions])) + int(rng.integers(-1, 2))
        operands.append((value, factor, min(max(mark, 0), 1 << frac_bits), trace, *rest))
    results = evaluate(lambda _, *signals: states(config, *signals), inputs, operands)
    for one, result in zip(operands, results, strict=True):
        assert result == golden_states(config, *map(np.int64, one)), one
