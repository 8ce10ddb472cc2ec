"""Seeds for which random sources go on where those of a core are."""

from golden_model.core.lfsr import NOISE, ROUNDING, WEIGHT, WEIGHT_OUT, Fibonacci
from golden_model.core.neuron import NOISE_BITS
from golden_model.core.rounding import Rounding
from golden_model.core.synapse import Synapses
from golden_model.core.timestep import Blocks
from golden_model.core.wheel import state_at_place


def seeds_of(blocks: Blocks) -> dict[str, int]:
    """Return values of the seed registers that load what the sources of a core hold.

    Raises
    ------
    ValueError
        Leaks have more than 15 fraction bits: sources of their rounding are longer than their seeds.
    """
    neuron, readout = blocks.neuron, blocks.readout
    oneur = state_at_place(readout.source, ROUNDING, readout.frac_bits)
    seeds = {
        "seed_strnd_neur": _seed_of_pair(neuron.rounding, neuron.frac_bits),
        "seed_strnd_oneur": ROUNDING.seed_of(oneur, readout.frac_bits),
        "seed_noise_neur": NOISE.seed_of(int(neuron.noise.state[0]), NOISE_BITS),
    }
    for name, trace in zip(("tinp", "trec", "tout"), blocks.traces, strict=True):
        seeds[f"seed_strnd_{name}"] = _seed_of_pair(trace.rounding, trace.frac_bits)
    sequences = (WEIGHT, WEIGHT, WEIGHT_OUT)
    for name, synapses, sequence in zip(("inp", "rec", "out"), blocks.synapses, sequences, strict=True):
        seeds[f"seed_{name}"] = _seed_of_weights(synapses, sequence)
    return seeds


def _seed_of_pair(rounding: Rounding, bits: int) -> int:
    """Return the seed of the even neurons' source in the low half, of the odd ones' in the high half."""
    if bits > ROUNDING.b:
        raise ValueError(f"sources of {bits} bits a draw are longer than their seeds")
    if rounding.wheels is not None:
        states = [state_at_place(wheel, ROUNDING, bits) for wheel in rounding.wheels]
    else:
        assert rounding.sources is not None
        states = [int(source.state[0]) for source in rounding.sources]
    even, odd = (ROUNDING.seed_of(state, bits) for state in states)
    return even | odd << ROUNDING.b


def _seed_of_weights(synapses: Synapses, sequence: Fibonacci) -> int:
    return sequence.seed_of(int(synapses.source.state[0]), synapses.rate.bits)
