"""The wheel, installed: no file is missing, it trains, writes Verilog, makes a study, and has its types.

What it needs it finds among the packages of the tests; tests/test_project.py looks that all are declared.
"""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pyarrow.parquet
import pytest

from golden_model.cli import run
from tests.helpers.commands import settings, train
from tests.helpers.places import ROOT

PACKAGES = ("golden_model", "rtl", "cosim")
USERS = ROOT / "tests" / "users"
USED = ("right.py", "wrong.py")


def do(*command: str | Path, cwd: Path, **variables: str) -> str:
    """Run a command that knows nothing of this checkout and return what it printed, to both streams."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or "mypy" in command, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    do(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Python of an environment with the wheel, which finds other packages where this one does."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    do(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    (site,) = folder.glob("lib/python*/site-packages")
    others = [path for path in sys.path if Path(path).name == "site-packages"]
    # The packages that are named in a .pth file are found, but not what .pth files among them name.
    (site / "others.pth").write_text("\n".join(others))
    return python


def test_holds_every_file_of_the_packages(wheel: Path) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    data = {name for name in files if not name.endswith(".py")}
    assert {Path(name).suffix for name in data} >= {".jinja", ".css", ".js", ".v", ".vlt", ".typed"}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if ".dist-info/" not in name} == files


@pytest.mark.parametrize("package", PACKAGES)
def test_is_what_the_environment_imports(package: str, python: Path, tmp_path: Path) -> None:
    place = do(python, "-c", f"import {package}; print({package}.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(python.parents[1])


@pytest.mark.long
def test_trains_to_the_bits_of_the_checkout(python: Path, tmp_path: Path) -> None:
    """Interpreted, since what another checkout has compiled is compiled anew."""
    arguments = train(Path("run"), "--epochs", "1", "--seed", "1")
    printed = do(python.with_name("eprop"), *arguments, cwd=tmp_path, NUMBA_DISABLE_JIT="1")
    assert printed.endswith("results and pictures in run\n")
    assert run(train(tmp_path / "here", "--epochs", "1", "--seed", "1")) == 0
    for name in ("weights.npz", "network.toml"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.long
def test_writes_the_verilog_of_the_checkout(python: Path, tmp_path: Path) -> None:
    arguments = ["verilog", *settings("n_in=4", "n_rec=4", "n_out=2"), "--lanes", "1", "-o"]
    do(python.with_name("eprop"), *arguments, "core", cwd=tmp_path)
    assert run([*arguments, str(tmp_path / "here")]) == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "core").iterdir()}
    assert {"eprop_core.v", "eprop_core.core", "lint.vlt", "testbench.v"} <= written.keys()
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}


@pytest.mark.long
def test_makes_the_study_of_the_checkout(python: Path, tmp_path: Path) -> None:
    arguments = ["study", "leak", "--state-bits", "8", "--alpha-bits", "8", "--alpha", "0.9", "-o"]
    printed = do(python.with_name("eprop"), *arguments, "leak", cwd=tmp_path)
    assert printed.endswith("settings, see leak/study.html\n")
    assert run([*arguments, str(tmp_path / "here")]) == 0
    tables = [pyarrow.parquet.read_table(tmp_path / name / "results.parquet") for name in ("leak", "here")]
    assert tables[0].num_rows > 0
    assert tables[0].equals(tables[1])


@pytest.fixture(scope="module")
def errors(python: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, str]]:
    """File, line and kind of what a strict type checker finds in files that use the wheel."""
    folder = tmp_path_factory.mktemp("users")
    shutil.copytree(USERS, folder, dirs_exist_ok=True)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", python)
    printed = do(*mypy, *USED, cwd=folder)
    assert printed.endswith(f"(checked {len(USED)} source files)\n"), printed
    found = re.findall(r"^([^:]+):(\d+): error: .*\[([a-z-]+)\]$", printed, re.MULTILINE)
    return [(name, int(number), kind) for name, number, kind in found]


@pytest.mark.long
def test_types_of_a_users_code_are_known(errors: list[tuple[str, int, str]]) -> None:
    assert [error for error in errors if error[0] != "wrong.py"] == []


@pytest.mark.long
def test_errors_in_a_users_code_are_found(errors: list[tuple[str, int, str]]) -> None:
    lines = (USERS / "wrong.py").read_text(encoding="utf-8").splitlines()
    told = [(number, re.search(r"# wrong: (\S+)$", line)) for number, line in enumerate(lines, start=1)]
    wrong = [("wrong.py", number, match[1]) for number, match in told if match]
    assert len(wrong) == 8
    assert [error for error in errors if error[0] == "wrong.py"] == wrong
