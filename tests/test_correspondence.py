"""Every block of the golden model has its twin in the circuit, and both have tests."""

import inspect
import re
from importlib import import_module

import pytest
from amaranth.lib import wiring

from tests.helpers.places import ROOT

# Of the modules that compute in every time step, those that no block of the circuit is named after.
ONLY_GOLDEN = {
    "screening": "saves a processor work; what a circuit passes over is decided in rtl/core/synapse.py",
    "wheel": "a table of draws, for speed; a circuit shifts, rtl/core/lfsr.py",
    "recording": "keeps records in arrays; a circuit shows them, rtl/core/trace_port.py",
    "timestep": "the order of a time step, in the circuit rtl/core/core.py and a file per phase",
}
# Modules of the core as a circuit that nothing in golden_model/core is named after.
ONLY_RTL = {
    "blocks": "the blocks of a core, Blocks of golden_model/core/timestep.py",
    "phase_step": "step of golden_model/core/timestep.py",
    "phase_learn": "adapt of golden_model/core/timestep.py",
    "phase_propagate": "propagate of golden_model/core/timestep.py",
    "registers": "as they are written; what they mean is in golden_model/network/registers.py",
    "sizes": "how a network is cut into words; the golden model has no words",
    "ports": "of the circuit",
    "pipeline": "registers between stages; the golden model has no cycles",
    "regularization": "parts of regularize and reduce_group of golden_model/core/learning.py",
    "update": "the step of a word of weights, in golden_model/core/synapse.py a part of update_row",
    "events": "orders what arrives one by one; the golden model is given it in order",
    "memory": "the golden model has arrays",
    "storage": "access to memories word by word; the golden model has arrays",
    "trace_port": "shows what golden_model/core/records.py declares",
    "cycles": "counts clock cycles, of which the golden model knows nothing",
}


def blocks_of_a_time_step() -> set[str]:
    """Golden modules whose functions run in every time step, and the core."""
    paths = (ROOT / "golden_model" / "core").glob("*.py")
    return {"core", *(path.stem for path in paths if re.search(r"^@kernel$", path.read_text(), re.M))}


def modules(room: str) -> set[str]:
    return {path.stem for path in (ROOT / room).glob("*.py") if not path.stem.startswith("_")}


BLOCKS = sorted(blocks_of_a_time_step() - set(ONLY_GOLDEN))
CIRCUIT = sorted(f"{room}/{name}" for room in ("rtl/core", "rtl/chip") for name in modules(room))


def test_exceptions_are_up_to_date() -> None:
    assert set(ONLY_GOLDEN) <= blocks_of_a_time_step() - modules("rtl/core")
    assert set(ONLY_RTL) <= modules("rtl/core") - modules("golden_model/core")


@pytest.mark.parametrize("name", BLOCKS)
def test_golden_block_has_a_twin(name: str) -> None:
    assert (ROOT / "rtl" / "core" / f"{name}.py").is_file()
    assert (ROOT / "tests" / "golden_model" / "core" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("name", sorted(modules("rtl/core") - set(ONLY_RTL)))
def test_block_of_the_circuit_has_a_twin(name: str) -> None:
    assert (ROOT / "golden_model" / "core" / f"{name}.py").is_file()


@pytest.mark.parametrize("path", CIRCUIT)
def test_block_of_the_circuit_has_a_test(path: str) -> None:
    room, _, name = path.rpartition("/")
    assert (ROOT / "tests" / room / f"test_{name}.py").is_file()


@pytest.mark.parametrize("path", CIRCUIT)
def test_component_publishes_its_latency(path: str) -> None:
    module = import_module(path.replace("/", "."))
    for _, component in inspect.getmembers(module, inspect.isclass):
        if component.__module__ == module.__name__ and issubclass(component, wiring.Component):
            latency = inspect.getattr_static(component, "latency", None)
            assert isinstance(latency, int | property), component
            assert re.search(r"^    latency : int\n        \S", component.__doc__, re.MULTILINE), component
