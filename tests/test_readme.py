"""The documents: the example runs, and what they name exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from golden_model.config import Config
from golden_model.registers import BY_NAME

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = {path.stem for path in (ROOT / "golden_model").glob("*.py")}


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


def test_named_modules_and_functions_exist() -> None:
    modules = "|".join(sorted(MODULES))
    for document, name in named(rf"`((?:{modules})\.(?!py\b)\w+)[`.]", least=30):
        module, attribute = name.split(".")
        assert hasattr(import_module(f"golden_model.{module}"), attribute), (document, name)


def test_named_registers_and_fields_exist() -> None:
    prefixes = "fp_loc_|regul_|lr_|thr_h_|h_|seed_|num_|en_|do_|learn_|rst_|noise_|force_|no_|alpha_"
    for document, name in named(rf"`((?:{prefixes})\w+)`", least=20):
        assert name in BY_NAME or name in Config.model_fields, (document, name)


def test_linked_files_exist() -> None:
    for document, link in named(r"\]\((?!https?:)([^)#]+)\)", least=4):
        assert (document.parent / link).exists(), (document, link)


def test_named_files_exist() -> None:
    folders = [ROOT, ROOT / "golden_model", ROOT / "tests" / "golden_model", ROOT / "tests"]
    for document, name in named(r"`([\w/]+\.py)`", least=5):
        assert any((folder / name).exists() for folder in folders), (document, name)
