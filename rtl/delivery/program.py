"""What has to be written into the core before it runs: registers, leaks and thresholds, weights."""

from collections.abc import Iterator

from golden_model.network.config import Config
from golden_model.network.pairs import pairs_of
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS
from golden_model.network.scaling import Scaled, scale

WORD = 32
ALPHA_CONF = tuple(range(65, 69)) + tuple(range(260, 272))  # numbers of its words
FREEZE = 0  # number of en_conf


class Program:
    """What makes the core of a circuit that of a network, its weights apart.

    Parameters
    ----------
    config : Config
        Of the circuit.
    parameters : Parameters
        Of the network.
    """

    def __init__(self, config: Config, parameters: Parameters) -> None:
        self._config, self._parameters = config, parameters
        self._scaled = scale(config, parameters)
        self._n_pairs = pairs_of(config.n_in, config.n_rec, config.n_out)

    def register_writes(self) -> Iterator[tuple[int, int]]:
        """Yield number and data of all register writes but en_conf, which would start the core."""
        widths = _in_units_of(self._scaled)
        for register in REGISTERS:
            if register.name == "alpha_conf":
                yield from zip(ALPHA_CONF, self._alpha_conf(), strict=False)
            elif register.number != FREEZE:
                value = widths.get(register.name, getattr(self._parameters.registers, register.name))
                yield register.number, value % (1 << WORD)

    def pair_writes(self) -> Iterator[tuple[int, int, int]]:
        """Yield the number, the low bits of the leak and the threshold of all pairs; 0 for absent ones."""
        for pair in range(self._n_pairs):
            present = pair < self._parameters.n_pairs
            alpha = int(self._scaled.alpha[pair]) % (1 << self._config.alpha_frac_bits - 3) if present else 0
            yield pair, alpha, int(self._scaled.threshold[pair]) if present else 0

    def _alpha_conf(self) -> list[int]:
        """Return the words of alpha_conf: of pairs that exist from their leaks, of others as registered."""
        given, n_pairs = self._parameters.registers.alpha_conf or 0, self._parameters.n_pairs
        bits = given >> n_pairs << n_pairs
        for pair, alpha in enumerate(self._scaled.alpha):
            bits |= (int(alpha) >> self._config.alpha_frac_bits) << pair
        n_words = -(-self._n_pairs // WORD)
        return [bits >> WORD * word & (1 << WORD) - 1 for word in range(n_words)]


def _in_units_of(scaled: Scaled) -> dict[str, int]:
    """Return the registers whose width belongs to the configuration."""
    return {
        "kappa": scaled.kappa,
        "regul_f0": scaled.regul_f0,
        **{f"thr_h_{n}": int(value) for n, value in enumerate(scaled.borders)},
        **{f"h_{n}": int(value) for n, value in enumerate(scaled.values)},
    }
