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


@pytest.mark.parametrize(("small", "told"), [(0, False), (1, False), (2, True), (29, True), (30, False)])
@pytest.mark.filterwarnings("ignore:nothing is left of w_in")
def test_lost_weights_are_counted_and_many_are_told(small: int, told: bool) -> None:
    """A weight of 1e-3 is lost where one step is 1/16; of 30 weights two are more than five percent."""
    weights = np.full((5, 6), 7.0)
    weights.flat[:small] = 1e-3
    sparse = np.eye(6)
    network = a_network(w_in=weights, w_rec=sparse)
    report = to_fixed(network, Config.preset("reckon"), scale=1.0, radix={"w_in": 7}).report
    assert [row.lost for row in report.weights] == [small, 0, 0]
    assert report.remarks() == ([f"{small} of 30 weights of w_in become 0 at fp_loc = 7"] if told else [])
    assert list(tables(report)[1].columns[4].cells) == [str(small), "0", "0"]


def test_weights_that_were_0_are_not_lost() -> None:
    weights = np.zeros((5, 6))
    weights[0] = [7.0, 1e-3, 7.0, 7.0, 7.0, 7.0]
    network = a_network(w_in=weights)
    report = to_fixed(network, Config.preset("reckon"), scale=1.0, radix={"w_in": 7}).report
    assert report.weights[0].lost == 1
    assert report.remarks() == ["1 of 6 weights of w_in become 0 at fp_loc = 7"]
