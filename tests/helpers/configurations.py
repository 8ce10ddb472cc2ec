"""Configurations for tests: both classes of words, every rounding, both ends of every width."""

import numpy as np

from golden_model.core.rounding import Rounding
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from tests.helpers.networks import any_parameters, goes_on_like, packed
from tests.twins.lfsr import Source

LIMITS = {
    "weight_bits": (2, 16),
    "membrane_bits": (8, 24),
    "trace_in_bits": (4, 16),
    "trace_rec_bits": (4, 16),
    "trace_out_bits": (4, 16),
    "alpha_frac_bits": (7, 20),
    "kappa_frac_bits": (4, 15),
    "surrogate_bits": (2, 8),
    "shadow_bits": (0, 16),
}
STATE_ROUNDINGS = ("floor", "nearest", "stochastic")
UPDATE_ROUNDINGS = ("truncate", "nearest", "stochastic")


def _config(state: str, update: str, errata: bool, *widths: int) -> Config:
    """Return a configuration of widths in the order of LIMITS."""
    named = dict(zip(LIMITS, widths, strict=True))
    return Config(n_out=64, state_rounding=state, update_rounding=update, errata=errata, **named)


LEAST, MOST = ([limits[end] for limits in LIMITS.values()] for end in (0, 1))
CONFIGS = {
    "published": Config(n_out=64),
    "least": _config("stochastic", "stochastic", True, *LEAST),
    "narrow": _config("nearest", "truncate", False, 4, 12, 8, 6, 5, 10, 5, 3, 5),
    "shadow": _config("stochastic", "stochastic", True, 8, 16, 12, 12, 10, 15, 7, 5, 8),
    "coarse": _config("stochastic", "nearest", False, 6, 10, 13, 9, 7, 12, 9, 4, 0),
    "long leak": _config("stochastic", "truncate", False, 8, 16, 12, 12, 10, 17, 7, 5, 10),
    "fine": _config("floor", "nearest", True, 12, 20, 10, 14, 9, 18, 12, 6, 3),
    "most": _config("stochastic", "stochastic", True, *MOST),
    "most, no errata": _config("stochastic", "stochastic", False, *MOST),
}
OTHER_WIDTHS = {name: config for name, config in CONFIGS.items() if name != "published"}


def any_config(rng: np.random.Generator) -> Config:
    """Return any legal configuration; the ends of each width are met often."""
    widths = []
    for low, high in LIMITS.values():
        widths.append(int(rng.choice([low, high, rng.integers(low, high, endpoint=True)])))
    roundings = str(rng.choice(STATE_ROUNDINGS)), str(rng.choice(UPDATE_ROUNDINGS))
    return _config(*roundings, bool(rng.integers(2)), *widths)


def legal_parameters(
    rng: np.random.Generator, config: Config, sizes: tuple[int, int, int], **fixed: int
) -> Parameters:
    """Return a network with any registers whose values fit a configuration."""
    parameters = any_parameters(rng, sizes, **fixed)
    registers = parameters.registers
    tops = {
        "fp_loc_tinp": config.trace_in_bits - 1,
        "fp_loc_trec": config.trace_rec_bits - 1,
        "fp_loc_tout": config.trace_out_bits - 1,
        "regul_f0": (8 << config.trace_rec_bits) - 1,
        "kappa": 255 - (64 >> config.kappa_frac_bits),
    }
    legal = {name: min(getattr(registers, name), top) for name, top in tops.items()}
    alpha = np.minimum(parameters.alpha, 0x8FFF - (0x4000 >> config.alpha_frac_bits))
    return Parameters(registers.replace(alpha_conf=None, **legal), alpha, parameters.threshold)


def draws_go_on_like(rounding: Rounding, sources: tuple[Source, Source], bits: int) -> bool:
    """Tell whether a rounding's next draws, even and odd, are those of a twin's sources."""
    if rounding.wheels is not None:
        return all(goes_on_like(*both, bits) for both in zip(rounding.wheels, sources, strict=True))
    assert rounding.sources is not None
    return [own.state[0] for own in rounding.sources] == [packed(source) for source in sources]
