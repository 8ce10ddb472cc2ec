"""What is told while code is compiled: it moves on a terminal, and is two lines elsewhere."""

import io
import re
import time

import pytest
from rich.console import Console

from golden_model.console import compiling
from golden_model.console.compiling import Compiling
from golden_model.console.screen import COMPILING


@pytest.fixture(params=[False, True])
def compiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether there is compiled code already."""
    monkeypatch.setattr(compiling, "is_compiled", lambda: request.param)
    return bool(request.param)


def test_two_lines_in_a_file_if_code_is_compiled(compiled: bool) -> None:
    file = io.StringIO()
    told = Compiling(Console(file=file))
    told.start()
    assert file.getvalue() == ("" if compiled else f"{COMPILING}\n")
    told.done()
    told.done()
    assert re.fullmatch("" if compiled else rf"{COMPILING}\ncompiled in \d+ s\n", file.getvalue())


def test_without_a_result_nothing_is_compiled(compiled: bool) -> None:
    file = io.StringIO()
    told = Compiling(Console(file=file))
    told.start()
    told.stop()
    told.done()
    assert file.getvalue() == ("" if compiled else f"{COMPILING}\n")


def test_moves_on_a_terminal_until_there_is_a_result(compiled: bool) -> None:
    screen = io.StringIO()
    told = Compiling(
        Console(file=screen, force_terminal=True, force_interactive=True, width=100, color_system=None)
    )
    told.start()
    frames: set[str] = set()
    last = time.monotonic() + 60
    while len(frames) < 3 and time.monotonic() < last:
        time.sleep(0.05)
        frames = set(re.findall("[\u2800-\u28ff]", screen.getvalue()))  # braille, of the spinner
    assert len(frames) >= 3
    assert ("loading compiled code" if compiled else COMPILING) in screen.getvalue()
    told.done()
    shown = screen.getvalue()
    time.sleep(0.3)  # some frames
    assert screen.getvalue() == shown
    assert bool(re.search(r"compiled in \d+ s\n$", shown)) != compiled
