"""Operands for expressions, and their evaluation in Amaranth's simulator, many per simulation."""

from collections.abc import Callable, Iterable
from itertools import product

import numpy as np
from amaranth.hdl import Cat, Module, Shape, Signal, Value
from amaranth.sim import Simulator, SimulatorContext

Operands = tuple[int, ...]


def evaluate(
    build: Callable[..., tuple[Value, ...]], inputs: list[Shape], operands: Iterable[Operands]
) -> list[Operands]:
    """Return the values of the expressions that `build` makes of a module and signals, for all operands.

    Operands and results travel as one word each, since every access costs the simulator a round.
    """
    widths = [shape.width for shape in inputs]
    module, together, results = Module(), Signal(sum(widths)), []
    outputs = build(module, *_fields(together, inputs))
    shapes = [output.shape() for output in outputs]
    gathered = Signal(sum(shape.width for shape in shapes))
    module.d.comb += gathered.eq(Cat(outputs))

    async def bench(context: SimulatorContext) -> None:
        for values in operands:
            context.set(together, _packed(values, widths))
            results.append(_unpacked(context.get(gathered), shapes))

    simulator = Simulator(module)
    simulator.add_testbench(bench)
    simulator.run()
    return results


def held(module: Module, value: Value) -> Value:
    """Return a signal for a value that is used many times, as a register is in a circuit."""
    signal = Signal(value.shape())
    module.d.comb += signal.eq(value)
    return signal


def _fields(word: Value, shapes: list[Shape]) -> list[Value]:
    fields, place = [], 0
    for shape in shapes:
        bits = word[place : place + shape.width]
        fields.append(bits.as_signed() if shape.signed else bits)
        place += shape.width
    return fields


def _packed(values: Operands, widths: list[int]) -> int:
    word, place = 0, 0
    for value, width in zip(values, widths, strict=True):
        word |= (value & (1 << width) - 1) << place
        place += width
    return word


def _unpacked(word: int, shapes: list[Shape]) -> Operands:
    values, place = [], 0
    for shape in shapes:
        value = word >> place & (1 << shape.width) - 1
        sign = value >> shape.width - 1 if shape.signed else 0
        values.append(value - (sign << shape.width))
        place += shape.width
    return tuple(values)


def every(*shapes: Shape) -> Iterable[Operands]:
    """Return all operands of some shapes."""
    return product(*(values(shape) for shape in shapes))


def values(shape: Shape) -> range:
    """Return all numbers of a shape."""
    low = -(1 << shape.width - 1) if shape.signed else 0
    return range(low, low + (1 << shape.width))


def any_number(rng: np.random.Generator, shape: Shape) -> int:
    """Return a number of any magnitude; the ends of the range are met often."""
    low, high = values(shape)[0], values(shape)[-1]
    drawn = int(rng.integers(0, high, endpoint=True)) >> int(rng.integers(shape.width))
    drawn = -drawn if shape.signed and rng.integers(2) else drawn
    return int(rng.choice([low, high, drawn, drawn, drawn, drawn]))
