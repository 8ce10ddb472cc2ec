"""The learning phase: whole steps, all modes and the rules beyond the recorded vectors, against the twin."""

from typing import Any

import numpy as np
import pytest

from golden_model.core.core import Core
from golden_model.core.learning import learning_signal, pseudo_derivative
from golden_model.core.recording import NO_DETAIL, make_detail
from golden_model.core.timestep import Blocks, adapt
from golden_model.network.config import Config
from golden_model.network.formats import Formats, Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample
from tests.helpers.blocks import blocks_of
from tests.helpers.configurations import OTHER_WIDTHS, legal_parameters
from tests.helpers.networks import SIZES, both, packed, spread, twin_of
from tests.twins import arithmetic as naive
from tests.twins.learning import learn as twin_learn
from tests.twins.network import Twin

WEIGHTS = ("w_in", "w_rec", "w_out")
TRACES = (("trace_in", 0), ("trace_rec", 1), ("trace_out", 1))
PUBLISHED = Config(n_out=64)


def set_state(rng: np.random.Generator, blocks: Blocks, twin: Twin, sizes: tuple[int, int, int]) -> None:
    """Give the model and its twin the same state, half of the traces 0."""
    potential_bits = twin.widths.membrane_bits
    both(blocks.neuron.membrane, twin.membrane, spread(rng, potential_bits, sizes[1]))
    both(blocks.readout.potential, twin.readout, spread(rng, potential_bits, sizes[2]))
    for trace, (name, size) in zip(blocks.traces, TRACES, strict=True):
        bits = getattr(twin.widths, f"{name}_bits")
        values = rng.integers(0, 2 ** rng.integers(1, bits + 1, sizes[size]))
        both(trace.value, getattr(twin, name), values * rng.integers(0, 2, sizes[size]))


def set_weights(rng: np.random.Generator, blocks: Blocks, twin: Twin) -> None:
    """Give the model and its twin the same stored weights, some of them at the ends of the range."""
    half = 2 ** (twin.widths.stored_bits - 1)
    beyond = half + max(half // 10, 1)
    for synapses, name in zip(blocks.synapses, WEIGHTS, strict=True):
        n_pre, n_post = len(getattr(twin, name)), len(getattr(twin, name)[0])
        weights = np.clip(rng.integers(-beyond, beyond, (n_pre, n_post)), -half, half - 1)
        synapses.weights[:, :n_post] = weights
        setattr(twin, name, weights.tolist())


def check(blocks: Blocks, twin: Twin) -> None:
    for synapses, name in zip(blocks.synapses, WEIGHTS, strict=True):
        expected = getattr(twin, name)
        assert synapses.weights[:, : len(expected[0])].tolist() == expected, name
        assert not synapses.weights[:, len(expected[0]) :].any()
        assert synapses.source.state[0] == packed(getattr(twin.sources, name)), name


def learn_both(
    rng: np.random.Generator,
    sizes: tuple[int, int, int],
    recorded: bool = False,
    config: Config = PUBLISHED,
    valid: bool = True,
    **fixed: int,
) -> None:
    """Run three learning steps from random states in the model and in its twin, and compare everything."""
    parameters = legal_parameters(rng, config, sizes, **fixed)
    blocks, twin = blocks_of(config, parameters), twin_of(parameters, config)
    set_weights(rng, blocks, twin)
    detail = make_detail(parameters, Formats(config).product_bits) if recorded else NO_DETAIL
    for _ in range(3):
        set_state(rng, blocks, twin, sizes)
        target = spread(rng, config.membrane_bits, sizes[2])
        adapt(blocks, valid, target, detail)
        twin_learn(twin, target.tolist() if valid else None)
        if twin.plasticity:
            assert blocks.readout.error.tolist() == twin.error
        if twin.plasticity & 3:
            assert blocks.learning.learning_signal[: sizes[1]].tolist() == twin.learning_signal
        check(blocks, twin)


class TestWholeSteps:
    @pytest.mark.parametrize("sizes", [sizes for sizes in SIZES if sizes[2] <= 16])
    @pytest.mark.parametrize("recorded", [False, True])
    @pytest.mark.parametrize("errata", [False, True])
    def test_any_registers(self, sizes: tuple[int, int, int], recorded: bool, errata: bool) -> None:
        rng = np.random.default_rng([*sizes, errata])
        for _ in range(25):
            learn_both(rng, sizes, recorded, PUBLISHED.replace(errata=errata))

    @pytest.mark.parametrize("plasticity", range(8))
    @pytest.mark.parametrize("mode", range(4))
    def test_plasticity_and_regularization(self, plasticity: int, mode: int) -> None:
        rng = np.random.default_rng([plasticity, mode])
        for regularized in range(4):
            fixed = {"do_eprop": plasticity, "regul_mode": mode, "regul_w": regularized, "fp_loc_trec": 1}
            learn_both(rng, (9, 18, 3), **fixed, regul_f0=int(rng.integers(0, 400)), lr_r_winp=0, lr_r_wrec=0)

    def test_rare_steps(self) -> None:
        """Learning rates at which most rows cannot reach their draws."""
        rng = np.random.default_rng(5)
        for _ in range(40):
            rates = {f"lr_p_w{array}": int(rng.integers(0, 9)) for array in ("inp", "rec", "out")}
            rates |= {f"lr_r_w{array}": int(rng.integers(0, 3)) for array in ("inp", "rec", "out")}
            learn_both(rng, (20, 18, 2), **rates, regul_mode=int(rng.integers(0, 4)))

    @pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
    @pytest.mark.parametrize("recorded", [False, True])
    def test_other_widths(self, config: Config, recorded: bool) -> None:
        rng = np.random.default_rng([config.membrane_bits, recorded])
        sizes = [sizes for sizes in SIZES if sizes[2] <= 16]
        for n in range(20):
            learn_both(rng, sizes[n % 5], recorded, config)

    @pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
    def test_other_widths_where_weights_often_change(self, config: Config) -> None:
        """Learning rates and regularization of some size in every mode of regularization."""
        rng = np.random.default_rng([config.membrane_bits, 1])
        kinds = ("inp", "rec", "out")
        for n in range(16):
            fixed = {f"lr_{way}_w{kind}": int(rng.integers(0, 9)) for kind in kinds for way in "pr"}
            fixed |= {f"regul_k_{kind}_p": int(rng.integers(8, 24)) for kind in kinds[:2]}
            fixed |= {f"regul_k_{kind}_r": 0 for kind in kinds[:2]}
            fixed |= {"fp_loc_trec": 1, "regul_f0": int(rng.integers(0, 40)), "regul_k_mul": n // 4}
            learn_both(rng, (20, 18, 3), False, config, do_eprop=7, regul_w=3, regul_mode=n % 4, **fixed)


class TestAllSteps:
    """Regularization in steps without a target (regul_mode 6 and 7), which no recorded vector covers."""

    @pytest.mark.parametrize("mode", [6, 7])
    @pytest.mark.parametrize("plasticity", range(1, 8))
    @pytest.mark.parametrize("regularized", range(4))
    def test_step_without_a_target(self, mode: int, plasticity: int, regularized: int) -> None:
        rng = np.random.default_rng([mode, plasticity, regularized])
        for _ in range(3):
            fixed = {"regul_mode": mode, "do_eprop": plasticity, "regul_w": regularized, "regul_f0": 40}
            learn_both(rng, (9, 18, 3), valid=False, **fixed, regul_k_rec_r=0, fp_loc_trec=2)

    @pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
    def test_step_without_a_target_at_other_widths(self, config: Config) -> None:
        rng = np.random.default_rng(config.membrane_bits)
        fixed = {"regul_f0": 5, "regul_k_rec_r": 0, "regul_k_inp_r": 0, "fp_loc_trec": 2}
        for n in range(8):
            learn_both(rng, (9, 18, 3), False, config, False, regul_mode=6 + n % 2, regul_w=n // 2, **fixed)

    def test_visits_an_array_that_is_plastic_and_regularized(self) -> None:
        """Row by row: seed 0 makes every reduced weight step down, a row without a visit stays."""
        moved = {}
        for plasticity in range(8):
            for regularized in range(4):
                registers = Registers.for_network(
                    n_in=3, n_rec=16, n_out=2, regul_mode=6, do_eprop=plasticity, regul_w=regularized,
                    seed_inp=0, seed_rec=0, seed_out=0, regul_k_inp_p=1, regul_k_rec_p=1,
                )  # fmt: skip
                blocks = blocks_of(Config(), Parameters(registers))
                blocks.traces[1].value[:] = blocks.traces[2].value[:] = 9
                adapt(blocks, False, np.array([2048, 0]), NO_DETAIL)
                moved[plasticity, regularized] = [bool(s.weights.any()) for s in blocks.synapses]
        assert moved == {(p, r): [bool(p & r & 1), bool(p & r & 2), False] for p, r in moved}

    @pytest.mark.parametrize("mode", [2, 3, 4, 5, 6, 7])
    @pytest.mark.parametrize("errata", [False, True])
    def test_whole_samples(self, mode: int, errata: bool) -> None:
        rng = np.random.default_rng([mode, errata])
        registers = Registers.for_network(
            n_in=9, n_rec=18, n_out=3, regul_mode=mode, regul_w=3, regul_f0=20, regul_k_inp_p=16,
            regul_k_rec_p=18, regul_k_mul=3, fp_loc_trec=1, fp_loc_winp=3, fp_loc_wrec=2, fp_loc_wout=3,
            fp_loc_tout=3, h_4=1, h_0=3, thr_h_0=300, lr_p_winp=8, lr_p_wrec=8, lr_p_wout=8,
            en_stoch_round=1, learn_sig_scale=6, kappa=120,
        )  # fmt: skip
        parameters = Parameters(registers, 0x7FA0, 614)
        core, twin = Core(Config(errata=errata), parameters), twin_of(parameters, Config(errata=errata))
        weights = [rng.integers(-100, 100, shape) for shape in ((9, 18), (18, 18), (18, 3))]
        core.load_weights(*weights)
        twin.load_weights(*weights)
        for label in (0, 2):
            raster = rng.random((60, 9)) < 0.1
            run_both(core, twin, raster, label, start=30)
        assert (core.w_rec != weights[1]).any()


def run_both(core: Core, twin: Twin, raster: Any, label: int, start: int) -> None:
    sample = Sample.from_raster(raster, label=label, target_start=start)
    names = ("spike", "membrane", "readout", "trace_rec", "error", "learning_signal")
    result, expected = core.run(sample, record=names), twin.run(raster.tolist(), label, None, start)
    for name in names:
        assert result.records[name].tolist() == expected.records[name], name
    assert result.inference == expected.inference
    for name in WEIGHTS:
        assert getattr(core, name).tolist() == getattr(twin, name), name


class TestQuantities:
    @pytest.mark.parametrize("scale", range(16))
    def test_learning_signal(self, scale: int) -> None:
        rng = np.random.default_rng(scale)
        registers = Registers.for_network(n_in=1, n_rec=2, n_out=16, learn_sig_scale=scale)
        learning = blocks_of(Config(), Parameters(registers)).learning
        cases = [(spread(rng, 16, 16), rng.integers(-128, 128, 16)) for _ in range(50)]
        extremes = [(np.full(16, e), np.full(16, w)) for e in (-(2**15), 2**15 - 1) for w in (-128, 127)]
        for error, weights in cases + extremes:
            exact = sum(e * w for e, w in zip(error.tolist(), weights.tolist(), strict=True))
            got = learning_signal(learning, error.astype(np.int32), weights.astype(np.int32), 0)
            assert got == naive.saturate(exact << scale >> 12, 16)

    @pytest.mark.parametrize("config", OTHER_WIDTHS.values(), ids=OTHER_WIDTHS)
    @pytest.mark.parametrize("scale", [0, 7, 15])
    def test_learning_signal_at_other_widths(self, config: Config, scale: int) -> None:
        """It sees working weights; 64 readouts of the greatest errors and weights are still exact."""
        rng, bits = np.random.default_rng(scale), config.membrane_bits
        registers = Registers.for_network(n_in=1, n_rec=2, n_out=64, learn_sig_scale=scale)
        learning = blocks_of(config, Parameters(registers)).learning
        end, stored_end = 2 ** (bits - 1), 2 ** (config.weight_bits + config.shadow_bits - 1)
        cases = [(spread(rng, bits, 64), rng.integers(-stored_end, stored_end, 64)) for _ in range(30)]
        ends = [(e, w) for e in (-end, end - 1) for w in (-stored_end, stored_end - 1)]
        for error, weights in cases + [(np.full(64, e), np.full(64, w)) for e, w in ends]:
            pairs = zip(error.tolist(), weights.tolist(), strict=True)
            exact = sum(e * (w >> config.shadow_bits) for e, w in pairs)
            operands = error.astype(np.int32), weights.astype(np.int32), config.shadow_bits
            expected = naive.saturate(exact << scale >> (config.weight_bits + 4), bits)
            assert learning_signal(learning, *operands) == expected

    @pytest.mark.parametrize(
        "borders", [(-5, 0, 3, 9), (9, 3, 0, -5), (0, 0, 0, 0), (-(2**15), 5, 2, 2**15 - 1)]
    )
    def test_pseudo_derivative(self, borders: tuple[int, ...]) -> None:
        values = [-16, 15, 1, -1, 7]
        named = {f"thr_h_{n}": border for n, border in enumerate(borders)}
        named |= {f"h_{n}": value for n, value in enumerate(values)}
        registers = Registers.for_network(n_in=1, n_rec=2, n_out=1, **named)
        learning = blocks_of(Config(), Parameters(registers)).learning
        for potential in (*range(-40, 40), -(2**15), 2**15 - 1, 2**15 - 2):
            expected = naive.pseudo_derivative(potential, borders, values)
            assert pseudo_derivative(learning, potential) == expected

    @pytest.mark.parametrize(
        ("trace", "shift", "right", "reduction"),
        [
            (4095, 31, 0, 2**31),  # 4095 << 31 keeps 32 bits
            (4094, 31, 0, 0),
            (4095, 20, 0, 4095 << 20),
            (4095, 21, 0, (4095 << 21) - 2**32),
            (4095, 31, 31, 1),
            (4095, 24, 8, 0xFF0000),
            (1, 31, 0, 2**31),
            (0, 31, 0, 0),
        ],
    )
    def test_additive_regularization_wraps_in_32_bits(
        self, trace: int, shift: int, right: int, reduction: int
    ) -> None:
        shifts = {"regul_k_inp_p": shift, "regul_k_inp_r": right}
        blocks = self.regularized_once(trace, regul_mode=2, regul_w=1, **shifts)
        assert set(blocks.synapses[0].reduction[:16].tolist()) == {reduction}
        assert not blocks.synapses[1].reduction.any()

    @pytest.mark.parametrize("shift", [0, 3, 8, 11, 12, 31])
    @pytest.mark.parametrize("trace", [0, 1, 15, 16, 128, 2048, 4095])
    def test_multiplicative_regularization(self, trace: int, shift: int) -> None:
        blocks = self.regularized_once(trace, regul_k_mul=shift, regul_mode=1, regul_w=2)
        assert set(blocks.learning.multiplier[:16].tolist()) == {naive.multiplicative(trace, shift)}

    @pytest.mark.parametrize("level", [0, 1, 4094, 4095])
    @pytest.mark.parametrize("mode", range(8))
    def test_regularization_starts_above_its_level(self, level: int, mode: int) -> None:
        for trace in (0, 1, 2, 4094, 4095):
            blocks = self.regularized_once(trace, regul_f0=level, regul_mode=mode)
            expected = max(0, trace - level) if mode else 0
            assert set(blocks.learning.regularization[:16].tolist()) == {expected}

    def regularized_once(self, trace: int, **registers: int) -> Blocks:
        values = Registers.for_network(n_in=2, n_rec=16, n_out=2, **registers)
        blocks = blocks_of(Config(), Parameters(values))
        blocks.traces[1].value[:] = trace
        no_target: Int64Array = np.zeros(2, np.int64)
        adapt(blocks, True, no_target, NO_DETAIL)
        return blocks
