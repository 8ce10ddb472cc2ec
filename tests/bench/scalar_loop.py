"""The baseline of the speed figure: the text of the arithmetic as one scalar loop.

Plain compiled code with every mode of the published widths: 64-bit scalars, one neuron and one synapse after
the other, random bits by table look-up.
"""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from tests.bench.leaps import leap_table, next_states, seeded_sources
from tests.bench.scalar_arithmetic import compiled, draw_short, leak, look_up, saturate, stochastic_step, wrap

Ints = NDArray[np.int64]

W_IN, W_REC, W_OUT, READOUT, MEMBRANE, TRACE_IN, TRACE_REC, TRACE_OUT, NOISE = 0, 1, 2, 3, 4, 6, 8, 10, 12
CONSTANTS = (
    "rst_mode", "do_eprop", "regression", "no_out_act", "en_stoch_round", "noise_en", "noise_str",
    "force_traces",
    "fp_loc_winp", "fp_loc_wrec", "fp_loc_wout", "fp_loc_tinp", "fp_loc_trec", "fp_loc_tout",
    "learn_sig_scale", "kappa", "lr_r_winp", "lr_p_winp", "lr_r_wrec", "lr_p_wrec", "lr_r_wout", "lr_p_wout",
    "regul_mode", "regul_w", "regul_f0", "regul_k_inp_r", "regul_k_inp_p", "regul_k_rec_r", "regul_k_rec_p",
    "regul_k_mul",
)  # fmt: skip
ARRAYS = (
    "alpha", "threshold", "borders", "values", "w_in", "w_rec", "w_out",
    "sources", "leap_512", "leap_448", "leap_32", "leap_15", "leap_7",
    "membrane", "spike", "event", "trace_in", "trace_rec", "trace_out", "readout", "wins", "error",
    "signal", "h", "g",
)  # fmt: skip
Constants: Any = namedtuple("Constants", CONSTANTS)  # type: ignore[misc]
Arrays: Any = namedtuple("Arrays", ARRAYS)  # type: ignore[misc]


@compiled
def decay_neuron(c: Any, x: Any, j: int) -> None:
    alpha, theta, u, draw = x.alpha[j >> 1], x.threshold[j >> 1], x.membrane[j], 0
    if c.en_stoch_round and alpha != 32768:
        draw = draw_short(x.sources, MEMBRANE + (j & 1), x.leap_15, 15)
    if j < x.w_rec.shape[0]:
        q = wrap(leak(u, alpha, 32768, 15, draw, c.en_stoch_round), 16)
        x.spike[j] = u >= theta
        x.membrane[j] = q if u < theta else 0 if c.rst_mode else wrap(q - theta, 16)


@compiled
def decay_traces(c: Any, x: Any, i: int) -> None:
    alpha, s, odd, rounds, a, b, o = x.alpha[i >> 1], x.sources, i & 1, c.en_stoch_round, 0, 0, 0
    if rounds:
        a = draw_short(s, TRACE_IN + odd, x.leap_15, 15)
        b = draw_short(s, TRACE_REC + odd, x.leap_15, 15)
        o = draw_short(s, TRACE_OUT + odd, x.leap_7, 7)
    x.trace_in[i] = leak(x.trace_in[i], alpha, 32768, 15, a, rounds) & 4095
    x.trace_rec[i] = leak(x.trace_rec[i], alpha, 32768, 15, b, rounds) & 4095
    x.trace_out[i] = leak(x.trace_out[i], c.kappa, 128, 7, o, rounds) & 1023


@compiled
def step(c: Any, x: Any) -> None:
    for i in range(len(x.trace_in)):
        decay_neuron(c, x, i)
        decay_traces(c, x, i)
    n_in, n_rec = x.w_in.shape
    for k in range(min(16, max(n_in, n_rec, len(x.readout)))):
        draw = 0
        if c.en_stoch_round and c.kappa != 128:
            draw = draw_short(x.sources, READOUT, x.leap_7, 7)
        if k < len(x.readout):
            x.readout[k] = wrap(leak(x.readout[k], c.kappa, 128, 7, draw, c.en_stoch_round), 16)


@compiled
def change(c: Any, x: Any, j: int, e: int, array: int, k_r: int, k_p: int) -> int:
    """The change d of the weight onto neuron j."""
    g = x.g[j]
    pe = x.signal[j] * e * x.h[j]
    m = 16
    if c.regul_mode & 1 and c.regul_w:
        m = 0 if g >> c.regul_k_mul >= 16 else 16 - (g >> c.regul_k_mul)
    pk = pe * 16 if pe < 0 else pe * m
    r = (g << k_p & 0xFFFFFFFF) >> k_r if c.regul_mode & 2 and c.regul_w >> array & 1 else 0
    d = wrap((pk >> 4) - r, 32)
    return -(1 << 31) if d >= 0 and pk >> 31 & 1 else d


@compiled
def prepare_neuron(c: Any, x: Any, j: int, plastic: int) -> None:
    total = 0
    if plastic & 3:
        for k in range(len(x.error)):
            total += x.error[k] * x.w_out[j, k]
    trace = x.trace_out[j] >> c.fp_loc_tout
    if plastic & 4 and trace != 0:
        s = x.sources[W_OUT]
        for k in range(len(x.error)):
            draw = look_up(x.leap_448, s, k)
            x.w_out[j, k] = stochastic_step(
                x.error[k] * trace, x.w_out[j, k], c.lr_r_wout, c.lr_p_wout, 28, draw, False
            )
        x.sources[W_OUT] = look_up(x.leap_448, s, 16)
    h = 0
    while h < 4 and x.membrane[j] >= x.borders[h]:
        h += 1
    x.signal[j] = saturate(total << c.learn_sig_scale >> 12, 16)
    x.h[j] = x.values[h]
    x.g[j] = max(0, (x.trace_rec[j] >> c.fp_loc_trec) - c.regul_f0) if c.regul_mode else 0


@compiled
def update_row(
    c: Any, x: Any, weights: Ints, array: int, i: int, first: int, last: int,
    e: int, right: int, left: int, k_r: int, k_p: int,
) -> None:  # fmt: skip
    s = x.sources[array]
    for j in range(first, last):
        draw = look_up(x.leap_512, s, j - first)
        d = change(c, x, j, e, array, k_r, k_p)
        weights[i, j] = stochastic_step(d, weights[i, j], right, left, 32, draw, array == W_REC and i == j)
    x.sources[array] = look_up(x.leap_512, s, 16)


@compiled
def learn(c: Any, x: Any, target: Ints, plastic: int) -> None:
    n_in, n_rec = x.w_in.shape
    for k in range(len(x.error)):
        y = x.readout[k]
        activation = y if c.no_out_act else 2048 if y > 2047 else 0 if y < -2048 else y + 2048 >> 1
        x.error[k] = saturate(target[k] - activation, 16)
    for first in range(0, n_rec, 16):
        last, regularized = min(first + 16, n_rec), 0
        for j in range(first, last):
            prepare_neuron(c, x, j, plastic)
            regularized |= x.g[j]
        for i in range(max(n_in, n_rec)):
            e = x.trace_in[i] >> c.fp_loc_tinp
            if plastic & 1 and i < n_in and (e | regularized) != 0:
                update_row(c, x, x.w_in, W_IN, i, first, last, e,
                           c.lr_r_winp, c.lr_p_winp, c.regul_k_inp_r, c.regul_k_inp_p)  # fmt: skip
            e = x.trace_rec[i] >> c.fp_loc_trec
            if plastic & 2 and i < n_rec and (e | regularized) != 0:
                update_row(c, x, x.w_rec, W_REC, i, first, last, e,
                           c.lr_r_wrec, c.lr_p_wrec, c.regul_k_rec_r, c.regul_k_rec_p)  # fmt: skip


@compiled
def integrate(c: Any, x: Any, i: int, event: bool, spike: bool) -> None:
    draw = 0
    for j in range(x.w_rec.shape[0]):
        if c.noise_en and j & 1 == 0:
            s = x.sources[NOISE]
            draw = look_up(x.leap_32, s, 0)
            x.sources[NOISE] = look_up(x.leap_32, s, 1)
        w = (x.w_in[i, j] << c.fp_loc_winp) if event else 0
        w += (x.w_rec[i, j] << c.fp_loc_wrec) if spike else 0
        u = x.membrane[j]
        v = wrap(u + w + (wrap(draw >> 16 * (j & 1), 16) >> c.noise_str if c.noise_en else 0), 16)
        if u >= 0 and w >= 0 and v < 0:
            v = 32767
        if u < 0 and w < 0 and v >= 0:
            v = -32768
        x.membrane[j] = v


@compiled
def propagate(c: Any, x: Any, plastic: int) -> None:
    n_in, n_rec = x.w_in.shape
    for i in range(max(n_in, n_rec)):
        event, spike = i < n_in and x.event[i] != 0, i < n_rec and x.spike[i] != 0
        if not (event or spike):
            continue
        if spike:
            for k in range(len(x.readout)):
                x.readout[k] = saturate(x.readout[k] + (x.w_out[i, k] << c.fp_loc_wout), 16)
        integrate(c, x, i, event, spike)
        if event and (plastic & 1 or c.force_traces):
            x.trace_in[i] = min(x.trace_in[i] + (8 << c.fp_loc_tinp), 4095)
        if spike and (plastic & 2 or c.force_traces):
            x.trace_rec[i] = min(x.trace_rec[i] + (8 << c.fp_loc_trec), 4095)
        if spike and (plastic & 4 or c.force_traces):
            x.trace_out[i] = min(x.trace_out[i] + (2 << c.fp_loc_tout), 1023)


@njit(cache=False, _nrt=False)
def run(c: Any, x: Any, lines: Ints, offsets: Ints, targets: Ints, start: int, plastic: int) -> int:
    for state in (x.membrane, x.spike, x.trace_in, x.trace_rec, x.trace_out, x.readout, x.wins):
        state[:] = 0
    n_ticks = len(offsets) - 1
    for t in range(n_ticks):
        if t > 0:
            step(c, x)
            if t >= start and not c.regression:
                x.wins[np.argmax(x.readout)] += 1
        if t == n_ticks - 1:
            break
        if t > 0 and t >= start and plastic:
            learn(c, x, targets[min(t, len(targets) - 1)], plastic)
        x.event[:] = 0
        for n in range(offsets[t], offsets[t + 1]):
            x.event[lines[n]] = 1
        propagate(c, x, plastic)
    return int(np.argmax(x.wins))


class ScalarLoop:
    """One network; `alpha` and `threshold` per pair; `w_in`, `w_rec`, `w_out` are the weights it works on.

    All modes but regularization at all time steps.
    """

    def __init__(
        self, registers: Mapping[str, Any], alpha: Sequence[int], threshold: Sequence[int],
        w_in: ArrayLike, w_rec: ArrayLike, w_out: ArrayLike,
    ) -> None:  # fmt: skip
        self.w_in, self.w_rec, self.w_out = (np.array(w, np.int64) for w in (w_in, w_rec, w_out))
        self.constants = Constants(*(int(registers[name]) for name in CONSTANTS))
        n_in, n_rec, n_out = *self.w_in.shape, self.w_out.shape[1]
        n = max(n_in, n_rec, n_out) + 1 & ~1
        sizes = (n, n, n, n, n, n, n_out, n_out, n_out, n_rec, n_rec, n_rec)  # membrane .. g
        self.arrays = Arrays._make([
            np.array(alpha, np.int64), np.array(threshold, np.int64),
            np.array([registers[f"thr_h_{m}"] for m in range(4)]),
            np.array([registers[f"h_{m}"] for m in range(5)]),
            self.w_in, self.w_rec, self.w_out, seeded_sources(registers),
            leap_table(3, 25, 16, 32), leap_table(1, 22, 16, 28), leap_table(3, 17, 1, 32),
            next_states(15), next_states(7),
            *(np.zeros(size, np.int64) for size in sizes),
        ])  # fmt: skip

    def run(
        self, lines: Ints, offsets: Ints, n_ticks: int, label: int, target_start: int, learn: bool
    ) -> int:
        """Winner of a sample; the events before tick t are lines[offsets[t] : offsets[t + 1]]."""
        targets = np.where(np.arange(self.w_out.shape[1]) == label, 2048, 0)[None]
        plastic = self.constants.do_eprop if learn else 0
        winner: int = run(self.constants, self.arrays, lines, offsets, targets, target_start, plastic)
        return winner
