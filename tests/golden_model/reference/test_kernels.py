"""The arithmetic of the reference: against a naive float network, and against the core itself."""

from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Reference, Registers, Sample
from golden_model.core.recording import Log
from golden_model.network.formats import Formats
from tests.golden_model.reference.real_networks import tame, tame_sample, weights_of
from tests.helpers.networks import any_sample, small_weights
from tests.twins.real import RealTwin

SIZES = [(5, 18, 3), (20, 6, 2), (3, 2, 1), (2, 4, 16), (33, 34, 4)]
MODES: list[dict[str, int]] = [
    {"do_eprop": 7, "regression": 0, "no_out_act": 0, "rst_mode": 0, "regul_mode": 0},
    {"do_eprop": 7, "regression": 1, "no_out_act": 0, "rst_mode": 1, "regul_mode": 3, "regul_w": 3},
    {"do_eprop": 3, "regression": 1, "no_out_act": 1, "regul_mode": 1, "regul_w": 1, "force_traces": 0},
    {"do_eprop": 3, "regression": 0, "regul_mode": 7, "regul_w": 2, "force_traces": 0, "no_out_act": 0},
    {"do_eprop": 5, "regression": 1, "regul_mode": 6, "regul_w": 3, "force_traces": 1, "no_out_act": 1},
    {"do_eprop": 4, "regression": 0, "regul_mode": 2, "regul_w": 3, "force_traces": 0, "no_out_act": 1},
    {"do_eprop": 6, "regression": 0, "regul_mode": 5, "regul_w": 0, "force_traces": 0, "no_out_act": 0},
    {"do_eprop": 0, "regression": 0, "force_traces": 1},
]
RAW = {  # the naive network's name and raw value of 1.0, for each record
    "spike": ("spike", 1),
    "membrane": ("u", 2**11),
    "trace_in": ("tin", 2**3),
    "trace_rec": ("trec", 2**3),
    "trace_out": ("tout", 2**1),
    "readout": ("y", 2**11),
    "wins": ("wins", 1),
    "error": ("err", 2**11),
    "learning_signal": ("signal", 2**11),
    "pseudo_derivative": ("h", 1),
    "regularization": ("g", 2**3),
}


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_reference_equals_a_naive_network(sizes: tuple[int, int, int], mode: dict[str, int]) -> None:
    """Every record and every weight, over samples that learn and one that does not, in other units."""
    rng = np.random.default_rng([*sizes, MODES.index(mode)])
    parameters = tame(rng, sizes, **mode)
    reference, naive = Reference(Config(), parameters), RealTwin(parameters)
    weights = small_weights(rng, parameters)
    reference.load_weights(*weights)
    naive.w_in, naive.w_rec, naive.w_out = (w.astype(float).tolist() for w in weights)
    for learn in (True, True, False, True):
        sample = tame_sample(rng, parameters)
        result = reference.run(sample, learn, record=Log._fields)
        rows = naive.run(sample, learn)
        assert result.inference == (None if mode["regression"] else naive.wins.index(max(naive.wins)))
        for name, (key, one) in RAW.items():
            expected = np.zeros(result.records[name].shape)
            for t, row in enumerate(rows):
                expected[t] = np.divide(row[key], one) if key in row else 0
            np.testing.assert_allclose(result.records[name], expected, 1e-9, 1e-9, err_msg=name)
        for name in ("w_in", "w_rec", "w_out"):
            expected = np.array(getattr(naive, name)) / 2**7
            np.testing.assert_allclose(getattr(reference, name), expected, 1e-9, 1e-9, err_msg=name)
    if sizes == (33, 34, 4):
        assert result.records["spike"].any()
        for bit, (before, after) in enumerate(zip(weights, weights_of(reference), strict=True)):
            assert (np.abs(after - before / 2**7).max() > 1e-3) == bool(mode["do_eprop"] >> bit & 1)


EXACT = {"kappa": 0x80, "en_stoch_round": 0, "noise_en": 0, "rst_mode": 0, "force_traces": 1}


@pytest.mark.parametrize("seed", range(4))
def test_without_fractions_the_core_is_the_reference(seed: int) -> None:
    """Leaks of 1.0 leave nothing to round: the recordings of a core are those of the reference."""
    rng = np.random.default_rng(seed)
    parameters = tame(rng, (20, 30, 3), **EXACT, regression=0, do_eprop=3, regul_mode=1, regul_f0=2)
    parameters = Parameters(parameters.registers.replace(alpha_conf=None), 0x8000, parameters.threshold)
    core, reference = Core(Config(), parameters), Reference(Config(), parameters)
    weights = tuple(w // 4 for w in small_weights(rng, parameters))
    sample, formats = any_sample(rng, parameters), Formats(core.config)
    for model in (core, reference):
        model.load_weights(*weights)
    raw = core.run(sample, learn=False, record=Log._fields)
    real = reference.run(sample, learn=False, record=Log._fields)
    assert raw.inference == real.inference
    assert real.records["spike"].any()
    assert real.records["trace_rec"].any()
    for name in ("spike", "membrane", "readout", "wins", "trace_in", "trace_rec", "trace_out"):
        values = getattr(formats, name).real(raw.records[name])
        np.testing.assert_array_equal(values, real.records[name], err_msg=name)


RULES: list[dict[str, int]] = [
    {"regul_mode": 0},
    {"regul_mode": 2, "regul_w": 3},
    {"regul_mode": 1, "regul_w": 3},
    {"regul_mode": 3, "regul_w": 1},
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_mean_step_of_a_core_is_the_change_of_the_reference(rule: dict[str, int]) -> None:
    """Many synapses with one gain and one trace: one learning step, a draw for each of them."""
    rates = {"lr_p_winp": 17, "lr_p_wrec": 16, "lr_p_wout": 13, "learn_sig_scale": 2}
    regularization = {"regul_f0": 5, "regul_k_mul": 0, "regul_k_inp_p": 10, "regul_k_rec_p": 9}
    registers = Registers.for_network(
        n_in=64, n_rec=64, n_out=16, h_4=1, kappa=0x80, regression=1, **{**rates, **regularization, **rule}
    )
    parameters = Parameters(registers, alpha=0x8000, threshold=0)  # at 0, neurons fire in every step
    events = [(0, line) for line in range(64)]
    targets = np.full((4, 16), 8000)
    sample = Sample(events, 4, targets=targets, target_start=2)
    weights = np.zeros((64, 64), int), np.zeros((64, 64), int), np.full((64, 16), 16)
    models = Core(Config(), parameters), Reference(Config(), parameters)
    for model in models:
        model.load_weights(*weights)
        model.run(sample)
    for name in ("w_in", "w_rec", "w_out"):
        start = 16 if name == "w_out" else 0
        raw, real = (getattr(model, name) for model in models)
        if name == "w_rec":  # without self-connections
            raw, real = (w[~np.eye(64, dtype=bool)] for w in (raw, real))
        probability = abs(real.flat[0] * 2**7 - start)
        assert 0.05 < probability < 0.95
        np.testing.assert_array_equal(real, real.flat[0])
        error = np.mean(raw) - np.mean(real) * 2**7
        assert abs(error) < 4 * np.sqrt(probability * (1 - probability) / raw.size)


TOP: dict[str, Any] = {
    "weight_bits": 16,
    "membrane_bits": 24,
    "trace_in_bits": 16,
    "trace_rec_bits": 16,
    "trace_out_bits": 16,
    "alpha_frac_bits": 20,
    "kappa_frac_bits": 15,
    "surrogate_bits": 8,
    "shadow_bits": 16,
    "state_rounding": "nearest",
}
LEARNER = Registers.for_network(
    n_in=20,
    n_rec=30,
    n_out=2,
    fp_loc_winp=3,
    fp_loc_wrec=3,
    fp_loc_wout=3,
    fp_loc_tinp=3,
    fp_loc_trec=3,
    fp_loc_tout=4,
    learn_sig_scale=5,
    regul_mode=2,
    regul_w=3,
    regul_f0=100,
    regul_k_inp_p=10,
    regul_k_rec_p=10,
    en_stoch_round=1,
    kappa=121,
    thr_h_0=205,
    thr_h_1=205,
    thr_h_2=205,
    thr_h_3=205,
    h_4=1,
    lr_p_winp=7,
    lr_p_wrec=7,
    lr_p_wout=6,
)


@pytest.mark.parametrize("update_rounding", ["nearest", "stochastic"])
@pytest.mark.parametrize("seed", [0, 3, 4])
def test_at_the_top_of_all_widths_the_core_follows(seed: int, update_rounding: Any) -> None:
    """Spikes equal, potentials within 2^-12 of full scale, as docs/reference.md derives."""
    rng = np.random.default_rng(seed)
    parameters = Parameters(LEARNER, alpha=0x7FEF, threshold=614)
    shapes = ((20 * 2**8, (20, 30)), (3 * 2**8, (30, 30)), (12 * 2**8, (30, 2)))
    weights = [rng.normal(0, scale, shape).round().astype(int) for scale, shape in shapes]
    np.fill_diagonal(weights[1], 0)
    raster, label = rng.random((200, 20)) < 0.03, int(rng.integers(2))
    sample = Sample.from_raster(raster, label=label, target_start=120)
    config = Config(update_rounding=update_rounding, **TOP)
    core, reference = models = Core(config, parameters), Reference(config, parameters)
    formats, names = Formats(config), ("spike", "membrane", "readout", "regularization")
    for model in models:
        model.load_weights(*weights)
    raw, real = (model.run(sample, record=names).records for model in models)
    np.testing.assert_array_equal(raw["spike"], real["spike"])
    assert real["spike"].any()
    assert real["regularization"].any()
    for name in ("membrane", "readout"):
        error = np.abs(getattr(formats, name).real(raw[name]) - real[name])
        assert error.max() < 32 * 2.0**-12
    for start, integers, reals in zip(weights, weights_of(core), weights_of(reference), strict=True):
        assert np.abs(formats.weight.real(integers) - reals).max() < 2.0**-14
        assert np.abs(reals - formats.weight.real(start)).max() > 2.0**-12
