"""What is told while code is compiled: it moves on a terminal, and is two lines elsewhere."""

import io
import re
import time
from pathlib import Path

import pytest
from rich.console import Console

from golden_model.cli import run
from golden_model.console import compiling
from golden_model.console.compiling import COMPILING, Compiling, tell_compiling
from golden_model.samples.event_files import write_npz
from golden_model.samples.samples import Sample
from tests.helpers.commands import train
from tests.helpers.places import VECTORS


@pytest.fixture(params=[False, True])
def compiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether there is compiled code already."""
    monkeypatch.setattr(compiling, "is_compiled", lambda: request.param)
    return bool(request.param)


def test_two_lines_in_a_file_if_code_is_compiled(compiled: bool) -> None:
    file = io.StringIO()
    with Compiling(Console(file=file)) as told:
        assert file.getvalue() == ("" if compiled else f"{COMPILING}\n")
        told.done()
        told.done()
    assert re.fullmatch("" if compiled else rf"{COMPILING}\ncompiled in \d+ s\n", file.getvalue())


def test_without_a_result_nothing_is_compiled(compiled: bool) -> None:
    file = io.StringIO()
    with Compiling(Console(file=file)) as told:
        pass
    told.done()
    assert file.getvalue() == ("" if compiled else f"{COMPILING}\n")


def test_moves_on_a_terminal_until_there_is_a_result(compiled: bool) -> None:
    screen = io.StringIO()
    told = Compiling(
        Console(file=screen, force_terminal=True, force_interactive=True, width=100, color_system=None)
    )
    told.__enter__()
    frames: set[str] = set()
    last = time.monotonic() + 60
    while len(frames) < 3 and time.monotonic() < last:
        time.sleep(0.05)
        frames = set(re.findall("[\u2800-\u28ff]", screen.getvalue()))  # braille, of the spinner
    assert len(frames) >= 3
    assert ("loading compiled code" if compiled else COMPILING) in screen.getvalue()
    told.done()
    told.__exit__()
    shown = screen.getvalue()
    time.sleep(0.3)  # some frames
    assert screen.getvalue() == shown
    assert bool(re.search(r"compiled in \d+ s\n$", shown)) != compiled


def test_is_told_in_a_line_where_results_come_late(compiled: bool) -> None:
    screen = io.StringIO()
    tell_compiling(Console(file=screen, force_terminal=True, color_system=None))
    assert screen.getvalue() == ("" if compiled else f"{COMPILING}\n")


@pytest.mark.parametrize("command", ["verify", "evaluate", "profile", "train"])
def test_every_command_that_takes_compiled_code_tells(
    command: str, compiled: bool, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_npz(tmp_path / "samples.npz", [Sample([(0, 3), (5, 1)], 40, 1, target_start=20)])
    arguments = {
        "verify": ["verify", str(VECTORS / "widths" / "two_neurons.npz")],
        "evaluate": ["evaluate", str(trained), str(tmp_path / "samples.npz")],
        "profile": ["profile", str(trained), "-o", str(tmp_path / "out"), "--epochs", "1", "--repeats", "1"],
        "train": train(tmp_path / "out", "--epochs", "1"),
    }
    assert run(arguments[command]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert (first == COMPILING) != compiled
