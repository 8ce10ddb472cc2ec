"""`eprop tasks`: every parameter with its default, range and meaning, as the task checks them."""

import re
from dataclasses import fields

import pytest

from golden_model.cli import run
from golden_model.tasks import TASKS, get_task
from tests.helpers.commands import Capture

NAME = "cue-accumulation"
PUBLISHED = {
    "delay": 1050,
    "n_cues": 7,
    "gap": 50,
    "cue": 100,
    "recall": 150,
    "rate": 40,
    "noise_rate": 10,
    "p_majority": 0.7,
    "lines_per_group": 10,
    "n_rec": 100,
}


def rows(capsys: Capture) -> dict[str, list[str]]:
    """Return the rows that the command prints, by their parameter."""
    assert run(["tasks"]) == 0
    name, _, *lines = capsys.readouterr().out.rstrip().splitlines()
    assert [name] == list(TASKS)
    cells = [re.split(r" {2,}", line.strip()) for line in lines]
    return {parameter: others for parameter, *others in cells}


def test_defaults_are_the_published_ones(capsys: Capture) -> None:
    assert {name: float(row[0]) for name, row in rows(capsys).items()} == PUBLISHED


def test_every_parameter_is_there_with_a_meaning(capsys: Capture) -> None:
    shown = rows(capsys)
    assert list(shown) == [field.name for field in fields(get_task(NAME))]
    assert all(len(row) == 3 and len(row[2]) > 10 for row in shown.values())


def test_ends_of_ranges_are_legal_and_nothing_beyond(capsys: Capture) -> None:
    for name, (default, legal, _) in rows(capsys).items():
        ends, _, parity = legal.partition(", ")
        low, high = (float(end) if "." in default else int(end) for end in ends.split(".."))
        for value in (low, high):
            assert getattr(get_task(NAME, **{name: value}), name) == value
        step = 2 if parity else 1
        for value in (low - step, high + step):
            with pytest.raises(ValueError, match=f"^{name} = {value} is outside {ends}$"):
                get_task(NAME, **{name: value})
        if parity:
            with pytest.raises(ValueError, match=f"a legal value is an {parity} number in {ends}$"):
                get_task(NAME, **{name: low + 1})
