"""Whatever is written into registers, a network is no larger than the circuit: what other proofs assume."""

from types import ModuleType

import pytest

from golden_model.network.config import Config
from golden_model.network.registers import SIZES
from rtl.core import registers
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove

pytestmark = pytest.mark.long

CONFIGS = {
    "256/256/16": Config(),
    "19/38/5": Config(n_in=19, n_rec=38, n_out=5),
    "1/2/1": Config(n_in=1, n_rec=2, n_out=1),
    "1024/1024/64": Config(n_in=1024, n_rec=1024, n_out=64),
}


def sizes(module: ModuleType, config: Config) -> Harness:
    """No assumption: any word is written anywhere in any cycle."""
    harness = Harness()
    block = harness.block(module.Registers(config))
    for name, size in SIZES.items():
        harness.claim(getattr(block, size) < getattr(config, name))
    return harness


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_sizes_are_those_of_the_circuit_for_ever(config: Config) -> None:
    assert prove(sizes(registers, config), induction=1) is None


@pytest.mark.parametrize("wrong", ["data > last + 1", "data == last + 1"])
def test_planted_error_of_sizes(wrong: str) -> None:
    module = mutant(registers, "data > last", wrong)
    assert prove(sizes(module, CONFIGS["19/38/5"]), induction=1) is not None
