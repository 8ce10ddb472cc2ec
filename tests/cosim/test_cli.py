"""`python -m cosim`: recordings are equal, a flipped bit is found, bad input is refused in a sentence."""

from pathlib import Path

import numpy as np
import pytest

from cosim.cli import run

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
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
        equal, *differences = capsys.readouterr().out.splitlines()
        assert equal.startswith(f"{RECORDING}: equal, ")
        assert equal.endswith(" cycles")
        for line, (path, place) in zip(differences, copies.items(), strict=True):
            assert line.startswith(f"{path}: {place}: expected ")


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["nowhere.npz"], "nowhere.npz: No such file or directory"),
            ([str(ROOT / "LICENSE")], f"{ROOT / 'LICENSE'} is damaged or not an .npz archive"),
            (["--lanes", "3", str(RECORDING)], "lanes = 3 is not one of 1, 2, 4, 8, 16"),
            (["--simulator", "icarus", str(RECORDING)], "simulator 'icarus' is not one of verilator"),
            ([], "Missing argument 'VECTOR.npz...'."),
        ],
    )
    def test_is_refused_in_a_sentence(
        self, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(arguments) == 2
        out, err = capsys.readouterr()
        assert (out, err) == ("", f"cosim: {sentence}\n")
