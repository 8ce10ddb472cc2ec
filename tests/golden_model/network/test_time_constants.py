"""Leaks from time constants, against decimal numbers of fifty digits."""

import re
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from golden_model.network.formats import Format
from golden_model.network.time_constants import milliseconds, rounded_leak

ALPHA, LEAST = Format(16, 15, signed=False), 0x7000
KAPPA = Format(8, 7, signed=False)


def exact(tau: float, dt: float, one: int) -> Decimal:
    """Return the leak as a multiple of its last place, before it is rounded."""
    with localcontext() as context:
        context.prec = 50
        return (-Decimal(dt) / Decimal(tau)).exp() * one


@given(st.floats(7.49, 65535), st.sampled_from([0.001, 0.1, 1.0, 3.0]))
@example(7.48888, 1.0)
@example(65535.0, 1.0)
@example(65535.0, 0.001)
def test_leak_is_the_nearest(ticks: float, dt: float) -> None:
    leak = int(rounded_leak(ticks * dt, dt, ALPHA, LEAST))
    assert 0x7000 <= leak <= 0x7FFF
    assert abs(leak - exact(ticks * dt, dt, 2**15)) <= Decimal("0.5000001")


def test_arrays_and_no_decay() -> None:
    leaks = rounded_leak([[7.5, 1927], [20, np.inf]], 1, ALPHA, LEAST)
    assert leaks.dtype == np.int64
    assert leaks.tolist() == [[28678, 0x7FEF], [31170, 0x8000]]


@pytest.mark.parametrize(("tau", "leak"), [(0, 0), (0.1, 0), (0.3, 5), (20, 122), (255, 127), (np.inf, 128)])
def test_leak_of_a_readout_may_be_0(tau: float, leak: int) -> None:
    assert rounded_leak(tau, 1, KAPPA) == leak


@pytest.mark.parametrize(
    ("word", "least", "tau", "dt", "sentence"),
    [
        (ALPHA, LEAST, 7.48, 1, "tau_ms = 7.48 is outside 7.48888..65535, inf for no decay"),
        (ALPHA, LEAST, [20, 7e4], 1, "tau_ms = 70000 is outside 7.48888..65535, inf for no decay"),
        (ALPHA, LEAST, 0, 0.1, "tau_ms = 0 is outside 0.748888..6553.5, inf for no decay"),
        (ALPHA, LEAST, -5, 1, "tau_ms = -5 is outside 7.48888..65535, inf for no decay"),
        (ALPHA, LEAST, np.nan, 1, "tau_ms = nan is outside 7.48888..65535, inf for no decay"),
        (KAPPA, 0, 256, 1, "tau_ms = 256 is outside 0..255, inf for no decay"),
        (KAPPA, 0, -1, 1, "tau_ms = -1 is outside 0..255, inf for no decay"),
        (ALPHA, LEAST, "20", 1, "tau_ms = '20' is not a number"),
        (ALPHA, LEAST, True, 1, "tau_ms = True is not a number"),
        (ALPHA, LEAST, [[20], [20, 20]], 1, "tau_ms is not an array of numbers of one regular shape"),
        (ALPHA, LEAST, 20, 0, "dt_ms = 0 is not a finite number above 0"),
        (ALPHA, LEAST, 20, np.inf, "dt_ms = inf is not a finite number above 0"),
    ],
)
def test_refused(word: Format, least: int, tau: Any, dt: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        rounded_leak(tau, dt, word, least)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20ms", 20.0),
        ("2.5 s", 2500.0),
        ("1e3ms", 1000.0),
        (" 7.ms ", 7.0),
        ("20", None),
        ("ms", None),
        ("-20ms", -20.0),
        (".5s", 500.0),
        ("+.5e1 s", 5000.0),
        ("infms", np.inf),
        ("inf s", np.inf),
        ("inf", None),
        (".ms", None),
        ("--5ms", None),
        ("20 min", None),
        ("20ms 3", None),
    ],
)
def test_a_time_has_a_unit(text: str, expected: float | None) -> None:
    assert milliseconds(text) == expected
