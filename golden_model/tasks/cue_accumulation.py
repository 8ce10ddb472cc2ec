"""Cue accumulation: count cues from the left and from the right, wait, then tell which were more.

The navigation task of rodents in a corridor, in the spiking form of Bellec et al., "A solution to the
learning dilemma for recurrent networks of spiking neurons", Nature Communications 11:3625 (2020), with
the sizes of the data published for ReckOn (Frenkel and Indiveri, ISSCC 2022).

What was measured in the 100 published samples (40 lines, 2250 ticks of 1 ms), and is drawn alike here:

* Lines 0-9 and 10-19 carry the cues of the two sides (here left and right), one side per cue; 20-29
  the recall, 30-39 noise. The label is 1 in every sample with more cues on lines 10-19, else 0.
* 7 cues of 100 ms, one every 150 ms, each after 50 ms of silence: 50-149, 200-299, ..., 950-1049.
  Recall in 2100-2249, which is also when the target is valid. Noise throughout, at a constant rate.
* Every line is an independent Bernoulli process: 0.0404 +- 0.0002 events per tick in a cue, 0.0395 +-
  0.0005 in the recall, 0.00985 +- 0.00007 in the noise (40, 40 and 10 Hz); intervals are geometric from
  1 ms on (no refractoriness), coincidences between lines are those of chance.
* 49 labels are 1. Samples with 0, 1, ..., 7 cues on the right: 2, 9, 20, 20, 12, 21, 11, 5. One fair side per
  sample from which each cue comes with probability 0.7 explains this (maximum likelihood: 0.685; a fair
  coin per cue is e^13 times less likely).
* Weights are rounded normal numbers of mean 0. Standard deviations before rounding: w_in 14.23 +- 0.16, w_rec
  1.814 +- 0.013, w_out 9.4 +- 0.5; that is 90, 18 and 90 over the root of the number of
  pre-synaptic neurons. Nothing is clipped (at most 55 in size); the diagonal of w_rec is 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from golden_model.network.formats import Int64Array
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from golden_model.samples.samples import Sample, check_ticks
from golden_model.tasks.declaration import check_all, declared

GROUPS = ("left", "right", "recall", "noise")
MOST_PLACES = 1 << 25  # of a sample, ticks by lines, while it is drawn
GAIN_IN, GAIN_REC, GAIN_OUT = 90, 18, 90
WEIGHT_LIMITS = (-128, 127)

# The registers of the published experiment that differ from the reset values.
REGISTERS = {
    "do_eprop": 7,
    "fp_loc_winp": 3,
    "fp_loc_wrec": 3,
    "fp_loc_wout": 3,
    "fp_loc_tinp": 3,
    "fp_loc_trec": 4,
    "fp_loc_tout": 6,
    "learn_sig_scale": 5,
    "regul_mode": 2,
    "regul_w": 3,
    "en_stoch_round": 1,
    "kappa": 121,
    "thr_h_0": 205,
    "thr_h_1": 205,
    "thr_h_2": 205,
    "thr_h_3": 205,
    "h_4": 1,
    "lr_p_winp": 8,
    "lr_p_wrec": 8,
    "lr_p_wout": 14,
    "seed_inp": 0xF0F0,
    "seed_rec": 0xF1F1,
    "seed_out": 0xF2F2,
    "seed_strnd_neur": 0x3F3FF3F3,
    "seed_strnd_oneur": 0x74F4,
    "seed_strnd_tinp": 0x3F5FF5F5,
    "seed_strnd_trec": 0x3F6FF6F6,
    "seed_strnd_tout": 0x3F7FF7F7,
    "seed_noise_neur": 0xFF0,
    "regul_f0": 160,
    "regul_k_inp_p": 10,
    "regul_k_rec_p": 10,
}
ALPHA, THRESHOLD = 0x7FEF, 614


@dataclass(frozen=True, kw_only=True)
class CueAccumulation:
    """The cue accumulation task; the defaults are the published ones.

    The parameters are declared below, with default, legal range and meaning, which `eprop tasks` shows.

    Raises
    ------
    ValueError
        If a parameter is out of range, or a sample too large for memory.

    Notes
    -----
    A tick is 1 ms.
    """

    name: ClassVar[str] = "cue-accumulation"
    n_out: ClassVar[int] = 2

    delay: int = declared(1050, 0, 10_000, "time from the end of the last cue to the recall, ms")
    n_cues: int = declared(7, 1, 99, "number of cues, of which there is a majority", "odd")
    gap: int = declared(50, 0, 1000, "silence before each cue, ms")
    cue: int = declared(100, 1, 1000, "duration of a cue, ms")
    recall: int = declared(150, 2, 1000, "time of the recall, in which the target is valid, ms")
    rate: float = declared(40.0, 0, 1000, "mean rate of an active cue or recall line, Hz")
    noise_rate: float = declared(10.0, 0, 1000, "mean rate of a noise line, Hz")
    p_majority: float = declared(0.7, 0.5, 1, "probability that a cue comes from the favoured side")
    lines_per_group: int = declared(10, 1, 256, "input lines of each of the four groups")
    n_rec: int = declared(100, 2, 1024, "recurrent neurons", "even")

    def __post_init__(self) -> None:
        check_all(self)
        places = self.n_ticks * self.n_in
        if places > MOST_PLACES:
            sizes = f"{self.n_ticks} ticks of {self.n_in} lines"
            raise ValueError(f"a sample of {sizes} has {places} places for events, more than {MOST_PLACES}")

    @property
    def n_in(self) -> int:
        """Number of input lines."""
        return len(GROUPS) * self.lines_per_group

    @property
    def target_start(self) -> int:
        """First tick of the recall."""
        return self.n_cues * (self.gap + self.cue) + self.delay

    @property
    def n_ticks(self) -> int:
        """Duration of a sample in ticks."""
        return self.target_start + self.recall

    @property
    def groups(self) -> dict[str, range]:
        """Input lines of each group."""
        size = self.lines_per_group
        return {name: range(index * size, (index + 1) * size) for index, name in enumerate(GROUPS)}

    def parameters(self) -> Parameters:
        """Return the published registers, leaks and thresholds for this network's size."""
        sizes = {"n_in": self.n_in, "n_rec": self.n_rec, "n_out": self.n_out}
        return Parameters(Registers.for_network(**sizes, **REGISTERS), alpha=ALPHA, threshold=THRESHOLD)

    def weights(self, rng: np.random.Generator) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Draw initial weights w_in [n_in, n_rec], w_rec [n_rec, n_rec], w_out [n_rec, n_out], s8."""
        w_in = _normal(rng, GAIN_IN, self.n_in, self.n_rec)
        w_rec = _normal(rng, GAIN_REC, self.n_rec, self.n_rec)
        w_out = _normal(rng, GAIN_OUT, self.n_rec, self.n_out)
        np.fill_diagonal(w_rec, 0)
        return w_in, w_rec, w_out

    def samples(self, rng: np.random.Generator, n: int) -> list[Sample]:
        """Draw n samples, one after the other: the first ones do not depend on n.

        Raises
        ------
        ValueError
            If they have too many ticks for being in memory at a time.
        """
        check_ticks(n * self.n_ticks)
        return [self._sample(rng) for _ in range(n)]

    def score(self, samples: Sequence[Sample], inferences: Sequence[int | None]) -> float:
        """Return the accuracy: the fraction of samples whose inference is their label, 0..1."""
        if not samples:
            raise ValueError("0 samples have no score, at least 1 is needed")
        pairs = zip(samples, inferences, strict=True)
        right = [inference is not None and inference == sample.label for sample, inference in pairs]
        return sum(right) / len(right)

    def _sample(self, rng: np.random.Generator) -> Sample:
        favoured = rng.integers(2)
        sides = np.where(rng.random(self.n_cues) < self.p_majority, favoured, 1 - favoured)
        rates = np.repeat(self._rates(sides), self.lines_per_group, axis=1)
        raster = rng.random((self.n_ticks, self.n_in)) < rates / 1000
        return Sample.from_raster(
            raster, label=int(2 * sides.sum() > self.n_cues), target_start=self.target_start
        )

    def _rates(self, sides: Int64Array) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Return the rate of each group at each tick, Hz, for cues from these sides."""
        left, _, recall, noise = range(len(GROUPS))
        rates = np.zeros((self.n_ticks, len(GROUPS)))
        for index, side in enumerate(sides):
            end = (index + 1) * (self.gap + self.cue)
            rates[end - self.cue : end, left + side] = self.rate
        rates[self.target_start :, recall] = self.rate
        rates[:, noise] = self.noise_rate
        return rates


def _normal(rng: np.random.Generator, gain: int, n_pre: int, n_post: int) -> Int64Array:
    weights = rng.normal(0, gain / math.sqrt(n_pre), (n_pre, n_post))
    return np.rint(weights).clip(*WEIGHT_LIMITS).astype(np.int64)
