"""The naive twin of the float64 reference: plain Python floats, one synapse after the other.

It computes the network of docs/arithmetic.md in the published raw units, without their roundings, and so
knows nothing of real units.
"""

from typing import Any

from golden_model.network.parameters import Parameters
from golden_model.samples.samples import Sample


class RealTwin:
    """A network by its registers; weights are lists w_in, w_rec, w_out of raw values, s8 as loaded."""

    def __init__(self, parameters: Parameters) -> None:
        self.r: Any = parameters.registers
        self.n_in, self.n_rec, self.n_out = parameters.n_in, parameters.n_rec, parameters.n_out
        self.alpha = [a / 2**15 for a in parameters.alpha.tolist() for _ in "eo"]
        self.theta = [theta for theta in parameters.threshold.tolist() for _ in "eo"]

    def run(self, sample: Sample, learn: bool) -> list[dict[str, list[float]]]:
        """Run a sample and return the signals of each tick; the first has none of *step*."""
        self.u, self.y, self.spike = [0.0] * self.n_rec, [0.0] * self.n_out, [False] * self.n_rec
        self.tin, self.trec, self.tout = [0.0] * self.n_in, [0.0] * self.n_rec, [0.0] * self.n_rec
        self.wins = [0] * self.n_out
        self.plastic = self.r.do_eprop if learn else 0
        rows, raster = [], sample.raster(self.n_in)
        for t in range(sample.n_ticks):
            self.err, self.g = [0.0] * self.n_out, [0.0] * self.n_rec
            self.signal, self.h, row = [0.0] * self.n_rec, [0] * self.n_rec, {}
            on = t >= sample.target_start
            if t > 0:
                self.step()
                if on and not self.r.regression:
                    self.wins[self.y.index(max(self.y))] += 1
                names = ("u", "y", "spike", "tin", "trec", "tout", "wins")
                row = {name: list(getattr(self, name)) for name in names}
            valid = on and (sample.label is not None or sample.targets is not None)
            all_steps = self.r.regul_mode & 6 == 6
            if t not in (0, sample.n_ticks - 1) and self.plastic and (valid or all_steps):
                self.learn(self.target(sample, t) if valid else None)
            row |= {name: list(getattr(self, name)) for name in ("err", "signal", "h", "g")}
            rows.append(row)
            if t < sample.n_ticks - 1:
                self.propagate(raster[t].tolist())
        return rows

    def target(self, sample: Sample, t: int) -> list[float]:
        if sample.targets is not None:
            return [float(value) for value in sample.targets[t]]
        return [2048.0 * (k == sample.label) for k in range(self.n_out)]

    def step(self) -> None:
        kappa = self.r.kappa / 2**7
        for j in range(self.n_rec):
            self.spike[j] = self.u[j] >= self.theta[j]
            left = self.u[j] * self.alpha[j]
            reset = 0.0 if self.r.rst_mode else left - self.theta[j]
            self.u[j] = reset if self.spike[j] else left
        self.tin = [t * a for t, a in zip(self.tin, self.alpha, strict=False)]
        self.trec = [t * a for t, a in zip(self.trec, self.alpha, strict=False)]
        self.tout = [t * kappa for t in self.tout]
        self.y = [y * kappa for y in self.y]

    def learn(self, target: list[float] | None) -> None:
        r, valid = self.r, target is not None
        for k in range(self.n_out if valid else 0):
            active = self.y[k] if r.no_out_act else min(max((self.y[k] + 2048) / 2, 0), 2048)
            self.err[k] = target[k] - active
        for j in range(self.n_rec):
            if self.plastic & 3:
                total = sum(self.err[k] * self.w_out[j][k] for k in range(self.n_out))
                self.signal[j] = total * 2**r.learn_sig_scale / 2**12
            for k in range(self.n_out if valid and self.plastic & 4 else 0):
                change = self.err[k] * self.tout[j] / 2**r.fp_loc_tout
                self.w_out[j][k] += change * 2**r.lr_p_wout / 2**r.lr_r_wout / 2**28
            borders = (r.thr_h_0, r.thr_h_1, r.thr_h_2, r.thr_h_3)
            first = next((n for n in range(4) if self.u[j] < borders[n]), 4)
            self.h[j] = (r.h_0, r.h_1, r.h_2, r.h_3, r.h_4)[first]
            if r.regul_mode:
                self.g[j] = max(0.0, self.trec[j] / 2**r.fp_loc_trec - r.regul_f0)
        if self.plastic & 1 and (valid or r.regul_w & 1):
            shifts = (r.regul_k_inp_p, r.regul_k_inp_r, r.lr_p_winp, r.lr_r_winp)
            self.update(self.w_in, [t / 2**r.fp_loc_tinp for t in self.tin], r.regul_w & 1, *shifts)
        if self.plastic & 2 and (valid or r.regul_w & 2):
            diagonal = [self.w_rec[i][i] for i in range(self.n_rec)]
            shifts = (r.regul_k_rec_p, r.regul_k_rec_r, r.lr_p_wrec, r.lr_r_wrec)
            self.update(self.w_rec, [t / 2**r.fp_loc_trec for t in self.trec], r.regul_w & 2, *shifts)
            for i in range(self.n_rec):
                self.w_rec[i][i] = 0.0 if self.w_rec[i][i] != diagonal[i] else diagonal[i]

    def update(
        self, w: list[list[float]], e: list[float], regularized: int, k_p: int, k_r: int, p: int, right: int
    ) -> None:
        mode = self.r.regul_mode
        for i in range(len(w)):
            for j in range(self.n_rec):
                pe = self.signal[j] * e[i] * self.h[j]
                multiplies = mode & 1 and self.r.regul_w
                m = max(0.0, 16 - self.g[j] / 2**self.r.regul_k_mul) if multiplies else 16
                pk = pe * 16 if pe < 0 else pe * m
                reduction = self.g[j] * 2**k_p / 2**k_r if mode & 2 and regularized else 0
                w[i][j] += (pk / 16 - reduction) * 2**p / 2**right / 2**32

    def propagate(self, events: list[bool]) -> None:
        r = self.r
        for i in range(max(self.n_in, self.n_rec)):
            event, spike = i < self.n_in and events[i], i < self.n_rec and self.spike[i]
            for k in range(self.n_out if spike else 0):
                self.y[k] += self.w_out[i][k] * 2**r.fp_loc_wout
            for j in range(self.n_rec):
                self.u[j] += self.w_in[i][j] * 2**r.fp_loc_winp if event else 0
                self.u[j] += self.w_rec[i][j] * 2**r.fp_loc_wrec if spike else 0
            if event and (self.plastic & 1 or r.force_traces):
                self.tin[i] += 8 * 2**r.fp_loc_tinp
            if spike and (self.plastic & 2 or r.force_traces):
                self.trec[i] += 8 * 2**r.fp_loc_trec
            if spike and (self.plastic & 4 or r.force_traces):
                self.tout[i] += 2 * 2**r.fp_loc_tout
