"""What has to be written into the core before it runs: registers, leaks and thresholds, weights."""

from collections.abc import Iterator

from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS
from golden_model.network.scaling import Scaled, scale

WORD = 32
ALPHA_CONF = tuple(range(65, 69)) + tuple(range(260, 272))  # numbers of its words
FREEZE = 0  # number of en_conf


def pairs_of(config: Config) -> int:
    """Pairs that the core holds a leak and a threshold for."""
    return (max(config.n_in, config.n_rec, config.n_out) + 1) // 2


def register_writes(config: Config, parameters: Parameters) -> Iterator[tuple[int, int]]:
    """Yield number and data of all register writes but en_conf, which would start the core."""
    scaled = scale(config, parameters)
    widths = _in_units_of(scaled)
    for register in REGISTERS:
        if register.name == "alpha_conf":
            yield from _numbered(alpha_conf(config, parameters, scaled))
        elif register.number != FREEZE:
            value = widths.get(register.name, getattr(parameters.registers, register.name))
            yield register.number, value % (1 << WORD)


def _numbered(words: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the register number of each word of alpha_conf, and the word."""
    yield from zip(ALPHA_CONF, words, strict=False)


def alpha_conf(config: Config, parameters: Parameters, scaled: Scaled) -> list[int]:
    """Return the words of alpha_conf: of the pairs that exist from their leaks, of others as registered."""
    given, n_pairs = parameters.registers.alpha_conf or 0, parameters.n_pairs
    bits = given >> n_pairs << n_pairs
    for pair, alpha in enumerate(scaled.alpha):
        bits |= (int(alpha) >> config.alpha_frac_bits) << pair
    n_words = -(-pairs_of(config) // WORD)
    return [bits >> WORD * word & (1 << WORD) - 1 for word in range(n_words)]


def pair_writes(config: Config, parameters: Parameters) -> Iterator[tuple[int, int, int]]:
    """Yield the number, the low bits of the leak and the threshold of all pairs; 0 for absent ones."""
    scaled = scale(config, parameters)
    for pair in range(pairs_of(config)):
        present = pair < parameters.n_pairs
        alpha = int(scaled.alpha[pair]) % (1 << config.alpha_frac_bits - 3) if present else 0
        yield pair, alpha, int(scaled.threshold[pair]) if present else 0


def _in_units_of(scaled: Scaled) -> dict[str, int]:
    """Return the registers whose width belongs to the configuration."""
    return {
        "kappa": scaled.kappa,
        "regul_f0": scaled.regul_f0,
        **{f"thr_h_{n}": int(value) for n, value in enumerate(scaled.borders)},
        **{f"h_{n}": int(value) for n, value in enumerate(scaled.values)},
    }
