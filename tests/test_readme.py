"""The documents: the example runs, and what they name exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = {path.stem for path in (ROOT / "golden_model").glob("*.py")}


def name_of(path: Path) -> str:
    return path.name


def test_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {"__name__": "__main__"})
    printed = capsys.readouterr().out.split("\n")
    promised = re.findall(r"# prints (.*)", blocks[0])
    assert printed == [*promised, ""]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_named_modules_and_functions_exist(document: Path) -> None:
    for module, attribute in re.findall(r"`(\w+)\.(\w+)[`.]", document.read_text(encoding="utf-8")):
        if module in MODULES and attribute != "py":
            assert hasattr(import_module(f"golden_model.{module}"), attribute), f"{module}.{attribute}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_named_registers_exist(document: Path) -> None:
    from golden_model.registers import BY_NAME

    prefixes = "fp_loc_|regul_|lr_|thr_h_|h_|seed_|num_|en_|do_|learn_|rst_|noise_|force_|no_|alpha_"
    for name in re.findall(rf"`((?:{prefixes})\w+)`", document.read_text(encoding="utf-8")):
        assert name in BY_NAME, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_linked_files_exist(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
    for link in links:
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_named_files_exist(document: Path) -> None:
    for name in re.findall(r"`([\w/]+\.py)`", document.read_text(encoding="utf-8")):
        folders = [ROOT, ROOT / "golden_model", ROOT / "tests" / "golden_model", ROOT / "tests"]
        assert any((folder / name).exists() for folder in folders), name
