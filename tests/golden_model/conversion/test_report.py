"""The report of a conversion: errors, and what the picture shows."""

import numpy as np
import pytest

from golden_model import Config
from golden_model.conversion.conversion import to_fixed
from golden_model.conversion.report import picture, report_value, tables
from tests.golden_model.conversion.float_networks import a_network


@pytest.mark.parametrize(
    ("requested", "realized", "error"),
    [
        ([2.0, 4.0], [2.0, 5.0], 0.25),
        ([-2.0], [-1.0], 0.5),
        ([np.inf], [np.inf], 0.0),
        ([1e6], [np.inf], np.inf),
        ([np.inf], [1e6], np.inf),
        ([0.0], [0.0], 0.0),
        ([0.0], [1.0], np.inf),
    ],
)
def test_relative_error_of_values(requested: list[float], realized: list[float], error: float) -> None:
    value = report_value("tau", "ms", np.array(requested), "alpha", np.array([3, 1]), np.array(realized))
    assert value.relative_error == error
    assert value.raw == (1, 3)


def test_picture_shows_every_weight_and_both_decays() -> None:
    report = to_fixed(a_network(), Config.preset("reckon")).report
    *panels, decays = picture(report, "title").axes
    for axes, weights in zip(panels, report.weights, strict=True):
        wanted, made = axes.lines[1].get_data()
        np.testing.assert_array_equal(wanted, weights.requested.ravel())
        np.testing.assert_array_equal(made, weights.realized.ravel())
    time, membrane = decays.lines[1].get_data()
    np.testing.assert_allclose(membrane, np.exp(-time / report.values[0].realized[1]))


def test_neurons_that_differ_are_a_span() -> None:
    network = a_network(tau_membrane=[20.0, 20.0, 30.0, 30.0, 25.0, 25.0], threshold=-0.5)
    values, weights = tables(to_fixed(network, Config.preset("reckon")).report)
    assert list(values.columns[1].cells)[:2] == ["20..30 ms", "16 ms"]
    assert list(weights.columns[0].cells) == ["w_in", "w_rec", "w_out"]
