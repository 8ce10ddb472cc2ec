"""The regularization of rates as circuits, with all registers anywhere, against the golden model."""

from types import SimpleNamespace

import numpy as np
import pytest
from amaranth.hdl import Module, Value, unsigned

from golden_model.core.learning import reduce_group, regularize
from golden_model.core.synapse import GROUP
from golden_model.core.weights import make_synapses
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from golden_model.network.registers import BY_NAME
from rtl.core.regularization import multiplier, published, reduction, reduction_bits
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import CONFIGS, legal_parameters
from tests.rtl.evaluation import Operands, evaluate

SIZES = (2, GROUP, 2)
SHIFTS = tuple(f"regul_k_{name}_{way}" for name in ("inp", "rec") for way in "pr")
REGISTERS = ("regul_mode", "regul_w", "regul_k_mul", *SHIFTS)
SMALL = {"regul_k_mul": 2, "regul_k_inp_r": 3, "regul_k_rec_r": 1}  # most is not shifted out


def group_of(rng: np.random.Generator, config: Config, **fixed: int) -> list[tuple[Operands, Operands]]:
    """Return of each neuron of a group the operands, and what the golden model makes of them."""
    parameters = legal_parameters(rng, config, SIZES, **fixed)
    registers, learning = parameters.registers, blocks_of(config, parameters).learning
    arrays = make_synapses(config, parameters)[:2]
    for j, trace in enumerate(rng.integers(0, 1 << rng.integers(1, config.trace_rec_bits + 1), GROUP)):
        regularize(learning, j, trace)
    for array in arrays:
        reduce_group(learning, array, 0)
    values = tuple(getattr(registers, name) for name in REGISTERS)
    results = zip(learning.multiplier, *(array.reduction for array in arrays), strict=True)
    group = zip(learning.regularization.tolist(), results, strict=True)
    return [((g, *values), tuple(map(int, result))) for g, result in group]


@pytest.mark.parametrize("name", CONFIGS)
def test_regularization_of_a_group(name: str) -> None:
    config = CONFIGS[name].replace(n_in=2, n_rec=GROUP, n_out=2)
    rng = np.random.default_rng(len(name))

    def build(m: Module, regularization: Value, *values: Value) -> tuple[Value, ...]:
        registers = SimpleNamespace(**dict(zip(REGISTERS, values, strict=True)))
        g = published(config, regularization)
        reductions = [reduction(m, config, registers, g, kind) for kind in ("in", "rec")]
        return multiplier(registers, g), *reductions

    fixed = [{}, SMALL, {**SMALL, "regul_mode": 3, "regul_w": 3, "regul_f0": 0}]
    cases = [case for n in range(60) for case in group_of(rng, config, **fixed[n % 3])]
    operands, expected = map(list, zip(*cases, strict=True))
    inputs = [unsigned(Formats(config).trace_rec.bits), *(unsigned(BY_NAME[n].bits) for n in REGISTERS)]
    assert evaluate(build, inputs, operands) == expected
    for place, kind in ((1, "in"), (2, "rec")):
        assert len({result[place] for result in expected}) > 20
        assert max(result[place] for result in expected).bit_length() <= reduction_bits(config, kind)
