"""Everything the core remembers: parameters, weights, random sources and the state of a sample."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from .lfsr import Source, rounding_source
from .rules import rules
from .widths import PUBLISHED, Widths, alpha_in, potentials_in, registers_in

Matrix = list[list[int]]
MULTIPLICATIVE, ADDITIVE, ALL_STEPS = 1, 2, 4  # bits of regul_mode


def pair_of_sources(seed: int, bits: int) -> tuple[Source, Source]:
    """Sources of the even and the odd neuron from one 30-bit seed."""
    return rounding_source(seed & 0x7FFF, bits), rounding_source(seed >> 15, bits)


class Sources:
    """All random sources, by what they are drawn for."""

    def __init__(self, registers: SimpleNamespace, widths: Widths) -> None:
        alpha_bits, kappa_bits = widths.alpha_frac_bits, widths.kappa_frac_bits
        self.w_in = Source(3, 25, registers.seed_inp)
        self.w_rec = Source(3, 25, registers.seed_rec)
        self.w_out = Source(1, 22, registers.seed_out)
        self.membrane = pair_of_sources(registers.seed_strnd_neur, alpha_bits)
        self.trace_in = pair_of_sources(registers.seed_strnd_tinp, alpha_bits)
        self.trace_rec = pair_of_sources(registers.seed_strnd_trec, alpha_bits)
        self.trace_out = pair_of_sources(registers.seed_strnd_tout, kappa_bits)
        self.readout = rounding_source(registers.seed_strnd_oneur, kappa_bits)
        self.noise = Source(3, 17, registers.seed_noise_neur)


class State:
    """One core; `alpha` and `threshold` hold one value per pair, the first pairs at least.

    Registers, leaks and thresholds are given in published units and kept in those of `widths`. The weights
    are stored ones, with their shadow bits.
    """

    def __init__(
        self,
        registers: Mapping[str, Any],
        alpha: Sequence[int],
        threshold: Sequence[int],
        widths: Widths = PUBLISHED,
    ) -> None:
        self.widths = widths
        self.registers = SimpleNamespace(**registers_in(widths, registers))
        self.n_in = self.registers.num_inp_neur + 1
        self.n_rec = self.registers.num_rec_neur + 1
        self.n_out = self.registers.num_out_neur + 1
        self.n_pairs = (max(self.n_in, self.n_rec, self.n_out) + 1) // 2
        self.out_slots = -(-self.n_out // 16) * 16
        self.alpha = [alpha_in(widths, a) for a in alpha]
        self.threshold = potentials_in(widths, threshold)
        self.rounding = widths.state_rounding if self.registers.en_stoch_round else "floor"
        self.rules = rules(self.registers, widths)
        self.sources = Sources(self.registers, widths)
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

    def working(self, stored: int) -> int:
        """The weight that acts, without its shadow bits."""
        return stored >> self.widths.shadow_bits
