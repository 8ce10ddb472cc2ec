"""Folders of any name: what is printed and drawn shows it as it stands, and nothing ends in a traceback."""

import os
from pathlib import Path

import pytest

from tests.helpers.commands import settings
from tests.helpers.networks import SMALL
from tests.hostile.kills import finish

TRAINING = ["train", "cue-accumulation", "--train", "1", "--test", "1", "--epochs", "1", *settings(*SMALL)]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_markup_formulas_and_bytes_of_no_character(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "a[/b] $x^$ [bold] :dog: é" + os.fsdecode(b"\xff")
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    (tmp_path / "a[").mkdir()
    finish(tmp_path, [*TRAINING, "-o", name])
    finish(tmp_path, ["convert", name, "--dt", "1", "-o", f"{name}.real"])
    finish(tmp_path, ["convert", f"{name}.real/network.npz", "-o", f"{name}.core"])
    assert (tmp_path / f"{name}.core" / "network.toml").exists()
    assert (tmp_path / name / "curves.png").exists()
