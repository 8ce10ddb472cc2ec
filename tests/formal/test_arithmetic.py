"""Proofs of what is computed of potentials, traces, errors and changes: wrapping, saturation, alignment."""

from types import ModuleType
from typing import Any

import pytest
from amaranth.hdl import Const, Mux, Value, signed, unsigned

from golden_model.network.config import Config
from golden_model.network.formats import Formats
from rtl.core import arithmetic, neuron, trace
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove
from tests.helpers.configurations import CONFIGS

pytestmark = pytest.mark.long

NUMBERS = [signed(1), signed(15), signed(16), signed(17), signed(42), unsigned(1), unsigned(16), unsigned(40)]
WIDTHS = [1, 2, 8, 16, 24, 32, 47]
of_configs = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)


def clamped(x: Value, bits: int) -> Value:
    """Return a number, or the end of s(bits) that it lies beyond."""
    high = (1 << bits - 1) - 1
    return Mux(x > high, high, Mux(x < -high - 1, -high - 1, x))


def wrapped(harness: Harness, total: Value, bits: int) -> Value:
    """Return the number of s(bits) that differs from a total by a multiple of 2^bits."""
    number: Value = harness.free(f"wrapped_{len(harness.ports)}", signed(bits))
    harness.assume((total - number)[:bits] == 0)
    return number


def is_floor(result: Value, x: Value, places: int) -> Value:
    """Tell whether a result is x / 2^places, rounded down."""
    return (result << places <= x) & (x < (result + 1) << places)


def is_aligned(result: Value, x: Value, shift: int) -> Value:
    """Tell whether a result is x * 2^shift, rounded down."""
    return result == x * (1 << shift) if shift >= 0 else is_floor(result, x, -shift)


def limits(module: ModuleType, bits: int) -> Harness:
    """Wrap and saturate numbers of any shape."""
    harness = Harness()
    for n, shape in enumerate(NUMBERS):
        x = harness.free(f"x_{n}", shape)
        harness.claim(module.saturate(x, bits) == clamped(x, bits))
        harness.claim(module.wrap(x, bits) == wrapped(harness, x, bits))
    return harness


def alignment(module: ModuleType, bits: int) -> Harness:
    """Align numbers of some bits, to the left and to the right, beyond their width too."""
    harness = Harness()
    for shape in (signed(bits), unsigned(bits)):
        x = harness.free(f"x_{shape.signed}", shape)
        for shift in {*range(-10, 16), 1 - bits, -bits, -bits - 3}:
            harness.claim(is_aligned(module.align(x, shift), x, shift))
    return harness


def entering(module: ModuleType, config: Config) -> Harness:
    """Bring stored weights to the scale of potentials: align(W, fp + (8-B) + (M-16)), which fits."""
    harness, bits, shadow = Harness(), config.membrane_bits, config.shadow_bits
    stored = harness.free("stored", signed(config.weight_bits + shadow))
    radix = harness.free("radix", 3)
    working, result = (
        harness.free("working", signed(config.weight_bits)),
        module.entering(stored, radix, config),
    )
    harness.assume(is_floor(working, stored, shadow))
    for fp in range(8):
        shift = fp + 8 - config.weight_bits + bits - 16
        harness.claim((radix != fp) | is_aligned(result, working, shift))
    harness.claim((result >= -1 << bits - 2) & (result < 1 << bits - 2))  # so that two of them fit s(M)
    return harness


def addition(module: ModuleType, bits: int) -> Harness:
    """Add a weight and noise to a potential: the overflow rule is of the weight, noise wraps."""
    harness = Harness()
    u, w, s = (harness.free(name, signed(bits)) for name in ("u", "w", "s"))
    v = wrapped(harness, u + w + s, bits)
    high = (1 << bits - 1) - 1
    above, below = (u >= 0) & (w >= 0) & (v < 0), (u < 0) & (w < 0) & (v >= 0)
    harness.claim(module.add_weight(u, w, s, bits) == Mux(above, high, Mux(below, -high - 1, v)))
    return harness


def activation(module: ModuleType, bits: int) -> Harness:
    """The hard sigmoid of a readout: `one` if y > one - 1, 0 if y < -one, else (y + one) >> 1."""
    harness, one = Harness(), 1 << bits - 5
    y = harness.free("y", signed(bits))
    result = module.hard_sigmoid(y, one, bits)
    harness.claim((y <= one - 1) | (result == one))
    harness.claim((y >= -one) | (result == 0))
    harness.claim((y > one - 1) | (y < -one) | is_floor(result, y + one, 1))
    return harness


def signal(module: ModuleType, config: Config) -> Harness:
    """The learning signal: sat_M((exact sum << scale) >> (B+4)), for sums of 64 products."""
    harness, bits, right = Harness(), config.membrane_bits, config.weight_bits + 4
    total = harness.free("total", signed(bits + config.weight_bits + 6))
    scale = harness.free("scale", 4)
    floored = harness.free("floored", signed(len(total) + 16))
    result = module.learning_signal(total, scale, right, bits)
    for left in range(16):
        harness.assume((scale != left) | is_floor(floored, total * (1 << left), right))
    harness.claim(result == clamped(floored, bits))
    return harness


def change(module: ModuleType, config: Config) -> Harness:
    """The change of a weight, of pk and an additive regularization, with or without erratum E1."""
    harness, bits = Harness(), Formats(config).product_in.bits
    pk, r = harness.free("pk", signed(bits + 5)), harness.free("r", bits)
    product = harness.free(
        "product", signed(bits)
    )  # what fits: pe has P bits, and no more than 16 multiply it
    harness.assume(is_floor(product, pk, 4))
    result = module.change(product, r, bits, config.errata)
    if config.errata:
        d = wrapped(harness, product - r, bits)
        harness.claim(result == Mux((d >= 0) & pk[bits - 1], Const(-1 << bits - 1, signed(bits)), d))
    else:
        harness.claim(result == clamped(product - r, bits))
    return harness


def growth(module: ModuleType, config: Config) -> Harness:
    """An event's trace: increments of min(2^(unit + fp), 2^T - 1), saturating at 2^T - 1."""
    harness, formats = Harness(), Formats(config)
    for kind in ("in", "rec", "out"):
        bits = getattr(config, f"trace_{kind}_bits")
        value, radix = harness.free(f"value_{kind}", bits), harness.free(f"radix_{kind}", 3)
        grown, top = module.grown(value, radix, getattr(formats, f"trace_{kind}")), (1 << bits) - 1
        for fp in range(min(8, bits)):
            total = value + min(1 << max(bits - 9, 0) + fp, top)
            harness.claim((radix != fp) | (grown == Mux(total > top, top, total)))
    return harness


@pytest.mark.parametrize("bits", WIDTHS)
def test_wrap_and_saturate(bits: int) -> None:
    assert prove(limits(arithmetic, bits)) is None


@pytest.mark.parametrize("bits", [2, 8, 16, 24])
def test_align(bits: int) -> None:
    assert prove(alignment(arithmetic, bits)) is None


@of_configs
def test_weights_into_potentials(config: Config) -> None:
    assert prove(entering(neuron, config)) is None


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_add_weight(bits: int) -> None:
    assert prove(addition(arithmetic, bits)) is None


@pytest.mark.parametrize("bits", [8, 16, 24])
def test_hard_sigmoid(bits: int) -> None:
    assert prove(activation(arithmetic, bits)) is None


@of_configs
def test_learning_signal(config: Config) -> None:
    assert prove(signal(arithmetic, config)) is None


@of_configs
def test_change(config: Config) -> None:
    assert prove(change(arithmetic, config)) is None


@of_configs
def test_traces_grow(config: Config) -> None:
    assert prove(growth(trace, config)) is None


PUBLISHED = CONFIGS["published"]
PLANTED: dict[str, tuple[Any, ModuleType, Any, str, str]] = {
    "sign not looked at": (limits, arithmetic, 16, "beyond = x[bits - 1 :]", "beyond = x[bits:]"),
    "wrapped": (limits, arithmetic, 16, "beyond.any() & ~beyond.all()", "Const(0)"),
    "unsigned taken for signed": (limits, arithmetic, 16, "if not x.shape().signed", "if False"),
    "rounded up": (
        alignment,
        arithmetic,
        8,
        "else x.shift_right(-shift)",
        "else (x + 1).shift_right(-shift)",
    ),
    "shadow bits kept": (entering, neuron, CONFIGS["shadow"], "weight >> config.shadow_bits", "weight"),
    "noise in the rule": (
        addition,
        arithmetic,
        8,
        "overflows(potential, weight, total)",
        "overflows(potential, noise, total)",
    ),
    "one above one": (activation, arithmetic, 16, ">= 2 * one", "> 2 * one + 2"),
    "sum wraps": (signal, arithmetic, PUBLISHED, "saturate((total << scale)", "wrap((total << scale)"),
    "bit of E1": (change, arithmetic, PUBLISHED, "product[bits - OVERFLOW_SHIFT]", "product[bits - 1]"),
    "trace wraps": (growth, trace, PUBLISHED, "total > trace.high", "total < 0"),
}


@pytest.mark.parametrize(("build", "module", "argument", "right", "wrong"), PLANTED.values(), ids=PLANTED)
def test_planted_error_is_found(
    build: Any, module: ModuleType, argument: Any, right: str, wrong: str
) -> None:
    assert prove(build(mutant(module, right, wrong), argument)) is not None
