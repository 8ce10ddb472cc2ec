"""The memories of a circuit, in bits."""

from golden_model.network.config import Config
from golden_model.network.pairs import pairs_of


def memory_bits(config: Config) -> dict[str, int]:
    """Return the bits that each memory of a circuit holds, by what it holds.

    A pair of neurons shares its threshold and the low bits of its leak; the top four bits of a leak are one
    bit of the register alpha_conf.
    """
    formats = config.formats
    state = (formats.membrane, formats.trace_in, formats.trace_rec, formats.trace_out)
    stored = formats.stored_weight.bits
    pair = 2 * sum(word.bits for word in state) + formats.threshold.bits + config.alpha_frac_bits - 3
    return {
        "neurons": pairs_of(config.n_in, config.n_rec, config.n_out) * pair,
        "readouts": config.n_out * (formats.readout.bits + formats.wins.bits),
        "w_in": config.n_in * config.n_rec * stored,
        "w_rec": config.n_rec * config.n_rec * stored,
        "w_out": config.n_rec * config.n_out * stored,
    }
