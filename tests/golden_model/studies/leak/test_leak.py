"""The study of the leak: what is asked for, how it is stored, and what a row says."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import scale
from golden_model.studies.leak.decay import COURSE, TICKS, Case
from golden_model.studies.leak.leak import (
    CHIP_ALPHA,
    COLUMNS,
    default_alphas,
    requests,
    stored,
    study_leak,
    tau,
)
from tests.golden_model.studies.leak.decays import steady


def test_default_leaks() -> None:
    alphas = default_alphas()
    assert len(alphas) == 18
    assert (alphas[0], alphas[-1]) == (0.9, 1 - 2.0**-20)
    assert list(alphas) == sorted(set(alphas))
    assert 32751 / 32768 in alphas
    others = [1 - alpha for alpha in alphas if alpha != CHIP_ALPHA]
    ratios = np.divide(others[1:], others[:-1])
    assert ratios == pytest.approx(ratios[0])


def test_time_constant_of_a_leak() -> None:
    assert tau(math.exp(-1 / 20)) == pytest.approx(20)
    assert tau(32751 / 32768) == pytest.approx(1927.03, abs=0.01)
    assert tau(1.0) == math.inf


@pytest.mark.parametrize(
    ("alpha", "frac_bits", "raw"),
    [
        (0.9, 7, 115),  # 115.2
        (0.9, 20, 943718),  # 943718.4
        (CHIP_ALPHA, 15, 0x7FEF),
        (CHIP_ALPHA, 7, 128),  # 127.93, 1.0
        (1 - 2.0**-8, 7, 128),  # a half up
        (1 - 2.0**-20, 19, 2**19),  # a half up
        (1 - 2.0**-20, 20, 2**20 - 1),
    ],
)
def test_stored_leak_by_hand(alpha: float, frac_bits: int, raw: int) -> None:
    assert stored(alpha, frac_bits) == raw


@given(st.integers(0x7000, 0x8000), st.integers(7, 20))
def test_a_leak_of_a_register_is_stored_as_a_core_does(alpha: int, frac_bits: int) -> None:
    parameters = Parameters(Registers.for_network(n_in=2, n_rec=2, n_out=1), alpha)
    scaled = scale(Config.preset("reckon").replace(alpha_frac_bits=frac_bits), parameters)
    assert stored(alpha / 2**15, frac_bits) == scaled.alpha[0]


def test_widths_count_for_the_states_that_may_have_them() -> None:
    asked = requests((0.9, 0.99), (4, 7, 8, 16, 17, 24), (7, 15))
    widths = {(case.state, case.bits) for _, case in asked}
    membranes = {("membrane", bits) for bits in (8, 16, 17, 24)}
    assert widths == membranes | {("trace", bits) for bits in (4, 7, 8, 16)}
    assert len(asked) == len(set(asked)) == 8 * 2 * 3 * 2


def test_rows_of_every_request_and_the_chip_marked() -> None:
    told: list[tuple[str, int, int]] = []
    findings = study_leak((0.99, CHIP_ALPHA), (12, 16), (14, 15), lambda *step: told.append(step))
    assert told == [("leaks", n, 48) for n in range(1, 49)]
    rows = [finding.row for finding in findings]
    assert all(set(row) <= set(COLUMNS) and set(COLUMNS) - set(row) <= {"tau_negative_ms"} for row in rows)
    asked = [(alpha, case) for alpha, case in requests((0.99, CHIP_ALPHA), (12, 16), (14, 15))]
    of_rows = [
        Case(*(row[name] for name in ("state", "state_bits", "alpha_frac_bits", "rounding", "alpha_raw")))
        for row in rows
    ]
    assert [(row["alpha"], case) for row, case in zip(rows, of_rows, strict=True)] == asked
    chip = [
        (row["state"], row["state_bits"], row["alpha_raw"], row["rounding"]) for row in rows if row["chip"]
    ]
    assert chip == [("membrane", 16, 0x7FEF, "stochastic"), ("trace", 12, 0x7FEF, "stochastic")]


def test_drift_is_the_greatest_distance_from_the_exact_decay() -> None:
    for finding in study_leak((CHIP_ALPHA,), (12,), (15,)):
        row = finding.row
        if row["rounding"] == "stochastic":
            assert abs(row["mean_drift"]) < 10
            assert row["variance"] > row["variance_end"] > 0
            assert finding.deviation.max() ** 2 <= row["variance"]
            continue
        case = Case(row["state"], 12, 15, row["rounding"], 0x7FEF)
        start = case.starts[0]
        states = itertools.islice(steady(case, start), TICKS + 1)
        course = [(state, start * CHIP_ALPHA**tick) for tick, state in enumerate(states)]
        drift = [state - exact for state, exact in course]
        assert row["mean_drift"] == pytest.approx(max(drift, key=abs))
        assert row["mean_drift_end"] == pytest.approx(drift[-1])
        assert (row["variance"], row["variance_end"]) == (0, 0)
        assert finding.ticks.tolist() == list(range(0, TICKS + 1, COURSE))
        assert finding.mean.tolist() == [state for state, _ in course[::COURSE]]
        assert finding.exact == pytest.approx([exact for _, exact in course[::COURSE]])


def test_leaks_that_are_stored_alike_are_measured_alike() -> None:
    one, other = study_leak((0.99, 0.9901), (4,), (7,))[:2]
    assert (one.row["alpha_raw"], one.row["tau_realized_ms"]) == (127, other.row["tau_realized_ms"])
    assert one.row["tau_requested_ms"] == pytest.approx(99.5, abs=0.01)
    assert other.row["tau_requested_ms"] == pytest.approx(100.5, abs=0.01)
    assert one.row["tau_stored_ms"] == other.row["tau_stored_ms"] == pytest.approx(127.5, abs=0.01)


def test_equal_studies_have_equal_findings() -> None:
    one, other = (study_leak((0.99,), (8, 12), (15, 18)) for _ in range(2))
    assert [finding.row for finding in one] == [finding.row for finding in other]
