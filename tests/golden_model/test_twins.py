"""The naive twin, which the kernels are compared with, is itself exact: a recording of each kind."""

from pathlib import Path

import pytest

from tests.twins.vectors import load, replay

VECTORS = Path(__file__).parents[1] / "vectors"
NAMES = (
    "core_101_04",
    "extreme_201_02",
    "late_701_02",
    "mulfloor_701_03",
    "overflow_701_02",
    "regul_701_03",
    "small_701_02",
    "theta_701_02",
    "wide_701_00",
    "wide_701_01",
    "zerolr_701_01",
)


@pytest.mark.parametrize("name", NAMES)
def test_twin_is_exact(name: str) -> None:
    assert replay(load(VECTORS / f"{name}.npz")) is None
