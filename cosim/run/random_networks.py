"""Networks at random, each from a seed: configuration, registers, leaks, thresholds, weights and samples."""

import warnings
from typing import Any

import numpy as np

from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.pairs import pairs_of
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS, SIZES, Register, Registers
from golden_model.network.scaling import TRACE_RADIX, align, regularization_shift
from golden_model.recordings.recorder import record
from golden_model.recordings.vectors import Vector
from golden_model.samples.samples import Sample
from rtl.chip.map import check_fits

MOST: dict[str, Any] = {"n_in": 40, "n_rec": 80, "n_out": 16}  # sizes of a network
ROOM: dict[str, Any] = {"n_in": 24, "n_rec": 40, "n_out": 6}  # of a drawn circuit, soon compiled
STREAM = 3  # beside the seed: configurations have draws of their own
LEGAL = Config.model_json_schema()["properties"]  # values of the fields of a configuration
TICKS, SAMPLES, START = 14, 2, 4
# Registers with which a network spikes and learns, in published units.
LIVELY = {
    "kappa": 0x7A, "learn_sig_scale": 5, "fp_loc_winp": 3, "fp_loc_wrec": 2, "fp_loc_wout": 3,
    "fp_loc_tinp": 2, "fp_loc_trec": 2, "fp_loc_tout": 2,
    "thr_h_0": -300, "thr_h_1": 60, "thr_h_2": 420, "thr_h_3": 900,
    "h_0": -9, "h_1": 8, "h_2": 15, "h_3": 10, "h_4": 8,
    "lr_r_winp": 0, "lr_p_winp": 11, "lr_r_wrec": 0, "lr_p_wrec": 11, "lr_r_wout": 0, "lr_p_wout": 11,
    "regul_w": 3, "regul_f0": 16, "regul_k_mul": 1,
    "regul_k_inp_p": 10, "regul_k_inp_r": 0, "regul_k_rec_p": 11, "regul_k_rec_r": 1,
}  # fmt: skip
# What a recording cannot ask for, or what is nothing to the core.
LEFT_OUT = {"en_conf", "local_tick", "timing_mode", "get_tar_req_out", "alpha_conf", *SIZES.values()}
USUALLY = 0.7  # of the registers are lively ones


def random_config(seed: int, face: str) -> Config:
    """Return a configuration drawn from a seed; each width is often at an end of its range.

    Parameters
    ----------
    seed : int
    face : {"soc", "chip"}
        For a chip it has fields that the chip's map holds.
    """
    rng, config = np.random.default_rng([seed, STREAM]), Config(**ROOM)
    for name in (name for name in LEGAL if name not in ROOM):
        while True:
            drawn = config.replace(**{name: _field(LEGAL[name], rng)})
            if face != "chip" or _fits_chip(drawn):
                break
        config = drawn
    return config


def random_recording(config: Config, seed: int) -> Vector:
    """Return a recording of a network and samples drawn from a seed; the same for the same seed.

    Parameters
    ----------
    config : Config
        Networks are smaller than its maxima, so that they are soon simulated.
    seed : int
    """
    rng = np.random.default_rng(seed)
    parameters = _parameters(config, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of values that narrow words lose, which is fine here
        core = Core(config, parameters)
    half = 1 << config.weight_bits - 1
    shapes = _shapes(parameters)
    core.load_weights(*(rng.integers(-half, half, shape) * (rng.random(shape) < 0.8) for shape in shapes))
    return record(core, [_sample(parameters, rng) for _ in range(SAMPLES)])


def _field(legal: dict[str, Any], rng: np.random.Generator) -> Any:
    """Return any of the legal values of a field of a configuration."""
    if legal["type"] == "boolean":
        return bool(rng.integers(2))
    if "enum" in legal:
        return str(rng.choice(legal["enum"]))
    low, high = legal["minimum"], legal["maximum"]
    return int(rng.choice([low, high, rng.integers(low, high, endpoint=True)]))


def _fits_chip(config: Config) -> bool:
    try:
        check_fits(config)
    except ValueError:
        return False
    return True


def _shapes(parameters: Parameters) -> tuple[tuple[int, int], ...]:
    n_in, n_rec, n_out = parameters.n_in, parameters.n_rec, parameters.n_out
    return (n_in, n_rec), (n_rec, n_rec), (n_rec, n_out)


def _parameters(config: Config, rng: np.random.Generator) -> Parameters:
    sizes = {name: int(rng.integers(1, min(getattr(config, name), most) + 1)) for name, most in MOST.items()}
    sizes["n_rec"] += sizes["n_rec"] % 2
    values = {entry.name: _value(entry, rng) for entry in REGISTERS if entry.name not in LEFT_OUT}
    most = _most(config)
    legal = {name: min(value, most.get(name, value)) for name, value in values.items()}
    registers = Registers.for_network(**sizes, **legal)
    pairs = pairs_of(*sizes.values())
    alpha = np.where(rng.random(pairs) < 0.1, 0x8000, rng.integers(0x7000, 0x8000, pairs))
    return Parameters(registers, alpha, rng.integers(200, 900, pairs))


def _most(config: Config) -> dict[str, int]:
    """Return the greatest values of registers that a configuration limits."""
    regul_f0 = align(config.formats.trace_rec.high, regularization_shift(config))
    kappa = 0xFF - (0x40 >> config.kappa_frac_bits)  # what is not rounded up to 2.0
    radix = {name: getattr(config, width) - 1 for name, width in TRACE_RADIX.items()}
    return {"regul_f0": int(regul_f0), "kappa": kappa, **radix}


def _value(entry: Register, rng: np.random.Generator) -> int:
    """Return a lively value, one of the extremes, or any."""
    kind = rng.random()
    if kind < USUALLY and entry.name in LIVELY:
        return LIVELY[entry.name]
    if kind < (1 + USUALLY) / 2 and entry.bits > 1:
        return int(rng.choice([entry.low, entry.high]))
    return int(rng.integers(entry.low, entry.high + 1))


def _sample(parameters: Parameters, rng: np.random.Generator) -> Sample:
    n_in, n_out = parameters.n_in, parameters.n_out
    raster = rng.random((TICKS, n_in)) < rng.choice([0.02, 0.1, 0.4])
    aim: dict[str, Any] = {"label": int(rng.integers(n_out))}
    if parameters.registers.regression:
        aim = {"targets": rng.integers(-3000, 3000, (TICKS, n_out))}
    return Sample.from_raster(raster, target_start=START, **aim)
