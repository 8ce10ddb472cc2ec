"""Whatever sizes a loop or an array is refused beyond a limit, before anything is done."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_model import Sample, generate, get_task
from golden_model.console.limits import integer
from golden_model.samples.samples import MOST_TICKS, check_ticks
from tests.helpers.commands import Capture, refused

HUGE = 999_999_999_999


@pytest.mark.parametrize("value", [2, 9, np.int8(5), np.uint64(5), np.array(5)])
def test_any_integer_type(value: Any) -> None:
    number = integer("n", value, 2, 9)
    assert type(number) is int
    assert number == value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1, "n = 1 is outside 2..9"),
        (10, "n = 10 is outside 2..9"),
        (2**63 - 1, "n = 9223372036854775807 is outside 2..9"),
        (5.0, "n = 5.0 is not an integer in 2..9"),
        (True, "n = True is not an integer in 2..9"),
        (None, "n = None is not an integer in 2..9"),
        ("5", "n = '5' is not an integer in 2..9"),
    ],
)
def test_the_sentence(value: Any, sentence: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message is compared
        integer("n", value, 2, 9)
    assert str(error.value) == sentence


TRAIN = ["train", "cue-accumulation", "-o"]
GRID = ["study", "grid", "weight_bits=4", "-o"]
PARETO = ["study", "pareto", "-o"]


@pytest.mark.parametrize(
    ("command", "option", "legal"),
    [
        (TRAIN, "--epochs", "1..1000000"),
        (TRAIN, "--train", "1..1000000"),
        (TRAIN, "--test", "1..1000000"),
        (GRID, "--epochs", "1..1000000"),
        (GRID, "--seeds", "1..1000000"),
        (GRID, "--train", "1..1000000"),
        (GRID, "--test", "1..1000000"),
        (GRID, "--workers", "1..1024"),
        (PARETO, "--trials", "1..1000000"),
        (PARETO, "--population", "2..1000000"),
        (["profile"], "--samples", "1..1000000"),
        (["profile"], "--epochs", "1..1000000"),
        (["profile"], "--repeats", "1..1000"),
        (["cosim", "--report"], "--random", "0..1000000"),
    ],
)
def test_options(command: list[str], option: str, legal: str, tmp_path: Path, capsys: Capture) -> None:
    sentence = f"{option} = {HUGE} is outside {legal}\n"
    refused([*command, str(tmp_path / "out"), option, str(HUGE)], capsys, sentence)
    assert not (tmp_path / "out").exists()


def test_a_search_has_as_many_trainings_as_a_grid_may_have(tmp_path: Path, capsys: Capture) -> None:
    sentence = "the search has 1000000 trainings, more than 100000\n"
    refused([*PARETO, str(tmp_path / "out"), "--trials", "1000000", "--seeds", "1"], capsys, sentence)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"n_train": HUGE}, f"n_train = {HUGE} is outside 0..1000000"),
        ({"n_test": -1}, "n_test = -1 is outside 0..1000000"),
        ({"n_train": 59_653}, "all samples have 134219250 ticks together, more than 134217728"),
        ({"seed": -1}, f"seed = -1 is outside 0..{2**64 - 1}"),
        ({"seed": True}, f"seed = True is not an integer in 0..{2**64 - 1}"),
    ],
)
def test_generated_samples(numbers: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        generate(get_task("cue-accumulation"), **{"seed": 0, **numbers})


def test_a_sample_that_is_drawn() -> None:
    sizes = {"n_cues": 99, "gap": 1000, "cue": 1000, "delay": 10_000, "recall": 1000}
    assert get_task("cue-accumulation", **sizes, lines_per_group=40)
    sentence = "a sample of 209000 ticks of 1024 lines has 214016000 places for events, more than 33554432"
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        get_task("cue-accumulation", **sizes, lines_per_group=256)


def test_ticks() -> None:
    assert Sample([[0, 1]], MOST_TICKS).offsets.shape == (MOST_TICKS + 1,)
    check_ticks(1 << 27)
    for n_ticks in (MOST_TICKS + 1, 2**63 - 1):
        with pytest.raises(ValueError, match=rf"^n_ticks = {n_ticks} is outside 2..9999999$"):
            Sample([[0, 1]], n_ticks)
