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
        ("alpha=.02s", {"alpha": 31170}),
        ("alpha=inf", {"alpha": 0x8000}),
        ("alpha=infms", {"alpha": 0x8000}),
        ("alpha=+inf s", {"alpha": 0x8000}),
        ("kappa=inf", {"kappa": 128}),
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
        ("alpha=1e9ms", "alpha = 1e9ms: tau_ms = 1e+09 is outside 7.48888..65535, inf for no decay"),
        ("alpha=-5ms", "alpha = -5ms: tau_ms = -5 is outside 7.48888..65535, inf for no decay"),
        ("alpha=-inf", "alpha = -inf: tau_ms = -inf is outside 7.48888..65535, inf for no decay"),
        ("alpha=nan", "alpha = nan is not an integer in 28672..36863"),
        ("alpha=0.995", "alpha = 0.995 is not an integer in 28672..36863; 0.995 as u1.15 is 32604"),
        ("alpha=[0.9, 1]", "alpha holds float64, not integers in 28672..36863; 0.9 as u1.15 is 29491"),
        ("threshold=0.3", "threshold = 0.3 is not an integer in -32768..32767; 0.3 as s4.11 is 614"),
        ("kappa=1s", "kappa = 1s: tau_ms = 1000 is outside 0..255, inf for no decay"),
        ("alpha=0.9995", "alpha = 0.9995 is not an integer in 28672..36863; 0.9995 as u1.15 is 32752"),
        ("alpha=20 min", "alpha = '20 min' is not an integer in 28672..36863"),
        ("kappa=0.95", "kappa = 0.95 is not an integer; 0.95 as u1.7 is 122"),
    ],
)
def test_refused(assignment: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_overrides([assignment], ()).applied_to(SMALL)
