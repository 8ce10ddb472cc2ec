"""The documents: the example runs, and what they name exists."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from golden_model.network.config import Config
from golden_model.network.registers import BY_NAME
from tests.helpers.places import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
MODULES: dict[str, list[str]] = {}  # documents name them without their folder, as in `lfsr.draw`
for path in sorted((ROOT / "golden_model").rglob("*.py")):
    MODULES.setdefault(path.stem, []).append(".".join(path.relative_to(ROOT).with_suffix("").parts))


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
    for document, name in named(rf"`((?:{modules})\.(?!(?:py|toml)\b)\w+)[`.]", least=30):
        module, attribute = name.split(".")
        found = [import_module(path) for path in MODULES[module]]
        assert any(hasattr(one, attribute) for one in found), (document, name)


def test_named_registers_and_fields_exist() -> None:
    prefixes = "fp_loc_|regul_|lr_|thr_h_|h_|seed_|num_|en_|do_|learn_|rst_|noise_|force_|no_|alpha_"
    for document, name in named(rf"`((?:{prefixes})\w+)`", least=20):
        assert name in BY_NAME or name in Config.model_fields, (document, name)


def test_linked_files_exist() -> None:
    for document, link in named(r"\]\((?!https?:)([^)#]+)\)", least=4):
        assert (document.parent / link).exists(), (document, link)


def test_named_files_exist() -> None:
    files = [path.as_posix() for path in ROOT.glob("*/**/*.py")]
    for document, name in named(r"`([\w/]+\.py)`", least=5):
        assert any(path.endswith(f"/{name}") for path in files), (document, name)
