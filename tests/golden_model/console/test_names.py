"""Names of files as they are shown, and paths that cannot be meant."""

from pathlib import Path

import pytest

from golden_model.console.errors import say
from golden_model.console.names import named_path, printable
from tests.helpers.commands import refused


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain é 名", "plain é 名"),
        ("a\nb\t", r"a\nb\t"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("n\udcff", r"n\udcff"),
        ("\u202egnp", r"\u202egnp"),
    ],
)
def test_what_would_rule_a_terminal(name: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printable(name) == shown
    say("eprop", name)
    assert capsys.readouterr().err == f"eprop: {shown}\n"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["train", "cue-accumulation", "-o", ""], "'--output' / '-o'"),
        (["evaluate", "", "samples.npz"], "'RUN'"),
        (["profile", ""], "'RUN'"),
        (["info", "--config", ""], "'--config'"),
        (["verilog", "-o", ""], "'--output' / '-o'"),
    ],
)
def test_an_empty_path(
    arguments: list[str],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is that of a variable that is not set, and not the current folder."""
    monkeypatch.chdir(tmp_path)
    refused(
        arguments, capsys, f"Invalid value for {name}: the path is empty, write . for the current folder\n"
    )
    assert not list(tmp_path.iterdir())


def test_a_path() -> None:
    assert named_path(".") == Path()
