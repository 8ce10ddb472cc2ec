"""Small networks and short samples in which every mutation shows."""

from typing import Any

import numpy as np

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.recordings.recorder import record
from golden_model.recordings.vectors import Vector
from golden_model.samples.samples import Sample
from tests.widths.networks import WidthSet, events_of, leaks_of, registers_of, targets_of, weights_of

LANES = 4
CONFIG, CHIP_CONFIG = Config(n_in=10, n_rec=20, n_out=6), Config(n_in=8, n_rec=10, n_out=4)
RUN: dict[str, Any] = {"n_samples": 2, "n_ticks": 11, "target_start": 3, "rate": 0.3}
CHIP_RUN: dict[str, Any] = {"sizes": (7, 10, 3), "n_samples": 2, "n_ticks": 8, "target_start": 2, "rate": 0.4}
EVEN = 5  # target_start with which two readouts of `narrow` win equally often
GRID = 32  # of potentials, weights and thresholds that meet exactly
ONE, KAPPA_ONE = 0x8000, 0x80  # leaks of 1.0

NETWORKS = (
    # Two groups, of which the second often has nothing to learn; every regularization.
    WidthSet(
        "classification",
        {},
        {"regul_mode": 3, "regul_f0": 10, "h_0": 0, "h_1": 0, "h_3": 0, "fp_loc_trec": 3},
        (9, 20, 5),
        **RUN,
    ),
    # Noise, targets at every tick, regularization before there is one.
    WidthSet(
        "regression",
        {},
        {"regression": 1, "send_per_timestep": 1, "noise_en": 1, "noise_str": 6, "no_out_act": 1,
         "regul_mode": 7, "fp_loc_tinp": 1, "learn_sig_scale": 9},
        (10, 18, 6),
        **RUN,
    ),
    # Potentials, traces, learning signals, changes and weights at the ends of their ranges.
    WidthSet(
        "extremes",
        {},
        {"rst_mode": 1, "single_label": 0, "fp_loc_winp": 7, "fp_loc_wrec": 6, "fp_loc_wout": 7,
         "fp_loc_tinp": 7, "fp_loc_trec": 6, "fp_loc_tout": 7, "learn_sig_scale": 15,
         "lr_p_winp": 20, "lr_p_wrec": 18, "lr_p_wout": 20, "regul_mode": 3, "regul_k_rec_p": 20},
        (7, 18, 6),
        **RUN,
    ),
    # Potentials that meet thresholds and borders, leaks of 1.0, equal readouts, a source of zeros.
    WidthSet(
        "borders",
        {},
        {"kappa": KAPPA_ONE, "seed_strnd_trec": 0, "do_eprop": 3, "force_traces": 1,
         "fp_loc_winp": 0, "fp_loc_wrec": 0,
         "thr_h_0": 0, "thr_h_1": GRID, "thr_h_2": 3 * GRID, "thr_h_3": 5 * GRID},
        (8, 16, 4),
        **RUN,
    ),
    # Passes of two words, readouts that forget quickly, equal wins.
    WidthSet("narrow", {}, {"kappa": 0x30}, (3, 6, 3), **RUN),
    # Changes that overflow.
    WidthSet(
        "overflows",
        {},
        {"learn_sig_scale": 15, "h_0": 15, "h_1": 15, "h_2": 15, "h_3": 15, "h_4": 15, "single_label": 0,
         "fp_loc_tinp": 0, "lr_p_winp": 0},
        (4, 4, 2),
        n_samples=1,
        n_ticks=44,
        target_start=36,
        rate=1.0,
    ),
)  # fmt: skip
CHIP_NETWORKS = (
    WidthSet("targets", {}, {"regression": 1, "send_per_timestep": 1, "send_label_only": 0}, **CHIP_RUN),
    WidthSet("labels", {}, {"single_label": 0, "send_per_timestep": 1}, **CHIP_RUN),
)


def vector_of(network: WidthSet, config: Config) -> Vector:
    """Return a network's samples with what the golden model answers to them.

    The last sample is the first one backwards, with another start of the target.
    """
    rng = network.generator()
    registers = Registers(**registers_of(network, rng))
    alpha, threshold = leaks_of(network, rng)
    weights = weights_of(network, rng)
    if network.name in ("borders", "overflows"):
        alpha[:] = ONE
    if network.name == "borders":
        threshold[:] = 4 * GRID
        weights = {name: GRID * np.sign(array) for name, array in weights.items()}
    core = Core(config, Parameters(registers, alpha, threshold))
    core.load_weights(*weights.values())
    return record(core, _samples(network, rng, bool(registers.regression)))


def _samples(network: WidthSet, rng: np.random.Generator, regression: bool) -> list[Sample]:
    events, (labels, targets) = events_of(network, rng), targets_of(network, rng)
    aims = [
        {"targets": target} if regression else {"label": int(label)}
        for label, target in zip(labels, targets, strict=True)
    ]
    shown = [*zip(events, aims, strict=True), (events[0, ::-1], aims[0])]
    starts = [network.target_start] * len(events) + [EVEN]
    return [
        Sample.from_raster(raster, **aim, target_start=start)
        for (raster, aim), start in zip(shown, starts, strict=True)
    ]
