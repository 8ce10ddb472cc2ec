"""Registers in published units at other widths: values by hand and like the naive twin, warnings, errors."""

import re
import warnings
from math import floor

import numpy as np
import pytest

from golden_model.network.config import Config
from golden_model.network.formats import Formats
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.network.scaling import (
    reduction_shift,
    regularization_shift,
    scale,
    targets_at,
    update_shifts,
    warn_of_losses,
    weight_shifts,
)
from tests.helpers.configurations import CONFIGS, any_config, legal_parameters
from tests.helpers.networks import any_parameters, twin_of
from tests.twins.rules import INPUT, OUTPUT, RECURRENT


def network(alpha: int = 0x7FEF, threshold: int = 614, **registers: int) -> Parameters:
    return Parameters(Registers.for_network(n_in=2, n_rec=2, n_out=1, **registers), alpha, threshold)


def test_nothing_changes_at_the_published_widths() -> None:
    rng, config = np.random.default_rng(1), Config()
    for _ in range(50):
        parameters = any_parameters(rng, (5, 6, 2))
        registers, scaled = parameters.registers, scale(config, parameters)
        assert (scaled.alpha == parameters.alpha).all()
        assert (scaled.threshold == parameters.threshold).all()
        assert scaled.borders.tolist() == [getattr(registers, f"thr_h_{n}") for n in range(4)]
        assert scaled.values.tolist() == [getattr(registers, f"h_{n}") for n in range(5)]
        assert (scaled.kappa, scaled.regul_f0) == (registers.kappa, registers.regul_f0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warn_of_losses(config, parameters, scaled)


def test_values_are_those_of_the_twin() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        config = any_config(rng)
        parameters = legal_parameters(rng, config, (5, 6, 2))
        scaled, twin = scale(config, parameters), twin_of(parameters, config)
        assert scaled.alpha.tolist() == twin.alpha
        assert scaled.threshold.tolist() == twin.threshold
        assert scaled.borders.tolist() == [getattr(twin.registers, f"thr_h_{n}") for n in range(4)]
        assert scaled.values.tolist() == [getattr(twin.registers, f"h_{n}") for n in range(5)]
        assert (scaled.kappa, scaled.regul_f0) == (twin.registers.kappa, twin.registers.regul_f0)
        formats, registers = Formats(config), parameters.registers
        arrays = (("inp", INPUT, "in"), ("rec", RECURRENT, "rec"), ("out", OUTPUT, "out"))
        for kind, array, name in arrays:
            rule, trace = twin.rules[array], getattr(formats, f"trace_{name}")
            rates = (getattr(registers, f"lr_{way}_w{kind}") for way in "pr")
            assert update_shifts(config, trace, *rates) == (rule.left, rule.right)
            if array != OUTPUT:
                assert reduction_shift(config, trace) == rule.reduction


@pytest.mark.parametrize("bits", [7, 10, 14, 15, 17, 20])
def test_alpha_is_rounded_half_up(bits: int) -> None:
    top = (0b1001 << bits - 3) - 1
    for alpha in (0x7000, 0x7001, 0x7FEF, 0x8000, 0x8001, 0x8055, 0x8080, 0x8E7F, 0x8E80, 0x8FFE, 0x8FFF):
        expected = floor(alpha * 2.0 ** (bits - 15) + 0.5)
        if expected > top:
            with pytest.raises(ValueError, match=f"^alpha = {alpha} of pair 0 becomes {expected} at alpha_"):
                scale(Config(alpha_frac_bits=bits), network(alpha))
        else:
            assert scale(Config(alpha_frac_bits=bits), network(alpha)).alpha.tolist() == [expected]


@pytest.mark.parametrize("bits", range(4, 16))
def test_kappa_is_rounded_half_up(bits: int) -> None:
    for kappa in (0, 1, 3, 4, 5, 120, 123, 124, 127, 128, 251, 252, 254, 255):
        expected = floor(kappa * 2.0 ** (bits - 7) + 0.5)
        if expected > 2 ** (bits + 1) - 1:
            with pytest.raises(
                ValueError, match=f"^kappa = {kappa} becomes {expected} at kappa_frac_bits = "
            ):
                scale(Config(kappa_frac_bits=bits), network(kappa=kappa))
        else:
            assert scale(Config(kappa_frac_bits=bits), network(kappa=kappa)).kappa == expected


@pytest.mark.parametrize(
    ("bits", "threshold", "border", "target"),
    [(8, 2, -2, [-128, -1, 0, 127]), (16, 614, -300, [-32768, -1, 255, 32767]),
     (24, 614 * 256, -76800, [-(2**23), -256, 255 * 256, 32767 * 256])],
)  # fmt: skip
def test_potentials_by_hand(bits: int, threshold: int, border: int, target: list[int]) -> None:
    config = Config(membrane_bits=bits)
    scaled = scale(config, network(thr_h_0=-300))
    assert (scaled.threshold.tolist(), scaled.borders[0]) == ([threshold], border)
    assert targets_at(config, np.array([-32768, -1, 255, 32767])).tolist() == target


@pytest.mark.parametrize(
    ("bits", "values"), [(2, [-2, 1, -1, 0, 0]), (5, [-16, 15, -1, 1, 0]), (8, [-128, 120, -8, 8, 0])]
)
def test_pseudo_derivatives_by_hand(bits: int, values: list[int]) -> None:
    parameters = network(h_0=-16, h_1=15, h_2=-1, h_3=1, h_4=0)
    assert scale(Config(surrogate_bits=bits), parameters).values.tolist() == values


@pytest.mark.parametrize(
    ("bits", "shift", "level"),
    [(4, 3, 12), (8, 3, 12), (9, 3, 12), (10, 2, 25), (12, 0, 100), (16, -4, 1600)],
)
def test_regularization_by_hand(bits: int, shift: int, level: int) -> None:
    config = Config(trace_rec_bits=bits)
    assert regularization_shift(config) == shift
    assert scale(config, network(regul_f0=100, fp_loc_trec=0)).regul_f0 == level


@pytest.mark.parametrize(
    ("weight_bits", "trace_bits", "shifts"),
    [
        (8, 12, (10, 20)),
        (8, 9, (10, 20)),
        (8, 4, (10, 25)),
        (2, 12, (10, 26)),
        (2, 4, (10, 31)),
        (16, 16, (18, 20)),
        (16, 4, (13, 20)),
        (12, 5, (10, 20)),
    ],
)
def test_learning_rates_by_hand(weight_bits: int, trace_bits: int, shifts: tuple[int, int]) -> None:
    config = Config(weight_bits=weight_bits, trace_out_bits=trace_bits)
    assert update_shifts(config, Formats(config).trace_out, 10, 20) == shifts


def test_weights_and_reductions_by_hand() -> None:
    assert weight_shifts(Config(), 3) == (0, 3)
    assert weight_shifts(Config(shadow_bits=5), 3) == (5, 3)
    assert weight_shifts(Config(weight_bits=16, membrane_bits=8), 0) == (16, 0)
    assert weight_shifts(Config(weight_bits=2, membrane_bits=24), 7) == (0, 21)
    extreme = Config(weight_bits=16, membrane_bits=8, shadow_bits=16)
    assert weight_shifts(extreme, 0) == (31, 0)  # a shift by 32 is none
    assert weight_shifts(extreme, 1) == (31, 0)
    for config, shift in ((Config(), 0), (Config(membrane_bits=24, trace_in_bits=16, surrogate_bits=8), 15)):
        assert reduction_shift(config, Formats(config).trace_in) == shift
    narrow = Config(membrane_bits=8, trace_in_bits=4, surrogate_bits=2)
    assert reduction_shift(narrow, Formats(narrow).trace_in) == -14


@pytest.mark.parametrize("bits", range(4, 17))
@pytest.mark.parametrize("kind", ["in", "rec", "out"])
def test_a_trace_needs_bits_above_its_radix_point(bits: int, kind: str) -> None:
    register = {"in": "fp_loc_tinp", "rec": "fp_loc_trec", "out": "fp_loc_tout"}[kind]
    config = Config(**{f"trace_{kind}_bits": bits})
    others = dict.fromkeys(("fp_loc_tinp", "fp_loc_trec", "fp_loc_tout"), 0)
    for radix in range(8):
        parameters = network(**{**others, register: radix}, regul_f0=0)
        if radix < bits:
            scale(config, parameters)
            continue
        sentence = f"{register} = {radix} is outside 0..{bits - 1}, the traces have {bits} bits"
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            scale(config, parameters)


@pytest.mark.parametrize(
    ("widths", "parameters", "sentence"),
    [
        (
            {"alpha_frac_bits": 14},
            network(0x8FFF),
            "alpha = 36863 of pair 0 becomes 18432 at alpha_frac_bits = 14, outside 14336..18431",
        ),
        (
            {"kappa_frac_bits": 4},
            network(kappa=252),
            "kappa = 252 becomes 32 at kappa_frac_bits = 4, outside 0..31",
        ),
        (
            {"trace_rec_bits": 4},
            network(regul_f0=128, fp_loc_trec=0),
            "regul_f0 = 128 becomes 16 at trace_rec_bits = 4, outside 0..15",
        ),
    ],
)
def test_values_that_no_longer_fit(widths: dict[str, int], parameters: Parameters, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        scale(Config(**widths), parameters)


@pytest.mark.parametrize(
    ("widths", "parameters", "lost"),
    [
        ({"membrane_bits": 8}, network(threshold=255), "threshold of pair 0 = 255 becomes 0"),
        ({"membrane_bits": 12}, network(thr_h_2=15), "thr_h_2 = 15 becomes 0"),
        ({"surrogate_bits": 4}, network(h_3=1), "h_3 = 1 becomes 0"),
        ({"trace_rec_bits": 9}, network(regul_f0=7), "regul_f0 = 7 becomes 0"),
        ({"kappa_frac_bits": 4}, network(kappa=3), "kappa = 3 becomes 0"),
        ({"kappa_frac_bits": 4}, network(kappa=124), "kappa = 124 becomes 1.0"),
        ({"alpha_frac_bits": 10}, network(0x7FF0), "alpha of pair 0 = 32752 becomes 1.0"),
        ({"alpha_frac_bits": 14}, network(0x8000), None),
        ({"membrane_bits": 8}, network(threshold=-1), None),  # rounded down, to -1
        ({"kappa_frac_bits": 4}, network(kappa=4), None),
    ],
)
def test_warnings_of_what_is_lost(widths: dict[str, int], parameters: Parameters, lost: str | None) -> None:
    registers = parameters.registers
    zero = {f"thr_h_{n}": 0 for n in range(4)} | {f"h_{n}": 0 for n in range(5)}
    named = {(lost or "").split(" ")[0]} & set(zero)
    kept = registers.replace(**{name: 0 for name in zero if name not in named})
    network = Config(**widths), Parameters(kept, parameters.alpha, parameters.threshold)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_losses(*network, scale(*network))
    said = [str(warning.message) for warning in caught]
    assert said == ([f"{lost} at the widths of the configuration"] if lost else [])


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_leaks_of_1_stay_1(config: Config) -> None:
    scaled = scale(
        config, network(0x8000, kappa=128, regul_f0=0, fp_loc_tinp=0, fp_loc_trec=0, fp_loc_tout=0)
    )
    assert scaled.alpha.tolist() == [1 << config.alpha_frac_bits]
    assert scaled.kappa == 1 << config.kappa_frac_bits
