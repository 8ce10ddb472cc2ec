"""Imports run downwards: a room imports rooms below it, in the order of docs/design.md, never above."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("golden_model", "rtl", "cosim")
ROOMS = re.findall(
    rf"^    ((?:{'|'.join(PACKAGES)})/(?:\w+/)*) ",
    (ROOT / "docs/design.md").read_text(encoding="utf-8"),
    re.M,
)[::-1]  # lowest first
FACES = {f"{package}/__init__.py" for package in PACKAGES}  # name what is public, wherever it is
FACTS = {"__version__", "LANES"}  # that any room may ask a face for
FILES = sorted(
    path.relative_to(ROOT).as_posix() for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py")
)


def room_of(file: str) -> str:
    return file.rpartition("/")[0] + "/"


def file_of(module: str) -> str | None:
    """Return the file of a module of ours, of a package its face."""
    path = module.replace(".", "/")
    return next((file for file in (f"{path}.py", f"{path}/__init__.py") if file in FILES), None)


def imported(source: str) -> Iterator[tuple[str, str]]:
    """Yield the file and the name of everything of ours that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((file, "") for alias in node.names if (file := file_of(alias.name)))
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                file = file_of(f"{node.module}.{alias.name}") or file_of(node.module)
                yield from [(file, alias.name)] if file else []
        elif (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in PACKAGES
        ):
            yield f"{node.value.id}/__init__.py", node.attr


def upward(file: str, source: str) -> list[str]:
    """Return what a file may not import: from a room above it, or more than a fact from a face."""
    below = ROOMS[: ROOMS.index(room_of(file)) + 1]
    found = []
    for other, name in imported(source):
        legal = name in {"", *FACTS} if other in FACES else room_of(other) in below
        found += [] if legal else [f"{file} imports {name} of {other}"]
    return found


def test_every_folder_is_a_room() -> None:
    assert set(ROOMS) == {room_of(file) for file in FILES}
    assert len(set(ROOMS)) == len(ROOMS) > 20


@pytest.mark.parametrize("file", [file for file in FILES if file not in FACES])
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
    ],
)
def test_an_import_that_is_turned_round_is_found(source: str) -> None:
    assert len(upward("golden_model/core/neuron.py", source)) == 1


def test_facts_and_rooms_below_are_legal() -> None:
    source = (
        "import golden_model\nfrom golden_model.network.config import Config\nprint(golden_model.__version__)"
    )
    assert upward("golden_model/core/neuron.py", source) == []
