"""Leaks on the command line: raw, or as time constants."""

import re
from typing import Any

import pytest

from golden_model.network.overrides import parse_overrides
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers

SMALL = Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2))


@pytest.mark.parametrize(
    ("assignment", "changes"),
    [
        ("alpha=1927ms", {"alpha": 0x7FEF}),
        ("alpha='1.927 s'", {"alpha": 0x7FEF}),
        ("parameters.alpha=20ms", {"alpha": 31170}),
        ("alpha=[0x7000, 0x8001]", {"alpha": [0x7000, 0x8001]}),
        ("kappa=20ms", {"kappa": 122}),
        ("kappa=122", {"kappa": 122}),
    ],
)
def test_leaks(assignment: str, changes: Any) -> None:
    overrides = parse_overrides([assignment], ())
    assert overrides.parameters == changes
    assert overrides.applied_to(SMALL) == SMALL.replace(**changes)


def test_a_time_is_a_word_to_all_other_names() -> None:
    assert parse_overrides(["delay=20ms"], ["delay"]).task == {"delay": "20ms"}
    assert parse_overrides(["task.alpha=20ms"], ["alpha"]).task == {"alpha": "20ms"}


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("alpha=5ms", "alpha = 5ms: tau_ms = 5 is outside 7.48888..65535, inf for no decay"),
        ("kappa=1s", "kappa = 1s: tau_ms = 1000 is outside 0..255, inf for no decay"),
        ("alpha=0.9995", "alpha = 0.9995 is not made of integers in 28672..36863; 0.9995 as u1.15 is 32752"),
        ("alpha=20 min", "alpha = '20 min' is not made of integers in 28672..36863"),
        ("kappa=0.95", "kappa = 0.95 is not an integer; 0.95 as u1.7 is 122"),
    ],
)
def test_refused(assignment: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_overrides([assignment], ()).applied_to(SMALL)
