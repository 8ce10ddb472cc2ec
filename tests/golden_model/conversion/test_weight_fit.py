"""Weights at the radix point of least error, and the scale of a network."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from golden_model import Config
from golden_model.conversion.conversion import to_fixed
from golden_model.conversion.float_network import WEIGHTS
from golden_model.conversion.weight_fit import RADIX, choose_scale
from tests.golden_model.conversion.float_networks import a_network

CONFIG = Config.preset("reckon")


def spiked(count: int, value: float) -> np.ndarray:
    """Return w_out of 0.1, some weights of it, of one readout after the other, replaced."""
    weights = np.full((6, 3), 0.1)
    weights.T.flat[:count] = value
    return weights


def nearest(value: float, step: Fraction, low: int, high: int) -> tuple[int, Fraction]:
    """Return the integer multiple of a step that is nearest, and the error; search, no rounding function."""
    wanted = Fraction(value)
    start = int(wanted / step)
    error, raw = min((abs(raw * step - wanted), raw) for raw in range(start - 1, start + 2))
    clamped = min(max(raw, low), high)
    return clamped, abs(clamped * step - wanted) if clamped != raw else error


@pytest.mark.parametrize("bits", [4, 6, 8])
def test_weights_take_the_radix_of_least_error(bits: int) -> None:
    network = a_network(seed=bits)
    conversion = to_fixed(network, Config(weight_bits=bits), scale=1.0)
    for name, raw, report in zip(WEIGHTS, conversion.weights, conversion.report.weights, strict=True):
        errors = {}
        for fp_loc in range(8):
            step = Fraction(2) ** (fp_loc - 4 - (bits - 1))
            low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
            found = [nearest(value, step, low, high) for value in getattr(network, name).ravel()]
            if all(error <= step / 2 for _, error in found):
                errors[fp_loc] = sum(float(error) ** 2 for _, error in found), [raw for raw, _ in found]
        best = min(errors, key=lambda fp_loc: errors[fp_loc][0])
        assert report.fp_loc == best == getattr(conversion.parameters.registers, RADIX[name])
        assert raw.ravel().tolist() == errors[best][1]
        assert report.rms_error == pytest.approx((errors[best][0] / raw.size) ** 0.5)
        assert report.clipped == 0


def test_clipping_is_allowed_up_to_a_percentage() -> None:
    weights = np.full((5, 6), 0.1)
    weights[0, 0] = 5.0
    strict = to_fixed(a_network(w_in=weights), CONFIG, scale=1.0).report.weights[0]
    loose = to_fixed(a_network(w_in=weights), CONFIG, scale=1.0, clip=100 / 30).report.weights[0]
    tight = to_fixed(a_network(w_in=weights), CONFIG, scale=1.0, clip=3.3).report.weights[0]
    assert (strict.clipped, strict.fp_loc, tight.clipped) == (0, 7, 0)
    assert loose.rms_error <= strict.rms_error
    given = to_fixed(a_network(w_in=weights), CONFIG, scale=1.0, clip=4, radix={"w_in": 3}).report.weights[0]
    assert (given.fp_loc, given.clipped, given.count, given.largest) == (3, 1, 30, 127)
    assert given.max_error == pytest.approx(5.0 - 127 / 256)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 15.0])
def test_scale_does_not_depend_on_the_unit(unit: float) -> None:
    plain = a_network()
    network = a_network(threshold=unit, **{name: getattr(plain, name) * unit for name in WEIGHTS})
    scale = choose_scale(network, CONFIG)
    assert np.log2(scale) % 1 == 0
    arriving = np.abs(network.w_in).sum(0) + np.abs(network.w_rec).sum(0)
    together = max(arriving.max(), np.abs(network.w_out).sum(0).max())
    fits = [unit * s <= 4 and together * s <= 16 for s in (scale, 2 * scale)]
    assert fits == [True, False]
    error = to_fixed(network, CONFIG).report.weights[0].relative_error
    assert error == pytest.approx(to_fixed(plain, CONFIG).report.weights[0].relative_error, rel=1.0)


@pytest.mark.parametrize(
    ("changes", "scale"),
    [
        ({}, 1.0),
        ({"threshold": 4.0}, 1.0),
        ({"threshold": 4.01}, 0.5),
        ({"w_in": np.full((5, 6), 3.0), "w_rec": np.full((6, 6), 1 / 6)}, 1.0),
        ({"w_in": np.full((5, 6), 3.0), "w_rec": np.full((6, 6), 0.2)}, 0.5),
        ({"w_out": np.full((6, 3), -16 / 6)}, 1.0),
        ({"w_out": np.full((6, 3), -2.7)}, 0.5),
        ({"w_out": np.eye(6, 3) * 127 / 16}, 1.0),
        ({"w_out": np.eye(6, 3) * 8}, 0.5),
    ],
)
def test_scale_obeys_every_limit(changes: dict[str, Any], scale: float) -> None:
    assert choose_scale(a_network(**{"threshold": 3.0, **changes}), CONFIG) == scale


@pytest.mark.parametrize(
    ("changes", "clip", "scale"),
    [
        ({"w_out": spiked(1, 300.0)}, 0, 1 / 64),
        ({"w_out": spiked(1, 300.0)}, 5.5, 1 / 64),  # 0.99 of 18 weights
        ({"w_out": spiked(1, 300.0)}, 100 / 18, 1.0),
        ({"w_out": spiked(2, 300.0)}, 100 / 18, 1 / 64),
        ({"w_out": spiked(2, 300.0)}, 100, 0.25),  # both clipped at 7.9375, and 4 x 0.1 x scale
        ({"w_out": spiked(18, 300.0)}, 100, 1 / 128),  # 6 x 300 arrive together
        ({"w_in": np.full((5, 6), 3.0), "w_rec": np.full((6, 6), 0.2)}, 100, 0.5),
        ({"threshold": 0.0, "w_out": spiked(1, 300.0)}, 100, 16.0),  # 5 x 0.1 and 6 x 0.05
    ],
)
def test_scale_knows_what_may_be_clipped(changes: dict[str, Any], clip: float, scale: float) -> None:
    quiet = {"w_in": np.full((5, 6), 0.1), "w_rec": np.full((6, 6), 0.05)}
    assert choose_scale(a_network(**{"threshold": 3.0, **quiet, **changes}), CONFIG, clip) == scale


def test_an_outlier_that_may_be_clipped_leaves_the_other_weights() -> None:
    weights = np.random.default_rng(3).normal(0.5, 0.05, (20, 10))
    weights[7, 3] = 300.0
    network = a_network(
        w_in=weights, w_rec=np.zeros((10, 10)), w_out=np.full((10, 3), 0.5), tau_membrane=20.0
    )
    strict, loose = (to_fixed(network, CONFIG, clip=clip).report.weights[0] for clip in (0, 0.5))
    assert (strict.clipped, strict.lost, strict.count) == (0, 199, 200)
    assert (loose.clipped, loose.lost) == (1, 0)
    errors = np.abs(loose.realized - weights)
    errors[7, 3] = 0
    assert errors.max() <= 1 / 16  # scale 0.5, steps of 1/16


def test_network_of_zeros_keeps_its_unit() -> None:
    zeros = {name: np.zeros(shape) for name, shape in zip(WEIGHTS, ((5, 6), (6, 6), (6, 3)), strict=True)}
    assert choose_scale(a_network(threshold=0.0, **zeros), CONFIG) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"w_in": np.full((5, 6), 1e308)},
        {"threshold": 1e-320, **{name: np.zeros(getattr(a_network(), name).shape) for name in WEIGHTS}},
    ],
)
@pytest.mark.filterwarnings("error")
def test_no_scale_for_too_wide_a_range(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="^the weights and thresholds span too wide a range, give --scale$"):
        choose_scale(a_network(**changes), CONFIG)


@pytest.mark.filterwarnings("error")
def test_nothing_left_of_an_array_is_a_warning() -> None:
    with pytest.warns(
        UserWarning, match="^nothing is left of w_rec, whose largest weight is 1e-200 in units"
    ):
        report = to_fixed(a_network(w_rec=np.full((6, 6), 1e-200)), CONFIG, scale=1.0).report.weights[1]
    assert (report.rms_error, report.relative_error) == (1e-200, 1.0)


@pytest.mark.filterwarnings("error")
def test_great_numbers_clip_without_warnings() -> None:
    network = a_network(w_in=np.full((5, 6), 1e300))
    report = to_fixed(network, CONFIG, scale=1.0, clip=100).report.weights[0]
    assert (report.clipped, report.relative_error) == (30, 1.0)
