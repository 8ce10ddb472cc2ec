"""How each of the three weight arrays learns: its trace, shifts and word widths."""

from dataclasses import dataclass
from types import SimpleNamespace

from .widths import Widths, unit

INPUT, RECURRENT, OUTPUT = 1, 2, 4  # bits of do_eprop; the first two also of regul_w


@dataclass(frozen=True)
class Rule:
    """One array: `name` and `trace` are attributes of the state, `bits` is the width of an update.

    `left` and `right` shift an update; `k_left`, `k_right` its additive regularization in published units,
    `reduction` brings that to the units of the update.
    """

    array: int
    name: str
    trace: str
    radix: int
    bits: int
    left: int
    right: int
    k_left: int = 0
    k_right: int = 0
    reduction: int = 0


def rules(registers: SimpleNamespace, widths: Widths) -> dict[int, Rule]:
    """The rules of all arrays, by their bit of do_eprop."""
    return {
        INPUT: _synapses(INPUT, "in", "inp", widths.trace_in_bits, registers, widths),
        RECURRENT: _synapses(RECURRENT, "rec", "rec", widths.trace_rec_bits, registers, widths),
        OUTPUT: Rule(
            array=OUTPUT,
            name="w_out",
            trace="trace_out",
            radix=registers.fp_loc_tout,
            bits=widths.membrane_bits + widths.trace_out_bits + 2,
            **_shifts(registers.lr_p_wout, registers.lr_r_wout, widths.trace_out_bits, widths),
        ),
    }


def _synapses(
    array: int, name: str, short: str, trace_bits: int, registers: SimpleNamespace, widths: Widths
) -> Rule:
    finer = widths.finer + (unit(trace_bits) - 3) + (widths.surrogate_bits - 5)
    left, right = getattr(registers, f"lr_p_w{short}"), getattr(registers, f"lr_r_w{short}")
    return Rule(
        array=array,
        name=f"w_{name}",
        trace=f"trace_{name}",
        radix=getattr(registers, f"fp_loc_t{short}"),
        bits=widths.membrane_bits + trace_bits + widths.surrogate_bits - 1,
        **_shifts(left, right, trace_bits, widths),
        k_left=getattr(registers, f"regul_k_{short}_p"),
        k_right=getattr(registers, f"regul_k_{short}_r"),
        reduction=finer,
    )


def _shifts(left: int, right: int, trace_bits: int, widths: Widths) -> dict[str, int]:
    """Shifts of a learning rate, corrected for the size of a weight's step and of a short trace's unit."""
    correction = (widths.weight_bits - 8) - max(9 - trace_bits, 0)
    return {"left": left + max(correction, 0), "right": right + max(-correction, 0)}
