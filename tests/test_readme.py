"""The documents: the example runs, and what they name exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from golden_model.network.config import Config
from golden_model.network.registers import BY_NAME
from tests.helpers.places import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = [
    path for folder in ("golden_model", "rtl", "cosim", "tests") for path in (ROOT / folder).rglob("*.py")
]
ENDS = ("core", "h", "hex", "html", "md", "npz", "py", "sdc", "toml", "v", "vcd", "vlt", "gtkw")  # of files
OF_OTHERS = {
    "event.payload": "a port of the circuit",
    "module.function": "how documents name functions",
    "wiring.Component": "of Amaranth",
}


def test_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {"__name__": "__main__"})
    printed = capsys.readouterr().out.split("\n")
    promised = re.findall(r"# prints (.*)", blocks[0])
    assert printed == [*promised, ""]


def named(pattern: str, least: int) -> list[tuple[Path, str]]:
    """Return what the documents name, with the document; at least that many."""
    found = [
        (document, match[1])
        for document in DOCUMENTS
        for match in re.finditer(pattern, document.read_text(encoding="utf-8"))
    ]
    assert len(found) >= least, (pattern, found)
    return found


def names_in(body: list[ast.stmt]) -> Iterator[str]:
    """Yield what a module or class defines, imports or assigns; of a class also the attributes of self."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.alias):
                yield node.name
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield node.id if isinstance(node, ast.Name) else node.attr


@cache
def members() -> dict[str, set[str]]:
    """Return what belongs to every module and class of the project, by their names without a folder."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        for name, body in [(path.stem, tree.body), *((one.name, one.body) for one in classes)]:
            found.setdefault(name, set()).update(names_in(body))
    return found


def exists(name: str) -> bool:
    """Tell whether there is a module, or a member of a module or class, of that name."""
    *places, last = name.split(".")
    if any((ROOT / f"{name.replace('.', '/')}{end}").exists() for end in ("", ".py")):
        return True
    known = members()
    inner = [place for place in places if place in known]
    return bool(inner) and last in known[inner[-1]] | known.get(inner[-1].capitalize(), set())


def test_named_modules_and_members_exist() -> None:
    for document, name in named(r"`([a-zA-Z_]\w*(?:\.\w+)+)(?:\(\))?`", least=80):
        is_file = name.rpartition(".")[2] in ENDS
        assert is_file or name in OF_OTHERS or exists(name), (document, name)


def test_named_registers_and_fields_exist() -> None:
    prefixes = "fp_loc_|regul_|lr_|thr_h_|h_|seed_|num_|en_|do_|learn_|rst_|noise_|force_|no_|alpha_"
    for document, name in named(rf"`((?:{prefixes})\w+)`", least=20):
        assert name in BY_NAME or name in Config.model_fields, (document, name)


def test_linked_files_exist() -> None:
    for document, link in named(r"\]\((?!https?:)([^)#]+)\)", least=4):
        assert (document.parent / link).exists(), (document, link)


def test_named_files_and_folders_exist() -> None:
    """By the whole path, or its end; files without a folder only if they are sources."""
    for document, name in named(r"`([\w.*-]+(?:/[\w.*-]+)*/?)`", least=100):
        if "/" in name.rstrip("/") or name.endswith(("/", ".py")):
            is_written = name.startswith("build/")
            assert is_written or any(ROOT.glob(name)) or any(ROOT.glob(f"*/**/{name}")), (document, name)
