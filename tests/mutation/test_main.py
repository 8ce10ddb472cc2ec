"""The command tells what is not as it has to be."""

from collections.abc import Sequence

import pytest

from golden_model.network.config import Config
from tests.mutation import Mutation, __main__
from tests.mutation.circuits import NONE, Circuit
from tests.mutation.job import Found

RIGHT, WRONG = (Mutation(name, "some", "", "a = b", "c") for name in ("equivalent", "wrong"))


class Looked(Circuit):
    """A circuit of which is seen what a test says."""

    seen: tuple[str, ...] = ()

    def run(self, mutations: Sequence[Mutation]) -> list[tuple[Mutation, Found]]:
        chosen = [NONE, *mutations]
        return [(one, self._found(number, one.name)) for number, one in enumerate(chosen)]

    def _found(self, number: int, name: str) -> Found:
        return Found(number, "network", "tick 1", "spike[3]", 0, 1) if name in self.seen else Found(number)


def looked(monkeypatch: pytest.MonkeyPatch, *seen: str) -> None:
    monkeypatch.setattr(Looked, "seen", seen)
    circuit = Looked("soc", Config(), (), "", {"block": (WRONG,)}, (RIGHT,))
    monkeypatch.setattr(__main__, "CIRCUITS", (circuit,))


def test_a_word_that_was_not_shown() -> None:
    found = Found(1, "network", "tick 1", "spike[3]", 0, None)
    assert __main__.row(WRONG, found) == "| wrong | some | network: tick 1 | spike[3] | 0 | no word |"


def test_all_is_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    looked(monkeypatch, "wrong")
    assert __main__.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "| wrong | some | network: tick 1 | spike[3] | 0 | 1 |" in lines
    assert "| equivalent | some | not seen |  |  |  |" in lines
    assert lines[-1] == "All mutations are caught."


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        ((), "wrong is not caught"),
        (("wrong", "equivalent"), "equivalent is seen"),
        (("wrong", "none"), "none is seen"),
    ],
)
def test_a_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seen: tuple[str, ...], problem: str
) -> None:
    looked(monkeypatch, *seen)
    assert __main__.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == problem


def test_only_what_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    looked(monkeypatch, "wrong")
    assert __main__.main(["equivalent"]) == 0
    assert "| wrong |" not in capsys.readouterr().out


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        __main__.main(["--help"])
    assert capsys.readouterr().out.startswith("usage: python -m tests.mutation [-h] [NAME ...]")


def test_an_unknown_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    looked(monkeypatch)
    assert __main__.main(["wrong", "other"]) == 2
    assert capsys.readouterr().err == "there is no mutation other\n"
