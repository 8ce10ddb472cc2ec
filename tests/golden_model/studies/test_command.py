"""The command `eprop study`: what it writes, how it ends, and what it leaves alone."""

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from golden_model.cli import run
from golden_model.console.compiling import COMPILING
from golden_model.studies.leak.leak import COLUMNS
from tests.helpers.commands import Capture, refused
from tests.helpers.packages import uninstall
from tests.helpers.places import ROOT

CHIP = "--state-bits 12,16 --alpha-bits 15 --alpha 0.9,0.999481201171875"
FEW = CHIP.split()
KINDS = ("leak", "grid", "pareto")
PICTURES = ("time_constants", "courses", "widths", "dead_zones", "drift", "alpha_bits")


def leak(folder: Path, *more: str) -> list[str]:
    return ["study", "leak", "-o", str(folder), *more]


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small study, two folders below what there was."""
    folder = tmp_path_factory.mktemp("study") / "new" / "leak"
    assert run(leak(folder, *FEW)) == 0
    return folder


class TestLeak:
    def test_writes_a_page_with_pictures_and_a_table(self, studied: Path) -> None:
        pictures = {f"{name}.{suffix}" for name in PICTURES for suffix in ("png", "svg")}
        assert {path.name for path in studied.iterdir()} == {"study.html", "results.parquet", *pictures}
        table = pq.read_table(studied / "results.parquet")
        assert table.column_names == list(COLUMNS)
        assert table.num_rows == 4 * 3 * 2
        chip = table.filter(table["chip"]).select(["state", "state_bits", "alpha_raw"]).to_pylist()
        assert [tuple(row.values()) for row in chip] == [("membrane", 16, 0x7FEF), ("trace", 12, 0x7FEF)]

    def test_page_tells_how_it_was_made(self, studied: Path) -> None:
        html = (studied / "study.html").read_text(encoding="utf-8")
        assert html.index("Ticks of 1 ms until a state has fallen to 1/e") < html.index("<table")
        assert f"eprop study leak -o {studied} {CHIP}" in html
        assert "0x38781234" in html  # seeds of the membrane's sources, even neurons low

    def test_prints_the_summary(
        self, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("golden_model.studies.leak.command.publish_page", lambda *_: None)
        assert run(leak(tmp_path / "study", *FEW)) == 0
        printed = " ".join(capsys.readouterr().out.split())
        assert "floor 162 ms, nearest never, stochastic 1938 ms" in printed
        assert f"24 settings, see {tmp_path / 'study' / 'study.html'}" in printed

    def test_an_error_on_the_way_leaves_nothing(
        self, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(folder: Path, page: object) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "half.png").write_text("written before the disk was full")
            raise OSError(28, "No space left on device", "page")

        monkeypatch.setattr("golden_model.studies.page.page.write_page", fail)
        assert run(leak(tmp_path / "study", *FEW)) == 2
        assert capsys.readouterr().err == "eprop: page: No space left on device\n"
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--state-bits", "3"), "--state-bits: 3 is outside 4..24\n"),
            (("--state-bits", "8..25"), "--state-bits: 25 is outside 4..24\n"),
            (("--alpha-bits", "6..8"), "--alpha-bits: 6 is outside 7..20\n"),
            (("--alpha-bits", "x"), "--alpha-bits: 'x' is not an integer in 7..20\n"),
            (("--alpha", "1"), "--alpha: 1 is outside 0.9..0.9999990463256836\n"),
            (("--alpha", "0.89"), "--alpha: 0.89 is outside 0.9..0.9999990463256836\n"),
            (("--alhpa", "1"), "No such option: --alhpa"),
        ],
    )
    def test_bad_values(
        self, tmp_path: Path, capsys: Capture, arguments: tuple[str, str], message: str
    ) -> None:
        refused(leak(tmp_path / "study", *arguments), capsys, message)
        assert list(tmp_path.iterdir()) == []

    def test_bad_folders(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "file").write_text("kept")
        refused(leak(tmp_path / "file"), capsys, f"{tmp_path / 'file'} is not a folder\n")
        refused(leak(tmp_path), capsys, f"{tmp_path} is not empty, choose another folder\n")
        assert [path.read_text() for path in tmp_path.iterdir()] == ["kept"]
        refused(["study", "leak"], capsys, "Missing option '--output' / '-o'.\n")

    def test_interrupted_study_writes_nothing(
        self, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("golden_model.studies.leak.leak.study_leak", interrupt)
        assert run(leak(tmp_path / "study", *FEW)) == 130
        assert capsys.readouterr().err == "eprop: interrupted, nothing is written\n"
        assert list(tmp_path.iterdir()) == []

    def test_says_which_packages_are_missing(
        self, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        uninstall(monkeypatch, "jinja2", "optuna")
        message = "`eprop study` needs jinja2 and optuna, which are not installed: in the checkout of "
        refused(leak(tmp_path / "study", *FEW), capsys, message)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["--help", "study --help", *(f"study {kind} --help" for kind in KINDS)])
def test_help_loads_neither_compiler_nor_plots(words: str) -> None:
    arguments = words.split()
    code = (
        "import sys; from golden_model.cli import run; code = run(sys.argv[1:]); "
        "heavy = {'numba', 'matplotlib', 'numpy', 'jinja2', 'pyarrow', 'optuna', 'scipy'}; "
        "sys.exit(code or bool(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, *arguments]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "study" in printed
    assert COMPILING not in printed
