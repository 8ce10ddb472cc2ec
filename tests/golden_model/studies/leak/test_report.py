"""The page of the leak: its summary, its facts, and that nothing that it shows is unexplained."""

import numba
import numpy as np
import pytest

import golden_model
from golden_model.studies.leak.leak import CHIP_ALPHA, COLUMNS, Finding, study_leak
from golden_model.studies.leak.report import make_page, summary


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return study_leak((0.9, CHIP_ALPHA), (12, 16), (15,))


def test_summary_is_of_the_chip(findings: list[Finding]) -> None:
    assert summary(findings) == (
        "1927 ms were asked for, from a sixteenth of full scale. "
        "16-bit membrane: floor 1234 ms, nearest never, stochastic 1927 ms; "
        "states that stay for ever: floor -1927..0, nearest -963..963, stochastic only 0. "
        "12-bit trace: floor 162 ms, nearest never, stochastic 1938 ms; "
        "states that stay for ever: floor only 0, nearest 0..963, stochastic only 0."
    )


def test_summary_of_what_comes_closest() -> None:
    said = summary(study_leak((0.9, 0.95), (4,), (7,)))
    assert said.startswith("19 ms were asked for")
    assert "4-bit trace" in said


def test_page(findings: list[Finding]) -> None:
    page = make_page(findings, "eprop study leak -o DIR")
    assert page.pictures[0].name == "time_constants"
    assert all(picture.caption.endswith(".") for picture in page.pictures)
    assert (page.command, page.columns) == ("eprop study leak -o DIR", COLUMNS)
    assert page.rows == [finding.row for finding in findings]
    versions = {"eprop-core": golden_model.__version__, "numpy": np.__version__, "numba": numba.__version__}
    seeds = {"seed_strnd_neur": "0x38781234", "seed_strnd_tinp": "0x3fe79348"}
    assert {**versions, **seeds}.items() <= page.facts.items()
