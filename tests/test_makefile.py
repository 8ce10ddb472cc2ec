"""The Makefile installs what a target needs, once; with a pip that only writes down what it is asked for."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.places import ROOT

STAMP = ".venv/.stamp"
VENV = """#!/bin/sh
mkdir -p .venv/bin
printf '#!/bin/sh\\necho "$@" >> pip.log\\n' > .venv/bin/pip
chmod +x .venv/bin/pip
"""


class Checkout:
    """A folder with the Makefile, whose `python -m venv` makes no more than that pip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        (folder / "python").write_text(VENV)
        (folder / "python").chmod(0o755)

    def make(self, *arguments: str) -> str:
        """Return what make prints."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        command = ["make", "PYTHON=./python", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=variables, capture_output=True, text=True, check=True
        ).stdout

    def installed(self) -> list[str]:
        """Return what pip was asked to install."""
        return [line.split()[-1] for line in (self.folder / "pip.log").read_text().splitlines()]

    def wants(self, target: str) -> bool:
        """Tell whether a target would install something."""
        return "pip install" in self.make("--dry-run", target)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    ("target", "extras"),
    [
        ("run", []),
        ("verilog", ["rtl"]),
        ("cosim-16", ["cosim"]),
        ("study", ["study"]),
        ("headline", ["study"]),
        ("setup", ["test"]),
        ("test", ["test"]),
        ("thorough", ["test"]),
        ("mutation", ["test"]),
        ("bench", ["test"]),
    ],
)
def test_target_installs_the_least_that_it_needs(checkout: Checkout, target: str, extras: list[str]) -> None:
    lines = [line.split() for line in checkout.make("--dry-run", target).splitlines()]
    installs = [line[-1] for line in lines if "install" in line]
    assert installs == [".", *(f".[{extra}]" for extra in extras)]


def test_says_what_it_downloads_before_it_does(checkout: Checkout) -> None:
    first, *_ = checkout.make(f"{STAMP}-model").splitlines()
    assert first.startswith("Installing NumPy, Numba, Matplotlib ")
    assert " MB " in first


def test_one_pip_at_a_time(checkout: Checkout) -> None:
    """Two at once would write the same packages."""
    checkout.make(f"{STAMP}-model")
    pip = checkout.folder / ".venv/bin/pip"
    pip.write_text('#!/bin/sh\necho "$@" >> pip.log\nsleep 0.2\necho "$@" >> pip.log\n')
    checkout.make("-j2", f"{STAMP}-rtl", f"{STAMP}-study")
    first, again, second, end = checkout.installed()[1:]
    assert {(first, again), (second, end)} == {(".[rtl]", ".[rtl]"), (".[study]", ".[study]")}


def test_after_setup_nothing_more_is_installed(checkout: Checkout) -> None:
    checkout.make("setup")
    assert checkout.installed() == [".", ".[test]"]
    for target in ("setup", "run", "test", "verilog", "cosim", "study", "bench", "mutation"):
        assert not checkout.wants(target), target


def test_an_extra_is_added_to_what_is_there(checkout: Checkout) -> None:
    checkout.make(f"{STAMP}-rtl")
    assert checkout.installed() == [".", ".[rtl]"]
    assert not checkout.wants("run")
    assert checkout.wants("study")


def test_other_dependencies_are_installed_anew(checkout: Checkout) -> None:
    checkout.make("setup")
    stamp = (checkout.folder / f"{STAMP}-test").stat().st_mtime
    os.utime(checkout.folder / "pyproject.toml", (stamp + 10, stamp + 10))
    assert checkout.wants("run")
    assert checkout.wants("verilog")
