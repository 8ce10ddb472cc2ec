"""Means and confidence intervals, and findings that cannot be."""

import math
import statistics

import numpy as np
import pytest

from golden_model.studies.page.findings import Findings, Point, confidence_interval, mean

# Two-sided 95% quantiles of Student's t by degrees of freedom, as printed in tables.
STUDENT = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 9: 2.262, 29: 2.045, 120: 1.980}


@pytest.mark.parametrize(("freedom", "quantile"), STUDENT.items())
def test_interval_is_that_of_the_tables(freedom: int, quantile: float) -> None:
    scores = (0.5 + 0.01 * np.random.default_rng(freedom).standard_normal(freedom + 1)).tolist()
    interval = confidence_interval(scores)
    assert interval is not None
    error = statistics.stdev(scores) / math.sqrt(len(scores))
    assert round((interval[1] - mean(scores)) / error, 3) == quantile
    assert round((mean(scores) - interval[0]) / error, 3) == quantile


def test_interval_stays_within_0_and_1() -> None:
    assert confidence_interval([0.0, 1.0]) == (0.0, 1.0)
    assert confidence_interval([1.0, 1.0]) == (1.0, 1.0)


@pytest.mark.parametrize("scores", [[], [0.5]])
def test_one_seed_has_no_interval(scores: list[float]) -> None:
    assert confidence_interval(scores) is None


def test_accuracy_is_the_mean_of_the_seeds() -> None:
    assert Point({"a": 1}, [0.5, 0.75, 1.0]).accuracy == 0.75
    assert math.isnan(Point({"a": 1}, []).accuracy)


def test_point_is_found_by_its_values_in_any_order() -> None:
    points = [Point({"a": a, "b": b}, [0.5]) for a in (1, 2) for b in ("x", "y")]
    findings = Findings({"a": [1, 2], "b": ["x", "y", "z"]}, points)
    assert findings.at({"b": "x", "a": 2}) is points[2]
    assert findings.at({"a": 1, "b": "z"}) is None


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([Point({"b": 1}, [])], "^a point has values of b, not a$"),
        ([Point({"a": 3}, [])], "^a = 3 is not on its axis$"),
        ([Point({"a": 1}, []), Point({"a": 1}, [])], "^two points have the same values$"),
        ([Point({"a": 1}, [97.0])], "^accuracy 97.0 is outside 0..1$"),
    ],
)
def test_findings_that_cannot_be_are_refused(points: list[Point], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Findings({"a": [1, 2]}, points)
