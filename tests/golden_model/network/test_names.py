"""A hint is given only where a known name is similar."""

import pytest

from golden_model.network.names import closest
from golden_model.network.registers import BY_NAME


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kapa", ", did you mean 'kappa'?"),
        ("num_rec_neurons", ", did you mean 'num_rec_neur'?"),
        ("foo", ""),
        ("", ""),
    ],
)
def test_closest(name: str, hint: str) -> None:
    assert closest(name, BY_NAME) == hint


def test_beginning_of_a_long_name() -> None:
    assert closest("cue", ["other", "cue-accumulation"]) == ", did you mean 'cue-accumulation'?"


def test_nothing_known() -> None:
    assert closest("kappa", []) == ""
