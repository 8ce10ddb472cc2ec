"""The chip's map of neurons: where states and parameters lie in a word of 128 bits, and what fits there."""

from dataclasses import dataclass

from golden_model.network.config import Config

HALF = 50  # bits of one neuron of a pair
BYTE = 8  # room for a weight


@dataclass(frozen=True)
class Field:
    """Where a state of the even neuron, or a parameter of the pair, lies in a word of neurons."""

    memory: str
    offset: int
    bits: int


STATE_FIELDS = (
    Field("membrane", 0, 16),
    Field("trace_in", 16, 12),
    Field("trace_rec", 28, 12),
    Field("trace_out", 40, 10),
)
PARAMETER_FIELDS = (Field("threshold", 2 * HALF, 16), Field("alpha", 2 * HALF + 16, 12))


def check_fits(config: Config) -> None:
    """Raise a ValueError if a configuration has a field that the map of the chip has no room for."""
    formats = config.formats
    limits = {"n_in": 256, "n_rec": 256, "n_out": 16, "alpha_frac_bits": 15, "kappa_frac_bits": 7}
    values = {name: getattr(config, name) for name in limits}
    for field in STATE_FIELDS:
        limits[f"{field.memory}_bits"] = field.bits
        values[f"{field.memory}_bits"] = getattr(formats, field.memory).bits
    limits |= {"surrogate_bits": 5, "weight_bits + shadow_bits": BYTE}
    values |= {
        "surrogate_bits": config.surrogate_bits,
        "weight_bits + shadow_bits": formats.stored_weight.bits,
    }
    for name, most in limits.items():
        if values[name] > most:
            raise ValueError(f"{name} = {values[name]} is above {most}, the most that the chip's map holds")
