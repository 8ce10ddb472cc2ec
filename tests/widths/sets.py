"""The width sets, as data: both ends of every range, every rounding, every mode."""

from typing import Any

import numpy as np

from tests.widths.networks import WidthSet

LEAST: dict[str, Any] = {
    "weight_bits": 2, "membrane_bits": 8, "trace_in_bits": 4, "trace_rec_bits": 4, "trace_out_bits": 4,
    "alpha_frac_bits": 7, "kappa_frac_bits": 4, "surrogate_bits": 2,
}  # fmt: skip
MOST: dict[str, Any] = {
    "weight_bits": 16, "membrane_bits": 24, "trace_in_bits": 16, "trace_rec_bits": 16, "trace_out_bits": 16,
    "alpha_frac_bits": 20, "kappa_frac_bits": 15, "surrogate_bits": 8,
}  # fmt: skip
TRUNCATE, NEAREST = {"update_rounding": "truncate"}, {"update_rounding": "nearest"}
OFF = {"errata": False}
NOISE = {"noise_en": 1, "noise_str": 8}
# Potentials, learning signals and updates at the ends of their ranges.
HUGE = {
    "learn_sig_scale": 12, "fp_loc_tinp": 0, "fp_loc_trec": 0, "fp_loc_tout": 0, "kappa": 0x80,
    "fp_loc_winp": 6, "fp_loc_wrec": 6, "fp_loc_wout": 7, "no_out_act": 1, "h_1": 15, "h_3": -16, "h_4": 15,
}  # fmt: skip
# Additive regularization beyond 32 bits.
WRAPS = {"regul_mode": 3, "regul_f0": 2, "regul_k_inp_p": 28, "regul_k_rec_p": 26, "regul_k_rec_r": 0}
ZERO_SEEDS = {
    "seed_inp": 0, "seed_out": 0, "seed_strnd_neur": 0x3FFF8000, "seed_strnd_tinp": 0, "seed_strnd_trec": 0,
    "seed_strnd_tout": 0, "seed_strnd_oneur": 0, "seed_noise_neur": 0,
}  # fmt: skip


def faster(more: int, **others: int) -> dict[str, int]:
    """Learning rates of all arrays 2**more times the usual ones, and other registers."""
    return {f"lr_p_w{name}": 11 + more for name in ("inp", "rec", "out")} | others


def shifts(left: int, right: int, **others: int) -> dict[str, int]:
    """Both shifts of the learning rates of all arrays, and other registers."""
    return {
        f"lr_{end}_w{name}": by for end, by in (("p", left), ("r", right)) for name in ("inp", "rec", "out")
    } | others


def radix(place: int, **others: int) -> dict[str, int]:
    """Radix points of all traces, and other registers."""
    return {f"fp_loc_{name}": place for name in ("tinp", "trec", "tout")} | others


EXTREMES = (
    WidthSet("published"),
    WidthSet("published_exact", OFF, NOISE | {"regul_mode": 1, "regul_w": 0, "regression": 1}),
    WidthSet("least", LEAST, faster(12, regul_mode=3), (9, 40, 5), 3, 40, still=("w_out",)),
    WidthSet("least_shadow", LEAST | NEAREST | {"shadow_bits": 16, "state_rounding": "nearest"},
             faster(12, kappa=0x7E)),
    WidthSet("least_exact", LEAST | TRUNCATE | OFF | {"shadow_bits": 16}, faster(12, regul_mode=7)),
    WidthSet("least_huge", LEAST | TRUNCATE, HUGE | WRAPS, still=("w_out",)),
    WidthSet("least_shifts", LEAST, shifts(0, 31), (30, 40, 5), 3, 40, still=("w_rec", "w_out")),
    WidthSet("least_radix", LEAST | {"shadow_bits": 5, "state_rounding": "floor"}, radix(3) | faster(12),
             still=("w_out",)),
    WidthSet("most", MOST | {"shadow_bits": 16}, {"regul_mode": 3}),
    WidthSet("most_exact", MOST | OFF, NOISE | {"regul_mode": 7, "regression": 1}),
    WidthSet("most_nearest", MOST | NEAREST | {"state_rounding": "nearest"}, faster(4, regul_mode=2)),
    WidthSet("most_truncate", MOST | TRUNCATE | {"shadow_bits": 16}, {"regul_mode": 1, "en_stoch_round": 0}),
    WidthSet("most_huge", MOST | {"shadow_bits": 4}, HUGE | WRAPS),
    WidthSet("most_shifts", MOST | {"shadow_bits": 16}, shifts(31, 12)),
    WidthSet("most_radix", MOST, radix(7)),
)  # fmt: skip
WEIGHTS = (
    WidthSet("weight_2", {"weight_bits": 2}, faster(6)),
    WidthSet("weight_5_shadow_16", {"weight_bits": 5, "shadow_bits": 16}),
    WidthSet("weight_4_nearest", {"weight_bits": 4, "shadow_bits": 8} | NEAREST, {"regul_mode": 5}),
    WidthSet("weight_16", {"weight_bits": 16}, {"regul_mode": 3, "regul_w": 1}),
    WidthSet("weight_16_shadow_16", {"weight_bits": 16, "shadow_bits": 16} | OFF, {"rst_mode": 1}),
    WidthSet("weight_12_truncate", {"weight_bits": 12, "shadow_bits": 3} | TRUNCATE, faster(3, regul_mode=6)),
    WidthSet("shadow_8_truncate", {"shadow_bits": 8} | TRUNCATE | OFF, faster(2)),
    WidthSet("shadow_1_nearest", {"shadow_bits": 1} | NEAREST, faster(8)),
    WidthSet("nearest", NEAREST, faster(8, no_out_act=1)),
    WidthSet("truncate_huge", TRUNCATE | {"trace_in_bits": 6, "trace_rec_bits": 6},
             HUGE | WRAPS | {"fp_loc_tinp": 1}, still=("w_out",)),
    WidthSet("exact_huge", OFF | {"trace_in_bits": 5, "trace_rec_bits": 13}, HUGE | WRAPS),
    WidthSet("exact_nearest", OFF | NEAREST | {"weight_bits": 10}, faster(6)),
    WidthSet("exact_nearest_shadow", OFF | NEAREST | {"weight_bits": 6, "shadow_bits": 12}),
    WidthSet("exact_truncate_huge", OFF | TRUNCATE | {"trace_in_bits": 6, "trace_rec_bits": 6},
             HUGE | WRAPS | {"fp_loc_tinp": 1}, still=("w_out",)),
)  # fmt: skip
STATES = (
    WidthSet("membrane_8", {"membrane_bits": 8}, NOISE | {"rst_mode": 1}),
    WidthSet("membrane_24", {"membrane_bits": 24}, NOISE | {"regression": 1, "no_out_act": 1}),
    WidthSet("membrane_11_exact", {"membrane_bits": 11} | OFF, HUGE | {"noise_en": 1}),
    WidthSet("spontaneous", {"membrane_bits": 13, "alpha_frac_bits": 8}, thresholds=(-300, 3000)),
    WidthSet("zero_seeds", {"alpha_frac_bits": 18, "weight_bits": 7}, ZERO_SEEDS | NOISE | {"kappa": 0x88}),
    WidthSet("surrogate_2", {"surrogate_bits": 2}, {"regul_mode": 3}),
    WidthSet("surrogate_3", {"surrogate_bits": 3}, {"thr_h_0": 500, "thr_h_2": -100, "regul_mode": 2}),
    WidthSet("surrogate_8", {"surrogate_bits": 8}, {"regul_mode": 3}),
    WidthSet("surrogate_8_huge", {"surrogate_bits": 8, "membrane_bits": 19}, HUGE | {"regul_mode": 4}),
    WidthSet("traces_4", {"trace_in_bits": 4, "trace_rec_bits": 16, "trace_out_bits": 9}, {"regul_mode": 3}),
    WidthSet("traces_16", {"trace_in_bits": 16, "trace_rec_bits": 4, "trace_out_bits": 16},
             {"regul_mode": 3}),
    WidthSet("traces_10", {"trace_in_bits": 9, "trace_rec_bits": 10, "trace_out_bits": 4}, {"regul_mode": 7}),
    WidthSet("traces_8", {"trace_in_bits": 10, "trace_rec_bits": 8, "trace_out_bits": 11},
             {"regul_mode": 7, "regul_w": 2}),
    WidthSet("floor", {"state_rounding": "floor", "kappa_frac_bits": 9, "alpha_frac_bits": 11}),
    WidthSet("rounding_off", {"alpha_frac_bits": 17, "kappa_frac_bits": 10}, {"en_stoch_round": 0}),
    WidthSet("nearest_state", {"state_rounding": "nearest", "alpha_frac_bits": 9, "kappa_frac_bits": 6}),
    WidthSet("nearest_exact", {"state_rounding": "nearest", "alpha_frac_bits": 19} | OFF),
)  # fmt: skip
DRAWS = tuple(
    WidthSet(
        f"draws_{alpha}_{kappa}",
        {"alpha_frac_bits": alpha, "kappa_frac_bits": kappa, "errata": errata},
        {"do_eprop": do_eprop, "force_traces": 1, "regul_mode": mode},
    )
    for alpha, kappa, do_eprop, mode, errata in (
        (7, 4, 1, 0, True), (8, 5, 2, 1, True), (10, 6, 3, 2, False), (12, 8, 4, 3, True),
        (13, 13, 5, 4, True), (14, 14, 6, 5, False), (15, 15, 7, 6, True), (16, 7, 0, 7, True),
        (18, 11, 6, 7, False), (20, 12, 3, 3, True),
    )
)  # fmt: skip
LARGE = {"fp_loc_winp": 5, "learn_sig_scale": 8}
SIZES = (
    WidthSet("one_line", {"weight_bits": 6, "shadow_bits": 4}, {"fp_loc_winp": 5}, (1, 2, 1), 3, 40,
             rate=0.4),
    WidthSet("two_neurons", {"trace_in_bits": 7}, faster(3, fp_loc_winp=5), (2, 2, 1), 3, 40, rate=0.4),
    WidthSet("odd_lines", {"alpha_frac_bits": 16}, faster(4), (23, 6, 2), rate=0.06),
    WidthSet("many_readouts", {"kappa_frac_bits": 5, "weight_bits": 9}, {}, (3, 10, 64), rate=0.3),
    WidthSet("17_readouts", {"trace_out_bits": 12, "weight_bits": 7}, {"regression": 1}, (4, 4, 17),
             rate=0.4),
    WidthSet("large", {"weight_bits": 7, "alpha_frac_bits": 12}, LARGE, (1024, 1024, 64), 2, 12, 8,
             rate=0.1, active=25, density=0.004),
    WidthSet("large_nearest", {"membrane_bits": 18, "shadow_bits": 8} | NEAREST, LARGE | {"kappa": 0x71},
             (1024, 1024, 64), 2, 12, 8, rate=0.1, active=25, density=0.004),
)  # fmt: skip
SEEDS = (0, 1, 2, 4, 5, 6, 8, 9, 10, 11)


def anywhere(seed: int) -> WidthSet:
    """A set with every width and mode anywhere in its range."""
    rng = np.random.default_rng(seed)
    config: dict[str, Any] = {
        name: int(rng.integers(low, MOST[name], endpoint=True)) for name, low in LEAST.items()
    }
    config["shadow_bits"] = int(rng.integers(0, 17))
    config["state_rounding"] = str(rng.choice(["floor", "nearest", "stochastic"]))
    config["update_rounding"] = str(rng.choice(["truncate", "nearest", "stochastic"]))
    config["errata"] = bool(rng.integers(2))
    modes = ("rst_mode", "regression", "no_out_act", "force_traces", "en_stoch_round")
    registers = {name: int(rng.integers(2)) for name in modes} | {"regul_mode": int(rng.integers(8))}
    sizes = int(rng.integers(1, 20)), 2 * int(rng.integers(6, 17)), int(rng.integers(1, 20))
    return WidthSet(f"anywhere_{seed}", config, faster(4, **registers), sizes)


SETS: tuple[WidthSet, ...] = EXTREMES + WEIGHTS + STATES + DRAWS + SIZES + tuple(map(anywhere, SEEDS))
