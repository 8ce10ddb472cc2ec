"""What a width set is, and the network that it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntegerArray = NDArray[np.int64]
SEED_BITS = {
    "seed_inp": 25, "seed_rec": 25, "seed_out": 22, "seed_strnd_neur": 30, "seed_strnd_oneur": 15,
    "seed_strnd_tinp": 30, "seed_strnd_trec": 30, "seed_strnd_tout": 30, "seed_noise_neur": 17,
}  # fmt: skip
# A network that spikes and learns at most widths, in published units.
USUAL: dict[str, int] = {
    "rst_mode": 0, "do_eprop": 7, "en_stoch_round": 1, "regression": 0, "no_out_act": 0, "noise_en": 0,
    "noise_str": 4, "force_traces": 0, "kappa": 0x7A, "learn_sig_scale": 5,
    "fp_loc_winp": 3, "fp_loc_wrec": 2, "fp_loc_wout": 3,
    "fp_loc_tinp": 2, "fp_loc_trec": 2, "fp_loc_tout": 2,
    "thr_h_0": -300, "thr_h_1": 60, "thr_h_2": 420, "thr_h_3": 900,
    "h_0": -9, "h_1": 8, "h_2": 15, "h_3": 10, "h_4": 8,
    "lr_r_winp": 0, "lr_p_winp": 11, "lr_r_wrec": 0, "lr_p_wrec": 11, "lr_r_wout": 0, "lr_p_wout": 11,
    "regul_mode": 0, "regul_w": 3, "regul_f0": 16, "regul_k_mul": 1,
    "regul_k_inp_p": 10, "regul_k_inp_r": 0, "regul_k_rec_p": 11, "regul_k_rec_r": 1,
}  # fmt: skip


@dataclass(frozen=True)
class WidthSet:
    """One network: the fields of its configuration and the registers that are not the usual ones.

    Everything else is drawn from a generator that its name seeds: weights (a share `density` is not 0),
    leaks (of the range `leaks`, if there is one), thresholds in a range, random sources, and samples with
    events on `active` of the lines (None: on all), each with probability `rate` in a tick. `still` names
    plastic arrays whose weights need not change.
    """

    name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    registers: Mapping[str, int] = field(default_factory=dict)
    sizes: tuple[int, int, int] = (11, 36, 3)
    n_samples: int = 2
    n_ticks: int = 30
    target_start: int = 6
    thresholds: tuple[int, int] = (350, 900)
    rate: float = 0.1
    active: int | None = None
    density: float = 1.0
    still: tuple[str, ...] = ()
    leaks: tuple[int, int] | None = None

    def generator(self) -> np.random.Generator:
        """A generator that depends on the name alone."""
        return np.random.default_rng(list(self.name.encode()))


def registers_of(width_set: WidthSet, rng: np.random.Generator) -> dict[str, int]:
    """All registers that matter, in published units; the leaks say what alpha_conf is."""
    seeds = {name: int(rng.integers(1, 1 << bits)) for name, bits in SEED_BITS.items()}
    names = ("num_inp_neur", "num_rec_neur", "num_out_neur")
    sizes = {name: size - 1 for name, size in zip(names, width_set.sizes, strict=True)}
    return {**USUAL, **seeds, **sizes, **width_set.registers}


def leaks_of(width_set: WidthSet, rng: np.random.Generator) -> tuple[IntegerArray, IntegerArray]:
    """Leak u1.15 (usually some of them 1.0 or above) and threshold of every pair, in published units."""
    n_pairs = (max(width_set.sizes) + 1) // 2
    alpha = rng.integers(*(width_set.leaks or (0x7800, 0x8000)), n_pairs)
    kind = rng.random(n_pairs)
    if width_set.leaks is None:
        alpha[kind < 0.15] = 0x8000
        alpha[kind > 0.92] += 0x0700
    return alpha, rng.integers(*width_set.thresholds, n_pairs)


def weights_of(width_set: WidthSet, rng: np.random.Generator) -> dict[str, IntegerArray]:
    """Working weights: input excites, neurons inhibit each other, and some are at the ends of the range."""
    n_in, n_rec, n_out = width_set.sizes
    half = 1 << (width_set.config.get("weight_bits", 8) - 1)
    shapes = {"w_in": (n_in, n_rec), "w_rec": (n_rec, n_rec), "w_out": (n_rec, n_out)}
    lowest, highest = {"w_in": -half // 2}, {"w_rec": half // 2}
    weights = {}
    for name, shape in shapes.items():
        array = rng.integers(lowest.get(name, -half), highest.get(name, half), shape)
        kind = rng.random(shape)
        array[kind < 0.05], array[kind > 0.95] = -half, half - 1
        weights[name] = array * (rng.random(shape) < width_set.density)
    return weights


def events_of(width_set: WidthSet, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Events [sample, tick, line]."""
    n_in = width_set.sizes[0]
    lines = rng.permutation(n_in)[: width_set.active]
    events = np.zeros((width_set.n_samples, width_set.n_ticks, n_in), np.bool_)
    events[:, :, lines] = rng.random((*events.shape[:2], len(lines))) < width_set.rate
    return events


def targets_of(width_set: WidthSet, rng: np.random.Generator) -> tuple[IntegerArray, IntegerArray]:
    """Labels [sample], and targets [sample, tick, readout] in published units."""
    n_out = width_set.sizes[2]
    labels = rng.integers(0, n_out, width_set.n_samples)
    return labels, rng.integers(-3000, 3000, (width_set.n_samples, width_set.n_ticks, n_out))
