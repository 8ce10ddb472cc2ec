"""Commands killed at any moment: run again, or resumed, they leave what one leaves that was not killed."""

from pathlib import Path

import pytest

from tests.helpers.commands import settings
from tests.helpers.networks import SMALL
from tests.helpers.places import VECTORS
from tests.hostile.kills import contents, finish, killed

TRAINING = ["train", "cue-accumulation", "--train", "3", "--test", "2", *settings(*SMALL), "-o", "out"]
COMMANDS = {
    "train": [*TRAINING, "--resume", "--epochs", "20"],
    "profile": ["profile", "run", "-o", "out", "--epochs", "1", "--repeats", "1"],
    "verilog": ["verilog", *settings("n_in=4", "n_rec=4", "n_out=2"), "--lanes", "1", "-o", "out"],
}
COSIM = ["cosim", "--fit", "--lanes", "1", str(VECTORS / "widths" / "two_neurons.npz")]
COSIM += ["--report", "out/report.json"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for what is whole, and in it one for what is killed; both with a finished run."""
    (tmp_path / "killed").mkdir()
    return tmp_path


def check(folder: Path, arguments: list[str], times: int, seed: int) -> None:
    """Kill a command some times, and compare with one that was not killed."""
    killed(folder, arguments, times, seed)
    assert contents(folder / "killed" / "out") == contents(folder / "out") != {}


def prepare(folder: Path, command: str) -> list[str]:
    """Return the words of a command, for which there is a finished run if it takes one."""
    if command == "profile":
        run = [word.replace("out", "run") for word in TRAINING]
        finish(folder, [*run, "--epochs", "1"])
        (folder / "killed" / "run").symlink_to(folder / "run")
    return COMMANDS[command]


@pytest.mark.slow
def test_killed_a_few_times(folder: Path) -> None:
    """Trainings have a test of their own, in `tests/golden_model/training/test_resume.py`."""
    check(folder, prepare(folder, "verilog"), 2, 17)


@pytest.mark.long
@pytest.mark.parametrize(("command", "times"), [("train", 20), ("profile", 6), ("verilog", 12)])
def test_killed_many_times(folder: Path, command: str, times: int) -> None:
    check(folder, prepare(folder, command), times, 18)


@pytest.mark.long
def test_simulation_is_killed(folder: Path) -> None:
    """Also while its circuit is compiled."""
    for place in (folder, folder / "killed"):
        (place / "out").mkdir()
    check(folder, COSIM, 4, 19)
