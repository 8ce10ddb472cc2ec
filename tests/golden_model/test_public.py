"""The public face: which names the package shows, and what its objects show of themselves."""

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import cosim
import golden_model
from golden_model import Config, Core, Parameters, Reference, Registers, Sample
from golden_model.conversion.conversion import to_fixed, to_float
from golden_model.core.result import Result, TickResult
from golden_model.recordings.recorder import record
from golden_model.reference.reference import RealTick
from golden_model.tasks import generate, get_task
from golden_model.training.experiment import Experiment
from golden_model.training.results import Results

SIZES = "3 inputs, 4 neurons, 2 readouts"
CONFIG = Config(n_in=3, n_rec=4, n_out=2, weight_bits=6)
PARAMETERS = Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2), [0x7FEF, 0x8000])
LARGEST = Registers.for_network(n_in=1024, n_rec=1024, n_out=64)
SIGNALS = ("spike", "membrane", "readout", "error", "trace_in", "trace_rec", "trace_out")


def imported_for_checkers(package: ModuleType) -> dict[str, str]:
    """Return the public names and their modules as a checker of types reads them."""
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert all(alias.asname == alias.name for node in imports for alias in node.names)
    return {alias.name: str(node.module) for node in imports for alias in node.names}


@pytest.mark.parametrize("package", [golden_model, cosim])
def test_names_are_the_same_for_people_and_checkers(package: ModuleType) -> None:
    public = {name: f"{package.__name__}.{module}" for name, module in package._MODULES.items()}
    assert public == imported_for_checkers(package)
    assert list(public) == package.__all__ == sorted(public)


def objects() -> dict[str, Any]:
    """Return an object of every class that holds arrays, by what it shows of itself."""
    core, reference = Core(CONFIG, PARAMETERS), Reference(CONFIG, PARAMETERS)
    weights = [np.ones(shape, int) for shape in ((3, 4), (4, 4), (4, 2))]
    core.load_weights(*weights)
    sample, digest = Sample([[0, 1]], 5, label=0), CONFIG.digest
    data = generate(get_task("cue-accumulation", delay=0), 0, 2, 1)
    experiment = Experiment(get_task("cue-accumulation"), data, CONFIG, 7)
    rows: Any = [{"epoch": 1}] * 3
    accuracy = {"train": [0.5], "test": [0.984]}
    spike = np.array([True, False, True, False])
    network = to_float(CONFIG, PARAMETERS, weights, dt=1.0)
    task = "cue-accumulation, 2 training samples, 1 test samples, seed 7"
    converted = to_fixed(network, CONFIG, PARAMETERS)
    return {
        f"<Core: {SIZES}, 6-bit weights, configuration {digest}>": core,
        f"<Reference: {SIZES}, configuration {digest}>": reference,
        f"Snapshot(digest='{digest}', ticks=-1, learns=False, ended=False)": core.snapshot(),
        "RealSnapshot(ticks=-1, learns=False, ended=False)": reference.snapshot(),
        f"<Parameters: {SIZES}, alpha 32751..32768, threshold 614>": PARAMETERS,
        "<Result: inference 1>": Result(1),
        "<Result: inference None, records of spike, readout>": Result(
            None, {"spike": spike, "readout": spike}
        ),
        "<TickResult: 2 of 4 neurons spike, 3 readouts>": TickResult(spike, np.zeros(3, np.int64)),
        "<RealTick: 2 of 4 neurons spike, 3 readouts>": RealTick(spike, np.zeros(3)),
        "<TaskData: 2 training samples, 1 test samples, 40 inputs, 100 neurons, 2 readouts>": data,
        f"<Experiment: {task}, configuration {digest}>": experiment,
        "<Results: count, 1 epochs, 3 samples, test accuracy 98.4%>": Results(
            {"task": "count"}, {}, 1.0, accuracy, rows
        ),
        "<Results: count, 0 epochs, 0 samples>": Results({"task": "count"}),
        f"<Vector: 2 samples, {SIZES}, configuration {digest}>": record(core, [sample, sample]),
        f"<FloatNetwork: {SIZES}, dt 1 ms>": network,
        f"<Conversion: {SIZES}, 6-bit weights, configuration {digest}>": converted,
    }


def test_objects_show_themselves_in_a_line_without_arrays() -> None:
    found = objects()
    assert [repr(value) for value in found.values()] == list(found)


def test_the_longest_line_is_short() -> None:
    parameters = Parameters(LARGEST, [0x7000, 0x8FFF] * 256, [-32768, 32767] * 256)
    records = {f"{name}_{n}": np.zeros((9, 4)) for n in range(3) for name in SIGNALS}
    core = Core(Config(n_in=1024, n_rec=1024, n_out=64, weight_bits=16), parameters)
    for value in (parameters, core, Result(None, records)):
        assert len(repr(value)) <= 110
        assert repr(value).endswith(">")


# Of types, what is not as it is written in the code; arguments of which nothing is told.
UNREADABLE = r"Annotated|BeforeValidator|_array_like|ForwardRef|ndarray\[| at 0x|^\(\*args, \*\*kwargs\)"


@pytest.mark.parametrize("name", golden_model.__all__)
def test_signatures_are_readable(name: str) -> None:
    value = getattr(golden_model, name)
    methods = (
        [member for _, member in inspect.getmembers(value, inspect.isroutine)]
        if isinstance(value, type)
        else []
    )
    own = [method for method in methods if getattr(method, "__module__", None) == value.__module__]
    for function in own if is_protocol(value) else (value, *own):
        shown = str(inspect.signature(function))
        assert not re.search(UNREADABLE, shown), function


def is_protocol(value: object) -> bool:
    """Nobody makes an object of a protocol, and Python shows no more of its signature."""
    return getattr(value, "_is_protocol", False)
