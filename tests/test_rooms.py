"""Imports run downwards: a room imports rooms below it, in the order of docs/design.md, never above.

Tests mirror the rooms: those of golden_model/core/trace.py are in tests/golden_model/core/test_trace.py.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.helpers.places import ROOT

PACKAGES = ("golden_model", "rtl", "cosim")
ROOMS = re.findall(
    rf"^    ((?:{'|'.join(PACKAGES)})/(?:\w+/)*) ",
    (ROOT / "docs/design.md").read_text(encoding="utf-8"),
    re.M,
)[::-1]  # lowest first
FACES = {f"{package}/__init__.py" for package in PACKAGES}  # name what is public, wherever it is
FACTS = {"__version__", "LANES"}  # that any room may ask a face for
ANY = "any/module"  # in no room
# They load what packages, and the starts of commands, name to them.
LOADERS = ("golden_model/files/lazy.py", "golden_model/console/process.py")
FILES = sorted(
    path.relative_to(ROOT).as_posix() for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py")
)
TESTS = sorted(
    path.relative_to(ROOT / "tests").as_posix()
    for package in PACKAGES
    for path in ROOT.glob(f"tests/{package}/**/*.py")
)
# Tests that are not named after a file, with what they are of.
OF_SEVERAL_FILES = {
    "cosim/lockstep/test_own_sample.py": "the samples of a task, in lock step",
    "cosim/lockstep/test_results.py": "what the chip sends, in lock step",
    "cosim/lockstep/test_stuck.py": "a host that waits for ever",
    "cosim/lockstep/test_unfinished.py": "a step that does not end",
    "cosim/test_study.py": "from a study to Verilog",
    "golden_model/conversion/test_peers.py": "networks of other simulators",
    "golden_model/core/test_changes.py": "all changes of a weight, of arithmetic.py",
    "golden_model/core/test_passing_over.py": "rows passed over, of screening.py and synapse.py",
    "golden_model/core/test_steps.py": "all steps of a weight, of arithmetic.py",
    "golden_model/core/test_twins.py": "the naive twin",
    "golden_model/studies/page/test_browser.py": "a page in a browser",
    "golden_model/studies/sweep/test_deaths.py": "workers that die",
    "golden_model/studies/sweep/test_kill.py": "studies that are killed",
    "golden_model/studies/sweep/test_races.py": "workers at the same training",
    "golden_model/test_public.py": "the public names, of all rooms",
    "golden_model/training/test_accuracy.py": "the accuracy of trainings",
    "golden_model/training/test_published_run.py": "the published run",
    "golden_model/training/test_resume.py": "trainings that are killed",
    "rtl/delivery/test_synthesis.py": "memories in synthesis",
}


def room_of(file: str) -> str:
    return file.rpartition("/")[0] + "/"


def file_of(module: str) -> str | None:
    """Return the file of a module of ours, of a package its face."""
    path = module.replace(".", "/")
    return next((file for file in (f"{path}.py", f"{path}/__init__.py") if file in FILES), None)


def imported(file: str, source: str) -> Iterator[tuple[str, str]]:
    """Yield the file and the name of everything of ours that a source imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(source)))
    faces = {package: f"{package}/__init__.py" for package in PACKAGES}
    for alias in (alias for node in nodes if isinstance(node, ast.Import) for alias in node.names):
        faces |= {alias.asname: faces[alias.name]} if alias.asname and alias.name in faces else {}
    for node in nodes:
        match node:
            case ast.Import(names):
                yield from ((other, "") for alias in names if (other := file_of(alias.name)))
            case ast.ImportFrom(names=names):
                yield from imported_from(module_of(file, node), names)
            case ast.Attribute(ast.Name(name), attribute) if name in faces:
                yield faces[name], attribute
            case ast.Call(function, [first, *_]) if name_of(function) in ("import_module", "__import__"):
                yield from loaded(first)


def imported_from(module: str, names: list[ast.alias]) -> Iterator[tuple[str, str]]:
    for alias in names:
        file = file_of(f"{module}.{alias.name}") or file_of(module)
        yield from [(file, alias.name)] if file else []


def module_of(file: str, node: ast.ImportFrom) -> str:
    """Return the module that a statement imports from, by its full name also where it is told by dots."""
    around = file.split("/")[: -node.level] if node.level else []
    return ".".join([*around, *([node.module] if node.module else [])])


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def loaded(name: ast.expr) -> Iterator[tuple[str, str]]:
    """Yield the file of a module that is loaded by its name; one that is not written out may be any."""
    if not isinstance(name, ast.Constant) or name.value.startswith("."):
        yield ANY, ast.unparse(name)
    elif file := file_of(name.value):
        yield file, ""


def upward(file: str, source: str) -> list[str]:
    """Return what a file may not import: from a room above it, or more than a fact from a face."""
    below = ROOMS[: ROOMS.index(room_of(file)) + 1]
    found = []
    for other, name in imported(file, source):
        legal = name in {"", *FACTS} if other in FACES else room_of(other) in below
        found += [] if legal else [f"{file} imports {name} of {other}"]
    return found


def test_every_folder_is_a_room() -> None:
    assert set(ROOMS) == {room_of(file) for file in FILES}
    assert len(set(ROOMS)) == len(ROOMS) > 20


def test_contributing_has_them_in_the_same_order() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    cells = re.findall(rf"^\| (`(?:{'|'.join(PACKAGES)})/[^|]*/`) \|", text, re.M)
    named = [room for cell in cells for room in re.findall(r"`([^`]+)`", cell)]
    assert named == [room for room in ROOMS if room.count("/") == 2]  # rooms in rooms and packages apart


@pytest.mark.parametrize("file", [file for file in FILES if file not in {*FACES, *LOADERS}])
def test_imports_run_downwards(file: str) -> None:
    assert upward(file, (ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from golden_model.training.training import train",
        "from golden_model.training import training",
        "import golden_model.training.training",
        "from rtl.core.core import Core",
        "def later():\n    from golden_model.pictures import plots",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cosim.run.job import Job",
        "from golden_model import run_many",
        "import golden_model\ngolden_model.Core",
        "import golden_model as model\nmodel.Core",
        "from ..training.training import train",
        "from ..training import training",
        "from .. import training",
        "from importlib import import_module\nimport_module('golden_model.training.training')",
        "import importlib\nimportlib.import_module('.training', 'golden_model')",
        "import importlib\nimportlib.import_module('golden_model.' + name)",
        "__import__('golden_model.training.training')",
    ],
)
def test_an_import_that_is_turned_round_is_found(source: str) -> None:
    assert len(upward("golden_model/core/neuron.py", source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import golden_model\nprint(golden_model.__version__)",
        "from golden_model.network.config import Config",
        "from ..network import config\nfrom .trace import Trace\nfrom . import trace",
        "from importlib import import_module\nimport_module('golden_model.network.config')",
        "from importlib import import_module\nimport_module('numpy')",
    ],
)
def test_facts_and_rooms_below_are_legal(source: str) -> None:
    assert upward("golden_model/core/neuron.py", source) == []


def test_folders_of_tests_are_rooms() -> None:
    assert {room_of(test) for test in TESTS} <= set(ROOMS)


def test_a_test_has_the_name_of_a_file() -> None:
    named = {test for test in TESTS if "/test_" in test}
    assert {test for test in named if test.replace("/test_", "/") not in FILES} == set(OF_SEVERAL_FILES)
