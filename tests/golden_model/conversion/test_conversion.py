"""Conversion to fixed point and back: exact where it can be, else as near as the widths allow."""

import re
from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Registers, Sample
from golden_model.conversion.conversion import to_fixed, to_float
from tests.golden_model.conversion.float_networks import a_network
from tests.helpers.networks import any_parameters, spread

CONFIG = Config.preset("reckon")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("bits", [2, 8, 16])
def test_any_core_comes_back_to_the_same_bits(seed: int, bits: int) -> None:
    rng, sizes = np.random.default_rng(seed), (7, 4, 3) if seed % 2 else (3, 6, 11)
    config, parameters = Config(weight_bits=bits), any_parameters(rng, sizes, fp_loc_tinp=1)
    n_in, n_rec, n_out = sizes
    weights = tuple(spread(rng, bits, shape) for shape in ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out)))
    network = to_float(config, parameters, weights, dt=0.7)
    conversion = to_fixed(network, config)
    assert conversion.parameters == parameters
    for back, weight in zip(conversion.weights, weights, strict=True):
        np.testing.assert_array_equal(back, weight)


@pytest.mark.parametrize("shadow_bits", [0, 5])
def test_report_tells_what_the_core_adds(shadow_bits: int) -> None:
    """The realized jump of a narrow potential is the potential of a core after one event."""
    config = Config(weight_bits=12, membrane_bits=9, shadow_bits=shadow_bits)
    conversion = to_fixed(a_network(), config, scale=1.0)
    core = Core(config, conversion.parameters)
    core.load_weights(*conversion.weights)
    records = core.run(Sample([(0, 2)], 3), learn=False, record="membrane").records
    jumps = conversion.report.weights[0].realized[2]
    leak = conversion.parameters.alpha[0] / 2**15
    expected = [np.floor(jump * 2**4 * leak) for jump in jumps]
    assert records["membrane"][1].tolist() == expected


def test_realized_values_at_narrow_widths() -> None:
    config = Config(alpha_frac_bits=7, kappa_frac_bits=4, membrane_bits=8)
    report = to_fixed(a_network(threshold=0.3), config, scale=1.0).report
    membrane, readout, threshold = report.values
    assert membrane.raw == (31170, 31170)  # exp(-1/20) = 0.951229
    assert membrane.realized[0] == pytest.approx(-1 / np.log(122 / 128))
    assert readout.raw == (120, 120)  # exp(-1/16) = 0.939413
    assert readout.realized[0] == pytest.approx(-1 / np.log(15 / 16))
    assert (threshold.raw, threshold.realized) == ((614, 614), (0.25, 0.25))
    assert threshold.relative_error == pytest.approx(1 / 6)


def test_pairs_share_the_mean_only_where_told() -> None:
    network = a_network(threshold=[1.0, 1.5, 1.0, 2049 / 2048, 1.0, 1.0])
    message = "threshold = 1 of neuron 0 is not the 1.5 of neuron 1, the neurons of a pair share one"
    with pytest.raises(ValueError, match=message):
        to_fixed(network, CONFIG, scale=1.0)
    averaged = to_fixed(network, CONFIG, scale=1.0, average_pairs=True)
    assert averaged.parameters.threshold.tolist() == [2560, 2049, 2048]


def test_selection_bits_beyond_the_last_pair_are_kept() -> None:
    registers = Registers.for_network(n_in=5, n_rec=6, n_out=3, alpha_conf=0b1100101)
    parameters = Parameters(registers, [0x8000, 0x7FEF, 0x8001])
    weights = [np.zeros(shape, int) for shape in ((5, 6), (6, 6), (6, 3))]
    back = to_fixed(to_float(CONFIG, parameters, weights, 1.0), CONFIG).parameters
    assert back.registers.alpha_conf == 0b1100101
    assert back == parameters


def test_foreign_network_does_not_learn_and_its_lines_leak_like_neurons() -> None:
    network = a_network(w_in=np.ones((20, 6)) / 4)
    parameters = to_fixed(network, CONFIG).parameters
    assert parameters.registers.do_eprop == 0
    assert set(parameters.alpha.tolist()) == {31170}


def test_reset_becomes_the_register() -> None:
    for reset, mode in (("subtract", 0), ("zero", 1)):
        conversion = to_fixed(a_network(reset=reset), CONFIG)
        assert conversion.parameters.registers.rst_mode == mode
        assert to_float(CONFIG, conversion.parameters, conversion.weights, 1.0).reset == reset


BASE = Parameters(Registers.for_network(n_in=5, n_rec=8, n_out=3))


@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        ({"tau_membrane": 2.0}, {}, "tau_membrane = 2 ms of neuron 0 is a leak of 0.6065 in dt = 1 ms, outs"),
        (
            {"tau_membrane": 0.0},
            {},
            "tau_membrane = 0 ms of neuron 0 is a leak of 0 in dt = 1 ms, outside 0.",
        ),
        ({"tau_membrane": -2.0}, {}, "tau_membrane = -2 ms of neuron 0 is a leak of 1.649 in dt = 1 ms, out"),
        ({"tau_readout": -1.0}, {}, "tau_readout = -1 ms is a leak of 2.718 in dt = 1 ms, outside 0..1.9922"),
        ({"threshold": 17.0}, {"scale": 1.0}, "threshold = 17 of neuron 0 is 17 in units of the core, outsi"),
        (
            {"threshold": 1e-4},
            {"scale": 1.0},
            "threshold = 0.0001 of neuron 0 is 0.0001 in units of the core, w",
        ),
        (
            {"w_in": np.full((5, 6), 10.0)},
            {"scale": 1e308},
            "w_in in units of the core is not finite, the scale is too large",
        ),
        ({"w_in": np.full((5, 6), 9.0)}, {"scale": 1.0}, "w_in = 9 in units of the core is outside -8..7.93"),
        ({}, {"radix": {"w_out": 0}, "scale": 1.0}, "w_out = -1.10175 in units of the core is outs"),
        ({}, {"radix": {"w_in": 8}}, "fp_loc_winp = 8 is outside 0..7"),
        ({}, {"scale": 0.0}, "scale = 0 is not a finite number above 0"),
        ({}, {"scale": np.nan}, "scale = nan is not a finite number above 0"),
        ({}, {"clip": 101}, "clip = 101 is outside 0..100 percent"),
        ({}, {"base": BASE}, "the network has sizes (5, 6, 3), the registers (5, 8, 3)"),
        ({"tau_membrane": [20, 20, 20, 30, 9, 9]}, {}, "leak = 0.951229 of neuron 2 is not the 0.967216 of "),
        (
            {"w_rec": np.ones((5, 5)), "w_in": np.ones((5, 5)), "w_out": np.ones((5, 3))},
            {},
            "n_rec = 5 is odd, the number of recurrent neurons must be even",
        ),
    ],
)
def test_impossible_conversion_is_one_sentence(
    changes: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}") as refusal:
        to_fixed(a_network(**changes), CONFIG, **options)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("dt", "message"), [(np.nan, "dt = nan is not a finite number"), (0, "dt = 0 is not above 0 ms")]
)
def test_a_tick_of_a_core_has_a_duration(dt: float, message: str) -> None:
    parameters = Parameters(Registers.for_network(n_in=5, n_rec=6, n_out=3))
    weights = [np.zeros(shape, int) for shape in ((5, 6), (6, 6), (6, 3))]
    with pytest.raises(ValueError, match=f"^{message}$"):
        to_float(CONFIG, parameters, weights, dt)


def test_weights_of_a_core_are_checked() -> None:
    parameters = Parameters(Registers.for_network(n_in=5, n_rec=6, n_out=3))
    weights = [np.zeros(shape, int) for shape in ((5, 6), (6, 6), (6, 3))]
    weights[1][0, 0] = 8
    with pytest.raises(ValueError, match=r"w_rec = 8 is outside -8\.\.7"):
        to_float(Config(weight_bits=4), parameters, weights, 1.0)
