"""The float64 reference: against a naive float network, against the core, and what it does not depend on."""

from typing import Any

import numpy as np
import pytest

from golden_model import Config, Core, Parameters, Reference, Registers, Sample
from golden_model.formats import Formats
from golden_model.recording import Log
from tests.golden_model.networks import any_parameters
from tests.golden_model.test_core import BAD_SAMPLES, BAD_TICKS, any_sample, small_weights

N_TICKS = 12
SIZES = [(5, 18, 3), (20, 6, 2), (3, 2, 1), (2, 4, 16), (33, 34, 4)]
# Shifts that leave the changes of weights neither negligible nor explosive.
TAME = {
    "fp_loc_winp": 3,
    "fp_loc_wrec": 1,
    "fp_loc_wout": 2,
    "learn_sig_scale": 4,
    "lr_p_winp": 18,
    "lr_r_winp": 3,
    "lr_p_wrec": 9,
    "lr_r_wrec": 0,
    "lr_p_wout": 11,
    "lr_r_wout": 0,
    "regul_k_inp_p": 9,
    "regul_k_inp_r": 1,
    "regul_k_rec_p": 6,
    "regul_k_rec_r": 0,
    "regul_k_mul": 1,
    "regul_f0": 2,
    "fp_loc_tinp": 2,
    "fp_loc_trec": 1,
    "fp_loc_tout": 3,
}
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


class Naive:
    """The network of docs/arithmetic.md in Python floats and the published raw units, one line per rule."""

    def __init__(self, parameters: Parameters) -> None:
        self.r: Any = parameters.registers
        self.n_in, self.n_rec, self.n_out = parameters.n_in, parameters.n_rec, parameters.n_out
        self.alpha = [a / 2**15 for a in parameters.alpha.tolist() for _ in "eo"]
        self.theta = [theta for theta in parameters.threshold.tolist() for _ in "eo"]

    def run(self, sample: Sample, learn: bool) -> list[dict[str, list[float]]]:
        self.u, self.y, self.spike = [0.0] * self.n_rec, [0.0] * self.n_out, [False] * self.n_rec
        self.tin, self.trec, self.tout = [0.0] * self.n_in, [0.0] * self.n_rec, [0.0] * self.n_rec
        self.wins = [0] * self.n_out
        self.plastic = self.r.do_eprop if learn else 0
        rows, raster = [], sample.raster(self.n_in)
        for t in range(sample.n_ticks):
            self.err, self.g = [0.0] * self.n_out, [0.0] * self.n_rec
            self.signal, self.h, row = [0.0] * self.n_rec, [0] * self.n_rec, {}
            on = t >= sample.target_start
            if t > 0:
                self.step()
                if on and not self.r.regression:
                    self.wins[self.y.index(max(self.y))] += 1
                names = ("u", "y", "spike", "tin", "trec", "tout", "wins")
                row = {name: list(getattr(self, name)) for name in names}
            valid = on and (sample.label is not None or sample.targets is not None)
            all_steps = self.r.regul_mode & 6 == 6
            if t not in (0, sample.n_ticks - 1) and self.plastic and (valid or all_steps):
                self.learn(self.target(sample, t) if valid else None)
            row |= {name: list(getattr(self, name)) for name in ("err", "signal", "h", "g")}
            rows.append(row)
            if t < sample.n_ticks - 1:
                self.propagate(raster[t].tolist())
        return rows

    def target(self, sample: Sample, t: int) -> list[float]:
        if sample.targets is not None:
            return [float(value) for value in sample.targets[t]]
        return [2048.0 * (k == sample.label) for k in range(self.n_out)]

    def step(self) -> None:
        kappa = self.r.kappa / 2**7
        for j in range(self.n_rec):
            self.spike[j] = self.u[j] >= self.theta[j]
            left = self.u[j] * self.alpha[j]
            reset = 0.0 if self.r.rst_mode else left - self.theta[j]
            self.u[j] = reset if self.spike[j] else left
        self.tin = [t * a for t, a in zip(self.tin, self.alpha, strict=False)]
        self.trec = [t * a for t, a in zip(self.trec, self.alpha, strict=False)]
        self.tout = [t * kappa for t in self.tout]
        self.y = [y * kappa for y in self.y]

    def learn(self, target: list[float] | None) -> None:
        r, valid = self.r, target is not None
        for k in range(self.n_out if valid else 0):
            active = self.y[k] if r.no_out_act else min(max((self.y[k] + 2048) / 2, 0), 2048)
            self.err[k] = target[k] - active
        for j in range(self.n_rec):
            if self.plastic & 3:
                total = sum(self.err[k] * self.w_out[j][k] for k in range(self.n_out))
                self.signal[j] = total * 2**r.learn_sig_scale / 2**12
            for k in range(self.n_out if valid and self.plastic & 4 else 0):
                change = self.err[k] * self.tout[j] / 2**r.fp_loc_tout
                self.w_out[j][k] += change * 2**r.lr_p_wout / 2**r.lr_r_wout / 2**28
            borders = (r.thr_h_0, r.thr_h_1, r.thr_h_2, r.thr_h_3)
            first = next((n for n in range(4) if self.u[j] < borders[n]), 4)
            self.h[j] = (r.h_0, r.h_1, r.h_2, r.h_3, r.h_4)[first]
            if r.regul_mode:
                self.g[j] = max(0.0, self.trec[j] / 2**r.fp_loc_trec - r.regul_f0)
        if self.plastic & 1 and (valid or r.regul_w & 1):
            shifts = (r.regul_k_inp_p, r.regul_k_inp_r, r.lr_p_winp, r.lr_r_winp)
            self.update(self.w_in, [t / 2**r.fp_loc_tinp for t in self.tin], r.regul_w & 1, *shifts)
        if self.plastic & 2 and (valid or r.regul_w & 2):
            diagonal = [self.w_rec[i][i] for i in range(self.n_rec)]
            shifts = (r.regul_k_rec_p, r.regul_k_rec_r, r.lr_p_wrec, r.lr_r_wrec)
            self.update(self.w_rec, [t / 2**r.fp_loc_trec for t in self.trec], r.regul_w & 2, *shifts)
            for i in range(self.n_rec):
                self.w_rec[i][i] = 0.0 if self.w_rec[i][i] != diagonal[i] else diagonal[i]

    def update(
        self, w: list[list[float]], e: list[float], regularized: int, k_p: int, k_r: int, p: int, right: int
    ) -> None:
        mode = self.r.regul_mode
        for i in range(len(w)):
            for j in range(self.n_rec):
                pe = self.signal[j] * e[i] * self.h[j]
                multiplies = mode & 1 and self.r.regul_w
                m = max(0.0, 16 - self.g[j] / 2**self.r.regul_k_mul) if multiplies else 16
                pk = pe * 16 if pe < 0 else pe * m
                reduction = self.g[j] * 2**k_p / 2**k_r if mode & 2 and regularized else 0
                w[i][j] += (pk / 16 - reduction) * 2**p / 2**right / 2**32

    def propagate(self, events: list[bool]) -> None:
        r = self.r
        for i in range(max(self.n_in, self.n_rec)):
            event, spike = i < self.n_in and events[i], i < self.n_rec and self.spike[i]
            for k in range(self.n_out if spike else 0):
                self.y[k] += self.w_out[i][k] * 2**r.fp_loc_wout
            for j in range(self.n_rec):
                self.u[j] += self.w_in[i][j] * 2**r.fp_loc_winp if event else 0
                self.u[j] += self.w_rec[i][j] * 2**r.fp_loc_wrec if spike else 0
            if event and (self.plastic & 1 or r.force_traces):
                self.tin[i] += 8 * 2**r.fp_loc_tinp
            if spike and (self.plastic & 2 or r.force_traces):
                self.trec[i] += 8 * 2**r.fp_loc_trec
            if spike and (self.plastic & 4 or r.force_traces):
                self.tout[i] += 2 * 2**r.fp_loc_tout


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


def tame(rng: np.random.Generator, sizes: tuple[int, int, int], **fixed: int) -> Parameters:
    """Return a network that fires now and then and whose weights change visibly."""
    borders = {f"thr_h_{n}": int(rng.integers(-1000, 1000)) for n in range(4)}
    pseudo = {f"h_{n}": int(rng.integers(-2, 3)) for n in range(5)}
    parameters = any_parameters(rng, sizes, **{**TAME, **borders, **pseudo, "kappa": 0x7A, **fixed})
    return Parameters(parameters.registers, parameters.alpha, rng.integers(100, 900, parameters.n_pairs))


def tame_sample(rng: np.random.Generator, parameters: Parameters) -> Sample:
    sample = any_sample(rng, parameters)
    if sample.targets is None:
        return sample
    return Sample(sample.events, N_TICKS, targets=sample.targets // 16, target_start=int(sample.target_start))


def pair_of(seed: list[int], sizes: tuple[int, int, int], **fixed: int) -> tuple[Reference, Sample]:
    """Return a reference with weights, and a sample for it."""
    rng = np.random.default_rng(seed)
    parameters = tame(rng, sizes, **fixed)
    reference = Reference(Config(), parameters)
    reference.load_weights(*small_weights(rng, parameters))
    return reference, tame_sample(rng, parameters)


def weights_of(model: Any) -> tuple[np.ndarray, ...]:
    return model.w_in, model.w_rec, model.w_out


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_reference_equals_a_naive_network(sizes: tuple[int, int, int], mode: dict[str, int]) -> None:
    """Every record and every weight, over samples that learn and one that does not, in other units."""
    rng = np.random.default_rng([*sizes, MODES.index(mode)])
    parameters = tame(rng, sizes, **mode)
    reference, naive = Reference(Config(), parameters), Naive(parameters)
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
    ("w_out holds bool, not integers of at most 64 bits", np.zeros((4, 2), bool)),
]


@pytest.mark.parametrize(("message", "w_out"), BAD_WEIGHTS)
def test_bad_weights_change_nothing(message: str, w_out: np.ndarray) -> None:
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
