"""Everything the core remembers: parameters, weights, random sources and the state of a sample."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from .lfsr import Source

Matrix = list[list[int]]
INPUT, RECURRENT, OUTPUT = 1, 2, 4  # bits of do_eprop; the first two also of regul_w
MULTIPLICATIVE, ADDITIVE, ALL_STEPS = 1, 2, 4  # bits of regul_mode


def pair_of_sources(seed: int, seed_bits: int) -> tuple[Source, Source]:
    """Sources of the even and the odd neuron from one 30-bit seed."""
    return Source(1, 15, seed & 0x7FFF, seed_bits), Source(1, 15, seed >> 15, seed_bits)


class Sources:
    """All random sources, by what they are drawn for."""

    def __init__(self, registers: SimpleNamespace) -> None:
        self.w_in = Source(3, 25, registers.seed_inp)
        self.w_rec = Source(3, 25, registers.seed_rec)
        self.w_out = Source(1, 22, registers.seed_out)
        self.membrane = pair_of_sources(registers.seed_strnd_neur, 15)
        self.trace_in = pair_of_sources(registers.seed_strnd_tinp, 15)
        self.trace_rec = pair_of_sources(registers.seed_strnd_trec, 15)
        self.trace_out = pair_of_sources(registers.seed_strnd_tout, 7)
        self.readout = Source(1, 15, registers.seed_strnd_oneur, 7)
        self.noise = Source(3, 17, registers.seed_noise_neur)


class State:
    """One core; `alpha` and `threshold` hold one value per pair, the first pairs at least."""

    def __init__(
        self,
        registers: Mapping[str, Any],
        alpha: Sequence[int],
        threshold: Sequence[int],
        errata: bool = True,
    ) -> None:
        self.registers = SimpleNamespace(**registers)
        self.errata = errata
        self.n_in = self.registers.num_inp_neur + 1
        self.n_rec = self.registers.num_rec_neur + 1
        self.n_out = self.registers.num_out_neur + 1
        self.n_pairs = (max(self.n_in, self.n_rec, self.n_out) + 1) // 2
        self.alpha = [int(a) for a in alpha]
        self.threshold = [int(theta) for theta in threshold]
        self.sources = Sources(self.registers)
        self.w_in: Matrix = [[0] * self.n_rec for _ in range(self.n_in)]
        self.w_rec: Matrix = [[0] * self.n_rec for _ in range(self.n_rec)]
        self.w_out: Matrix = [[0] * self.n_out for _ in range(self.n_rec)]
        self.clear(plasticity=0)

    def clear(self, plasticity: int) -> None:
        """Begin a sample; `plasticity` takes the place of do_eprop for its duration."""
        n = 2 * self.n_pairs
        self.plasticity = plasticity
        self.membrane, self.spike = [0] * n, [False] * n
        self.trace_in, self.trace_rec, self.trace_out = [0] * n, [0] * n, [0] * n
        self.readout, self.wins, self.error = [0] * self.n_out, [0] * self.n_out, [0] * self.n_out
        self.learning_signal = [0] * self.n_rec
