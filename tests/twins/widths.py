"""Word widths and rounding modes of a core, and its parameters brought to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .arithmetic import align, rounded

TRACES = {"fp_loc_tinp": "trace_in_bits", "fp_loc_trec": "trace_rec_bits", "fp_loc_tout": "trace_out_bits"}


@dataclass(frozen=True)
class Widths:
    """Everything about a core that changes its results and is no register."""

    weight_bits: int = 8
    membrane_bits: int = 16
    trace_in_bits: int = 12
    trace_rec_bits: int = 12
    trace_out_bits: int = 10
    alpha_frac_bits: int = 15
    kappa_frac_bits: int = 7
    surrogate_bits: int = 5
    state_rounding: str = "stochastic"
    update_rounding: str = "stochastic"
    shadow_bits: int = 0
    errata: bool = True

    @property
    def stored_bits(self) -> int:
        """Width of a weight with its shadow bits."""
        return self.weight_bits + self.shadow_bits

    @property
    def one(self) -> int:
        """1.0 of a readout potential."""
        return 1 << (self.membrane_bits - 5)

    @property
    def finer(self) -> int:
        """Bits that a potential has more than the published one."""
        return self.membrane_bits - 16


PUBLISHED = Widths()


def unit(trace_bits: int) -> int:
    """Fraction bits of a trace whose radix point is 0."""
    return max(trace_bits - 9, 0)


def registers_in(widths: Widths, registers: Mapping[str, Any]) -> dict[str, Any]:
    """Registers in published units, brought to other widths."""
    values = dict(registers)
    for name, trace in TRACES.items():
        _check(name, values[name], getattr(widths, trace) - 1)
    for n in range(4):
        values[f"thr_h_{n}"] = align(values[f"thr_h_{n}"], widths.finer)
    for n in range(5):
        values[f"h_{n}"] = align(values[f"h_{n}"], widths.surrogate_bits - 5)
    values["regul_f0"] = align(values["regul_f0"], unit(widths.trace_rec_bits) - 3)
    _check("regul_f0", values["regul_f0"], (1 << widths.trace_rec_bits) - 1)
    values["kappa"] = rounded(values["kappa"], widths.kappa_frac_bits - 7)
    _check("kappa", values["kappa"], (2 << widths.kappa_frac_bits) - 1)
    return values


def alpha_in(widths: Widths, alpha: int) -> int:
    """Membrane leak u1.15, brought to other fraction bits."""
    value = rounded(int(alpha), widths.alpha_frac_bits - 15)
    _check("alpha", value, (0b1001 << (widths.alpha_frac_bits - 3)) - 1)
    return value


def potentials_in(widths: Widths, values: Sequence[int]) -> list[int]:
    """Published potentials (thresholds, targets), brought to another membrane width."""
    return [align(int(value), widths.finer) for value in values]


def _check(name: str, value: int, highest: int) -> None:
    if not 0 <= value <= highest:
        raise ValueError(f"{name} = {value} is outside 0..{highest}")
