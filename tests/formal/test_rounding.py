"""Proofs of what is rounded: leaked potentials and traces, and the steps of weights."""

from types import ModuleType
from typing import Any

import pytest
from amaranth.hdl import Const, Mux, Value, signed

from golden_model.network.config import Config
from golden_model.network.formats import Formats
from rtl.core import arithmetic, rounding, update
from rtl.core.registers import Registers
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove
from tests.helpers.configurations import CONFIGS, STATE_ROUNDINGS

pytestmark = pytest.mark.long

STATES = ("membrane", "trace_in", "trace_out")
of_configs = pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)


def leaks(module: ModuleType, config: Config) -> Harness:
    """Round every state times any leak: q = prod >> A, f its low A bits, one more if f reaches the mark.

    A quotient of zero, in the width of the state, is never rounded up; one more wraps in that width.
    """
    harness, formats = Harness(), Formats(config)
    for name in STATES:
        state, factor = getattr(formats, name), formats.kappa if name == "trace_out" else formats.alpha
        product = harness.free(f"product_{name}", signed(state.bits + factor.bits + 1))
        draw, enabled = harness.free(f"draw_{name}", factor.frac), harness.free(f"enabled_{name}", 1)
        quotient = harness.free(f"quotient_{name}", signed(len(product)))
        fraction = harness.free(f"fraction_{name}", factor.frac)
        harness.assume(product == (quotient << factor.frac) + fraction)
        if not state.signed:
            harness.assume(product >= 0)
        up = reaches_mark(config, fraction, draw, factor.frac) & enabled & (quotient[: state.bits] != 0)
        result = module.rounded(config, product, factor.frac, state.bits, draw, enabled)
        harness.claim((result - quotient - up)[: state.bits] == 0)
        harness.claim(len(result) == state.bits)
    return harness


def reaches_mark(config: Config, fraction: Value, draw: Value, bits: int) -> Any:
    """Tell whether a fraction rounds a quotient up."""
    drawn = fraction >= draw if config.errata else fraction > draw
    rules = {"floor": 0, "nearest": fraction >= 1 << bits - 1, "stochastic": drawn}
    return rules[config.state_rounding]


def steps(module: ModuleType, config: Config, kind: str) -> Harness:
    """Update a weight, which may be a self-connection, from the second cycle after a reset on."""
    harness, registers = Harness(), Registers(config)
    block = harness.block(module.Update(config, kind, 1, registers))
    name = {"in": "inp", "rec": "rec", "out": "out"}[kind]
    left, right = (harness.register(registers, f"lr_{way}_w{name}") for way in "pr")
    net = (config.weight_bits - 8) - max(9 - getattr(config, f"trace_{kind}_bits"), 0)
    left, right = (harness.before(shift, 2) for shift in (left + max(net, 0), right + max(-net, 0)))
    inputs = (block.change[0], block.draw[0], block.weight[0], block.itself[0])
    d, draw, weight, itself = map(harness.before, inputs)
    delta = step(config, d, draw, left, right)
    settled = harness.before(Const(1), 2)
    expected = Mux(itself & (delta != 0), 0, clamped(weight + delta, weight))
    harness.claim(~settled | (block.updated[0] == expected))
    return harness


def step(config: Config, d: Value, draw: Value, left: Value, right: Value) -> Value:
    """Return the step that a change makes: mag = min(|d| << left, 2^P - 1) >> right, of 2^P one weight."""
    bits, shadow, top = len(d), config.shadow_bits, (1 << len(d)) - 1
    shifted = Mux(d < 0, -d, d) << left
    scaled = Mux(shifted > top, top, shifted) >> right
    whole, rest = (scaled << shadow) >> bits, (scaled << shadow)[:bits]
    up = {"truncate": 0, "nearest": rest >= 1 << bits - 1, "stochastic": rest >= draw}[config.update_rounding]
    full = d == -1 << bits - 1
    size = Mux(d == 0, 0, Mux(full, 1 << shadow, whole + up))
    return Mux(d < 0, -size, size)


def clamped(total: Value, weight: Value) -> Value:
    """Return a weight after its step, or the end of its range."""
    high = (1 << len(weight) - 1) - 1
    return Mux(total > high, high, Mux(total < -high - 1, -high - 1, total))


@pytest.mark.parametrize("mode", STATE_ROUNDINGS)
@of_configs
def test_leak(config: Config, mode: str) -> None:
    assert prove(leaks(rounding, config.replace(state_rounding=mode))) is None


STEPS = [
    *((name, "in", config.update_rounding) for name, config in CONFIGS.items() if "most" not in name),
    pytest.param("most", "in", "stochastic", marks=pytest.mark.slow),
    ("published", "rec", "nearest"),
    ("shadow", "rec", "truncate"),
    *((name, "out", "stochastic") for name in ("published", "least")),
]


@pytest.mark.parametrize(("name", "kind", "mode"), STEPS)
def test_step_of_a_weight(name: str, kind: str, mode: str) -> None:
    assert prove(steps(update, CONFIGS[name].replace(update_rounding=mode), kind), induction=2) is None


# Where in which module an error is, and the changes to the published configuration that bring it out.
LEAKS: dict[str, tuple[ModuleType, str, str, dict[str, Any]]] = {
    "reaches for exceeds": (
        rounding,
        "strict=stochastic and not config.errata",
        "strict=False",
        {"errata": False},
    ),
    "exceeds for reaches": (rounding, "strict=stochastic and not config.errata", "strict=True", {}),
    "floor for nearest": (rounding, '== "floor"', '!= "stochastic"', {"state_rounding": "nearest"}),
    "nearest for floor": (rounding, '== "floor"', '== "none"', {"state_rounding": "floor"}),
    "half of a half": (rounding, "1 << frac_bits - 1", "1 << frac_bits - 2", {"state_rounding": "nearest"}),
    "zero rounds up": (arithmetic, "return reached & quotient.any()", "return reached", {}),
    "one bit dropped": (arithmetic, "product[frac_bits:][:bits]", "product[frac_bits:][: bits - 1]", {}),
}
STEPPED: dict[str, tuple[ModuleType, str, str, dict[str, Any]]] = {
    "exceeds for reaches": (arithmetic, "~(mark + ~x)", "~(mark + ~x + 1)", {}),
    "no clamp": (arithmetic, "Mux(clamped, rate.keep,", "Mux(0, rate.keep,", {}),
    "no saturation": (arithmetic, "saturate(weight + step, bits)", "wrap(weight + step, bits)", {}),
    "most negative one": (arithmetic, "Mux(size.any(),", "Mux(1,", {}),
    "half for the draw": (update, "if stochastic else", "if not stochastic else", {}),
    "nearest for truncate": (
        arithmetic,
        '"truncate": Const(0)',
        '"truncate": rest[-1]',
        {"update_rounding": "truncate"},
    ),
    "self-connection stays": (update, "Mux(cleared, 0,", "Mux(0, 0,", {}),
    "every self-connection": (update, "itself & (taken != 0)", "itself", {}),
}


@pytest.mark.parametrize(("module", "right", "wrong", "changes"), LEAKS.values(), ids=LEAKS)
def test_planted_error_in_a_leak(module: ModuleType, right: str, wrong: str, changes: dict[str, Any]) -> None:
    using = mutant(module, right, wrong, user=None if module is rounding else rounding)
    assert prove(leaks(using, CONFIGS["published"].replace(**changes))) is not None


@pytest.mark.parametrize(("module", "right", "wrong", "changes"), STEPPED.values(), ids=STEPPED)
def test_planted_error_in_a_step(module: ModuleType, right: str, wrong: str, changes: dict[str, Any]) -> None:
    using = mutant(module, right, wrong, user=None if module is update else update)
    assert prove(steps(using, CONFIGS["published"].replace(**changes), "in"), induction=2) is not None
