"""`eprop verify`: what it prints of recordings that are equal, different or damaged."""

from pathlib import Path

import numpy as np
import pytest

from golden_model.cli import run
from tests.helpers.commands import Capture, refused
from tests.helpers.places import VECTORS

PATH = VECTORS / "wide_701_03.npz"


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be said of compiling, whatever the machine has."""
    monkeypatch.setattr("golden_model.console.compiling.is_compiled", lambda: True)


def test_equal(capsys: Capture) -> None:
    assert run(["verify", str(PATH), str(VECTORS / "late_701_01.npz")]) == 0
    assert capsys.readouterr().out == f"{PATH}: equal\n{VECTORS / 'late_701_01.npz'}: equal\n"


def test_different(tmp_path: Path, capsys: Capture) -> None:
    with np.load(PATH) as file:
        arrays = dict(file)
    was = int(arrays["w_in_after"][1, 2, 3])
    arrays["w_in_after"][1, 2, 3] ^= 1
    np.savez(tmp_path / "changed.npz", **arrays)
    assert run(["verify", str(tmp_path / "changed.npz"), str(PATH)]) == 1
    difference = f"sample 1, w_in[2, 3]: expected {was ^ 1}, got {was}"
    assert capsys.readouterr().out == f"{tmp_path / 'changed.npz'}: {difference}\n{PATH}: equal\n"


def test_bad_input(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "bad.npz").write_bytes(b"PK")
    bad = str(tmp_path / "bad.npz")
    refused(["verify", bad], capsys, f"{bad} is damaged or not an .npz archive\n")
    refused(["verify", "missing.npz"], capsys, "missing.npz: No such file or directory\n")
    refused(["verify"], capsys, "Missing argument 'VECTOR.npz...'.\n")


def test_goes_on_after_bad_input(tmp_path: Path, capsys: Capture) -> None:
    with np.load(PATH) as file:
        arrays = dict(file)
    arrays["w_in_after"][1, 2, 3] ^= 1
    np.savez(tmp_path / "changed.npz", **arrays)
    (tmp_path / "bad.npz").write_bytes(b"PK")
    names = ("bad.npz", "changed.npz", "missing.npz")
    assert run(["verify", *(str(tmp_path / name) for name in names), str(PATH)]) == 2
    printed = capsys.readouterr()
    assert [line.split(": ")[0] for line in printed.out.splitlines()] == [
        str(tmp_path / "changed.npz"),
        str(PATH),
    ]
    assert printed.err.splitlines() == [
        f"eprop: {tmp_path / 'bad.npz'} is damaged or not an .npz archive",
        f"eprop: {tmp_path / 'missing.npz'}: No such file or directory",
    ]


def test_what_a_result_depends_on_but_the_recording_is_said(capsys: Capture) -> None:
    path = VECTORS / "wide_701_00.npz"
    assert run(["verify", str(path)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{path}: equal\n"
    sentence = (
        f"eprop: warning: {path}: the result depends on the leaks of pairs 1, 2, which only readouts have"
    )
    assert printed.err.startswith(sentence)
    assert printed.err.count("\n") == 1
