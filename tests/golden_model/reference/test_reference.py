"""The public face of the float64 reference: what it does not depend on, forced spikes, ticks, errors."""

from typing import Any

import numpy as np
import pytest

from golden_model import Config, Parameters, Reference, Registers, Sample
from golden_model.core.recording import Log
from tests.golden_model.reference.real_networks import N_TICKS, TAME, pair_of, tame, tame_sample, weights_of
from tests.helpers.bad_samples import BAD_SAMPLES, BAD_TICKS
from tests.helpers.networks import small_weights

WIDTHS: list[dict[str, Any]] = [
    {"weight_bits": 4, "membrane_bits": 8, "trace_in_bits": 4, "alpha_frac_bits": 7, "surrogate_bits": 8},
    {"weight_bits": 12, "trace_rec_bits": 16, "trace_out_bits": 5, "kappa_frac_bits": 4},
    {"shadow_bits": 16, "state_rounding": "floor", "update_rounding": "truncate", "errata": False},
]


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_no_width_changes_the_reference(widths: dict[str, Any]) -> None:
    """Registers, and integer weights scaled by 2^(weight_bits - 8), mean the same at every width."""
    rng = np.random.default_rng(7)
    parameters = tame(rng, (20, 30, 3), regression=1, do_eprop=7, regul_mode=7, regul_w=3)
    weights = tuple(w // 16 * 16 for w in small_weights(rng, parameters))  # multiples of 2^4 fit 4 bits
    sample, ends = tame_sample(rng, parameters), []
    for config in (Config(), Config(**widths)):
        reference = Reference(config, parameters)
        reference.load_weights(*(w * 2**config.weight_bits // 2**8 for w in weights))
        records = reference.run(sample, record=Log._fields).records
        ends.append([*records.values(), *weights_of(reference)])
    for published, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(published, other)


def test_float_weights_are_real_weights() -> None:
    reference, _ = pair_of([8], (4, 6, 2))
    loaded = weights_of(reference)
    assert max(np.abs(w).max() for w in loaded) > 0.5
    reference.load_weights(*(w.astype(np.float32) for w in loaded))
    np.testing.assert_array_equal(reference.w_rec, loaded[1])
    reference.load_weights(*(w / 3 for w in loaded))
    np.testing.assert_array_equal(reference.w_in, loaded[0] / 3)
    reference.w_in[:] = 0  # a copy
    np.testing.assert_array_equal(reference.w_in, loaded[0] / 3)


@pytest.mark.parametrize("mode", [{"rst_mode": 0}, {"rst_mode": 1}], ids=str)
def test_forced_spikes(mode: dict[str, int]) -> None:
    """Its own spikes change nothing; others reset, propagate and leave traces as its own would."""
    reference, sample = pair_of([9], (20, 6, 2), regression=0, do_eprop=7, force_traces=1, **mode)
    weights = weights_of(reference)
    own = reference.run(sample, record=Log._fields).records
    learned = weights_of(reference)
    assert own["spike"].any()
    reference.load_weights(*weights)
    same = reference.run(sample, record=Log._fields, spikes=own["spike"]).records
    for name in Log._fields:
        np.testing.assert_array_equal(same[name], own[name])
    np.testing.assert_array_equal(reference.w_rec, learned[1])
    forced = np.zeros((N_TICKS, 6), bool)
    forced[1, 2] = True
    records = reference.run(Sample([], N_TICKS), record=Log._fields, spikes=forced.tolist()).records
    alpha, theta = reference.parameters.alpha[1] / 2**15, reference.parameters.threshold[1] / 2**11
    np.testing.assert_array_equal(records["spike"], forced)
    assert records["membrane"][1, 2] == (0 if mode["rst_mode"] else -theta)
    assert records["trace_rec"][2, 2] == alpha * 2 ** TAME["fp_loc_trec"]
    kappa = reference.parameters.registers.kappa / 2**7
    np.testing.assert_array_equal(records["readout"][2], reference.w_out[2] * 2**-2 * kappa)


@pytest.mark.parametrize("regression", [0, 1])
def test_tick_by_tick_is_the_same(regression: int) -> None:
    whole, sample = pair_of([10, regression], (20, 6, 2), regression=regression, do_eprop=7)
    stepped = Reference(whole.config, whole.parameters)
    stepped.load_weights(*weights_of(whole))
    result = whole.run(sample, record=("spike", "readout"))
    snapshot = stepped.snapshot()
    stepped.begin()
    for t in range(N_TICKS):
        if t == N_TICKS // 2:  # somewhere else and back
            snapshot = stepped.snapshot()
            stepped.run(sample)
            stepped.restore(snapshot)
        on = t >= sample.target_start
        target = sample.label if sample.targets is None else sample.targets[t]
        lines = sample.lines[sample.offsets[t] : sample.offsets[t + 1]]
        tick = stepped.tick(reversed(lines.tolist()), target if on else None, infer=on, last=t == N_TICKS - 1)
        np.testing.assert_array_equal(tick.spike, result.records["spike"][t])
        np.testing.assert_array_equal(tick.readout, result.records["readout"][t])
    assert stepped.end() == result.inference
    for one, other in zip(weights_of(whole), weights_of(stepped), strict=True):
        np.testing.assert_array_equal(one, other)


def test_snapshot_of_another_network() -> None:
    reference, _ = pair_of([11], (4, 6, 2))
    other, _ = pair_of([11], (4, 8, 2))
    with pytest.raises(ValueError, match=r"^the snapshot is of a network of other sizes$"):
        reference.restore(other.snapshot())


def plain(**registers: int) -> Reference:
    return Reference(Config(), Parameters(Registers.for_network(n_in=3, n_rec=4, n_out=2, **registers)))


@pytest.mark.parametrize(("regression", "sample", "message"), BAD_SAMPLES)
def test_bad_samples(regression: int, sample: Sample, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        plain(regression=regression).run(sample)


@pytest.mark.parametrize(("arguments", "message"), BAD_TICKS)
def test_bad_ticks(arguments: dict[str, Any], message: str) -> None:
    reference = plain()
    with pytest.raises(ValueError, match=r"^no sample is under way, call begin\(\) first$"):
        reference.tick([])
    reference.begin()
    with pytest.raises(ValueError, match=f"^{message}$"):
        reference.tick(**arguments)
    reference.tick([0], last=True)
    with pytest.raises(ValueError, match=r"^no sample is under way, call begin\(\) first$"):
        reference.tick([0])
    assert reference.end() == 0
    with pytest.raises(ValueError, match=r"^no sample is under way, call begin\(\) first$"):
        reference.end()


BAD_WEIGHTS = [
    ("w_out has shape \\(4, 3\\), not \\(4, 2\\)", np.zeros((4, 3))),
    ("w_out has shape \\(4, 3\\), not \\(4, 2\\)", np.zeros((4, 3), int)),
    ("w_out = 128 is outside -128..127", np.full((4, 2), 128)),
    ("w_out = nan is not a finite number", np.full((4, 2), np.nan)),
    ("w_out is not an array of one regular shape", [[0.5], [0.5, 0.5]]),
    ("w_out holds bool, not integers of at most 64 bits", np.zeros((4, 2), bool)),
]


@pytest.mark.parametrize(("message", "w_out"), BAD_WEIGHTS)
def test_bad_weights_change_nothing(message: str, w_out: Any) -> None:
    reference = plain()
    with pytest.raises(ValueError, match=f"^{message}$"):
        reference.load_weights(np.ones((3, 4)), np.ones((4, 4)), w_out)
    assert not reference.w_in.any()


BAD_SPIKES = [
    ("spikes is int64 of shape \\(5, 4\\), not bool of shape \\(5, 4\\)", np.zeros((5, 4), np.int64)),
    ("spikes is bool of shape \\(4, 4\\), not bool of shape \\(5, 4\\)", np.zeros((4, 4), bool)),
    ("spikes has one in tick 0, which precedes any step", np.ones((5, 4), bool)),
]


@pytest.mark.parametrize(("message", "spikes"), BAD_SPIKES)
def test_bad_spikes(message: str, spikes: np.ndarray) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        plain().run(Sample([], 5, label=0), spikes=spikes)


def test_other_bad_input() -> None:
    with pytest.raises(ValueError, match="^record = 'voltage' is not one of spike, membrane, "):
        plain().run(Sample([], 5, label=0), record="voltage")
    parameters = Parameters(Registers.for_network(n_in=41, n_rec=4, n_out=2))
    with pytest.raises(ValueError, match=r"^n_in = 41 of the network is outside 1..40 of the configuration$"):
        Reference(Config.preset("navigation"), parameters)
    with pytest.raises(ValueError, match=r"^a reference is made of a Config and Parameters, not of int and"):
        Reference(1, parameters)
