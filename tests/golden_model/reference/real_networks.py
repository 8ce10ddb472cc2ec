"""Networks for tests of the float64 reference: such that its weights change visibly and do not explode."""

from typing import Any

import numpy as np

from golden_model import Config, Parameters, Reference, Sample
from tests.helpers.networks import any_parameters, any_sample, small_weights

N_TICKS = 12
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
